"""The State's own order of its needs."""

from typing import Any

from tests.world import World

Json = dict[str, Any]
ABSENT = "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f"


def put(world: World, who: str, body: Json, *, expect: int = 200) -> Json:
    answer: Json = getattr(world, who).step("PUT", "/states/KEN/priorities", "", body, expect=expect)
    return answer


def test_a_state_settles_the_plans_of_its_agencies_in_one_order(world: World) -> None:
    first, second, third = (world.make_need(level="state")["id"] for _ in range(3))
    plans = [{"agency": "Treasury", "needs": [second, first]}, {"agency": "Police", "needs": [first]}]
    items = [{"need": first, "lead_agency": "Police", "note": {"en": "Agreed in council."}}, {"need": second}]
    body = {"agreed_on": "2026-11-20", "items": items, "plans": plans}
    order = put(world, "kenya", body)
    assert [(one["need"], one["state_priority"], one["asked_by"]) for one in order["items"]] == [
        (first, 1, {"Treasury": 2, "Police": 1}), (second, 2, {"Treasury": 1}),
    ]  # fmt: skip
    assert world.officer.get("/states/KEN/priorities") == order
    need = world.officer.get(f"/needs/{first}")
    assert (need["state_priority"], need["agreed_on"], need["status"]) == (1, "2026-11-20", "agreed")
    put(world, "kenya", body | {"items": [{"need": third}], "plans": []})
    assert [world.officer.get(f"/needs/{one}")["state_priority"] for one in (first, second, third)] == [None, None, 1]


def test_a_state_orders_what_it_sees_of_its_own(world: World) -> None:
    hidden, own = world.make_need(level="committee")["id"], world.make_need(level="state")["id"]
    other = world.make_need(state="MDV", level="state")["id"]
    body: Json = {"agreed_on": "2026-11-20", "items": [{"need": own}]}
    answers = [
        put(world, "kenya", body | {"items": [{"need": one}]}, expect=404) | {"request_id": ""}
        for one in (hidden, other, ABSENT)
    ]
    assert answers[0] == answers[1] == answers[2]
    faulty: Json
    for faulty in ({"items": [{"need": own}] * 2}, {"agreed_on": "2026-12-24"}, {"order": []}):
        put(world, "kenya", body | faulty, expect=422)
    tag = {"If-Match": '"0"'}
    world.maldives.ask("PUT", "/states/KEN/priorities", json=body, headers=tag, expect=404)
    for who in ("officer", "unodc", "designer", "secretariat"):
        getattr(world, who).ask("PUT", "/states/KEN/priorities", json=body, headers=tag, expect=403)
    world.unodc.get("/states/KEN/priorities", expect=403)
    world.kenya.ask("PUT", "/states/KEN/priorities", json=body, expect=428)


def test_a_hidden_need_leaves_a_gap_and_no_name(world: World) -> None:
    first, second = (world.make_need(level="state")["id"] for _ in range(2))
    put(world, "kenya", {"agreed_on": "2026-11-20", "items": [{"need": first}, {"need": second}]})
    world.officer.step("PUT", f"/needs/{first}", "/level", {"level": "committee"})
    assert [(one["need"], one["state_priority"]) for one in world.kenya.get("/states/KEN/priorities")["items"]] == [
        (second, 2)
    ]
