"""Signing in: tries, names, hashes, second factors (T27)."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from unicodedata import normalize

import pyotp
import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from app.access.rules import Role
from app.core.config import Settings
from app.core.errors import Conflict
from app.main import create_app
from app.signin import adapter, rules
from tests.access.people.browsers import PASSWORD, Browser, give_password
from tests.access.people.conftest import NewPerson
from tests.world import Caller, World

WRONG = "wrong horse battery"
NOBODYS = adapter.NOBODYS  # as it is, before the tests make it cheap


@pytest.fixture(scope="module")
def replica(world: World, database_url: str) -> Iterator[TestClient]:
    """A second process over the same database."""
    settings = Settings(database_url=database_url, rate_per_minute=0, anonymous_rate_per_minute=0)
    with TestClient(create_app(settings, clock=lambda: world.now), base_url="https://testserver") as client:
        yield client


def attempt(client: TestClient, name: str, password: str = WRONG) -> int:
    return client.post("/api/v1/session", json={"account": name, "password": password}).status_code


def test_ten_tries_are_shared_between_replicas(
    browser: Browser, person: str, world: World, replica: TestClient
) -> None:
    live = Browser(world).signed_in(person)
    hashed = [app.state.doors.passwords.hashed for app in (world.app, replica.app)]  # type: ignore[attr-defined]
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda n: attempt((browser.client, replica)[n % 2], person), range(40)))
    assert statuses.count(401) == rules.MOST_TRIES
    assert statuses.count(429) == 30
    after = [app.state.doors.passwords.hashed for app in (world.app, replica.app)]  # type: ignore[attr-defined]
    assert sum(after) - sum(hashed) == rules.MOST_TRIES, "a try too many is refused before it costs a hash"
    assert attempt(replica, person, PASSWORD) == 429
    assert live.who() is not None, "whoever is signed in stays signed in"
    live.ask("POST", "/keys", {}, expect=201)


def test_tries_are_free_again_after_a_quarter_of_an_hour_each(browser: Browser, person: str, world: World) -> None:
    for _ in range(5):
        assert attempt(browser.client, person) == 401
    world.pass_time(minutes=10)
    for _ in range(5):
        assert attempt(browser.client, person) == 401
    answer = browser.ask("POST", "/session", {"account": person, "password": PASSWORD}, expect=429)
    assert answer.headers["retry-after"] == "300"
    assert answer.json()["code"] == "sign_in.throttled"
    world.pass_time(minutes=5)
    assert [attempt(browser.client, person) for _ in range(6)] == [401] * 5 + [429]


def test_a_right_password_does_not_count_and_frees_no_other_try(browser: Browser, person: str) -> None:
    for _ in range(rules.MOST_TRIES - 1):
        assert attempt(browser.client, person) == 401
    for _ in range(3):
        browser.sign_in(person)
    assert [attempt(browser.client, person) for _ in range(2)] == [401, 429]


def test_a_name_cannot_be_told_from_nobodys(browser: Browser, new_person: NewPerson, world: World) -> None:
    disabled = new_person()
    everybody = world.admin.get("/accounts", params={"limit": "200"})["items"]
    account = next(one for one in everybody if one["name"] == disabled)
    world.admin.step("PATCH", f"/accounts/{account['id']}", body={"disabled": True})
    names = [new_person(), new_person(has_password=False), disabled, "nobody-at-all"]
    seen = set()
    for name in names:
        for round_number in range(rules.MOST_TRIES + 2):
            before = world.app.state.doors.passwords.hashed
            answer = browser.ask("POST", "/session", {"account": name, "password": WRONG})
            hashes = world.app.state.doors.passwords.hashed - before
            headers = {k: v for k, v in answer.headers.items() if k != "x-request-id"}
            body = {k: v for k, v in answer.json().items() if k != "request_id"}
            seen.add((round_number, answer.status_code, hashes, str(sorted(headers.items())), str(body)))
    assert len(seen) == rules.MOST_TRIES + 2, "every name got the same answer for the same work, round by round"


def test_at_most_two_hashes_are_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0
    lock = threading.Lock()

    def slow(*_: object) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.005)
        with lock:
            running -= 1
        return False

    passwords = adapter.Passwords()
    monkeypatch.setattr(passwords, "_verify", slow)
    futures = [passwords._submit(lambda: slow()) for _ in range(100)]
    assert [future.result() for future in futures] == [False] * 100
    assert most == adapter.AT_ONCE
    passwords.close()


def test_hashes_are_argon2id_of_the_stated_cost() -> None:
    passwords = adapter.Passwords()
    for kept in (passwords.hash("any password"), NOBODYS):
        assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    passwords.close()


def test_nothing_that_was_typed_is_kept(browser: Browser, engine: Engine) -> None:
    attempt(browser.client, "a password typed as a name", "another password")
    with engine.connect() as connection:
        rows = str(connection.execute(text("SELECT * FROM sign_in_tries")).all())
    assert "typed" not in rows
    assert "another" not in rows


def test_old_counts_are_forgotten(browser: Browser, person: str, world: World, engine: Engine) -> None:
    attempt(browser.client, "somebody-once")
    world.pass_time(minutes=20)
    browser.sign_in(person)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sign_in_tries")) == 1


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password.length"),
        ("x" * 201, None),
        ("aaaaaaaaaaaaaaaa", "password.too_plain"),
        ("my officer-name is here", "password.too_plain"),
    ],
    ids=["too short", "too long", "one letter", "the name in it"],
)
def test_bad_passwords_are_refused(password: str, code: str | None) -> None:
    faults = rules.password_faults(password, "officer-name")
    assert [fault.code for fault in faults] == [code or "password.length"]


def test_a_composed_password_is_the_same_typed_in_parts(browser: Browser, person: str, engine: Engine) -> None:
    spelled = "Überraschung éàü"
    give_password(engine, person, spelled)
    browser.sign_in(person, normalize("NFD", spelled))


def test_a_key_sets_the_first_password_but_not_the_second(
    browser: Browser, new_person: NewPerson, caller_of: Callable[[str], Caller]
) -> None:
    name = new_person(has_password=False)
    caller = caller_of(name)
    assert caller.ask("POST", "/session/password", json={"new": PASSWORD}).status_code == 204
    browser.sign_in(name)
    answer = caller.ask("POST", "/session/password", json={"new": "a stolen key's own"}, expect=422)
    assert answer.json()["errors"][0]["code"] == "password.current"
    stolen = {"current": WRONG, "new": "a stolen key's own"}
    assert caller.ask("POST", "/session/password", json=stolen).status_code == 401


class TestSecondFactor:
    """Codes of half a minute (RFC 6238)."""

    def set_up(self, browser: Browser, world: World, name: str) -> pyotp.TOTP:
        browser.sign_in(name)
        offer = browser.ask("POST", "/session/totp", {"password": PASSWORD}, expect=201).json()
        assert offer["uri"].startswith("otpauth://totp/Taysir:")
        totp = pyotp.TOTP(offer["secret"])
        browser.ask("POST", "/session/totp/confirm", {"code": totp.at(world.now)}, expect=204)
        world.pass_time(minutes=1)
        return totp

    def test_a_password_alone_is_not_enough_then(self, browser: Browser, person: str, world: World) -> None:
        totp = self.set_up(browser, world, person)
        assert browser.sign_in(person, expect=401)["code"] == "sign_in.code_needed"
        assert browser.sign_in(person, WRONG, expect=401)["code"] == "sign_in.refused"
        assert browser.sign_in(person, code="000000", expect=401)["code"] == "sign_in.refused"
        browser.sign_in(person, code=totp.at(world.now))

    def test_no_code_counts_twice(self, browser: Browser, person: str, world: World) -> None:
        totp = self.set_up(browser, world, person)
        code = totp.at(world.now)
        with ThreadPoolExecutor(4) as threads:
            body = {"account": person, "password": PASSWORD, "code": code}
            answers = list(threads.map(lambda _: Browser(world).ask("POST", "/session", body).status_code, range(4)))
        assert sorted(answers) == [201, 401, 401, 401]
        earlier = totp.at(world.now, counter_offset=-1)
        browser.sign_in(person, code=earlier, expect=401)

    def test_codes_cannot_be_tried_out(self, browser: Browser, person: str, world: World) -> None:
        totp = self.set_up(browser, world, person)
        for number in range(rules.MOST_TRIES):
            browser.sign_in(person, code=f"{number:06}", expect=401)
        browser.sign_in(person, code=totp.at(world.now), expect=429)

    def test_setting_one_up_needs_the_password_and_ends_other_sessions(
        self, browser: Browser, person: str, world: World
    ) -> None:
        other = Browser(world).signed_in(person)
        browser.sign_in(person)
        browser.ask("POST", "/session/totp", {"password": WRONG}, expect=401)
        self.set_up(browser, world, person)
        assert other.who() is None
        assert browser.who() is not None

    def test_taking_it_off_needs_password_and_code(self, browser: Browser, person: str, world: World) -> None:
        totp = self.set_up(browser, world, person)
        browser.ask("POST", "/session/totp/remove", {"password": PASSWORD}, expect=401)
        browser.ask("POST", "/session/totp/remove", {"password": PASSWORD, "code": totp.at(world.now)}, expect=204)
        browser.sign_in(person)

    def test_its_secret_is_sealed_in_the_database(
        self, browser: Browser, person: str, world: World, engine: Engine
    ) -> None:
        totp = self.set_up(browser, world, person)
        with engine.connect() as connection:
            rows = str(connection.execute(text("SELECT * FROM credentials")).all())
        assert totp.secret not in rows
        sealed = adapter.Vault("one secret of thirty-two letters!").seal("text")
        with pytest.raises(Conflict, match=r"totp\.unreadable"):
            adapter.Vault("other secret of thirty-two letters").open(sealed)
        with pytest.raises(Conflict, match=r"totp\.not_set_up"):
            adapter.Vault(None).seal("text")


def test_a_role_that_reads_only_signs_in_as_well(browser: Browser, new_person: NewPerson) -> None:
    assert browser.sign_in(new_person(Role.AUDITOR))["role"] == "auditor"
