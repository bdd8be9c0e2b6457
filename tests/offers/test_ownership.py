"""A provider writes its own organisation's offers and no others; the owner comes from the key, never from the body."""

import pytest

from tests.world import World

ACTS = ["publish", "withdraw", "confirm"]
OTHERS = ["osce", "canada", "designer"]
NO_WRITERS = ["officer", "secretariat", "kenya", "admin", "auditor"]


@pytest.mark.parametrize("who", OTHERS + NO_WRITERS)
def test_nobody_else_changes_a_published_offer(shared_world: World, who: str) -> None:
    offer = shared_world.put_offer("O-1")
    caller = getattr(shared_world, who)
    path = f"/offers/{offer['id']}"
    tag = {"If-Match": shared_world.unodc.ask("GET", path).headers["etag"]}
    theirs = {"If-Match": caller.ask("GET", path, expect=200).headers["etag"]}
    for headers in (tag, theirs):
        caller.ask("PATCH", path, json={"availability": "closed"}, headers=headers, expect=403)
        for act in ACTS:
            caller.ask("POST", f"{path}/{act}", headers=headers, expect=403)
    caller.ask("PUT", "/offers/unodc-tpb/O-1", json=shared_world.offer_body(), expect=403)
    caller.ask("PUT", "/offers/unodc-tpb/O-new", json=shared_world.offer_body(), expect=403)
    assert shared_world.unodc.ask("GET", path).headers["etag"] == tag["If-Match"]


@pytest.mark.parametrize("who", [*OTHERS, "officer", "secretariat", "kenya"])
def test_a_draft_of_another_organisation_is_as_absent_as_none(shared_world: World, who: str) -> None:
    draft = shared_world.put_offer("O-2", status="draft")
    caller = getattr(shared_world, who)
    absent = "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f"
    assert draft["id"] not in caller.ids("/offers")
    assert caller.ids("/offers", status="draft", organization="unodc-tpb") == set()
    for offer_id in (draft["id"], absent):
        caller.get(f"/offers/{offer_id}", expect=404)
    if who in OTHERS:
        answers = [
            caller.ask("PATCH", f"/offers/{offer_id}", json={}, headers={"If-Match": '"0"'}, expect=404).json()
            for offer_id in (draft["id"], absent)
        ]
        assert answers[0] | {"request_id": ""} == answers[1] | {"request_id": ""}


def test_nobody_without_a_key_sees_a_draft(shared_world: World) -> None:
    draft = shared_world.put_offer("O-3", status="draft")
    shared_world.nobody.get(f"/offers/{draft['id']}", expect=401)
    assert draft["id"] not in shared_world.nobody.ids("/offers")


def test_an_owner_named_in_the_body_is_refused(shared_world: World) -> None:
    body = shared_world.offer_body(organization="osce")
    shared_world.unodc.post("/offers", body, expect=403)
    shared_world.unodc.ask("PUT", "/offers/unodc-tpb/O-4", json=body, expect=422)
    shared_world.unodc.ask("PUT", "/offers/osce/O-4", json=body, expect=403)
    assert shared_world.osce.ids("/offers", organization="osce") == set()


def test_the_owner_is_the_organisation_of_the_key(world: World) -> None:
    offer = world.unodc.post("/offers", world.offer_body(external_id="O-5"))
    assert (offer["organization"], offer["external_id"]) == ("unodc-tpb", "O-5")
    world.unodc.post("/offers", world.offer_body(external_id="O-5"), expect=409)
    assert world.osce.post("/offers", world.offer_body(external_id="O-5"))["organization"] == "osce"


@pytest.mark.parametrize("field", ["id", "revision", "row_version", "is_sample", "created_at", "room", "owner"])
def test_a_field_that_is_not_the_providers_is_refused(shared_world: World, field: str) -> None:
    shared_world.unodc.post("/offers", shared_world.offer_body(**{field: "1"}), expect=422)


def test_an_external_id_other_than_the_address_is_refused(shared_world: World) -> None:
    body = shared_world.offer_body(external_id="another")
    problem = shared_world.unodc.ask("PUT", "/offers/unodc-tpb/O-6", json=body, expect=422).json()
    assert problem["errors"][0]["code"] == "offer.other_address"


def test_an_external_id_may_hold_slashes(world: World) -> None:
    world.unodc.ask("PUT", "/offers/unodc-tpb/XM-DAC/41304/7", json=world.offer_body(), expect=201)
    (offer,) = world.unodc.get("/offers")["items"]
    assert offer["external_id"] == "XM-DAC/41304/7"
