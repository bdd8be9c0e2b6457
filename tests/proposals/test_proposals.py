"""Needs proposed for recommendations: pointed at their words, warned of duplicates, saved by nobody but a person."""

import time
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.i18n import LANGUAGES
from app.needs.models import Need
from app.proposals import rules
from tests.exchange import made
from tests.world import World

Json = dict[str, Any]
PATH = "/recommendations/proposals"
FREEZE = (
    "Adopt a decree so that the financial intelligence unit can freeze terrorist assets without delay, and train "
    "banks, in line with paragraph 1 of resolution 1373 (2001)."
)
BORDER = "Train border guards in the use of API and PNR data, pursuant to paragraph 12 of resolution 2396 (2017)."
ABSENT = "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f"


def asked(*texts: str, **changes: Any) -> Json:
    rows = [{"number": str(number), "text": {"en": text}} for number, text in enumerate(texts, start=1)]
    return {"state": "KEN", "recommendations": rows, **changes}


def propose(world: World, body: Json, **more: Any) -> list[Json]:
    found: list[Json] = world.officer.post(PATH, body, expect=200, **more)["proposals"]
    return found


def needs_in(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Need)) or 0


def test_each_value_points_at_the_words_that_it_came_from(shared_world: World) -> None:
    (proposal,) = propose(shared_world, asked(FREEZE))
    need = proposal["need"]
    assert need["themes"] == ["cft.asset-freezing"]
    assert set(need["assistance_types"]) == {"legislative", "training"}
    assert "fiu" in need["target_institutions"]
    assert need["resolutions"] == ["1373:1"]
    for field in ("themes", "assistance_types", "target_institutions", "resolutions"):
        assert [one["value"] for one in proposal[field]] == need[field]
        for one in proposal[field]:
            assert one["label"]
            assert one["spans"]
            assert all(FREEZE[span["start"] : span["end"]] == span["text"] for span in one["spans"])


def test_nothing_is_saved_until_a_person_records_it(world: World, engine: Engine) -> None:
    (proposal,) = propose(world, asked(FREEZE))
    assert needs_in(engine) == 0
    recorded = world.officer.post("/needs", proposal["need"])
    assert needs_in(engine) == 1
    assert recorded["themes"] == proposal["need"]["themes"]
    assert recorded["completeness"] == proposal["completeness"]
    assert set(proposal["completeness"]["missing"]) == {"priority", "agreed_on", "needed_by"}


def test_a_pasted_table_is_read_row_by_row(shared_world: World) -> None:
    pasted = f"No.\tRecommendation\tPriority\n3\t{FREEZE}\thigh\n4\t{BORDER}\tlow\n"
    proposals = propose(shared_world, {"state": "KEN", "pasted": pasted})
    assert [(one["recommendation"], one["need"]["priority"]) for one in proposals] == [("3", "high"), ("4", "low")]


def test_a_pasted_list_is_read_by_its_numbers(shared_world: World) -> None:
    pasted = f"1. {FREEZE}\n\n2. {BORDER}\n"
    answer = shared_world.officer.post(PATH, {"state": "KEN", "pasted": pasted}, expect=200)
    assert [one["text"] for one in answer["recommendations"]] == [{"en": FREEZE}, {"en": BORDER}]
    assert [one["recommendation"] for one in answer["proposals"]] == ["1", "2"]


