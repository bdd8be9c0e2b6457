"""Every reason of the engine reads as a sentence in six languages, with evidence and without."""

from datetime import date
from pathlib import Path

import pytest

from app.gaps import rules as gaps
from app.i18n import LANGUAGES, UnknownMessage
from app.i18n.values import END, ISOLATE
from app.matches import rules
from app.matches.rules import Subject
from app.reference import adapter, models
from app.reference.rules import Book
from matching.codes import CODES, FINDING_CODES, GATE_CODES, MISSING_FIELDS

pytestmark = pytest.mark.pure


def read_book() -> Book:
    """The labels of the reference data, all that sentences need of it."""
    rows = dict(adapter.read(Path(__file__).parents[2] / "seed_data" / "reference"))
    labels = {
        table: {row["code"]: row["labels"] for row in rows[table]} for table in rows if "labels" in rows[table][0]
    }
    return Book(
        states=labels[models.State],
        state_languages={},
        state_regions={},
        themes=labels[models.Theme],
        theme_parents={},
        institutions=labels[models.Institution],
        assistance_types=labels[models.AssistanceType],
        resolutions=labels[models.Resolution],
        resolution_themes={},
        groupings=labels[models.Grouping],
        memberships=(),
        iso2={},
    )


BOOK = read_book()
EVIDENCE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "theme": (("border.api-pnr", "border.watchlists"), ("border.api-pnr", "lawenf.interpol-databases")),
    "substance": (("carrier data", "وحدة معلومات المسافرين"), ("API/PNR", "пункт пропуска")),
    "assistance_type": (("it-system", "legislative"), ("it-system", "training")),
    "language": (("dv", "en"), ("en", "fr")),
    "legal_basis": (("1373", "2396:12"), ("2396:12", "2482")),
    "institution": (("border-police", "judiciary"), ("border-police", "customs")),
    "eligibility": ((), ("ldc", "member_of:saarc", "visited", "state_request")),
}
VALUES: dict[str, str | int | float] = {
    "shared": 7,
    "closes_on": "2027-01-15",
    "opens_on": "2027-02-01",
    "needed_by": "2027-06-30",
    "last_confirmed_on": "2026-09-01",
    "days_left": 21,
    "state": "MDV",
    "grouping": "saarc",
}


def subject(language: str, *, state: str = "MDV") -> Subject:
    return Subject(BOOK.states[state][language], "Passenger data unit", "Maritime «borders» project", "UNODC")


def finding(code: str, language: str, *, need: tuple[str, ...] = (), offer: tuple[str, ...] = ()) -> str:
    values = {name: VALUES[name] for name in CODES[code].values}
    return rules.finding_sentence(
        code, language, values=values, need=need, offer=offer, subject=subject(language), book=BOOK
    )


def assert_reads_well(sentence: str, language: str) -> None:
    assert sentence[-1] in ".。", sentence
    assert not set(sentence) & set("{}[]_"), sentence
    assert not any(slip in sentence for slip in ("..", "  ", " .", " ,", "None", "()", "。。")), sentence
    depth = 0
    for sign in sentence:
        depth += {ISOLATE: 1, END: -1}.get(sign, 0)
        assert 0 <= depth <= 1, sentence
    assert depth == 0, sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", FINDING_CODES)
