"""Recommendations part into single asks, and every code points at the words that it came from."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matches import adapter
from app.reference.service import book_of_files
from matching import ALIKE_AT, Ask, AskReader, NeedProfile, likeness

pytestmark = pytest.mark.pure

ENGINE = adapter.new_engine(book_of_files())
READER = AskReader(ENGINE.reader.fields, ENGINE.reader.facts)
FIELDS = ("themes", "assistance_types", "target_institutions", "resolutions")


def said(text: str, ask: Ask, field: str) -> dict[str, list[str]]:
    return {one.value: [text[start:end] for start, end in one.stretches] for one in getattr(ask, field)}


def test_a_letter_with_three_lettered_asks_is_three_needs() -> None:
    text = (
        "The Committee recommends that the State: (a) adopt a law on the freezing of terrorist assets without delay, "
        "in line with paragraph 1 (c) of resolution 1373 (2001); (b) establish a passenger information unit and train "
        "its staff in API and PNR data, pursuant to para. 12 of resolution 2396 (2017); (c) ensure that prison staff "
        "are trained in the assessment of violent extremist prisoners."
    )
    first, second, third = READER.read(text, "en")
    assert text[first.start : first.end].startswith("adopt a law")
    assert said(text, first, "themes") == {"cft.asset-freezing": ["freezing of terrorist assets without delay"]}
    assert said(text, first, "resolutions") == {"1373:1(c)": ["paragraph 1 (c)", "resolution 1373"]}
    assert said(text, first, "assistance_types") == {"legislative": ["adopt a law"]}
    assert list(said(text, second, "resolutions")) == ["2396:12"]
    assert list(said(text, second, "target_institutions")) == ["passenger-information-unit"]
    assert list(said(text, third, "themes")) == ["prr.prisons"]


def test_one_sentence_with_two_verbs_on_two_subjects_is_two_needs() -> None:
    text = "Amend the penal code to criminalize the travel of foreign terrorist fighters and train customs on cargo."
    first, second = READER.read(text, "en")
    assert (text[first.start : first.end].split()[0], text[second.start : second.end].split()[0]) == ("Amend", "train")


def test_two_verbs_on_one_subject_are_one_need() -> None:
    text = "Adopter une loi sur les données des passagers et former l’unité de renseignements passagers."
    (ask,) = READER.read(text, "fr")
    assert set(said(text, ask, "assistance_types")) == {"legislative", "training"}


def test_a_sentence_that_speaks_on_of_the_same_ask_stays_with_it() -> None:
    text = "Train prosecutors in electronic evidence. The training should include judges. It should last two years."
    (ask,) = READER.read(text, "en")
    assert {"prosecution", "judiciary"} <= set(said(text, ask, "target_institutions"))


@pytest.mark.parametrize(
    ("language", "text", "reference"),
    [
        ("fr", "Geler sans délai les avoirs des terroristes, selon le paragraphe 1 de la résolution 1373 (2001).",
         "1373:1"),
        ("es", "Congelar sin demora activos de terroristas según el párrafo 1 de la resolución 1373 (2001).", "1373:1"),
        ("ar", "تجميد أصول الإرهابيين دون تأخير وفقا للفقرة ١ من القرار 1373 (2001)", "1373:1"),
        ("ru", "Замораживание активов террористов в соответствии с пунктом 1 резолюции 1373 (2001).", "1373:1"),
        ("zh", "按照第1373(2001)号决议第1段，毫不拖延地冻结恐怖分子资产。", "1373:1"),
    ],
)  # fmt: skip
def test_all_six_languages_are_read(language: str, text: str, reference: str) -> None:
    (ask,) = READER.read(text, language)
    assert "cft.asset-freezing" in said(text, ask, "themes")
    assert list(said(text, ask, "resolutions")) == [reference]


def test_a_law_of_others_is_no_ask_for_drafting() -> None:
    text = "Train prison staff in the assessment of violent extremist prisoners, in line with international law."
    (ask,) = READER.read(text, "en")
    assert "legislative" not in said(text, ask, "assistance_types")


def test_what_no_word_says_is_left_open() -> None:
    (ask,) = READER.read("Please look into this matter further.", "en")
    assert [getattr(ask, field) for field in FIELDS] == [(), (), (), ()]


@given(st.text(min_size=1, max_size=300), st.sampled_from(["en", "fr", "es", "ar", "ru", "zh", "und"]))
def test_any_text_gives_asks_in_order_whose_words_lie_within_it(text: str, language: str) -> None:
    asks = READER.read(text, language)
    assert asks
    ends = [0, *(place for ask in asks for place in (ask.start, ask.end)), len(text)]
    assert ends == sorted(ends)
    for ask in asks:
        for field in FIELDS:
            for one in getattr(ask, field):
                assert one.stretches
                assert all(ask.start <= start < end <= ask.end for start, end in one.stretches)
    assert READER.read(text, language) == asks


def need(text: str, language: str, name: str = "n") -> NeedProfile:
    return NeedProfile(id=name, state="KEN", title={language: text.partition(".")[0]}, description={language: text})


FREEZING = {
    "en": "Freezing of terrorist assets. The financial intelligence unit has no procedure; banks learn of it late.",
    "fr": "Gel des avoirs terroristes. La cellule de renseignement financier est sans procédure; les banques tardent.",
    "ru": "Замораживание активов террористов. У подразделения финансовой разведки нет процедуры; банки узнают поздно.",
    "ar": "تجميد أصول الإرهابيين. ليس لدى وحدة الاستخبارات المالية إجراء، والمصارف تعلم متأخرة.",
    "zh": "冻结恐怖分子资产。金融情报机构没有程序，银行得知太晚。",
}
AVIATION = "Airport screening. Screeners at the airport need training on X-ray images and quality control."


def alike(one: NeedProfile, other: NeedProfile) -> float:
    day = date(2026, 11, 23)
    return likeness(ENGINE.reader.need(one, day), ENGINE.reader.need(other, day))


@pytest.mark.parametrize("language", [name for name in FREEZING if name != "en"])
def test_the_same_need_in_another_language_is_alike_and_another_need_is_not(language: str) -> None:
    ours, theirs = need(FREEZING["en"], "en"), need(FREEZING[language], language)
    assert alike(ours, theirs) >= ALIKE_AT
    assert alike(ours, theirs) == pytest.approx(alike(theirs, ours))
    assert alike(need(AVIATION, "en"), theirs) < ALIKE_AT
