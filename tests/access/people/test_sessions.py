"""Sessions of browsers: cookies, foreign pages, fixation, limits, signing out (T28)."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from tests.access.people.browsers import PASSWORD, Browser
from tests.world import Caller, World

COOKIE = "__Host-taysir"


def test_a_session_does_what_its_account_may(browser: Browser, person: str, world: World) -> None:
    made = browser.sign_in(person)
    assert made["role"] == "officer"
    body = {"state": "KEN", "source": "cted", "title": {"en": "Border"}, "description": {"en": "Post."}}
    browser.ask("POST", "/needs", body, expect=201)
    assert browser.ask("GET", "/accounts").status_code == 403


@pytest.mark.parametrize(
    ("address", "name", "is_secure"),
    [
        ("https://taysir.example", COOKIE, True),
        ("http://taysir.example", COOKIE, True),
        ("http://localhost:8000", "taysir", False),
        ("http://127.0.0.1:8000", "taysir", False),
    ],
    ids=["under TLS", "plain to the world", "plain on this machine by name", "plain on this machine by number"],
)
def test_the_cookie_is_for_our_server_alone(
    world: World, person: str, address: str, name: str, *, is_secure: bool
) -> None:
    body = {"account": person, "password": PASSWORD}
    answer = Browser(world, address).ask("POST", "/session", body, expect=201)
    value, *flags = [part.strip() for part in answer.headers["set-cookie"].split(";")]
    assert value.startswith(f"{name}=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(flags)
    assert ("Secure" in flags) is is_secure
    assert not any(flag.lower().startswith("domain") for flag in flags)
    assert answer.headers["cache-control"] == "private, no-store"


def test_a_planted_cookie_never_becomes_a_session(browser: Browser, person: str, world: World) -> None:
    answer = browser.ask(
        "POST", "/session", {"account": person, "password": PASSWORD}, headers={"Cookie": f"{COOKIE}=planted"}
    )
    assert "planted" not in answer.headers["set-cookie"]
    thief = Browser(world)
    thief.client.cookies.set(COOKIE, "planted")
    assert thief.who() is None


def test_signing_in_again_ends_the_session_before(browser: Browser, person: str, world: World) -> None:
    browser.sign_in(person)
    thief = Browser(world)
    thief.client.cookies.set(COOKIE, browser.client.cookies[COOKIE])
    assert thief.who() is not None
    browser.sign_in(person)
    assert thief.who() is None
    assert browser.who() is not None


def test_every_unsafe_route_refuses_a_foreign_page(browser: Browser, person: str, world: World) -> None:
    browser.sign_in(person)
    paths = world.app.openapi()["paths"]
    asked = 0
    for path, operations in paths.items():
        filled = path
        while "{" in filled:
            before, _, rest = filled.partition("{")
            filled = before + "00000000-0000-4000-8000-000000000000" + rest.partition("}")[2]
        for method in set(operations) & {"post", "put", "patch", "delete"}:
            for headers in ({"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {"Sec-Fetch-Site": "cross-site"}):
                answer = browser.client.request(
                    method, filled, json={}, headers={"X-CSRF-Token": browser.csrf, "If-Match": '"0"', **headers}
                )
                is_sign_in = path == "/api/v1/session" and method == "post"  # who signs in has no session yet
                assert answer.status_code == 403 or (is_sign_in and answer.status_code == 422), (
                    method,
                    path,
                    headers,
                    answer.text,
                )
                asked += 1
    assert asked > 60
    assert browser.who() is not None


def test_a_foreign_page_signs_nobody_in(browser: Browser, person: str) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        answer = browser.ask("POST", "/session", {"account": person, "password": PASSWORD}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf.foreign_page")
    answer = browser.client.post("/api/v1/session", content=b'{"account":person,"password":"x"}',
                                 headers={"Content-Type": "text/plain"})  # fmt: skip
    assert answer.status_code == 422


def test_an_idle_session_ends_and_a_used_one_goes_on(browser: Browser, person: str, world: World) -> None:
    browser.sign_in(person)
    for _ in range(3):
        world.pass_time(minutes=29)
        assert browser.who() is not None
    world.pass_time(minutes=30)
    assert browser.who() is None


def test_no_session_outlives_half_a_day(browser: Browser, person: str, world: World) -> None:
    browser.sign_in(person)
    for _ in range(47):
        world.pass_time(minutes=15)
        assert browser.who() is not None
    world.pass_time(minutes=15)
    assert browser.who() is None


def test_signing_out_ends_this_session_only(browser: Browser, person: str, world: World) -> None:
    browser.sign_in(person)
    other = Browser(world).signed_in(person)
    token = browser.client.cookies[COOKIE]
    browser.ask("DELETE", "/session", expect=204)
    assert COOKIE not in browser.client.cookies
    browser.client.cookies.set(COOKIE, token)
    assert browser.who() is None
    assert other.who() is not None


def test_signing_out_everywhere_ends_all(browser: Browser, person: str, world: World) -> None:
    browser.sign_in(person)
    other = Browser(world).signed_in(person)
    browser.ask("DELETE", "/session?everywhere=true", expect=204)
    assert other.who() is None


def test_a_new_password_ends_all_sessions_but_gives_a_new_one(browser: Browser, person: str, world: World) -> None:
    browser.sign_in(person)
    other = Browser(world).signed_in(person)
    old = browser.client.cookies[COOKIE]
    change = {"current": PASSWORD, "new": "another long password"}
    browser.ask("POST", "/session/password", change, expect=204)
    assert browser.client.cookies[COOKIE] != old
    assert browser.who() is not None
    assert other.who() is None
    other.sign_in(person, expect=401)
    other.sign_in(person, "another long password")


@pytest.mark.parametrize("change", ["issue", "revoke"])
def test_a_change_of_keys_ends_other_sessions(
    browser: Browser, person: str, world: World, caller_of: Callable[[str], Caller], change: str
) -> None:
    made = caller_of(person).post("/keys", {})
    browser.sign_in(person)
    other = Browser(world).signed_in(person)
    if change == "issue":
        browser.ask("POST", "/keys", {}, expect=201)
    else:
        browser.ask("POST", f"/keys/{made['id']}/revoke", expect=200)
    assert browser.who() is not None
    assert other.who() is None


def test_a_disabled_account_is_out_at_once(browser: Browser, person: str, world: World) -> None:
    browser.sign_in(person)
    everybody = world.admin.get("/accounts", params={"limit": "200"})["items"]
    account = next(account for account in everybody if account["name"] == person)
    world.admin.step("PATCH", f"/accounts/{account['id']}", body={"disabled": True})
    assert browser.who() is None
    browser.sign_in(person, expect=401)


def test_the_database_holds_no_token(browser: Browser, person: str, engine: Engine) -> None:
    browser.sign_in(person)
    token = browser.client.cookies[COOKIE]
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM account_sessions")).all()
    assert rows
    assert token not in str(rows)
    assert browser.csrf not in str(rows)


def test_repeating_a_request_with_its_key_works_in_a_session_too(browser: Browser, person: str) -> None:
    browser.sign_in(person)
    headers = {"Idempotency-Key": "one"}
    first = browser.ask("POST", "/keys", {}, headers=headers, expect=201).json()
    again = browser.ask("POST", "/keys", {}, headers=headers, expect=201).json()
    assert first["id"] == again["id"]
    assert first["key"]
    assert again["key"] is None