def test_a_finding_reads_well_with_and_without_evidence(code: str, language: str) -> None:
    need, offer = EVIDENCE.get(code.partition(".")[0], ((), ()))
    for left, right in ((need, offer), (need, ()), ((), offer), ((), ()), (need, need)):
        assert_reads_well(finding(code, language, need=left, offer=right), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", FINDING_CODES)
def test_a_finding_reads_well_where_its_values_are_missing(code: str, language: str) -> None:
    bare = Subject(BOOK.states["MDV"][language], "", "", "")
    sentence = rules.finding_sentence(code, language, values={}, need=(), offer=(), subject=bare, book=BOOK)
    assert_reads_well(sentence, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", FINDING_CODES)
def test_labels_stand_in_the_language_of_the_sentence(code: str, language: str) -> None:
    need, offer = EVIDENCE.get(code.partition(".")[0], ((), ()))
    sentence = finding(code, language, need=need, offer=offer)
    assert not any(held in sentence for held in (*need, *offer) if "." in held or "-" in held), sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("gate", GATE_CODES)
def test_a_gate_reads_well_with_a_change_and_without(gate: str, language: str) -> None:
    values = {name: VALUES[name] for name in CODES[gate].values}
    changes: tuple[tuple[str | None, str | float | None], ...] = (
        (None, None),
        ("availability", "open"),
        ("closes_on", "2028-01-15"),
        ("closes_on", None),
        ("scope.states", "MDV"),
        ("scope.excluded_states", "MDV"),
        ("capacity.total", 6.0),
        ("eligibility", "member_of:saarc"),
    )
    for path, value in changes:
        for given in (values, {}):
            sentence = rules.near_miss_sentence(
                gate,
                language,
                values=given,
                change_path=path,
                change_value=value,
                subject=subject(language),
                book=BOOK,
            )
            assert_reads_well(sentence, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_undecidable_offer_is_told_what_it_lacks(language: str) -> None:
    for about in (subject(language), Subject("", "", "", "")):
        sentence = rules.undecidable_sentence(language, missing=MISSING_FIELDS, subject=about, book=BOOK)
        assert_reads_well(sentence, language)


def gap(
    language: str,
    *,
    title: str = "Passenger data unit",
    offer: str | None = "Borders",
    states: int = 1,
    order: int | None = None,
    worst: int = 1,
) -> str:
    return gaps.gap_sentence(
        language,
        state=BOOK.states["MDV"][language],
        need_title=title,
        themes=["border.api-pnr"],
        priority="high",
        agreed_on=date(2026, 10, 14) if title else None,
        state_priority=order,
        best_match=0.42,
        best_offer=offer,
        shared_by=states,
        ranks=(1, worst),
        swing=0.2,
        book=BOOK,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_gap_reads_well(language: str) -> None:
    for sentence in (
        gap(language),
        gap(language, title=""),
        gap(language, offer=None),
        gap(language, states=21),
        gap(language, order=2, worst=7),
    ):
        assert_reads_well(sentence, language)
    assert "42" in gap(language)
    assert "42" not in gap(language, offer=None)
    assert "21" in gap(language, states=21)
    assert "7" in gap(language, worst=7)
    assert "2026" in gap(language)
    assert "2026" not in gap(language, title="")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_need_whose_offers_all_end_soon_reads_well(language: str) -> None:
    for title in ("Passenger data unit", ""):
        sentence = gaps.ending_sentence(
            language,
            state=BOOK.states["MDV"][language],
            need_title=title,
            best_offer="Borders",
            closes_on=date(2027, 1, 31),
        )
        assert_reads_well(sentence, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bundle_reads_well(language: str) -> None:
    states = [BOOK.states[code][language] for code in ("KEN", "UGA", "ETH", "SOM", "DJI")]
    for told in ([], ["One thing", "Another"]):
        sentence = gaps.bundle_sentence(
            language,
            theme="border.api-pnr",
            count=6,
            states=states,
            grouping="IGAD",
            concepts=told,
            strategies=told,
            partners=told,
            ending=told,
            book=BOOK,
        )
        assert_reads_well(sentence, language)
        assert ("Another" in sentence) == bool(told)


def test_a_gap_is_shared_by_two_states_at_least() -> None:
    assert "joint project" not in gap("en")
    assert "2 States" in gap("en", states=2)


def test_room_left_is_never_told_in_figures() -> None:
    sentence = rules.near_miss_sentence(
        "capacity.full",
        "en",
        values={},
        change_path="capacity.total",
        change_value=6.0,
        subject=subject("en"),
        book=BOOK,
    )
    assert not any(sign.isdigit() for sign in sentence)


def test_what_both_sides_name_is_said_once() -> None:
    sentence = finding("theme.same_subarea", "en", need=("border.api-pnr",), offer=("border.api-pnr",))
    assert sentence.count("(API/PNR)") == 1


def test_words_that_differ_are_quoted_from_both_texts() -> None:
    sentence = finding("substance.same_purpose", "en", need=("carrier data",), offer=("API/PNR",))
    assert "“carrier data”" in sentence
    assert "“API/PNR”" in sentence


def test_words_that_are_the_same_are_quoted_once() -> None:
    sentence = finding("substance.same_purpose", "en", need=("Carrier data",), offer=("carrier data",))
    assert sentence.lower().count("carrier data") == 1


def test_a_law_need_is_told_why_a_workshop_falls_short() -> None:
    sentence = finding("assistance_type.akin", "en", need=("legislative",), offer=("training",))
    assert "“legislative drafting and legal advice”" in sentence
    assert "“training course or workshop”" in sentence
    assert "no workshop" in sentence


def test_a_guideline_is_told_to_be_weak() -> None:
    sentence = finding("assistance_type.other", "en", need=("equipment",), offer=("guidance",))
    assert "guideline alone" in sentence


def test_languages_that_do_not_meet_are_both_named_with_what_would_help() -> None:
    sentence = finding("language.not_shared", "en", need=("ar", "fr"), offer=("en",))
    assert "Arabic and French" in sentence
    assert "English" in sentence
    assert "interpretation" in sentence


def test_what_is_left_out_is_named() -> None:
    need, offer = ("it-system", "legislative"), ("it-system",)
    sentence = finding("assistance_type.some_given", "en", need=need, offer=offer)
    assert sentence.index("information system") < sentence.index("elsewhere") < sentence.index("legislative")


def test_the_same_paragraph_comes_before_the_same_resolution() -> None:
    sentence = finding("legal_basis.same_paragraph", "en", need=("2178", "2396:12"), offer=("2178", "2396:12"))
    assert "resolution 2396 (para. 12)" in sentence
    assert "2178" not in sentence


def test_resolutions_meet_by_number_where_their_paragraphs_differ() -> None:
    sentence = finding("legal_basis.same_resolution", "en", need=("2396:12",), offer=("2396:15",))
    assert sentence.endswith("resolution 2396.")


def test_a_long_list_is_cut_short_and_counted() -> None:
    many = tuple(BOOK.institutions)[:9]
    sentence = finding("institution.all_served", "en", need=many, offer=many)
    assert sentence.count("“") == 3
    assert "6 others" in sentence


def test_a_code_that_the_reference_data_do_not_hold_stands_as_it_is() -> None:
    sentence = finding("theme.other_area", "en", need=("border.new",), offer=("cft",))
    assert "“border.new”" in sentence


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(UnknownMessage):
        rules.finding_sentence("theme.invented", "en", values={}, need=(), offer=(), subject=subject("en"), book=BOOK)
