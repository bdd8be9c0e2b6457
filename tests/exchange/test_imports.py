"""Imports over HTTP: all of a file or nothing, the report, and what an import leaves alone."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.core.db import Base
from app.offers import queries as offers
from tests.exchange import made
from tests.world import Caller, Json, World

HEADER = ("external_id", "title_en", "description_en", "scope.world")


def hand_in(
    caller: Caller, payload: bytes, kind: str = "offers", *, expect: int = 201, name: str = "file", **form: str
) -> Json:
    answer = caller.ask("POST", "/imports", files={"file": (name, payload)}, data={"kind": kind, **form}, expect=expect)
    read: Json = answer.json()
    return read


def rehearse(caller: Caller, payload: bytes, kind: str = "offers") -> Json:
    return hand_in(caller, payload, kind, expect=200, dry_run="true")


def results(report: Json) -> list[str]:
    return [row["result"] for row in report["rows"]]


def everything(engine: Engine, *, but: str = "") -> dict[str, Any]:
    """Every row of every table, but for the trail and the keys, which keep what was tried as well."""
    with Session(engine) as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
            if table.name != but and not table.name.startswith(("audit", "api_keys"))
        }


def revision(engine: Engine) -> int:
    with Session(engine) as session:
        return offers.revision(session)


def own_offers(world: World) -> dict[str, Json]:
    page = world.unodc.get("/offers", params={"organization": "unodc-tpb", "limit": "200"})
    return {offer["external_id"]: offer for offer in page["items"]}


def test_activities_become_published_offers_of_the_importer(world: World) -> None:
    report = hand_in(world.unodc, made.iati(made.activity("XI-1"), made.activity("XI-2")))
    assert results(report) == ["created", "created"]
    assert report["counts"] == {"created": 2, "changed": 0, "unchanged": 0, "refused": 0}
    offer = own_offers(world)["XI-1"]
    assert offer["status"] == "published"
    assert offer["availability"] == "unknown"
    assert offer["scope"]["states"] == ["KEN"]
    assert (offer["opens_on"], offer["closes_on"]) == ("2026-01-01", "2028-12-31")


def test_importing_twice_changes_nothing(world: World, engine: Engine) -> None:
    file = made.iati(*(made.activity(f"XI-{n}") for n in range(20)))
    hand_in(world.unodc, file)
    before, at = everything(engine, but="imports"), revision(engine)
    world.pass_time(days=1)
    assert set(results(hand_in(world.unodc, file))) == {"unchanged"}
    assert everything(engine, but="imports") == before
    assert revision(engine) == at


def test_an_import_raises_the_revision_once(world: World, engine: Engine) -> None:
    before = revision(engine)
    hand_in(world.unodc, made.iati(*(made.activity(f"XI-{n}") for n in range(20))))
    assert revision(engine) == before + 1


def test_only_the_activity_that_changed_is_changed(world: World) -> None:
    hand_in(world.unodc, made.iati(made.activity("XI-1"), made.activity("XI-2")))
    other = "<title><narrative>Another title</narrative></title>"
    report = hand_in(world.unodc, made.iati(made.activity("XI-1"), made.activity("XI-2", title=other)))
    assert results(report) == ["unchanged", "changed"]


def test_an_imported_offer_is_in_the_very_next_ranking(world: World) -> None:
    need = world.make_need()
    hand_in(
        world.unodc, made.iati(made.activity("XI-1", title="<title><narrative>Freezing assets</narrative></title>"))
    )
    answer = world.officer.get(f"/needs/{need['id']}/matches")
    assert [match["offer"]["title"] for match in answer["matches"]] == ["Freezing assets"]


BROKEN = made.iati(made.activity("XI-1"), made.activity("XI-2", recipients='<recipient-country code="ZZ"/>'))


def test_one_wrong_row_and_nothing_is_written(world: World, engine: Engine) -> None:
    before = everything(engine)
    problem = hand_in(world.unodc, BROKEN, expect=422)
    assert problem["code"] == "import.refused"
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [
        ("/rows/2/recipient-country", "country.unknown")
    ]  # fmt: skip
    assert everything(engine) == before


def test_a_dry_run_reports_every_row_and_writes_only_its_report(world: World, engine: Engine) -> None:
    before = everything(engine, but="imports")
    report = rehearse(world.unodc, BROKEN)
    assert results(report) == ["created", "refused"]
    assert report["is_dry_run"]
    assert everything(engine, but="imports") == before


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(made.iati(made.activity(), before="<!DOCTYPE a>"), id="a document type"),
        pytest.param(b"<a>" * 200_000, id="200,000 deep"),
        pytest.param(made.iati(made.activity("XI-1"), made.activity("XI-1")), id="an identifier twice"),
        pytest.param(made.iati(made.activity(title="")), id="no title"),
        pytest.param(
            made.csv_file(HEADER, ("1", "T", "D", "true"), ("1", "T", "D", "true")), id="an external id twice"
        ),
        pytest.param(
            made.csv_file((*HEADER, "status"), ("1", "T", "D", "", "published")), id="published without scope"
        ),
        pytest.param(made.csv_file((*HEADER, "url"), ("1", "T", "D", "true", "javascript:x")), id="a link that runs"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_file_that_is_refused_leaves_the_database_as_before(world: World, engine: Engine, payload: bytes) -> None:
    before = everything(engine)
    hand_in(world.unodc, payload, expect=422)
    assert everything(engine) == before


def test_a_refusal_never_says_what_stood_in_the_file(world: World) -> None:
    secret = "".join(("very", "private"))
    rows = [("1", "T", "D", secret), ("2", "T", "D", secret)]
    assert secret not in str(hand_in(world.unodc, made.csv_file(HEADER, *rows), expect=422))


def test_a_report_is_for_the_one_who_imported(world: World) -> None:
    report = hand_in(world.unodc, made.iati(made.activity()))
    assert world.unodc.get(f"/imports/{report['id']}") == report
    world.osce.get(f"/imports/{report['id']}", expect=404)
    world.kenya.get(f"/imports/{report['id']}", expect=404)
    world.auditor.get(f"/imports/{report['id']}", expect=403)


@pytest.mark.parametrize(
    ("name", "kind", "form", "status"),
    [
        pytest.param("officer", "offers", {}, 403, id="an officer imports no offers"),
        pytest.param("admin", "offers", {}, 403, id="nor does an administrator"),
        pytest.param("kenya", "needs", {}, 403, id="nor a State needs"),
        pytest.param("unodc", "needs", {}, 403, id="nor a provider"),
        pytest.param("unodc", "offers", {"organization": "osce"}, 403, id="nor a provider for another"),
        pytest.param("nobody", "offers", {}, 401, id="nor anybody without a key"),
        pytest.param("unodc", "spells", {}, 422, id="of unknown kinds there are no imports"),
        pytest.param("unodc", "offers", {"colour": "red"}, 422, id="nor with unknown fields"),
        pytest.param("officer", "needs", {"organization": "osce"}, 422, id="needs belong to no organization"),
    ],
)
def test_who_imports_what(world: World, name: str, kind: str, form: dict[str, str], status: int) -> None:
    hand_in(getattr(world, name), made.iati(made.activity()), kind, expect=status, **form)


def test_what_cannot_be_published_is_kept_as_a_draft_and_the_report_says_why(world: World) -> None:
    report = hand_in(world.unodc, made.iati(made.activity("XI-1", recipients="")))
    assert [note["code"] for note in report["rows"][0]["notes"]] == ["offer.draft"]
    assert own_offers(world)["XI-1"]["status"] == "draft"
    hand_in(world.unodc, made.iati(made.activity("XI-1")))
    assert own_offers(world)["XI-1"]["status"] == "published"


def test_an_activity_without_description_is_a_draft(world: World) -> None:
    report = hand_in(world.unodc, made.iati(made.activity("XI-1", description="")))
    assert "description" in report["rows"][0]["notes"][0]["detail"]
    assert own_offers(world)["XI-1"]["status"] == "draft"


def test_an_import_leaves_what_the_provider_said_by_hand(world: World) -> None:
    hand_in(world.unodc, made.iati(made.activity("XI-1")))
    offer = own_offers(world)["XI-1"]
    path = f"/offers/{offer['id']}"
    said = {"availability": "by_invitation", "delivery_languages": ["en", "sw"], "themes": ["cft.fiu"]}
    world.unodc.step("PATCH", path, "", said)
    kept = world.unodc.step("POST", path, "/confirm")
    closed = made.iati(made.activity("XI-1", status='<activity-status code="4"/>'))
    report = hand_in(world.unodc, closed)
    assert results(report) == ["unchanged"]
    assert [note["code"] for note in report["rows"][0]["notes"]] == ["availability.kept"]
    assert world.unodc.get(path) == kept


def test_an_activity_that_ends_closes_an_offer_of_which_the_provider_said_nothing(world: World) -> None:
    hand_in(world.unodc, made.iati(made.activity("XI-1")))
    hand_in(world.unodc, made.iati(made.activity("XI-1", status='<activity-status code="4"/>')))
    assert own_offers(world)["XI-1"]["availability"] == "closed"


def test_a_withdrawn_offer_stays_withdrawn(world: World) -> None:
    file = made.iati(made.activity("XI-1"))
    hand_in(world.unodc, file)
    world.unodc.step("POST", f"/offers/{own_offers(world)['XI-1']['id']}", "/withdraw")
    assert results(hand_in(world.unodc, file)) == ["unchanged"]
    assert own_offers(world)["XI-1"]["status"] == "withdrawn"


@pytest.mark.parametrize("make", [made.csv_file, made.xlsx_file, made.ods_file], ids=["CSV", "XLSX", "ODS"])
def test_a_table_of_offers_is_imported(world: World, make: Any) -> None:
    rows = (HEADER, ("A-1", "Training", "For analysts", "true"), ("A-2", "Advice", "For drafters", "true"))
    assert results(hand_in(world.unodc, make(*rows))) == ["created", "created"]
    assert results(hand_in(world.unodc, make(*rows))) == ["unchanged", "unchanged"]
    assert own_offers(world)["A-2"]["status"] == "published"


NEEDS = ("state", "source", "title_en", "description_en", "themes", "priority", "level")
NEED = (
    "Kenya",
    "cted",
    "Freezing without delay",
    "Banks learn of designations weeks later.",
    "cft.asset-freezing",
    "high",
    "",
)


def test_needs_are_imported_by_an_officer_and_found_again(world: World) -> None:
    file = made.csv_file(NEEDS, NEED)
    report = hand_in(world.officer, file, "needs")
    assert results(report) == ["created"]
    assert results(hand_in(world.officer, file, "needs")) == ["unchanged"]
    (need,) = world.officer.get("/needs")["items"]
    assert (need["state"], need["level"], need["reference"]) == ("KEN", "committee", report["rows"][0]["identifier"])
    lower = made.csv_file((*NEEDS, "reference"), (*NEED[:5], "low", "", need["reference"]))
    assert results(hand_in(world.officer, lower, "needs")) == ["changed"]
    assert world.officer.get(f"/needs/{need['id']}")["priority"] == "low"


@pytest.mark.parametrize("level", ["state", "named", "community", "public"])
def test_an_import_lets_no_need_out(world: World, level: str) -> None:
    problem = hand_in(world.officer, made.csv_file(NEEDS, (*NEED[:-1], level)), "needs", expect=422)
    assert [error["code"] for error in problem["errors"]] == ["level.above_committee"]
    assert world.officer.get("/needs")["items"] == []


def test_an_import_leaves_the_level_of_a_need_alone(world: World) -> None:
    hand_in(world.officer, made.csv_file(NEEDS, NEED), "needs")
    (need,) = world.officer.get("/needs")["items"]
    world.officer.step("PUT", f"/needs/{need['id']}", "/level", {"level": "public"})
    hand_in(world.officer, made.csv_file(NEEDS, (*NEED[:-1], "committee")), "needs")
    assert world.officer.get(f"/needs/{need['id']}")["level"] == "public"


def test_a_need_of_a_visit_that_is_not_seen_is_refused_like_one_that_is_not_there(world: World) -> None:
    visit = world.officer.post("/visits", {
        "state": "KEN", "mode": "on_site", "type": "focused", "starts_on": "2026-10-05", "ends_on": "2026-10-09",
        "level": "team",
    })  # fmt: skip
    header = ("state", "visit", "title_en", "description_en")
    there = hand_in(world.other_officer, made.csv_file(header, ("KEN", visit["id"], "T", "D")), "needs", expect=422)
    absent = "00000000-0000-4000-8000-000000000000"
    not_there = hand_in(world.other_officer, made.csv_file(header, ("KEN", absent, "T", "D")), "needs", expect=422)
    assert there["errors"] == not_there["errors"]


def test_visits_are_imported_and_found_again(world: World) -> None:
    header = ("state", "mode", "type", "starts_on", "ends_on", "delegation", "report_adopted_on")
    first = ("KEN", "on site", "comprehensive", "2026-10-05", "2026-10-09", "cted;osce", "")
    assert results(hand_in(world.officer, made.csv_file(header, first), "visits")) == ["created"]
    assert results(hand_in(world.officer, made.csv_file(header, first), "visits")) == ["unchanged"]
    adopted = (*first[:-1], "2026-11-20")
    assert results(hand_in(world.officer, made.csv_file(header, adopted), "visits")) == ["changed"]
    (visit,) = world.officer.get("/visits")["items"]
    assert (visit["report_adopted_on"], visit["delegation"]) == ("2026-11-20", ["cted", "osce"])


@pytest.mark.parametrize("kind", ["offers", "needs", "visits"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_template_filled_in_is_an_import(world: World, kind: str, ending: str) -> None:
    answer = world.nobody.ask("GET", f"/templates/{kind}.{ending}", expect=200)
    empty = hand_in(world.unodc if kind == "offers" else world.officer, answer.content, kind, name=f"t.{ending}")
    assert empty["rows"] == []


def test_ten_megabytes_are_the_limit(world: World) -> None:
    hand_in(world.unodc, b"<" + b" " * 10_000_000, expect=413)


def test_an_import_is_made_once_however_often_it_is_sent(world: World) -> None:
    file = {"file": ("a.xml", made.iati(made.activity()))}
    request = world.client.build_request("POST", "/api/v1/imports", files=file, data={"kind": "offers"})
    content, kind = request.read(), request.headers["content-type"]
    headers = {"Idempotency-Key": "once", "Content-Type": kind}
    first = world.unodc.ask("POST", "/imports", content=content, headers=headers, expect=201)
    again = world.unodc.ask("POST", "/imports", content=content, headers=headers, expect=201)
    assert first.json() == again.json()


def test_the_hash_of_the_file_is_kept(world: World) -> None:
    report = hand_in(world.unodc, b"\xef\xbb\xbf" + made.csv_file(HEADER, ("1", "T", "D", "true")))
    assert len(report["sha256"]) == 64
    assert datetime.fromisoformat(report["created_at"]).astimezone(UTC) == world.now
