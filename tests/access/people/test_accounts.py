"""Accounts and roles: two administrators for every grant, one for every end."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.access import service as access
from app.access.rules import Role
from tests.world import START, Caller, Json, World


def asked_for(world: World, name: str, **more: str) -> Json:
    made: Json = world.admin.post("/accounts", {"name": name, "role": "officer", **more})
    return made


def test_a_key_works_only_once_a_second_administrator_has_confirmed(world: World) -> None:
    made = asked_for(world, "new-officer")
    assert made["status"] == "pending"
    newcomer = Caller(world.client, made["key"])
    assert newcomer.ask("GET", "/needs").status_code == 401
    path = f"/accounts/{made['id']}"
    refused = world.admin.step("POST", path, "/confirm", expect=403)
    assert refused["code"] == "account.same_person"
    assert newcomer.ask("GET", "/needs").status_code == 401
    confirmed = world.second_admin.step("POST", path, "/confirm")
    assert (confirmed["status"], confirmed["pending_grant"]) == ("active", None)
    newcomer.get("/needs")
    assert world.second_admin.step("POST", path, "/confirm", expect=409)["code"] == "account.nothing_pending"


def test_the_first_key_is_shown_once_and_ends_within_a_week(world: World) -> None:
    headers = {"Idempotency-Key": "first"}
    body = {"name": "one-key", "role": "auditor"}
    first = world.admin.ask("POST", "/accounts", json=body, headers=headers, expect=201).json()
    again = world.admin.ask("POST", "/accounts", json=body, headers=headers, expect=201).json()
    assert again == first | {"key": None}
    world.second_admin.step("POST", f"/accounts/{first['id']}", "/confirm")
    newcomer = Caller(world.client, first["key"])
    newcomer.get("/keys")
    world.pass_time(days=7)
    assert newcomer.ask("GET", "/keys").status_code == 401


def test_a_role_is_granted_by_two_and_nobody_grants_their_own(
    world: World, person: str, caller_of: Callable[[str], Caller]
) -> None:
    account = find(world, person)
    path = f"/accounts/{account['id']}"
    asked = world.admin.step("PATCH", path, body={"role": "admin"})
    assert (asked["role"], asked["pending_grant"]["role"]) == ("officer", "admin")
    candidate = caller_of(person)
    assert candidate.ask("GET", "/accounts").status_code == 403
    assert world.admin.step("POST", path, "/confirm", expect=403)["code"] == "account.same_person"
    world.second_admin.step("POST", path, "/confirm")
    candidate.get("/accounts")
    own = f"/accounts/{find(world, 'admin')['id']}"
    assert world.admin.step("PATCH", own, body={"role": "officer"}, expect=403)["code"] == "account.own_role"
    world.second_admin.step("PATCH", own, body={"role": "officer"})
    assert world.admin.step("POST", own, "/confirm", expect=403)["code"] == "account.same_person"


def test_what_is_confirmed_is_what_was_read(world: World, person: str) -> None:
    path = f"/accounts/{find(world, person)['id']}"
    world.admin.step("PATCH", path, body={"role": "secretariat"})
    tag = world.second_admin.ask("GET", path, expect=200).headers["etag"]
    world.admin.step("PATCH", path, body={"role": "admin"})
    headers = {"If-Match": tag}
    assert world.second_admin.ask("POST", f"{path}/confirm", headers=headers).status_code == 412
    assert world.second_admin.ask("POST", f"{path}/confirm").status_code == 428


def test_disabling_is_at_once_and_drops_what_waits(
    world: World, person: str, caller_of: Callable[[str], Caller]
) -> None:
    caller = caller_of(person)
    path = f"/accounts/{find(world, person)['id']}"
    world.admin.step("PATCH", path, body={"role": "admin"})
    disabled = world.admin.step("PATCH", path, body={"disabled": True})
    assert (disabled["status"], disabled["pending_grant"]) == ("disabled", None)
    assert caller.ask("GET", "/needs").status_code == 401
    assert world.second_admin.step("POST", path, "/confirm", expect=409)["code"] == "account.nothing_pending"


def test_enabling_again_takes_two(world: World, person: str, caller_of: Callable[[str], Caller]) -> None:
    caller = caller_of(person)
    path = f"/accounts/{find(world, person)['id']}"
    world.admin.step("PATCH", path, body={"disabled": True})
    assert world.admin.step("PATCH", path, body={"disabled": False})["status"] == "disabled"
    assert caller.ask("GET", "/needs").status_code == 401
    world.second_admin.step("POST", path, "/confirm")
    caller.get("/needs")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "x", "role": "state"}, "account.state"),
        ({"name": "x", "role": "officer", "state": "KEN"}, "account.state"),
        ({"name": "x", "role": "provider"}, "account.organization"),
        ({"name": "x", "role": "provider", "organization": "no-such"}, "organization.unknown"),
        ({"name": "x", "role": "provider", "organization": "cted"}, "organization.facilitator"),
        ({"name": "x", "role": "anonymous"}, "role.unknown"),
        ({"name": "x\u202ey", "role": "officer"}, "name.invisible"),
        ({"name": "x", "role": "officer", "id": "1"}, "field.extra_forbidden"),
    ],
    ids=[
        "a State's account without State",
        "an officer with one",
        "a provider of nothing",
        "of an unknown organisation",
        "of a facilitator",
        "nobody's role",
        "a name written backwards",
        "a field that is not to be set",
    ],
)
def test_accounts_that_make_no_sense_are_refused(world: World, body: Json, code: str) -> None:
    answer = world.admin.post("/accounts", body, expect=422)
    assert [fault["code"] for fault in answer["errors"]] == [code]


@pytest.mark.parametrize("who", ["officer", "secretariat", "kenya", "unodc", "designer", "auditor"])
def test_only_administrators_see_accounts_and_they_see_no_needs(world: World, who: str) -> None:
    caller: Caller = getattr(world, who)
    assert caller.ask("GET", "/accounts").status_code == 403
    assert caller.ask("POST", "/accounts", json={"name": "x", "role": "admin"}).status_code == 403
    assert world.nobody.ask("GET", "/accounts").status_code == 401
    assert world.second_admin.get("/needs")["items"] == []


def test_the_last_administrator_stays(engine: Engine, world: World) -> None:
    with Session(engine) as session:
        for account in access.list_accounts(session):
            if account.role == "admin" and account.name != "second_admin":
                account.disabled_at = START
        access.operator(session, Role.ADMIN, at=START)
        session.commit()
    path = f"/accounts/{find(world, 'second_admin', by=world.second_admin)['id']}"
    answer = world.second_admin.step("PATCH", path, body={"disabled": True}, expect=409)
    assert answer["code"] == "account.last_admin"


def find(world: World, name: str, *, by: Caller | None = None) -> Json:
    accounts = (by or world.admin).get("/accounts", params={"limit": "200"})["items"]
    found: Json = next(account for account in accounts if account["name"] == name)
    return found