def test_the_words_of_two_languages_stand_side_by_side(shared_world: World) -> None:
    french = "Former les gardes frontière à l’emploi des données API et PNR."
    rows = [{"number": "1", "text": {"en": BORDER, "fr": french}}]
    (proposal,) = propose(shared_world, {"state": "KEN", "recommendations": rows})
    assert set(proposal["need"]["description"]) == {"en", "fr"}
    (theme,) = proposal["themes"]
    assert {span["language"] for span in theme["spans"]} == {"en", "fr"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "fr",
            "Gel sans délai des avoirs terroristes : décret, cellule de renseignement financier, banques formées.",
        ),
        ("es", "Congelación sin demora de activos de terroristas: decreto, unidad de inteligencia financiera, bancos."),
        ("ru", "Замораживание активов террористов без задержки: указ, подразделение финансовой разведки, банки."),
        ("ar", "تجميد أصول الإرهابيين دون تأخير: مرسوم ووحدة الاستخبارات المالية وتدريب المصارف."),
        ("zh", "毫不拖延地冻结恐怖分子资产：法令、金融情报机构和银行培训。"),
    ],
)
def test_a_like_need_in_another_language_is_named(world: World, language: str, text: str) -> None:
    need = world.make_need(title={language: text[:60]}, description={language: text}, themes=[])
    (proposal,) = propose(world, asked(FREEZE))
    (duplicate,) = proposal["duplicates"]
    assert duplicate["need"]["id"] == need["id"]
    assert need["reference"] in duplicate["sentence"]
    assert propose(world, asked(BORDER))[0]["duplicates"] == []
    assert propose(world, asked(FREEZE, state="MDV"))[0]["duplicates"] == []


def test_two_rows_that_ask_for_the_same_are_told(shared_world: World) -> None:
    proposals = propose(shared_world, asked(BORDER, FREEZE, BORDER, state="MDV"))
    assert [one["proposal"] for one in proposals[2]["duplicates"]] == [1]
    assert proposals[1]["duplicates"] == []


def test_the_warning_comes_in_the_language_asked_for(world: World) -> None:
    world.make_need()
    sentences = {
        propose(world, asked(FREEZE), headers={"Accept-Language": language})[0]["duplicates"][0]["sentence"]
        for language in LANGUAGES
    }
    assert len(sentences) == 6


def test_a_need_that_the_officer_may_not_see_is_no_duplicate(world: World) -> None:
    world.make_need(level="team")
    assert len(propose(world, asked(FREEZE))[0]["duplicates"]) == 1
    hidden = world.other_officer.ask("POST", PATH, json=asked(FREEZE), expect=200)
    assert hidden.json()["proposals"][0]["duplicates"] == []


