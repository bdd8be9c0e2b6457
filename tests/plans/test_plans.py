"""Plans over HTTP: few offers, what stays unmet and why, places shared fairly, and nobody but officers."""

from uuid import uuid4

from tests.world import Json, World

PRISONS: Json = {
    "title": {"en": "Rehabilitation of violent extremist prisoners"},
    "description": {"en": "Prison staff have no programme for the disengagement of violent extremist inmates."},
    "themes": ["prr.prisons"], "assistance_types": ["training"],
}  # fmt: skip


def one_place(world: World) -> Json:
    return world.put_offer("P-1", capacity={"unit": "places", "total": 1, "committed": 0})


def covered(plan: Json) -> dict[str, str]:
    return {entry["need"]["id"]: planned["offer"]["id"] for planned in plan["offers"] for entry in planned["covers"]}


def test_one_offer_that_serves_all_is_enough(world: World) -> None:
    first = world.make_need()
    second = world.make_need(title={"en": "Freezing terrorist assets: a register of banks"})
    for name in ("A-1", "A-2", "A-3"):
        world.put_offer(name)
    plan = world.officer.get("/states/KEN/plan")
    assert set(covered(plan)) == {first["id"], second["id"]}
    assert len(plan["offers"]) == 1
    assert plan["offers"][0]["room"] is None
    assert "room" in plan["offers"][0]["sentence"]
    assert plan["proof"]["is_proven"]
    assert (plan["proof"]["offers"], plan["proof"]["offers_bound"]) == (1, 1)
    assert plan["unmet"] == []


def test_what_no_offer_serves_stays_unmet_with_the_reason(world: World) -> None:
    need = world.make_need(**PRISONS)
    (unmet,) = world.officer.get("/states/KEN/plan")["unmet"]
    assert (unmet["need"]["id"], unmet["code"], unmet["best_offer"]) == (need["id"], "plan.no_offer", None)
    world.put_offer("B-1")
    (unmet,) = world.officer.get("/states/KEN/plan")["unmet"]
    assert unmet["code"] == "plan.no_offer_nearest"
    for language in ("ar", "es", "fr", "ru", "zh"):
        answer = world.officer.get("/states/KEN/plan", headers={"Accept-Language": language})
        assert answer["unmet"][0]["sentence"] != unmet["sentence"]


def test_the_last_place_goes_to_what_the_state_agreed_first(world: World) -> None:
    later = world.make_need(agreed_on="2026-10-14", state_priority=2)
    first = world.make_need(agreed_on="2026-10-14", state_priority=1)
    offer = one_place(world)
    plan = world.officer.get("/states/KEN/plan")
    assert covered(plan) == {first["id"]: offer["id"]}
    assert [(one["need"]["id"], one["code"]) for one in plan["unmet"]] == [(later["id"], "plan.no_room")]
    assert plan["offers"][0]["room"] == 1


def test_a_place_is_shared_fairly_between_states(world: World) -> None:
    world.make_need(agreed_on="2026-10-14", state_priority=1)
    second = world.make_need(agreed_on="2026-10-14", state_priority=2)
    world.make_need(agreed_on="2026-10-14", state_priority=1, state="MDV")
    world.put_offer("C-1", capacity={"unit": "places", "total": 2, "committed": 0})
    kenya, maldives = (world.officer.get(f"/states/{state}/plan") for state in ("KEN", "MDV"))
    assert len(covered(kenya)) == len(covered(maldives)) == 1
    (unmet,) = kenya["unmet"]
    assert (unmet["need"]["id"], unmet["code"], unmet["states"]) == (second["id"], "plan.taken", ["MDV"])
    assert kenya["offers"][0]["places_elsewhere"] == 1
    assert (kenya["proof"]["states"], kenya["proof"]["needs"]) == (2, 3)


def test_room_for_states_holds_all_needs_of_one(world: World) -> None:
    for number in (1, 2):
        world.make_need(agreed_on="2026-10-14", state_priority=number)
    world.put_offer("D-1", capacity={"unit": "states", "total": 1, "committed": 0})
    plan = world.officer.get("/states/KEN/plan")
    assert len(covered(plan)) == 2


def test_a_plan_can_be_for_some_needs_or_for_a_visit(world: World) -> None:
    wanted, other = world.make_need(), world.make_need()
    world.put_offer("E-1")
    plan = world.officer.get("/states/KEN/plan", params={"need": wanted["id"]})
    assert set(covered(plan)) == {wanted["id"]}
    assert len(covered(world.officer.get("/states/KEN/plan", params={"top": "1"}))) == 1
    visit = world.officer.post("/visits", {"state": "KEN", "mode": "on_site", "type": "focused",
                                           "starts_on": "2026-10-01", "ends_on": "2026-10-05"})  # fmt: skip
    assert covered(world.officer.get("/states/KEN/plan", params={"visit": visit["id"]})) == {}
    for absent in (str(uuid4()), world.make_need(state="MDV")["id"]):
        world.officer.get("/states/KEN/plan", params={"need": absent}, expect=404)
    world.officer.get("/states/KEN/plan", params={"need": [wanted["id"], other["id"]]})
    world.officer.get("/states/XXX/plan", expect=404)
    for wrong in ({"top": "0"}, {"need": "x"}, {"kind": "1"}):
        world.officer.get("/states/KEN/plan", params=wrong, expect=422)


def test_only_officers_plan_and_a_hidden_need_takes_no_place(world: World) -> None:
    need = world.make_need(agreed_on="2026-10-14", state_priority=1)
    one_place(world)
    before = world.other_officer.get("/states/KEN/plan")
    assert set(covered(before)) == {need["id"]}
    hidden = world.make_need(level="team", agreed_on="2026-10-14", state_priority=1, state="MDV", priority="high")
    assert world.other_officer.get("/states/KEN/plan") == before
    world.other_officer.get("/states/MDV/plan", params={"need": hidden["id"]}, expect=404)
    for name in ("secretariat", "kenya", "unodc", "designer", "auditor", "admin"):
        getattr(world, name).get("/states/KEN/plan", expect=403)
    world.nobody.get("/states/KEN/plan", expect=401)
