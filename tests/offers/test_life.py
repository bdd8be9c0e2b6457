"""An offer's life: drafted, published once it says enough, confirmed, withdrawn; putting it twice changes nothing."""

from typing import Any

import pytest

from tests.world import World

Json = dict[str, Any]


def revision(world: World) -> int:
    found: int = world.officer.get("/gaps")["revision"]
    return found


def test_putting_creates_then_changes_then_leaves_alone(world: World) -> None:
    path = "/offers/unodc-tpb/L-1"
    created = world.unodc.ask("PUT", path, json=world.offer_body(), expect=201)
    before = revision(world)
    same = world.unodc.ask("PUT", path, json=world.offer_body(), expect=200)
    assert same.headers["etag"] == created.headers["etag"]
    assert same.json() == created.json()
    assert revision(world) == before
    changed = world.unodc.ask("PUT", path, json=world.offer_body(closes_on="2029-12-31"), expect=200)
    assert changed.json()["id"] == created.json()["id"]
    assert changed.headers["etag"] != created.headers["etag"]
    assert revision(world) == before + 1


FULL: Json = {
    "resolutions": ["1373", "2396:12"], "target_institutions": ["fiu"], "delivery_languages": ["fr", "en"],
    "scope": {"groupings": ["igad"], "states": ["TZA"], "excluded_states": ["SOM"]},
    "capacity": {"unit": "places", "total": 40, "committed": 2.5},
    "eligibility": [{"rule": "member_of", "value": "igad"}, {"rule": "ldc"}],
    "safeguards": {"human_rights_due_diligence": True, "gender_marker": 2}, "url": "https://example.org/offer",
    "opens_on": "2026-01-01", "last_confirmed_on": "2026-09-01",
}  # fmt: skip


def test_an_offer_with_every_field_is_put_twice_and_moves_once(world: World) -> None:
    path = "/offers/unodc-tpb/L-2"
    created = world.unodc.ask("PUT", path, json=world.offer_body(**FULL), expect=201)
    before = revision(world)
    assert world.unodc.ask("PUT", path, json=world.offer_body(**FULL)).headers["etag"] == created.headers["etag"]
    assert revision(world) == before
    shown = created.json()
    for name, value in FULL.items():
        expected = {"world": False, **value} if name == "scope" else value
        if name == "capacity":
            expected = {"unlimited": False, **value}
        if name == "eligibility":
            expected = [{"value": None, **rule} for rule in value]
        assert shown[name] == expected, name


def test_drafts_do_not_move_the_revision(world: World) -> None:
    before = revision(world)
    offer = world.put_offer("L-3", status="draft")
    world.unodc.step("PATCH", f"/offers/{offer['id']}", "", {"availability": "planned"})
    world.unodc.step("POST", f"/offers/{offer['id']}", "/withdraw", {})
    assert revision(world) == before


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        pytest.param({"scope": None}, ["/scope"], id="no scope"),
        pytest.param({"scope": {}}, ["/scope"], id="an empty scope"),
        pytest.param({"scope": {"excluded_states": ["KEN"]}}, ["/scope"], id="exclusions only"),
    ],
)
def test_publishing_names_what_is_lacking(shared_world: World, changes: Json, pointers: list[str]) -> None:
    draft = shared_world.put_offer("L-4", **changes, status="draft")
    refused = [
        shared_world.unodc.step("POST", f"/offers/{draft['id']}", "/publish", {}, expect=422),
        shared_world.unodc.ask(
            "PUT", "/offers/unodc-tpb/L-4", json=shared_world.offer_body(**changes), expect=422
        ).json(),
        shared_world.unodc.post("/offers", shared_world.offer_body(**changes), expect=422),
    ]
    for problem in refused:
        assert problem["code"] == "offer.incomplete"
        assert [fault["pointer"] for fault in problem["errors"]] == pointers
    assert shared_world.unodc.get(f"/offers/{draft['id']}")["status"] == "draft"


