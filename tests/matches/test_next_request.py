"""What a provider puts or withdraws is in, or gone from, the very next ranking."""

from typing import Any

from tests.world import World

Json = dict[str, Any]


def offers_for(world: World, state: str = "KEN", *, by: str = "officer", **filters: str) -> list[list[str]]:
    answer = getattr(world, by).get(f"/states/{state}/matches", params=filters)
    return [[match["offer"]["id"] for match in need["matches"]] for need in answer["needs"]]


def test_an_offer_is_in_the_next_answer_and_gone_once_withdrawn(world: World) -> None:
    world.make_need()
    assert offers_for(world) == [[]]
    offer = world.put_offer("N-1")
    assert offers_for(world) == [[offer["id"]]]
    world.unodc.step("POST", f"/offers/{offer['id']}", "/withdraw", {})
    assert offers_for(world) == [[]]
    world.put_offer("N-1", status="published")
    assert offers_for(world) == [[offer["id"]]]


def test_a_draft_and_a_refused_change_are_in_no_ranking(world: World) -> None:
    world.make_need()
    world.put_offer("N-2", status="draft")
    assert offers_for(world) == [[]]
    offer = world.put_offer("N-3")
    world.unodc.step("PATCH", f"/offers/{offer['id']}", "", {"availability": "closed", "scope": None}, expect=422)
    assert offers_for(world) == [[offer["id"]]]


def test_each_change_of_an_offer_is_in_the_next_answer(world: World) -> None:
    world.make_need()
    offer = world.put_offer("N-4")
    for changes, there in (
        ({"availability": "full"}, False),
        ({"availability": "open"}, True),
        ({"closes_on": "2026-11-22"}, False),
        ({"closes_on": "2026-11-23"}, True),
        ({"scope": {"states": ["MDV"]}}, False),
        ({"scope": {"states": ["KEN"]}}, True),
        ({"scope": {"world": True, "excluded_states": ["KEN"]}}, False),
        ({"scope": {"groupings": ["igad"]}}, True),
        ({"capacity": {"unit": "states", "total": 3, "committed": 3}}, False),
        ({"capacity": {"unit": "states", "total": 4, "committed": 3}}, True),
        ({"eligibility": [{"rule": "sids"}]}, False),
        ({"eligibility": [{"rule": "member_of", "value": "igad"}]}, True),
    ):
        world.unodc.step("PATCH", f"/offers/{offer['id']}", "", changes)
        assert offers_for(world) == [[offer["id"]] if there else []], changes


def test_rankings_and_their_parts_name_one_revision_and_recipe(world: World) -> None:
    world.make_need()
    world.make_need(priority="low")
    world.put_offer("N-5")
    answer = world.officer.get("/states/KEN/matches")
    assert {(need["revision"], need["recipe"], need["as_of"]) for need in answer["needs"]} == {
        (answer["revision"], answer["recipe"], "2026-11-23")
    }


def test_open_needs_come_by_priority_then_the_states_own_order_then_age(world: World) -> None:
    third = world.make_need(priority="medium")
    world.pass_time(minutes=1)
    second = world.make_need(priority="high")
    first = world.make_need(priority="high", state_priority=1)
    last = world.make_need(priority=None)
    answer = world.officer.get("/states/KEN/matches")
    assert [need["need"]["id"] for need in answer["needs"]] == [need["id"] for need in (first, second, third, last)]
    assert answer["unmet"] == [need["id"] for need in (first, second, third, last)]


def test_what_an_offer_serves_is_not_unmet(world: World) -> None:
    world.make_need()
    world.put_offer("N-6")
    answer = world.officer.get("/states/KEN/matches")
    assert answer["needs"][0]["matches"][0]["serves"] is True
    assert answer["unmet"] == []


def test_only_the_needs_of_the_asked_visit_are_answered(world: World) -> None:
    visit = world.officer.post("/visits", {
        "state": "KEN", "mode": "on_site", "type": "focused", "starts_on": "2026-10-05", "ends_on": "2026-10-09",
    })  # fmt: skip
    of_visit = world.make_need(visit=visit["id"])
    world.make_need()
    answer = world.officer.get("/states/KEN/matches", params={"visit": visit["id"]})
    assert [need["need"]["id"] for need in answer["needs"]] == [of_visit["id"]]


def test_a_programme_of_two_providers_is_one_match_that_names_both(world: World) -> None:
    world.make_need()
    pair = {offer["id"]: offer for offer in (world.put_offer("N-8"), world.put_offer("N-8", by="osce"))}
    (match,) = world.officer.get("/states/KEN/matches")["needs"][0]["matches"]
    shown = pair.pop(match["offer"]["id"])
    (other,) = pair.values()
    also = [(offer["id"], offer["organization"]) for offer in match["also_offered_by"]]
    assert also == [(other["id"], other["organization"])]
    owner = world.unodc if shown["organization"] == "unodc-tpb" else world.osce
    owner.step("POST", f"/offers/{shown['id']}", "/withdraw", {})
    (match,) = world.officer.get("/states/KEN/matches")["needs"][0]["matches"]
    assert (match["offer"]["id"], match["also_offered_by"]) == (other["id"], [])
