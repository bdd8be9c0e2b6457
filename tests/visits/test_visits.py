"""Visits and their recommendations: CTED's own, the Committee's once adopted, the State's once released to it."""

from typing import Any

import pytest

from tests.world import World

Json = dict[str, Any]

VISIT: Json = {
    "state": "KEN", "mode": "on_site", "type": "comprehensive", "starts_on": "2026-10-05", "ends_on": "2026-10-09",
}  # fmt: skip
READERS = ["officer", "other_officer", "secretariat", "kenya", "maldives", "unodc", "canada", "designer", "auditor",
           "admin"]  # fmt: skip
CTED = {"officer", "other_officer"}


def who_reads(world: World, path: str) -> set[str]:
    return {name for name in READERS if getattr(world, name).ask("GET", path).status_code == 200}


@pytest.mark.parametrize(
    ("changes", "readers"),
    [
        pytest.param({"level": "team"}, {"officer"}, id="of the team"),
        pytest.param({"level": "team", "team": ["other_officer"]}, CTED, id="of a team of two"),
        pytest.param({"level": "committee"}, CTED, id="before its report is adopted"),
        pytest.param(
            {"level": "committee", "report_adopted_on": "2026-11-01"}, {*CTED, "secretariat"}, id="once adopted"
        ),
        pytest.param({"level": "state"}, {*CTED, "kenya"}, id="released to the State"),
        pytest.param(
            {"level": "state", "report_adopted_on": "2026-11-01"}, {*CTED, "secretariat", "kenya"},
            id="adopted and released",
        ),
        pytest.param({"level": "public"}, {*CTED, "kenya"}, id="at the widest level, without any consent"),
    ],
)  # fmt: skip
def test_a_visit_is_read_by_those_it_concerns(shared_world: World, changes: Json, readers: set[str]) -> None:
    visit = shared_world.officer.post("/visits", VISIT | changes)
    path = f"/visits/{visit['id']}"
    assert who_reads(shared_world, path) == readers
    assert who_reads(shared_world, f"{path}/recommendations") == readers
    for name in READERS:
        assert (visit["id"] in getattr(shared_world, name).ids("/visits")) == (name in readers)
    shared_world.nobody.get(path, expect=401)


@pytest.mark.parametrize("who", [name for name in READERS if name not in CTED])
def test_only_cted_records_and_changes_visits(shared_world: World, who: str) -> None:
    caller = getattr(shared_world, who)
    visit = shared_world.officer.post("/visits", VISIT | {"level": "state"})
    path = f"/visits/{visit['id']}"
    caller.post("/visits", VISIT, expect=403)
    caller.ask("PATCH", path, json={"mode": "virtual"}, headers={"If-Match": '"0"'}, expect=403)
    caller.post(f"{path}/recommendations", {"number": "1", "text": {"en": "Do."}}, expect=403)


def test_a_state_does_not_see_who_is_in_the_team(world: World) -> None:
    visit = world.officer.post("/visits", VISIT | {"level": "state", "team": ["other_officer"]})
    assert visit["team"] == ["officer", "other_officer"]
    assert world.kenya.get(f"/visits/{visit['id']}")["team"] is None


def test_a_hidden_visit_in_a_need_is_as_absent_as_none(world: World) -> None:
    visit = world.officer.post("/visits", VISIT | {"level": "team"})
    body = {"state": "KEN", "title": {"en": "T"}, "description": {"en": "D"}}
    absent = "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f"
    answers = [
        world.other_officer.post("/needs", {**body, "visit": visit_id}, expect=404) | {"request_id": ""}
        for visit_id in (visit["id"], absent)
    ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        pytest.param({"state": "XXX"}, "/state/0", id="an unknown State"),
        pytest.param({"ends_on": "2026-10-01"}, "", id="an end before the start"),
        pytest.param({"delegation": ["unodc-tpb", "nobody"]}, "/delegation/1", id="an unknown organisation"),
        pytest.param({"team": ["kenya"]}, "/team/0", id="a team member who is no officer"),
        pytest.param({"team": ["nobody"]}, "/team/0", id="an unknown team member"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(shared_world: World, changes: Json, pointer: str) -> None:
    problem = shared_world.officer.post("/visits", VISIT | changes, expect=422)
    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]
    if "state" not in changes:
        visit = shared_world.officer.post("/visits", VISIT)
        shared_world.officer.step("PATCH", f"/visits/{visit['id']}", "", changes, expect=422)
        assert shared_world.officer.get(f"/visits/{visit['id']}") == visit


def test_a_change_keeps_what_it_does_not_name(world: World) -> None:
    visit = world.officer.post("/visits", VISIT | {"delegation": ["unodc-tpb"], "team": ["other_officer"]})
    changed = world.officer.step("PATCH", f"/visits/{visit['id']}", "", {"mode": "virtual"})
    assert changed == visit | {"mode": "virtual"}
    alone = world.officer.step("PATCH", f"/visits/{visit['id']}", "", {"team": []})
    assert alone["team"] == ["officer"]


def test_a_recommendation_has_its_own_level_and_its_own_number(world: World) -> None:
    path = f"/visits/{world.officer.post('/visits', VISIT | {'level': 'state'})['id']}/recommendations"
    for number, level in (("1", "committee"), ("2", "state")):
        made = world.officer.post(path, {"number": number, "text": {"en": "Adopt a law."}, "level": level})
        assert made["number"] == number
    world.officer.post(path, {"number": "1", "text": {"en": "Again."}}, expect=409)
    assert [one["number"] for one in world.officer.get(path)["items"]] == ["1", "2"]
    assert [one["number"] for one in world.kenya.get(path)["items"]] == ["2"]


def test_a_need_of_a_recommendation_belongs_to_its_visit(world: World) -> None:
    visit = world.officer.post("/visits", VISIT)
    made = world.officer.post(f"/visits/{visit['id']}/recommendations", {"number": "7", "text": {"en": "Adopt."}})
    need = world.make_need(recommendation=made["id"])
    assert (need["visit"], need["recommendation"]) == (visit["id"], made["id"])
    other = world.officer.post("/visits", VISIT)
    body = {"state": "KEN", "title": {"en": "T"}, "description": {"en": "D"}, "recommendation": made["id"]}
    world.officer.post("/needs", {**body, "visit": other["id"]}, expect=422)
    world.officer.post("/needs", {**body, "state": "MDV"}, expect=422)
    world.officer.post("/needs", {"state": "KEN", "title": {"en": "T"}, "description": {"en": "D"}}, expect=422)
