"""The course of a visit, from planned to followed up, with its terms."""

from typing import Any

from tests.visits.test_visits import VISIT
from tests.world import World

Json = dict[str, Any]


def move(world: World, visit: Json, status: str, *, expect: int = 200, **more: Any) -> Json:
    body = {"status": status, **more}
    answer: Json = world.officer.step("PATCH", f"/visits/{visit['id']}", "", body, expect=expect)
    return answer


def terms(visit: Json) -> dict[str, tuple[str, str | None, bool]]:
    return {one["name"]: (one["due_on"], one["done_on"], one["is_overdue"]) for one in visit["clocks"]}


def test_a_visit_runs_its_course(world: World) -> None:
    visit = world.officer.post(
        "/visits", VISIT | {"level": "state", "starts_on": "2026-11-23", "ends_on": "2026-11-27"}
    )
    path = f"/visits/{visit['id']}"
    assert visit["status"] == "planned"
    move(world, visit, "adopted", expect=409)
    move(world, visit, "held")
    world.kenya.post(path + "/observations", {"text": {"en": "Early."}}, expect=409)
    drafted = move(world, visit, "draft")
    assert terms(drafted) == {
        "draft": ("2027-01-26", "2026-11-23", False), "observations": ("2026-12-23", None, False),
    }  # fmt: skip
    assert move(world, visit, "adopted", expect=409)["code"] == "visit.window_open"
    for who in ("officer", "unodc", "secretariat"):
        getattr(world, who).post(path + "/observations", {"text": {"en": "Not mine."}}, expect=403)
    world.maldives.post(path + "/observations", {"text": {"en": "Not mine."}}, expect=404)
    observed = world.kenya.post(path + "/observations", {"text": {"en": "The decree was adopted."}})
    assert (observed["status"], observed["observations"][0]["text"]) == (
        "observations", {"en": "The decree was adopted."},
    )  # fmt: skip
    world.kenya.step("POST", path, "/release", {"extent": "full"}, expect=409)
    adopted = move(world, visit, "adopted", report_adopted_on="2026-11-30")
    assert terms(adopted)["response"] == ("2027-05-30", None, False)
    world.kenya.step("POST", path, "/release", {"extent": "part"}, expect=422)
    released = world.kenya.step("POST", path, "/release", {"extent": "part", "parts": ["cft.asset-freezing"]})
    assert released["release"]["extent"] == "part"
    world.officer.ask("POST", path + "/release", json={"extent": "full"}, headers={"If-Match": '"0"'}, expect=403)
    world.pass_time(days=200)
    assert terms(world.officer.get(path))["response"][2]
    assert terms(move(world, visit, "response"))["response"] == ("2027-05-30", "2027-06-11", False)
    again = VISIT | {"type": "follow_up", "starts_on": "2027-09-06", "ends_on": "2027-09-08", "follows": visit["id"]}
    assert world.officer.post("/visits", again)["follows"] == visit["id"]
    assert world.officer.get(path)["status"] == "follow_up"


def test_a_draft_is_adopted_without_observations_once_30_days_are_over_everywhere(world: World) -> None:
    visit = world.officer.post("/visits", VISIT | {"level": "state"})
    assert visit["status"] == "held"
    move(world, visit, "draft")
    world.pass_time(days=31, hours=2)
    move(world, visit, "adopted", expect=409)
    world.pass_time(hours=2)
    late = world.kenya.post(f"/visits/{visit['id']}/observations", {"text": {"en": "Late."}}, expect=409)
    assert late["code"] == "visit.window_closed"
    assert move(world, visit, "adopted")["report_adopted_on"] == "2026-12-24"


def test_a_visit_follows_an_earlier_one_of_the_same_state(world: World) -> None:
    first = world.officer.post("/visits", VISIT)
    for changes in ({"state": "MDV"}, {}):
        world.officer.post("/visits", VISIT | {"follows": first["id"]} | changes, expect=422)
