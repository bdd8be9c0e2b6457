"""Assessments: a DIS is for its State alone, an OIA for CTED until it is released; drafts are for people to decide."""

from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.access.models import Organization
from app.audit.models import AuditRecord
from app.i18n import LANGUAGES
from app.needs.models import Need
from tests.world import World

Json = dict[str, Any]
ABSENT = "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f"
FREEZING: Json = {
    "number": "1.4", "theme": "cft.asset-freezing", "resolution": "1373:1", "ordinal": 1, "label": "Marginally",
    "comment": {"en": "No decree; the financial intelligence unit needs training and legal advice."},
}  # fmt: skip
BORDER: Json = {"number": "3.1", "theme": "border.api-pnr", "resolution": "2396:12", "ordinal": 2, "label": "Partially"}
PRISONS: Json = {"number": "5.2", "theme": "prr.prisons", "resolution": "2396", "ordinal": 4, "label": "Fully"}
CAPACITY: Json = {
    "title": {"en": "Mobile banking analysts for peers"},
    "description": {"en": "Two analysts of the financial intelligence unit can train peers for a week."},
    "themes": ["cft.fiu"], "assistance_types": ["peer-exchange"], "languages": ["en", "sw"],
}  # fmt: skip
OIA: Json = {
    "state": "KEN", "tool": "oia", "tool_version": "2021", "assessed_on": "2026-06-01", "willing_to_share": True,
    "items": [FREEZING, BORDER, PRISONS], "capacity": [CAPACITY],
}  # fmt: skip
DIS: Json = {key: value for key, value in OIA.items() if key != "willing_to_share"} | {"tool": "dis"}
READERS = ["officer", "other_officer", "secretariat", "kenya", "maldives", "unodc", "canada", "designer", "auditor",
           "admin"]  # fmt: skip
NEVER = {"unodc", "canada", "designer", "auditor", "admin"}
CTED = {"officer", "other_officer"}


def statuses(world: World, path: str) -> dict[str, int]:
    return {name: getattr(world, name).ask("GET", path).status_code for name in READERS}


def readers_of(world: World, made: Json) -> set[str]:
    """Who reads it, by every address that shows it; fails where two of them disagree."""
    path = f"/assessments/{made['id']}"
    found = statuses(world, path)
    readers = {name for name, status in found.items() if status == 200}
    assert {name for name, status in found.items() if status == 403} == NEVER
    assert statuses(world, f"{path}/shortfalls") == found
    query = {"state": made["state"], "tool": made["tool"], "later": made["assessed_on"]}
    for name in set(READERS) - NEVER:
        caller = getattr(world, name)
        assert (made["id"] in caller.ids("/assessments")) == (name in readers), name
        answer = caller.ask("GET", "/assessments/compare", params=query)
        shown = answer.status_code == 200 and made["id"] in answer.text
        assert shown == (name in readers), name
    world.nobody.get(path, expect=401)
    return readers


@pytest.mark.parametrize(
    ("changes", "readers"),
    [
        pytest.param({"level": "team"}, {"officer"}, id="an OIA of its author alone"),
        pytest.param({"level": "committee"}, CTED, id="an OIA not yet adopted: CTED"),
        pytest.param({"adopted_on": "2026-07-01"}, {*CTED, "secretariat"}, id="adopted: the Committee"),
        pytest.param({"adopted_on": "2027-07-01"}, CTED, id="to be adopted next year: CTED"),
        pytest.param({"level": "state"}, {*CTED, "kenya"}, id="released to the State"),
        pytest.param({"level": "public"}, {*CTED, "kenya"}, id="at the widest level without the State's word"),
    ],
)
def test_an_overview_is_read_by_those_it_is_for(world: World, changes: Json, readers: set[str]) -> None:
    assert readers_of(world, world.officer.post("/assessments", OIA | changes)) == readers


def test_a_detailed_survey_is_for_its_state_alone(world: World) -> None:
    assert readers_of(world, world.kenya.post("/assessments", DIS)) == {"kenya"}


def test_other_states_see_an_overview_only_where_both_sides_say_so(world: World) -> None:
    made = world.officer.post("/assessments", OIA | {"level": "state"})
    path = f"/assessments/{made['id']}"
    world.kenya.step("PUT", path, "/sharing", {"shared": True})
    assert readers_of(world, made) == {*CTED, "kenya"}
    world.officer.step("PATCH", path, "", {"level": "community"})
    assert readers_of(world, made) == {*CTED, "kenya", "maldives"}
    assert world.maldives.get(path)["level"] is None
    world.kenya.step("PUT", path, "/sharing", {"shared": False})
    assert readers_of(world, made) == {*CTED, "kenya"}


