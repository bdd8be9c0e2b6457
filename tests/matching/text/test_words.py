"""Words: one form for all spellings of a word, in each script."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from matching.text.words import keys_of, language_of, words_of

pytestmark = pytest.mark.pure


def keys(text: str, language: str) -> list[str]:
    return [word.keys[0] for word in words_of(text, language) if not word.is_function]


@pytest.mark.parametrize(
    ("language", "left", "right"),
    [
        pytest.param("ar", "قدرات", "القدرات", id="Arabic article"),
        pytest.param("ar", "إرهابية", "الارهاب", id="Arabic alef with hamza and adjective ending"),
        pytest.param("ar", "تجـــميد", "تَجْمِيد", id="Arabic tatweel and vowel marks"),
        pytest.param("ru", "ёмкость", "емкости", id="Cyrillic yo"),
        pytest.param("fr", "Évaluations", "évaluation", id="French case and plural"),
        pytest.param("es", "fiscalías", "FISCALÍA", id="Spanish plural"),
        pytest.param("en", "ＦＵＬＬ", "full", id="full width"),
        pytest.param("en", "ter\u200brorist", "terrorists", id="invisible letter inside"),
        pytest.param("ar", "٢٣٩٦", "2396", id="Eastern digits"),
    ],
)
def test_two_spellings_are_one_word(language: str, left: str, right: str) -> None:
    assert keys(left, language) == keys(right, language)


def test_a_conjunction_may_be_written_onto_an_arabic_word() -> None:
    (word,) = words_of("والشرطة", "ar")
    (bare,) = words_of("شرطة", "ar")
    assert bare.keys[0] in word.keys


def test_a_word_that_begins_like_a_conjunction_keeps_its_first_letter() -> None:
    (word,) = words_of("وزارة", "ar")
    (definite,) = words_of("الوزارة", "ar")
    assert word.keys[0] == definite.keys[0]


def test_places_are_those_of_the_text_as_written() -> None:
    text = "L’évaluation — «GEL»"
    assert [text[word.start : word.end] for word in words_of(text, "fr")] == ["L", "évaluation", "GEL"]


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        pytest.param("Замораживание активов", "en", "ru", id="Cyrillic under English"),
        pytest.param("تجميد الأصول", "und", "ar", id="Arabic undeclared"),
        pytest.param("冻结资产", "", "zh", id="Chinese undeclared"),
        pytest.param("Le gel des avoirs et la formation", "und", "fr", id="French undeclared"),
        pytest.param("La congelación de los activos", "ru", "es", id="Spanish under Russian"),
        pytest.param("Das Einfrieren von Geldern", "de", "de", id="a language that is not read"),
        pytest.param("2396", "fr", "fr", id="only figures"),
    ],
)
def test_the_script_checks_the_declared_language(text: str, declared: str, language: str) -> None:
    assert language_of(text, declared) == language


@pytest.fixture
def quickly_switching_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("quickly_switching_threads")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["investigations", "prosecutors", "freezing"]),
        ("es", ["coordinación", "fiscalías", "congelaciones"]),
        ("fr", ["juridictionnelles", "enquêteurs", "évaluations"]),
        ("ru", ["прокуратурами", "судебное", "замораживание"]),
    ],
)
def test_many_threads_stem_alike(language: str, words: list[str]) -> None:
    stemmed = keys_of.__wrapped__  # not from the cache
    alone = [stemmed(word, language) for word in words]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda _: [stemmed(word, language) for word in words], range(2_000)))
    assert all(found == alone for found in together)
