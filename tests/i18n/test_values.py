"""Values in a sentence: dates, numbers, lists and other people's words in six languages."""

from datetime import date

import pytest

from app.i18n import LANGUAGES, Quoted, Share, direction, language_name
from app.i18n.values import END, ISOLATE, shown

pytestmark = pytest.mark.pure


def test_a_day_is_written_the_way_the_united_nations_write_it() -> None:
    assert [shown(date(2026, 10, 14), language) for language in LANGUAGES] == [
        "14 أكتوبر 2026",
        "14 October 2026",
        "14 de octubre de 2026",
        "14 octobre 2026",
        "14 октября 2026\u202fг.",
        "2026年10月14日",
    ]


def test_a_share_is_shown_in_per_cent() -> None:
    assert [shown(Share(0.424), language) for language in ("en", "fr")] == ["42%", "42\u00a0%"]


def test_numbers_are_grouped_by_the_habit_of_the_language() -> None:
    assert [shown(12500, language) for language in ("en", "es")] == ["12,500", "12.500"]


def test_a_list_ends_with_and() -> None:
    items = [Quoted("x"), Quoted("y"), Quoted("z")]
    assert shown(items, "en") == "“x”, “y” and “z”"
    assert shown(items, "fr") == "«\u00a0x\u00a0», «\u00a0y\u00a0» et «\u00a0z\u00a0»"


@pytest.mark.parametrize(
    ("last", "joint"),
    [("inglés", "e"), ("hindi", "e"), (Quoted("inteligencia"), "e"), ("hielo", "y"), ("ruso", "y")],
)
def test_spanish_and_changes_before_the_sound_i(last: str, joint: str) -> None:
    assert shown(["francés", last], "es") == f"francés {joint} {shown(last, 'es')}"


def test_words_that_run_the_other_way_are_isolated() -> None:
    assert shown(Quoted("API/PNR"), "ar") == f"«{ISOLATE}API/PNR{END}»"
    assert shown(Quoted("تجميد الأصول"), "en") == f"“{ISOLATE}تجميد الأصول{END}”"


def test_words_that_run_the_same_way_are_left_alone() -> None:
    assert shown(Quoted("تجميد الأصول"), "ar") == "«تجميد الأصول»"
    assert shown(Quoted("замораживание"), "en") == "“замораживание”"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_cannot_bring_its_own_turn_of_direction(language: str) -> None:
    hostile = "Border\u202e programme\u2069 \u2067أ\n\u200fend"
    result = shown(hostile, language)
    assert result.count(ISOLATE) == result.count(END) == 1
    assert not set(result) & set("\u202e\u2067\u200f\n")


def test_a_text_with_braces_stays_a_text() -> None:
    assert shown(Quoted("{state}"), "en") == "“{state}”"


def test_languages_are_called_by_their_names() -> None:
    assert [language_name("ar", language) for language in ("en", "fr", "ru", "zh")] == [
        "Arabic",
        "arabe",
        "арабский",
        "阿拉伯语",
    ]
    assert language_name("xx-none", "en") == "xx-none"


def test_arabic_alone_of_the_six_runs_from_right_to_left() -> None:
    assert [language for language in LANGUAGES if direction(language) == "rtl"] == ["ar"]
