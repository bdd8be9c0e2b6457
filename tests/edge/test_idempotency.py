"""A POST that comes twice with one key does its work once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from tests.world import World

NEED = {"state": "KEN", "source": "cted", "title": {"en": "Radio network"}, "description": {"en": "For the coast."}}
KEY = {"Idempotency-Key": "order-17"}


def test_the_same_request_gets_the_same_answer_and_makes_one_record(world: World) -> None:
    first = world.officer.ask("POST", "/needs", json=NEED, headers=KEY, expect=201)
    second = world.officer.ask("POST", "/needs", json=NEED, headers=KEY, expect=201)
    assert first.json() == second.json()
    for name in ("etag", "location", "content-type"):
        assert first.headers[name] == second.headers[name]
    assert world.officer.ids("/needs") == {first.json()["id"]}


def test_another_body_or_address_with_the_same_key_is_refused(world: World) -> None:
    world.officer.ask("POST", "/needs", json=NEED, headers=KEY, expect=201)
    other = world.officer.ask("POST", "/needs", json=NEED | {"priority": "low"}, headers=KEY, expect=422)
    assert other.json()["errors"][0]["code"] == "idempotency_key.reused"
    world.officer.ask("POST", "/visits", json=NEED, headers=KEY, expect=422)
    assert len(world.officer.ids("/needs")) == 1


def test_keys_of_two_people_do_not_meet(world: World) -> None:
    ids = {
        caller.ask("POST", "/needs", json=NEED, headers=KEY, expect=201).json()["id"]
        for caller in (world.officer, world.other_officer)
    }
    assert world.officer.ids("/needs") == ids


def test_a_refused_request_keeps_its_key_free(world: World) -> None:
    world.officer.ask("POST", "/needs", json=NEED | {"state": "XXX"}, headers=KEY, expect=422)
    world.officer.ask("POST", "/needs", json=NEED, headers=KEY, expect=201)


def test_a_key_is_free_again_after_a_day(world: World) -> None:
    world.officer.ask("POST", "/needs", json=NEED, headers=KEY, expect=201)
    world.pass_time(hours=23)
    world.officer.ask("POST", "/needs", json=NEED, headers=KEY, expect=201)
    world.pass_time(hours=2)
    world.officer.ask("POST", "/needs", json=NEED, headers=KEY, expect=201)
    assert len(world.officer.ids("/needs")) == 2


def test_a_key_of_odd_characters_or_length_is_refused(world: World) -> None:
    for key in ("", "k" * 201, "tab\there"):
        world.officer.ask("POST", "/needs", json=NEED, headers={"Idempotency-Key": key}, expect=422)


def test_two_at_once_make_one_record(world: World) -> None:
    together = Barrier(2)

    def ask(_: int) -> Any:
        together.wait()
        return world.officer.ask("POST", "/needs", json=NEED, headers=KEY, expect=201).json()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(ask, range(2)))
    assert answers[0] == answers[1]
    assert world.officer.ids("/needs") == {answers[0]["id"]}


def test_who_lost_their_account_gets_no_kept_answer(world: World) -> None:
    world.officer.ask("POST", "/needs", json=NEED, headers=KEY, expect=201)
    world.disable("officer")
    world.officer.ask("POST", "/needs", json=NEED, headers=KEY, expect=401)


def test_a_question_is_answered_anew_after_a_withdrawal(world: World) -> None:
    consent = world.share(world.make_need(level="state"))
    offer = {key: value for key, value in world.offer_body().items() if key != "status"}
    ask: dict[str, Any] = {"path": "/matches/preview", "json": {"offer": offer}, "headers": KEY, "expect": 200}
    assert world.unodc.ask("POST", **ask).json()["matches"]
    world.kenya.step("POST", f"/consents/{consent['id']}", "/withdraw", {})
    assert world.unodc.ask("POST", **ask).json()["matches"] == []