def test_a_published_offer_cannot_lose_what_publishing_needs(shared_world: World) -> None:
    offer = shared_world.put_offer("L-5")
    shared_world.unodc.step("PATCH", f"/offers/{offer['id']}", "", {"scope": None}, expect=422)
    shared_world.unodc.step("PATCH", f"/offers/{offer['id']}", "", {"title": None}, expect=422)
    assert shared_world.unodc.get(f"/offers/{offer['id']}") == offer


def test_a_draft_lives_to_be_published_withdrawn_and_published_again(world: World) -> None:
    offer = world.put_offer("L-6", status="draft")
    path = f"/offers/{offer['id']}"
    assert world.unodc.step("POST", path, "/publish", {})["status"] == "published"
    assert world.nobody.get(path)["id"] == offer["id"]
    assert world.unodc.step("POST", path, "/withdraw", {})["status"] == "withdrawn"
    world.officer.get(path, expect=404)
    assert offer["id"] not in world.officer.ids("/offers")
    assert world.unodc.get(path)["status"] == "withdrawn"
    assert world.unodc.step("POST", path, "/publish", {})["status"] == "published"


def test_a_published_offer_does_not_become_a_draft_again(shared_world: World) -> None:
    shared_world.put_offer("L-7")
    shared_world.unodc.ask("PUT", "/offers/unodc-tpb/L-7", json=shared_world.offer_body(status="draft"), expect=409)


def test_confirming_says_today_and_outlives_a_put_without_a_day(world: World) -> None:
    offer = world.put_offer("L-8")
    confirmed = world.unodc.step("POST", f"/offers/{offer['id']}", "/confirm", {})
    assert confirmed["last_confirmed_on"] == "2026-11-23"
    assert world.put_offer("L-8")["last_confirmed_on"] == "2026-11-23"


def test_a_confirmation_cannot_lie_in_the_future(shared_world: World) -> None:
    body = shared_world.offer_body(last_confirmed_on="2027-06-01")
    problem = shared_world.unodc.post("/offers", body, expect=422)
    assert [fault["code"] for fault in problem["errors"]] == ["offer.confirmed_ahead"]
    shared_world.unodc.ask("PUT", "/offers/unodc-tpb/L-9", json=body, expect=422)
    offer = shared_world.put_offer("L-9")
    shared_world.unodc.step("PATCH", f"/offers/{offer['id']}", "", {"last_confirmed_on": "2027-06-01"}, expect=422)


def test_an_offer_closes_after_it_opens(shared_world: World) -> None:
    offer = shared_world.put_offer("L-10", opens_on="2027-01-01", closes_on="2027-12-31")
    shared_world.unodc.step("PATCH", f"/offers/{offer['id']}", "", {"closes_on": "2026-12-31"}, expect=422)
    assert shared_world.unodc.get(f"/offers/{offer['id']}")["closes_on"] == "2027-12-31"


@pytest.mark.parametrize("who", ["kenya", "osce", "designer", "secretariat", "auditor", "admin", "nobody"])
def test_figures_of_capacity_are_for_the_owner_and_cted(shared_world: World, who: str) -> None:
    capacity = {"unit": "places", "total": 873_211, "committed": 873_210}
    offer = shared_world.put_offer("L-11", capacity=capacity)
    path = f"/offers/{offer['id']}"
    for insider in (shared_world.unodc, shared_world.officer):
        assert insider.get(path)["capacity"] == {**capacity, "unlimited": False}
    caller = getattr(shared_world, who)
    assert caller.get(path)["room"] == "room"
    for seen in (caller.ask("GET", path).text, caller.ask("GET", "/offers?limit=200").text):
        assert "87321" not in seen


def test_a_near_miss_does_not_tell_others_how_full_an_offer_is(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need, audience={"organizations": ["unodc-tpb", "osce"]})
    capacity = {"unit": "places", "total": 873_211, "committed": 873_211}
    world.put_offer("L-12", capacity=capacity)
    path = f"/needs/{need['id']}/matches"
    for who in ("officer", "unodc"):
        (miss,) = getattr(world, who).get(path)["near_misses"]
        assert miss["change"] == {"path": "capacity.total", "set": 873_212, "add": None, "remove": None}
    for who in ("osce", "kenya", "secretariat"):
        text = getattr(world, who).ask("GET", path, expect=200).text
        assert "capacity.total" in text
        assert "87321" not in text
