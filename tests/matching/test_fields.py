"""Readings: what a text says, and what it takes back."""

import pytest

from matching.fields import FieldReader, Mention
from tests.matching.small import READER, SMALL_TERMS, TODAY, make_need, make_offer

pytestmark = pytest.mark.pure

FIELDS = FieldReader(SMALL_TERMS)


def mentions(text: str, language: str = "en") -> dict[str, Mention]:
    return {SMALL_TERMS.concepts[m.concept].id: m for m in FIELDS.read(text, language).mentions}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("en", "The equipment is not wanted", id="English"),
        pytest.param("fr", "Le matériel n'est pas souhaité", id="French"),
        pytest.param("ru", "Оборудование не требуется", id="Russian"),
        pytest.param("zh", "不需要设备", id="Chinese"),
    ],
)
def test_what_is_not_wanted_is_excluded(language: str, text: str) -> None:
    assert mentions(text, language)["equipment"].is_excluded


def test_a_negation_reaches_to_the_end_of_its_clause_only() -> None:
    found = mentions("Without equipment, training for judges")
    assert found["equipment"].is_negated
    assert not found["training"].is_negated


def test_a_need_may_name_what_is_lacking_with_a_negation() -> None:
    need = READER.need(make_need(title={"en": "No training"}, description={"en": ""}), TODAY)
    offer = READER.offer(make_offer(title={"en": "No training"}, description={"en": ""}))
    assert need.substance.strengths
    assert not offer.substance.strengths


def test_what_exists_already_is_marked() -> None:
    assert mentions("The State has adopted a draft law, but judges need training")["law-drafting"].is_present


def test_evidence_points_at_the_words_as_written() -> None:
    text = "Demande de formation des Juges"
    place = mentions(text, "fr")["judges"]
    assert text[place.start : place.end] == "Juges"


def test_a_hidden_text_in_another_script_is_not_read() -> None:
    hidden = "Обучение полиции asset freezing and training of judges and passenger name records"
    assert set(mentions(hidden, "ru")) == {"police", "training"}


def test_an_abbreviation_in_another_script_is_read() -> None:
    assert "pnr" in mentions("Внедрение системы PNR", "ru")


def test_a_very_long_text_is_read_to_its_limit() -> None:
    assert mentions("word " * 300_000 + "asset freezing") == {}


def test_a_language_outside_the_six_says_nothing() -> None:
    assert FIELDS.read("Einfrieren von Geldern", "de").mentions == ()
