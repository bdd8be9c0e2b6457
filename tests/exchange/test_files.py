"""Files for `rank` and `evaluate`: what they hold, and which sentence says what is wrong with them."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import Invalid
from app.exchange import files
from tests.exchange import made

pytestmark = pytest.mark.pure

NEED = {"id": "N1", "state": "FJI", "title": "FIU has two analysts", "description": "Backlog of 400.", "lang": "en"}
OFFER = {"id": "O1", "organization": "Expertise France / AFD", "title": "Gel", "description": "Appui.", "lang": "fr",
         "scope": {"groupings": ["igad"]}}  # fmt: skip


def jsonl(folder: Path, *records: Any, name: str = "needs.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(Invalid) as refused:
        files.read_needs(path)
    return [f"{fault.pointer}: {fault.detail}" for fault in refused.value.faults]


def test_plain_texts_take_their_language_from_lang(tmp_path: Path) -> None:
    (need,) = files.read_needs(jsonl(tmp_path, NEED | {"visited_on": "2026-07-06", "languages": ["en", "tpi"]}))
    assert need.title == {"en": "FIU has two analysts"}
    assert str(need.visited_on) == "2026-07-06"


def test_an_offer_may_name_any_organization(tmp_path: Path) -> None:
    (offer,) = files.read_offers(jsonl(tmp_path, OFFER))
    assert offer.organization == "Expertise France / AFD"
    assert offer.scope is not None
    assert offer.scope.groupings == ["igad"]


def test_unknown_keys_are_told_and_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(files.read_needs(jsonl(tmp_path, NEED | {"colour": "red", "coverage": "none"}))) == 1
    told = capsys.readouterr()
    assert told.err == "needs.jsonl: the key 'colour' is not known and was passed over (1).\n"
    assert told.out == ""


def test_unknown_codes_are_told_with_what_was_meant_and_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (need,) = files.read_needs(jsonl(tmp_path, NEED | {"themes": ["cft.fui", "cft"], "languages": ["English", "en"]}))
    assert (need.themes, need.languages) == (["cft"], ["en"])
    told = capsys.readouterr().err
    assert "line 1, themes/0: This is no code of a theme. Did you mean cft.fiu?" in told
    assert "line 1, languages/0: " in told


@pytest.mark.parametrize("make", [made.csv_file, made.xlsx_file, made.ods_file], ids=["csv", "xlsx", "ods"])
def test_tables_are_read_too(tmp_path: Path, make: Any) -> None:
    path = tmp_path / "needs"
    header = ("id", "state", "title", "description", "lang", "visited_on", "themes")
    path.write_bytes(make(header, ("N1", "Fiji", "Backlog", "Two analysts", "en", "2026-07-06", "cft.fiu")))
    (need,) = files.read_needs(path)
    assert (need.state, need.title, need.themes) == ("FJI", {"en": "Backlog"}, ["cft.fiu"])


def test_offers_are_read_from_iati_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "activities.xml"
    path.write_bytes(made.iati(made.activity("XI-1", inside='<sector vocabulary="99" code="CT"/>')))
    assert [offer.id for offer in files.read_offers(path)] == ["XI-1"]
    assert "private vocabulary" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param({"state": None}, "needs.jsonl, line 2, state: Input should be a valid string.", id="no State"),
        pytest.param(
            {"state": "FIJ"}, "line 2, state: This is no code of a state. Did you mean FJI?", id="a wrong State"
        ),
        pytest.param({"title": " "}, "line 2, title/en: text must not be empty.", id="an empty title"),
        pytest.param(
            {"description": "x" * 1_000_000}, "description/en: String should have at most 20000", id="a million letters"
        ),
        pytest.param(
            {"id": "N\u202e1"}, "line 2, id: names must not contain characters that change", id="an id that turns round"
        ),
        pytest.param({"id": "N1"}, "line 2, id: Another row of this file has the same id", id="an id twice"),
        pytest.param({"needed_by": "soon"}, "line 2, needed_by: ", id="no date"),
    ],
)
def test_a_fault_names_file_line_and_what_would_be_right(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    (fault,) = faults(jsonl(tmp_path, NEED, NEED | {"id": "N2", **change}))
    assert sentence in fault


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param("{", "line 1: The body must be one JSON value", id="no JSON"),
        pytest.param("[]", "line 1: Write one JSON object a line.", id="no object"),
        pytest.param('{"a": NaN}', "line 1: Numbers must be finite.", id="no number"),
        pytest.param('{"a": 1, "a": 2}', "line 1: An object must not name a key twice.", id="a key twice"),
        pytest.param("", "needs.jsonl: There are no needs in the file.", id="nothing"),
    ],
)
def test_a_line_that_is_no_record_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    path = tmp_path / "needs.jsonl"
    path.write_text(line)
    assert sentence in faults(path)[0]


def test_a_table_without_a_needed_column_says_which(tmp_path: Path) -> None:
    path = tmp_path / "needs.csv"
    path.write_bytes(made.csv_file(("id", "title", "description"), ("1", "T", "D")))
    assert faults(path) == ["needs.csv: Add a column state."]


def test_texts_in_mixed_scripts_are_no_fault(tmp_path: Path) -> None:
    (need,) = files.read_needs(jsonl(tmp_path, NEED | {"title": "نظام API/PNR для 旅客信息", "lang": "ar"}))
    assert need.title == {"ar": "نظام API/PNR для 旅客信息"}


def test_drafts_and_withdrawn_offers_are_not_ranked(tmp_path: Path) -> None:
    path = jsonl(tmp_path, OFFER, *(OFFER | {"id": s, "status": s} for s in ("draft", "withdrawn")))
    assert [offer.id for offer in files.read_offers(path)] == ["O1"]