def test_a_hidden_visit_is_as_absent_as_none(world: World) -> None:
    visit = world.officer.post(
        "/visits",
        {"state": "KEN", "mode": "on_site", "type": "focused", "starts_on": "2026-10-05", "ends_on": "2026-10-09",
         "level": "team"},
    )  # fmt: skip
    assert propose(world, asked(FREEZE, visit=visit["id"]))[0]["need"]["visit"] == visit["id"]
    world.officer.post(PATH, asked(FREEZE, visit=visit["id"], state="MDV"), expect=422)
    answers = [
        world.other_officer.post(PATH, asked(FREEZE, visit=each), expect=404) | {"request_id": ""}
        for each in (visit["id"], ABSENT)
    ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("who", ["secretariat", "kenya", "unodc", "designer", "auditor", "admin"])
def test_only_officers_are_proposed_to(shared_world: World, who: str) -> None:
    getattr(shared_world, who).post(PATH, asked(FREEZE), expect=403)
    shared_world.nobody.post(PATH, asked(FREEZE), expect=401)


@pytest.mark.parametrize(
    "body",
    [
        {"state": "KEN"},
        {"state": "KEN", "recommendations": []},
        {"state": "XXX", "pasted": "1. Do."},
        {"state": "KEN", "pasted": "a\u0007b"},
        {"state": "KEN", "pasted": "\n\n \t \n"},
        {"state": "KEN", "pasted": "x" * 100_001},
        {"state": "KEN", "pasted": "y" * 30_000},
        {"state": "KEN", "pasted": "1. a\n" * 101},
        {"state": "KEN", "pasted": "1. a", "recommendations": [{"number": "1", "text": {"en": "a"}}]},
        {"state": "KEN", "pasted": "1. a", "save": True},
        {"state": "KEN", "recommendations": [{"number": "1", "text": {"english": "a"}}]},
    ],
)
def test_what_cannot_be_read_is_refused_without_repeating_it(shared_world: World, body: Json) -> None:
    answer = shared_world.officer.ask("POST", PATH, json=body, expect=422)
    assert "yyy" not in answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def table(world: World, payload: bytes, *, who: str = "officer", expect: int = 200, state: str = "KEN") -> Json:
    answer: Json = (
        getattr(world, who)
        .ask("POST", f"{PATH}/table", files={"file": ("file", payload)}, data={"state": state}, expect=expect)
        .json()
    )
    return answer


@pytest.mark.parametrize("make", [made.csv_file, made.xlsx_file, made.ods_file], ids=["CSV", "XLSX", "ODS"])
def test_a_table_is_handed_in_as_a_file(shared_world: World, make: Any) -> None:
    payload = make(("number", "text_en", "priority"), ("3", FREEZE, "high"), ("4", BORDER, ""))
    proposals = table(shared_world, payload, state="MDV")["proposals"]
    assert [(one["recommendation"], one["need"]["priority"]) for one in proposals] == [("3", "high"), ("4", None)]
    assert [one["need"] for one in proposals] == [
        one["need"] | {"priority": priority}
        for one, priority in zip(propose(shared_world, asked(FREEZE, BORDER, state="MDV")), ("high", None), strict=True)
    ]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"PK\x03\x04" + b"\x00" * 100,
        made.csv_file(("number", "text_en")),
        made.csv_file(("number",), ("1",)),
        made.csv_file(("number", "text_en", "surprise"), ("1", "Do.", "x")),
        made.csv_file(("number", "text_en"), ("1", "x" * 20_001)),
        made.csv_file(("number", "text_en", "priority"), ("1", "Do.", "soon")),
        made.csv_file(("number", "text_en"), *[(str(n), "Do.") for n in range(101)]),
        made.csv_file(("number", "text_en"), *[(str(n), "x" * 15_000) for n in range(10)]),
        made.iati(made.activity()),
    ],
    ids=["empty", "no spreadsheet", "no rows", "no text", "unknown column", "too long", "unknown priority", "too many",
         "too much", "IATI"],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_refused(shared_world: World, payload: bytes) -> None:
    assert table(shared_world, payload, expect=422)["errors"]


def test_only_officers_hand_in_tables(shared_world: World) -> None:
    payload = made.csv_file(("number", "text_en"), ("1", FREEZE))
    for who in ("secretariat", "kenya", "unodc", "designer", "auditor", "admin"):
        table(shared_world, payload, who=who, expect=403)


@pytest.mark.parametrize(
    "text",
    [
        "train and " * 1_900,
        "(a) " * 4_000,
        "para. 1 " * 2_400,
        "; " * 9_000 + "a",
        "Adopt a law on freezing terrorist assets and train border guards in API and PNR data, and " * 200,
        "第1373(2001)号决议第1段，" * 900,
        '=HYPERLINK("http://x")\u202e<script>alert(1)</script>',
    ],
)
def test_hostile_text_is_answered_soon(shared_world: World, text: str) -> None:
    started = time.process_time()
    answer = shared_world.officer.ask("POST", PATH, json=asked(text[:20_000]))
    assert answer.status_code == 200
    assert time.process_time() - started < 4


@pytest.mark.parametrize(
    ("pasted", "rows"),
    [
        ("1. One\n2. Two", [("1", "One"), ("2", "Two")]),
        ("4. One:\n(a) this\n(b) that\n\n5. Two", [("4", "One:\n(a) this\n(b) that"), ("5", "Two")]),
        ("One\n\nTwo", [("1", "One"), ("2", "Two")]),
        ("A-1\tDo this at once", [("A-1", "Do this at once")]),
        ("编号\t建议\n7\t培训边防人员", [("7", "培训边防人员")]),
    ],
)
def test_a_pasted_text_falls_into_rows(pasted: str, rows: list[tuple[str, str]]) -> None:
    assert [(row.number, row.text) for row in rules.rows_of(pasted)] == rows
