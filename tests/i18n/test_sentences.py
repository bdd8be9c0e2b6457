"""Codes become sentences: the right variant, the right plural form, never a gap left open."""

from datetime import date

import pytest

from app.i18n import LANGUAGES, Quoted, UnknownMessage, joined, load, render

pytestmark = pytest.mark.pure

DAY = date(2027, 3, 31)


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(UnknownMessage, match=r"theme\.invented"):
        render("theme.invented", "en")


def test_a_language_that_is_not_one_of_the_six_is_refused() -> None:
    with pytest.raises(KeyError):
        render("room.left", "de")


def test_a_code_whose_values_are_missing_is_refused_where_no_variant_can_do_without() -> None:
    with pytest.raises(UnknownMessage, match=r"geography\.world"):
        render("geography.world", "en", {"state": ""})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_date_that_is_missing_leaves_a_whole_sentence(language: str) -> None:
    assert render("timing.open_until", language) != render("timing.open_until", language, {"closes_on": DAY})


def test_the_variant_with_the_most_to_say_is_taken() -> None:
    values = {"need": [Quoted("a")], "offer": [Quoted("a"), Quoted("b")], "both": [Quoted("a")]}
    assert render("theme.same_subarea", "en", values).endswith("“a”, and this offer works on exactly that.")
    assert "“a” and “b”" in render("theme.same_subarea", "en", {**values, "both": []})
    assert "“" not in render("theme.same_subarea", "en")


@pytest.mark.parametrize(
    ("number", "form"),
    [(1, "1 день"), (2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день"), (101, "101 день")],
)
def test_russian_counts_days(number: int, form: str) -> None:
    assert form in render("timing.ends_soon", "ru", {"closes_on": DAY, "days_left": number})


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, "اليوم"), (1, "يوم واحد"), (2, "يومين"), (5, "5 أيام"), (11, "11 يوما"), (21, "21 يوما"), (101, "101 يوم:")],
)
def test_arabic_counts_days(number: int, form: str) -> None:
    assert form in render("timing.ends_soon", "ar", {"closes_on": DAY, "days_left": number})


@pytest.mark.parametrize(
    ("number", "form"),
    [(1, "1 точка"), (2, "2 точки"), (5, "5 точек"), (11, "11 точек"), (21, "21 точка"), (101, "101 точка")],
)
def test_russian_counts_points_in_common(number: int, form: str) -> None:
    assert form in render("substance.same_purpose", "ru", {"both": [Quoted("x")], "shared": number})


@pytest.mark.parametrize(
    ("number", "form"),
    [(2, "لدولتين"), (5, "5 دول "), (11, "11 دولة"), (21, "21 دولة"), (101, "101 دولة")],
)
def test_arabic_counts_states(number: int, form: str) -> None:
    assert form in render("gap.shared", "ar", {"states": number})


@pytest.mark.parametrize(("number", "form"), [(0, "0 jour :"), (1, "1 jour :"), (2, "2 jours :")])
def test_french_counts_nought_as_one(number: int, form: str) -> None:
    text = render("timing.ends_soon", "fr", {"closes_on": DAY, "days_left": number})
    assert form in text.replace("\u00a0", " ")


def test_sentences_are_joined_as_the_language_does() -> None:
    assert joined(["One.", "", "Two."], "en") == "One. Two."
    assert joined(["一。", "二。"], "zh") == "一。二。"


def test_catalogues_can_be_read_before_the_first_answer() -> None:
    load()
