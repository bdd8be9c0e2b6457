"""Substance: the same work in any language, and no gain from repetition."""

import pytest

from matching.criteria.substance import Substance
from matching.types import Finding
from tests.matching.small import READER, TODAY, SmallContract, make_need, make_offer

pytestmark = pytest.mark.pure


def substance_of(language: str, title: str, description: str = "") -> Finding:
    offer = make_offer(title={language: title}, description={language: description})
    return Substance(READER).explain(READER.need(make_need(), TODAY), READER.offer(offer))


class TestContract(SmallContract):
    criterion = Substance


@pytest.mark.parametrize(
    ("language", "title", "description"),
    [
        pytest.param("fr", "Gel des avoirs terroristes", "Formation des juges et de la police.", id="in French"),
        pytest.param("es", "Congelación de activos terroristas", "Capacitación de jueces y policía.", id="in Spanish"),
        pytest.param("ar", "تجميد الأصول الإرهابية", "تدريب القضاة والشرطة", id="in Arabic"),
        pytest.param("ru", "Замораживание активов террористов", "Обучение судей и полиции.", id="in Russian"),
        pytest.param("zh", "冻结恐怖主义资产", "培训法官和警察。", id="in Chinese"),
    ],
)
def test_the_same_purpose_is_found(language: str, title: str, description: str) -> None:
    assert substance_of(language, title, description).code == "substance.same_purpose"


def test_another_purpose_counts_less_however_many_words_are_shared() -> None:
    honest = substance_of("en", "Freezing assets", "Course for judges and police.")
    other = substance_of("en", "Freezing assets of corruption", "Course for judges and police.")
    assert other.code == "substance.other_purpose"
    assert other.value < honest.value / 2


def test_saying_it_three_times_says_it_once() -> None:
    once = substance_of("en", "Asset freezing", "Course for judges.")
    thrice = substance_of("en", "Asset freezing", "Course for judges. Course for judges. Course for judges.")
    assert thrice.value == once.value


def test_evidence_quotes_both_texts_as_they_stand() -> None:
    evidence = substance_of("fr", "Le gel des avoirs", "").evidence
    assert "Asset freezing" in evidence.need
    assert "gel des avoirs" in evidence.offer


def test_what_an_offer_says_it_does_not_give_is_not_found_in_it() -> None:
    withheld = substance_of("en", "Bank supervision", "Does not include asset freezing.")
    assert withheld.value < substance_of("en", "Bank supervision", "Asset freezing.").value
