"""A regional offer stands for every member State of the day, and says that it is regional."""

from typing import Any

import pytest

from tests.world import World

Json = dict[str, Any]


def geography(world: World, need: Json, as_of: str | None = None) -> Json | None:
    params = {"as_of": as_of} if as_of else {}
    matches = world.officer.get(f"/needs/{need['id']}/matches", params=params)["matches"]
    found: list[Json] = [one for match in matches for one in match["findings"] if one["criterion"] == "geography"]
    return found[0] if found else None


def test_a_regional_offer_is_under_every_member_state_and_names_the_grouping(world: World) -> None:
    world.put_offer("R-1", scope={"groupings": ["igad"]})
    (grouping,) = [g for g in world.nobody.get("/groupings?limit=200")["items"] if g["code"] == "igad"]
    members = {
        m["state"] for m in grouping["memberships"]
        if (m["since"] or "") <= "2026-11-23" < (m["until"] or "9999")
    }  # fmt: skip
    assert len(members) >= 6
    for state in sorted(members):
        found = geography(world, world.make_need(state=state))
        assert found is not None, state
        assert found["code"] == "geography.grouping"
        assert grouping["label"] in found["sentence"], found["sentence"]
    assert geography(world, world.make_need(state="MDV")) is None


def test_a_state_named_by_an_offer_comes_before_one_in_its_grouping_and_that_before_the_world(world: World) -> None:
    scopes = {"R-2": {"world": True}, "R-3": {"groupings": ["igad"]}, "R-4": {"states": ["KEN"]}}
    ids = {world.put_offer(name, scope=scope)["id"]: name for name, scope in scopes.items()}
    need = world.make_need()
    matches = world.officer.get(f"/needs/{need['id']}/matches")["matches"]
    assert [ids[match["offer"]["id"]] for match in matches] == ["R-4", "R-3", "R-2"]


@pytest.mark.parametrize(("as_of", "covered"), [("2025-01-28", True), ("2025-01-29", False), (None, False)])
def test_a_state_that_left_a_grouping_before_the_day_is_not_covered(
    shared_world: World, as_of: str | None, covered: bool
) -> None:
    shared_world.put_offer("R-5", scope={"groupings": ["ecowas"]})
    niger = shared_world.make_need(state="NER")
    found = geography(shared_world, niger, as_of)
    assert (found is not None) == covered
    assert found is None or found["code"] == "geography.grouping"
    answer = shared_world.officer.get("/states/NER/matches", params={"as_of": as_of} if as_of else {})
    assert all(bool(need["matches"]) == covered for need in answer["needs"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"availability": "closed"}, "availability.closed", id="closed"),
        pytest.param({"availability": "full"}, "availability.full", id="full"),
        pytest.param({"availability": "suspended"}, "availability.suspended", id="suspended"),
        pytest.param({"closes_on": "2026-11-22"}, "dates.ended", id="ended yesterday"),
        pytest.param({"scope": {"states": ["MDV"]}}, "scope.state_not_listed", id="for another State"),
        pytest.param({"scope": {"groupings": ["ecowas"]}}, "scope.state_not_listed", id="for another grouping"),
        pytest.param(
            {"scope": {"world": True, "excluded_states": ["KEN"]}}, "scope.state_excluded", id="excluding the State"
        ),
        pytest.param({"capacity": {"unit": "places", "total": 5, "committed": 5}}, "capacity.full", id="no room left"),
        pytest.param(
            {"eligibility": [{"rule": "member_of", "value": "ecowas"}]}, "eligibility.member_of", id="for members"
        ),
        pytest.param({"eligibility": [{"rule": "lldc"}]}, "eligibility.lldc", id="for the landlocked"),
    ],
)
def test_an_offer_that_is_not_for_the_need_is_in_no_ranking_and_its_near_miss_is_true(
    world: World, changes: Json, code: str
) -> None:
    need = world.make_need(level="state")
    world.share(need)
    offer = world.put_offer("R-6", **changes)
    path = f"/needs/{need['id']}/matches"
    answer = world.officer.get(path)
    assert answer["matches"] == []
    assert world.officer.get("/states/KEN/matches")["unmet"] == [need["id"]]
    assert world.unodc.get(f"/offers/{offer['id']}/matches")["matches"] == []
    (miss,) = answer["near_misses"]
    assert miss["gate"] == code
    assert miss["sentence"]
    world.unodc.step("PATCH", f"/offers/{offer['id']}", "", changed(offer, miss["change"]))
    (match,) = world.officer.get(path)["matches"]
    assert match["serves"] is True
    assert abs(match["score"] - miss["score_if_changed"]) < 1e-3
    (need_match,) = world.unodc.get(f"/offers/{offer['id']}/matches")["matches"]
    assert need_match["score"] == match["score"]


def changed(offer: Json, change: Json) -> Json:
    """The body of the PATCH that makes the named change, read as a provider would read it."""
    field, _, part = change["path"].partition(".")
    value = offer[field]
    if part:
        inner = dict(value)
        if change["set"] is not None:
            inner[part] = change["set"]
        elif change["add"] is not None:
            inner[part] = [*inner[part], change["add"]]
        else:
            inner[part] = [one for one in inner[part] if one != change["remove"]]
        return {field: inner}
    if change["set"] is not None:
        return {field: change["set"]}
    name, _, grouping = change["remove"].partition(":")
    gone = {"rule": name, "value": grouping or None}
    return {field: [rule for rule in value if rule != gone]}


def test_near_misses_are_at_most_five_and_best_first(world: World) -> None:
    need = world.make_need()
    for number in range(7):
        words: dict[str, Any] = {} if number % 2 else {"title": {"en": "Freezing terrorist assets"}}
        world.put_offer(f"R-{number}", availability="closed", **words)
    misses = world.officer.get(f"/needs/{need['id']}/matches")["near_misses"]
    scores = [miss["score_if_changed"] for miss in misses]
    assert len(misses) == 5
    assert scores == sorted(scores, reverse=True)


def test_an_offer_shut_out_by_two_things_is_no_near_miss(world: World) -> None:
    need = world.make_need()
    world.put_offer("R-8", availability="closed", closes_on="2026-01-31")
    assert world.officer.get(f"/needs/{need['id']}/matches")["near_misses"] == []


def test_an_offer_about_which_nothing_can_be_judged_is_listed_and_not_ranked(world: World) -> None:
    need = world.make_need()
    offer = world.put_offer(
        "R-9", title={"en": "Programme"}, description={"en": "To be described."}, themes=[], assistance_types=[]
    )
    answer = world.officer.get(f"/needs/{need['id']}/matches")
    ranked = {match["offer"]["id"]: match["serves"] for match in answer["matches"]}
    listed = {entry["offer"]["id"] for entry in answer["undecidable"]}
    assert offer["id"] in listed or ranked[offer["id"]] is False
