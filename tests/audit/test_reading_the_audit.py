"""Who reads what of the audit: auditors all, administrators people, a State who saw its needs, others their own."""

import json
from datetime import datetime

from app.audit import rules
from tests.audit.trails import records
from tests.world import World


def actions(caller: object, **filters: str) -> list[str]:
    return [item["action"] for item in caller.get("/audit", params=filters)["items"]]  # type: ignore[attr-defined]


def test_everybody_reads_their_own_acts_and_nobody_elses(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need)
    world.unodc.get(f"/needs/{need['id']}")
    assert actions(world.unodc) == ["need.read"]
    assert set(actions(world.kenya)) == {"consent.given"}
    assert actions(world.osce) == []
    assert actions(world.other_officer) == []
    world.nobody.get("/audit", expect=401)


def test_an_auditor_reads_all_and_can_check_the_chain(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need)
    world.unodc.get(f"/needs/{need['id']}")
    items = []
    cursor: str | None = None
    while True:
        page = world.auditor.get("/audit", params={"limit": "2"} | ({"cursor": cursor} if cursor else {}))
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    items.sort(key=lambda item: item["number"])
    previous = rules.START
    for item in items:
        account = item.pop("account")
        record = item | {"account_id": account and account["id"], "at": datetime.fromisoformat(item["at"])}
        assert record["previous_hash"] == previous
        previous = rules.digest(record)
        assert item["hash"] == previous
    head = world.auditor.get("/audit/head")
    assert head == {"count": len(items), "hash": previous}


def test_only_auditors_see_the_head_and_places_in_the_chain(world: World) -> None:
    world.make_need()
    for caller in (world.officer, world.admin, world.kenya, world.unodc):
        caller.get("/audit/head", expect=403)
    item = world.officer.get("/audit", params={"action": "need.recorded"})["items"][0]
    assert {"number", "hash", "previous_hash"}.isdisjoint(item)


def test_the_filters_narrow(world: World) -> None:
    need = world.make_need()
    world.pass_time(hours=1)
    world.officer.get(f"/needs/{need['id']}")
    assert actions(world.auditor, action="need.read") == ["need.read"]
    assert actions(world.auditor, action="need") == ["need.read", "need.recorded"]
    assert actions(world.auditor, action="nee") == []
    assert actions(world.auditor, since="2026-11-23T09:30:00Z") == ["need.read"]
    world.auditor.get("/audit", params={"action": "%"}, expect=422)


def test_hidden_acts_of_others_move_nothing_in_ones_own_list(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need)
    for _ in range(3):
        world.unodc.get(f"/needs/{need['id']}")
    before = world.unodc.ask("GET", "/audit", params={"limit": "2"}).text
    for _ in range(5):
        world.make_need()
    assert world.unodc.ask("GET", "/audit", params={"limit": "2"}).text == before


def test_ones_own_list_names_no_need_that_is_hidden_now(world: World) -> None:
    need = world.make_need(level="state")
    consent = world.share(need)
    world.unodc.get(f"/needs/{need['id']}")
    assert world.unodc.get("/audit")["items"][0]["subjects"] == {"need": [need["id"]]}
    world.kenya.step("POST", f"/consents/{consent['id']}", "/withdraw", {})
    answer = world.unodc.ask("GET", "/audit").json()["items"][0]
    assert (answer["subjects"], answer["states"]) == ({}, [])


def test_an_administrator_reads_what_was_done_to_people_and_no_reading_of_needs(world: World) -> None:
    world.make_need()
    assert actions(world.admin) == []


def test_a_state_reads_who_saw_its_needs(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need)
    world.pass_time(minutes=1)
    world.unodc.get(f"/needs/{need['id']}/matches")
    entry = world.kenya.get("/states/KEN/access-log")["items"][0]
    assert entry == {
        "at": "2026-11-23T09:01:00Z",
        "action": "match.read",
        "reader": {"role": "provider", "organization": "unodc-tpb", "state": None},
        "needs": [need["id"]],
    }


def test_a_states_log_names_no_need_that_it_may_not_see(world: World) -> None:
    shown = world.make_need(level="state")
    log = world.kenya.ask("GET", "/states/KEN/access-log", params={"limit": "1"}).text
    hidden = world.make_need(level="committee")
    foreign = world.make_need(level="public", state="MDV")
    world.other_officer.get(f"/needs/{hidden['id']}")
    world.other_officer.get(f"/needs/{foreign['id']}")
    assert world.kenya.ask("GET", "/states/KEN/access-log", params={"limit": "1"}).text == log
    world.other_officer.get("/needs")
    entry = world.kenya.get("/states/KEN/access-log")["items"]
    assert {need for item in entry for need in item["needs"]} == {shown["id"]}
    assert hidden["id"] not in json.dumps(entry)


def test_a_states_log_has_no_failed_attempts(world: World) -> None:
    need = world.make_need(level="state")
    world.unodc.get(f"/needs/{need['id']}", expect=404)
    assert [i["action"] for i in world.kenya.get("/states/KEN/access-log")["items"]] == ["need.recorded"]


def test_the_log_is_for_the_state_itself_and_cted(world: World) -> None:
    need = world.make_need(level="state")
    assert world.officer.get("/states/KEN/access-log")["items"][0]["needs"] == [need["id"]]
    for name in ("maldives", "unodc", "designer", "admin", "secretariat", "auditor"):
        getattr(world, name).get("/states/KEN/access-log", expect=403)
    world.nobody.get("/states/KEN/access-log", expect=401)
    world.officer.get("/states/XXX/access-log", expect=404)


def test_reading_the_audit_adds_nothing_to_it(world: World) -> None:
    world.make_need(level="state")
    before = len(records(world))
    world.auditor.get("/audit")
    world.auditor.get("/audit/head")
    world.kenya.get("/states/KEN/access-log")
    assert len(records(world)) == before
