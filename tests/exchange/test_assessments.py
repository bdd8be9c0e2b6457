"""Assessments from a table: rows of one State, tool and day are one edition, and stand or fall together."""

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.exchange import made
from tests.exchange.test_imports import everything, hand_in, rehearse, results
from tests.world import World

HEADER = ("state", "tool", "tool_version", "assessed_on", "entry", "number", "theme", "resolution", "ordinal", "label",
          "comment_en", "languages", "level")  # fmt: skip
FIRST = ("Kenya", "oia", "2021", "2026-06-01", "", "1.4", "cft.asset-freezing", "1373:1", "1", "Marginally",
         "No decree.", "", "")  # fmt: skip
SECOND = (
    "KEN",
    "OIA",
    "2021",
    "2026-06-01",
    "item",
    "3.1",
    "border.api-pnr",
    "2396:12",
    "",
    "Not assessed",
    "",
    "",
    "",
)
HELP = ("KEN", "oia", "2021", "2026-06-01", "capacity", "", "cft.fiu", "", "", "Analysts for peers", "A week.",
        "en; sw", "")  # fmt: skip
KIND = "assessments"


def changed(row: tuple[str, ...], **cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, cell) for name, cell in zip(HEADER, row, strict=True))


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(made.csv_file(HEADER, FIRST, SECOND, HELP), id="CSV"),
        pytest.param(made.xlsx_file(HEADER, FIRST, SECOND, HELP), id="XLSX"),
        pytest.param(made.ods_file(HEADER, FIRST, SECOND, HELP), id="ODS"),
    ],
)
def test_rows_of_one_day_are_one_edition(world: World, file: bytes) -> None:
    assert results(rehearse(world.officer, file, KIND)) == ["created"] * 3
    assert world.officer.ids("/assessments") == set()
    assert results(hand_in(world.officer, file, KIND)) == ["created"] * 3
    (edition,) = world.officer.ids("/assessments")
    read = world.officer.get(f"/assessments/{edition}")
    assert (read["state"], read["tool"], read["level"]) == ("KEN", "oia", "committee")
    assert [(one["number"], one["ordinal"], one["label"]) for one in read["items"]] == [
        ("1.4", 1, "Marginally"), ("3.1", None, "Not assessed"),
    ]  # fmt: skip
    (entry,) = read["capacity"]
    assert (entry["title"], entry["languages"]) == ({"en": "Analysts for peers"}, ["en", "sw"])


def test_importing_twice_changes_nothing_and_a_new_rating_one_edition(world: World, engine: Engine) -> None:
    later = [changed(row, assessed_on="2026-11-01") for row in (FIRST, SECOND)]
    file = made.csv_file(HEADER, FIRST, SECOND, HELP, *later)
    hand_in(world.officer, file, KIND)
    before = everything(engine, but="imports")
    assert set(results(hand_in(world.officer, file, KIND))) == {"unchanged"}
    assert everything(engine, but="imports") == before
    better = made.csv_file(HEADER, changed(FIRST, ordinal="3"), SECOND, *later)
    assert results(hand_in(world.officer, better, KIND)) == ["changed", "changed", "unchanged", "unchanged"]
    assert len(world.officer.ids("/assessments")) == 2


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ([changed(FIRST, ordinal="5")], ["ordinal.unknown"]),
        ([changed(FIRST, ordinal="mostly")], ["ordinal.unknown"]),
        ([changed(FIRST, theme="cft.asset-freezin")], ["theme.unknown"]),
        ([changed(FIRST, theme="")], ["field.missing"]),
        ([changed(FIRST, resolution="9999:1")], ["resolution.unknown"]),
        ([changed(FIRST, state="Atlantis")], ["state.unknown"]),
        ([changed(FIRST, tool="pia")], ["value.unknown"]),
        ([changed(FIRST, assessed_on="June 2026")], ["value.not_a_date"]),
        ([changed(FIRST, level="public")], ["level.above_committee"]),
        ([changed(HELP, comment_en="")], ["field.too_short", "field.too_short"]),
        ([FIRST, changed(SECOND, number="1.4")], ["edition.refused", "item.doubled"]),
        ([FIRST, changed(SECOND, tool_version="2013")], ["edition.two_values"] * 2),
    ],
)
def test_a_wrong_row_refuses_the_file_and_says_where(world: World, rows: list[Any], faults: list[str]) -> None:
    file = made.csv_file(HEADER, *rows)
    report = rehearse(world.officer, file, KIND)
    assert [fault["code"] for row in report["rows"] for fault in row["faults"]] == faults
    assert hand_in(world.officer, file, KIND, expect=422)["code"] == "import.refused"
    assert world.officer.ids("/assessments") == set()


def test_a_state_imports_its_own_survey_and_nothing_else(world: World) -> None:
    survey = made.csv_file(HEADER, changed(FIRST, tool="dis"))
    assert results(hand_in(world.kenya, survey, KIND)) == ["created"]
    assert len(world.kenya.ids("/assessments")) == 1
    assert world.officer.ids("/assessments") == set()
    for caller, file in (
        (world.maldives, survey),
        (world.officer, survey),
        (world.kenya, made.csv_file(HEADER, FIRST)),
    ):
        assert hand_in(caller, file, KIND, expect=422)["errors"][0]["code"] == "assessment.not_own"
    for kind in ("needs", "offers", "visits"):
        hand_in(world.kenya, survey, kind, expect=403)
    for name in ("unodc", "designer"):
        hand_in(getattr(world, name), survey, KIND, expect=403)


def test_an_edition_that_the_importer_may_not_see_is_not_touched(world: World) -> None:
    file = made.csv_file(HEADER, changed(FIRST, level="team"))
    hand_in(world.officer, file, KIND)
    assert results(hand_in(world.other_officer, made.csv_file(HEADER, FIRST), KIND)) == ["created"]
    assert len(world.officer.ids("/assessments")) == 2
    assert len(world.other_officer.ids("/assessments")) == 1


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x00" * 100,
        b"state,tool\n\xff\xfe",
        b"PK\x03\x04" + b"\x00" * 200,
        made.csv_file(("state", "tool"), ("KEN", "oia")),
        made.csv_file((*HEADER, "surprise"), (*FIRST, "x")),
        made.csv_file(HEADER, (*FIRST, "one too many")),
        made.csv_file(HEADER, *[changed(FIRST, number=str(n)) for n in range(2_001)]),
        made.csv_file(HEADER, changed(FIRST, label="a\u202eb")),
        made.csv_file(HEADER, changed(FIRST, comment_en="x" * 20_001)),
        made.iati(made.activity()),
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;</x>",
    ],
    ids=["empty", "zeros", "not UTF-8", "no spreadsheet", "columns missing", "unknown column", "a cell too many",
         "too many items", "turned direction", "too long a comment", "IATI", "entities"],
)  # fmt: skip
def test_hostile_files_are_refused(world: World, payload: bytes) -> None:
    answer = world.officer.ask("POST", "/imports", files={"file": ("file", payload)}, data={"kind": KIND})
    assert answer.status_code in (413, 422), answer.text
    assert world.officer.ids("/assessments") == set()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_template_can_be_handed_in_as_it_is_filled(world: World, ending: str) -> None:
    answer = world.officer.ask("GET", f"/templates/assessments.{ending}", expect=200)
    assert answer.content
    if ending == "csv":
        names = answer.content.decode("utf-8-sig").splitlines()[0].split(",")
        assert {"state", "tool", "ordinal", "comment_en"} <= set(names)