def test_the_mark_on_the_document_alone_shares_nothing(world: World) -> None:
    made = world.officer.post("/assessments", OIA | {"level": "public", "willing_to_share": True})
    world.maldives.get(f"/assessments/{made['id']}", expect=404)


@pytest.mark.parametrize(
    ("who", "body", "status"),
    [
        ("kenya", OIA, 403),
        ("maldives", DIS, 403),
        ("officer", DIS, 403),
        ("secretariat", OIA, 403),
        ("unodc", OIA, 403),
        ("designer", DIS, 403),
        ("admin", OIA, 403),
        ("nobody", OIA, 401),
    ],
)
def test_nobody_else_records(shared_world: World, who: str, body: Json, status: int) -> None:
    getattr(shared_world, who).post("/assessments", body, expect=status)


def test_only_the_author_changes_and_only_the_state_shares(world: World) -> None:
    made = world.officer.post("/assessments", OIA | {"level": "state", "adopted_on": "2026-07-01"})
    path = f"/assessments/{made['id']}"
    world.kenya.step("PATCH", path, "", {"items": []}, expect=403)
    world.officer.step("PUT", path, "/sharing", {"shared": True}, expect=403)
    world.secretariat.step("PATCH", path, "", {"items": []}, expect=403)
    survey = world.kenya.post("/assessments", DIS)
    world.kenya.step("PUT", f"/assessments/{survey['id']}", "/sharing", {"shared": True}, expect=409)


def test_a_hidden_assessment_is_as_absent_as_none(world: World) -> None:
    survey = world.kenya.post("/assessments", DIS)
    entry = survey["capacity"][0]["id"]
    for method, path in (
        ("GET", ""), ("GET", "/shortfalls"), ("PATCH", ""), ("POST", f"/capacity/{entry}/offer"),
    ):  # fmt: skip
        more: Json = {} if method == "GET" else {"json": {}, "headers": {"If-Match": '"x"'}}
        for who in ("officer", "maldives"):
            answers = [
                getattr(world, who).ask(method, f"/assessments/{each}{path}", expect=404, **more).json()
                | {"request_id": ""}
                for each in (survey["id"], ABSENT)
            ]
            assert answers[0] == answers[1]


def test_a_hidden_edition_takes_no_part_in_a_comparison(world: World) -> None:
    world.officer.post("/assessments", OIA | {"assessed_on": "2024-06-01"})
    visible = world.officer.post("/assessments", OIA | {"level": "state"})
    world.officer.post("/assessments", OIA | {"assessed_on": "2026-11-01", "level": "team"})
    query = {"state": "KEN", "tool": "oia"}
    seen = world.kenya.get("/assessments/compare", params=query)
    assert (seen["earlier"], seen["later"]["id"]) == (None, visible["id"])
    assert len(seen["changes"]["new"]) == 3
    assert world.other_officer.get("/assessments/compare", params=query)["earlier"]["assessed_on"] == "2024-06-01"
    world.kenya.get("/assessments/compare", params=query | {"earlier": "2024-06-01"}, expect=404)
    world.kenya.get("/assessments/compare", params=query | {"state": "MDV"}, expect=404)


def test_two_editions_stand_side_by_side(world: World) -> None:
    world.officer.post("/assessments", OIA | {"assessed_on": "2024-06-01"})
    better = FREEZING | {"ordinal": 3, "label": "Largely"}
    unknown = PRISONS | {"ordinal": None, "label": "Not assessed"}
    new = {"theme": "arms.uas", "ordinal": 0}
    world.officer.post("/assessments", OIA | {"items": [better, unknown, new]})
    seen = world.officer.get("/assessments/compare", params={"state": "KEN", "tool": "oia"})
    changes = seen["changes"]
    assert {name: len(found) for name, found in changes.items()} == {
        "rose": 1, "fell": 0, "unchanged": 0, "new": 1, "gone": 1, "not_comparable": 1,
    }  # fmt: skip
    (rose,) = changes["rose"]
    assert (rose["before"]["ordinal"], rose["after"]["ordinal"], rose["matched_by"]) == (1, 3, "item")
    assert "“Marginally” to “Largely”" in rose["sentence"]
    assert changes["not_comparable"][0]["reason"] == "not_assessed_now"
    assert not any(name in str(seen) for name in ("score", "rank", "average", "total"))


