"""Phrases: found whole, with function words between, in another order, or with a slip."""

import pytest

from matching.text.lexicon import Lexicon
from matching.text.words import words_of

pytestmark = pytest.mark.pure


def found(language: str, phrases: list[str], text: str) -> set[str]:
    lexicon = Lexicon(language)
    for at, phrase in enumerate(phrases):
        lexicon.add(phrase, at)
    hits = lexicon.seal().find(list(words_of(text, language)))
    return {phrases[entry] + ("~" if hit.is_loose else "") for hit in hits for entry in hit.entries}


@pytest.mark.parametrize(
    ("language", "phrase", "text"),
    [
        pytest.param("fr", "gel avoirs", "Le gel de ces avoirs", id="function words between"),
        pytest.param("en", "freeze assets", "freezing assets", id="other endings"),
        pytest.param("zh", "冻结资产", "应立即冻结资产。", id="Chinese without spaces"),
        pytest.param("ar", "تجميد الأصول", "وتجميد أصول الجماعات", id="Arabic clitics"),
        pytest.param("ru", "оценка рисков", "Проведение оценки риска", id="Russian cases"),
        pytest.param("en", "biometrics", "the biometircs unit", id="a slip in a long word"),
        pytest.param("es", "congelación", "CONGELACION", id="accent left out"),
    ],
)
def test_a_phrase_is_found(language: str, phrase: str, text: str) -> None:
    assert phrase in found(language, [phrase], text)


def test_a_short_word_is_not_taken_for_its_neighbour() -> None:
    assert found("en", ["bomb"], "the comb") == set()


def test_the_longest_phrase_at_a_place_is_taken() -> None:
    assert "mutual legal assistance" in found("en", ["mutual", "mutual legal assistance"], "mutual legal assistance")


def test_scattered_parts_of_one_clause_are_a_loose_find() -> None:
    assert found("en", ["data protection"], "protecting the personal data") == {"data protection~"}


def test_parts_in_different_clauses_are_not_one_phrase() -> None:
    assert found("en", ["data protection"], "They hold data, and want protection") == set()
