"""API keys: shown once, scoped, expiring, revocable."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from tests.access.people.browsers import Browser
from tests.world import Caller, Json, World

CallerOf = Callable[[str], Caller]


@pytest.fixture
def owner(person: str, caller_of: CallerOf) -> Caller:
    """An officer with a key that may do everything an officer may."""
    return caller_of(person)


def need_body() -> Json:
    return {"state": "KEN", "source": "cted", "title": {"en": "Border"}, "description": {"en": "Post."}}


def test_a_key_is_shown_once_and_kept_nowhere(owner: Caller, world: World, engine: Engine) -> None:
    made = owner.post("/keys", {"label": "nightly import"})
    assert made["key"].startswith("tsr_")
    shown = owner.get(f"/keys/{made['id']}")
    assert "key" not in shown
    assert (shown["label"], shown["status"], shown["scope"]) == ("nightly import", "live", "read-write")
    Caller(world.client, made["key"]).get("/needs")
    with engine.connect() as connection:
        rows = str(connection.execute(text("SELECT * FROM api_keys")).all())
        kept = str(connection.execute(text("SELECT body FROM kept_answers")).all())
    assert made["key"] not in rows + kept


def test_a_key_that_only_reads_changes_nothing(owner: Caller, world: World) -> None:
    reader = Caller(world.client, owner.post("/keys", {"scope": "read-only"})["key"])
    reader.get("/needs")
    asked = {"need": need_body(), "limit": 1}
    assert reader.ask("POST", "/matches/preview", json=asked).status_code == 200
    refused = reader.post("/needs", need_body(), expect=403)
    assert refused["code"] == "key.read_only"


def test_a_key_has_no_permission_but_those_it_was_given(owner: Caller, world: World) -> None:
    reader = Caller(world.client, owner.post("/keys", {"permissions": ["needs.read"]})["key"])
    reader.get("/needs")
    for method, path in (("GET", "/visits"), ("GET", "/offers"), ("GET", "/keys"), ("POST", "/keys")):
        assert reader.ask(method, path, json={} if method == "POST" else None).status_code == 403, path
    assert reader.post("/needs", need_body(), expect=403)["code"] == "role.not_permitted"


def test_a_key_gives_no_more_than_it_has(owner: Caller, world: World) -> None:
    answer = owner.post("/keys", {"permissions": ["accounts.read"]}, expect=422)
    assert answer["errors"][0]["code"] == "key.permission_too_wide"
    narrow = Caller(world.client, owner.post("/keys", {"permissions": ["credentials.write", "needs.read"]})["key"])
    assert narrow.post("/keys", {"permissions": ["visits.read"]}, expect=422)
    assert narrow.post("/keys", {})["permissions"] == ["credentials.write", "needs.read"]


def test_a_key_ends_when_it_was_to_end(owner: Caller, world: World) -> None:
    ends = (world.now + timedelta(hours=1)).isoformat()
    short = Caller(world.client, owner.post("/keys", {"expires_at": ends})["key"])
    short.get("/needs")
    world.pass_time(hours=1)
    assert short.ask("GET", "/needs").status_code == 401
    for wrong in (world.now - timedelta(seconds=1), world.now + timedelta(days=366)):
        answer = owner.post("/keys", {"expires_at": wrong.isoformat()}, expect=422)
        assert answer["errors"][0]["code"] == "key.expiry"


def test_a_key_may_only_end_earlier(owner: Caller, world: World) -> None:
    made = owner.post("/keys", {})
    later = {"expires_at": (world.now + timedelta(days=700)).isoformat()}
    assert owner.step("PATCH", f"/keys/{made['id']}", body=later, expect=422)
    sooner = {"expires_at": world.now.isoformat(), "label": "ended"}
    shown = owner.step("PATCH", f"/keys/{made['id']}", body=sooner)
    assert (shown["status"], shown["label"]) == ("expired", "ended")
    assert Caller(world.client, made["key"]).ask("GET", "/needs").status_code == 401


def test_a_revoked_key_stops_at_once_and_gets_not_even_an_old_answer(owner: Caller, world: World) -> None:
    made = owner.post("/keys", {})
    caller = Caller(world.client, made["key"])
    headers = {"Idempotency-Key": "once"}
    caller.ask("POST", "/needs", json=need_body(), headers=headers, expect=201)
    caller.ask("POST", "/needs", json=need_body(), headers=headers, expect=201)
    assert owner.post(f"/keys/{made['id']}/revoke", expect=200)["status"] == "revoked"
    assert caller.ask("GET", "/needs").status_code == 401
    assert caller.ask("POST", "/needs", json=need_body(), headers=headers).status_code == 401
    assert owner.post(f"/keys/{made['id']}/revoke", expect=409)["code"] == "key.revoked"


def test_others_keys_are_absent_but_for_administrators(owner: Caller, world: World) -> None:
    made = owner.post("/keys", {})
    path = f"/keys/{made['id']}"
    for method, below in (("GET", ""), ("PATCH", ""), ("POST", "/revoke")):
        headers = {"If-Match": '"x"'} if method == "PATCH" else {}
        body: Json | None = {} if method == "PATCH" else None
        assert world.other_officer.ask(method, path + below, json=body, headers=headers).status_code == 404
    assert made["id"] not in world.other_officer.ids("/keys")
    assert made["id"] in world.admin.ids("/keys", account=made["account"])
    world.admin.post(f"{path}/revoke", expect=200)
    assert Caller(world.client, made["key"]).ask("GET", "/needs").status_code == 401


def test_an_administrator_alone_gets_no_key_of_another(world: World) -> None:
    account = next(
        one for one in world.admin.get("/accounts", params={"limit": "200"})["items"] if one["name"] == "officer"
    )
    made = world.admin.post("/keys", {"account": account["id"]})
    assert made["status"] == "pending"
    caller = Caller(world.client, made["key"])
    assert caller.ask("GET", "/needs").status_code == 401
    path = f"/keys/{made['id']}"
    assert world.admin.step("POST", path, "/confirm", expect=403)["code"] == "key.same_person"
    assert world.second_admin.step("POST", path, "/confirm")["status"] == "live"
    caller.get("/needs")
    own = world.officer.post("/keys", {"account": world.officer.get("/session")["account"]}, expect=422)
    assert own["errors"][0]["pointer"] == "/account"
    others = world.admin.get("/accounts")["items"][0]["id"]
    assert world.officer.post("/keys", {"account": others}, expect=403)["code"] == "key.not_own"


def test_the_last_use_is_told_by_day(owner: Caller, world: World) -> None:
    made = owner.post("/keys", {})
    path = f"/keys/{made['id']}"
    assert owner.get(path)["last_used_on"] is None
    caller = Caller(world.client, made["key"])
    caller.get("/needs")
    assert owner.get(path)["last_used_on"] == world.now.date().isoformat()
    world.pass_time(days=1)
    caller.post("/needs", need_body())
    assert owner.get(path)["last_used_on"] == world.now.date().isoformat()


def test_a_key_needs_no_csrf_token_and_goes_before_a_cookie(world: World, browser: Browser, person: str) -> None:
    browser.sign_in(person)
    answer = browser.client.get("/api/v1/session", headers={"Authorization": f"Bearer {world.key('auditor')}"})
    assert (answer.json()["account"], answer.json()["csrf"]) == ("auditor", None)
    answer = browser.client.get("/api/v1/session", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401
    answer = browser.client.get("/api/v1/session", headers={"Authorization": "Basic eDp5"})
    assert answer.status_code == 401