def test_a_tool_that_was_renumbered_stays_comparable(world: World) -> None:
    table = {"tool": "oia", "from_version": "2013", "to_version": "2021", "items": {"B": ["1.4"], "C": ["3.1", "5.2"]}}
    old = [FREEZING | {"number": "B", "ordinal": 0}, BORDER | {"number": "C", "ordinal": 2}]
    world.officer.post("/assessments", OIA | {"tool_version": "2013", "assessed_on": "2019-01-01", "items": old})
    world.officer.post("/assessments", OIA)
    query = {"state": "KEN", "tool": "oia"}
    without = world.officer.get("/assessments/compare", params=query)["changes"]
    assert [one["matched_by"] for one in without["rose"]] == ["paragraph"]
    made = world.officer.post("/assessments/tool-changes", table)
    seen = world.officer.get("/assessments/compare", params=query)["changes"]
    assert [one["matched_by"] for one in seen["rose"]] == ["tool_change"]
    assert {one["reason"] for one in seen["not_comparable"]} == {"split"}
    path = f"/assessments/tool-changes/{made['id']}"
    assert world.officer.step("PUT", path, "", {"items": {"B": []}})["items"] == {"B": []}
    assert len(world.kenya.get("/assessments/tool-changes")["items"]) == 1
    world.officer.post("/assessments/tool-changes", table, expect=409)
    world.kenya.post("/assessments/tool-changes", table, expect=403)
    world.kenya.step("PUT", path, "", {"items": {}}, expect=403)


def test_the_sentences_come_in_each_of_the_six_languages(world: World) -> None:
    world.officer.post("/assessments", OIA | {"assessed_on": "2024-06-01"})
    world.officer.post("/assessments", OIA | {"items": [FREEZING | {"ordinal": 4}]})
    query = {"state": "KEN", "tool": "oia"}
    said = {
        world.officer.get("/assessments/compare", params=query, headers={"Accept-Language": each})["changes"]["rose"][
            0
        ]["sentence"]
        for each in LANGUAGES
    }
    assert len(said) == 6


def test_a_need_is_drafted_of_a_shortfall_and_recorded_by_a_person_only(world: World, engine: Engine) -> None:
    made = world.officer.post("/assessments", OIA)
    seen = world.officer.get(f"/assessments/{made['id']}/shortfalls")["items"]
    assert [one["item"]["number"] for one in seen] == ["1.4", "3.1"]
    need = seen[0]["need"]
    assert (need["state"], need["themes"], need["resolutions"]) == ("KEN", ["cft.asset-freezing"], ["1373:1"])
    assert "training" in need["assistance_types"]
    assert need["target_institutions"] == ["fiu"]
    assert set(need["title"]) == set(LANGUAGES)
    assert set(seen[1]["need"]["description"]) == set(LANGUAGES)
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Need)) == 0
    for one in seen:
        world.officer.post("/needs", one["need"])


def organization_of_kenya(engine: Engine, code: str = "ken-frc") -> str:
    with Session(engine) as session:
        session.add(
            Organization(code=code, name=f"Financial Reporting Centre {code}", kind="donor_programme", role="provider",
                         state="KEN", url=None, skeleton=code)
        )  # fmt: skip
        session.commit()
    return code


def test_what_a_state_can_give_becomes_a_draft_of_its_own_organisation_once(world: World, engine: Engine) -> None:
    made = world.officer.post("/assessments", OIA | {"level": "state"})
    path = f"/assessments/{made['id']}/capacity/{made['capacity'][0]['id']}/offer"
    assert world.officer.post(path, {}, expect=409)["code"] == "capacity.no_organization"
    owner = organization_of_kenya(engine)
    world.maldives.post(path, {}, expect=404)
    world.officer.post(path, {"organization": "unodc-tpb"}, expect=422)
    drafted = world.kenya.post(path, {})
    assert drafted["organization"] == owner
    for name in READERS:
        getattr(world, name).get(f"/offers/{drafted['offer']}", expect=404)
    assert world.officer.post(path, {}, expect=409)["code"] == "capacity.drafted"
    assert world.kenya.get(f"/assessments/{made['id']}")["capacity"][0]["is_drafted"]
    changed = world.officer.step("PATCH", f"/assessments/{made['id']}", "", {"capacity": [CAPACITY | {"themes": []}]})
    assert changed["capacity"][0]["is_drafted"]


def test_cted_drafts_nothing_from_an_overview_that_the_state_has_not_seen(world: World, engine: Engine) -> None:
    organization_of_kenya(engine)
    made = world.officer.post("/assessments", OIA)
    path = f"/assessments/{made['id']}/capacity/{made['capacity'][0]['id']}/offer"
    assert world.officer.post(path, {}, expect=409)["code"] == "assessment.not_released"


def test_of_several_organisations_one_is_named(world: World, engine: Engine) -> None:
    organization_of_kenya(engine)
    second = organization_of_kenya(engine, "ken-two")
    survey = world.kenya.post("/assessments", DIS)
    path = f"/assessments/{survey['id']}/capacity/{survey['capacity'][0]['id']}/offer"
    world.kenya.post(path, {}, expect=422)
    assert world.kenya.post(path, {"organization": second})["organization"] == second


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"items": [FREEZING | {"ordinal": 5}]}, ["/items/0/ordinal"]),
        ({"items": [FREEZING | {"ordinal": -1}]}, ["/items/0/ordinal"]),
        ({"items": [FREEZING | {"ordinal": True}]}, ["/items/0/ordinal"]),
        ({"items": [FREEZING | {"ordinal": "3"}]}, ["/items/0/ordinal"]),
        ({"items": [FREEZING | {"theme": "cft.freezing"}]}, ["/items/0/theme"]),
        ({"items": [BORDER, FREEZING | {"resolution": "9999:1"}]}, ["/items/1/resolution"]),
        ({"items": [FREEZING, FREEZING]}, ["/items/1/number"]),
        ({"items": [FREEZING | {"score": 1}]}, ["/items/0/score"]),
        ({"capacity": [CAPACITY | {"themes": ["x"]}]}, ["/capacity/0/themes/0"]),
        ({"state": "XXX"}, ["/state/0"]),
        ({"tool": "tnA"}, ["/tool"]),
        ({"tool_version": ""}, ["/tool_version"]),
        ({"assessed_on": "01/06/2026"}, ["/assessed_on"]),
        ({"level": "named"}, ["/level"]),
        ({"shared_at": "2026-01-01T00:00:00Z"}, ["/shared_at"]),
    ],
)
def test_an_edition_that_cannot_be_is_refused(shared_world: World, changes: Json, pointers: list[str]) -> None:
    problem = shared_world.officer.post("/assessments", OIA | changes, expect=422)
    assert [fault["pointer"] for fault in problem["errors"]] == pointers


def test_a_survey_has_no_level_and_no_mark(shared_world: World) -> None:
    for changes, pointer in (({"level": "public"}, "/level"), ({"willing_to_share": True}, "/willing_to_share")):
        problem = shared_world.kenya.post("/assessments", DIS | changes, expect=422)
        assert [fault["pointer"] for fault in problem["errors"]] == [pointer]
    survey = shared_world.kenya.post("/assessments", DIS)
    shared_world.kenya.step("PATCH", f"/assessments/{survey['id']}", "", {"level": "public"}, expect=422)


def test_a_change_replaces_what_it_sends_and_keeps_the_rest(world: World) -> None:
    made = world.officer.post("/assessments", OIA)
    path = f"/assessments/{made['id']}"
    changed = world.officer.step("PATCH", path, "", {"items": [BORDER]})
    assert [one["number"] for one in changed["items"]] == ["3.1"]
    assert changed["capacity"] == made["capacity"]
    world.officer.ask("PATCH", path, json={"items": []}, expect=428)
    world.officer.ask("PATCH", path, json={"items": []}, headers={"If-Match": '"old"'}, expect=412)


def test_a_post_sent_twice_with_one_key_records_once(world: World) -> None:
    headers = {"Idempotency-Key": "one"}
    first, second = (world.officer.post("/assessments", OIA, headers=headers) for _ in range(2))
    assert first == second
    assert len(world.officer.ids("/assessments")) == 1


def test_each_reading_and_change_leaves_one_record(world: World, engine: Engine) -> None:
    made = world.officer.post("/assessments", OIA)
    world.officer.get(f"/assessments/{made['id']}")
    world.officer.get("/assessments")
    world.officer.get("/assessments/compare", params={"state": "KEN", "tool": "oia"})
    with Session(engine) as session:
        records = session.scalars(select(AuditRecord).order_by(AuditRecord.number)).all()
    assert [record.subjects.get("assessment") for record in records] == [[made["id"]]] * 4
    assert "Marginally" not in str([record.__dict__ for record in records])
