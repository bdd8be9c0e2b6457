"""Signing in at a provider (OpenID Connect), against a real provider process on this machine."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from oidc_provider_mock import run_server_in_thread
from pydantic import AnyHttpUrl, SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.access import service as access
from app.core.config import Settings
from app.main import create_app
from app.signin import service as signin
from app.signin.rules import own_path
from tests.access.people.browsers import Browser
from tests.access.people.conftest import NewPerson
from tests.world import World

Query = dict[str, list[str]]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def world(engine: Engine, database_url: str, issuer: str) -> Iterator[World]:
    """The service with a provider; its clock is the provider's, which is the machine's."""
    settings = Settings(
        database_url=database_url,
        rate_per_minute=0,
        anonymous_rate_per_minute=0,
        oidc_issuer=AnyHttpUrl(issuer),
        oidc_client_id="taysir",
        oidc_client_secret=SecretStr("shared"),
        public_url=AnyHttpUrl("https://testserver"),
    )
    world = World(engine, database_url, settings=settings)
    world.now = datetime.now(UTC)
    with world:
        yield world


def know(engine: Engine, name: str, issuer: str, subject: str) -> None:
    with Session(engine) as session:
        account = access.get_account(session, name)
        signin.link(session, account.id, issuer=issuer, subject=subject, at=datetime.now(UTC))
        session.commit()


def at_provider(address: str, subject: str) -> str:
    """Sign in there as `subject`; the address that the browser is sent back to."""
    answer = httpx2.post(address, data={"sub": subject}, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


def begin(browser: Browser) -> str:
    answer = browser.ask("GET", "/session/provider", expect=303, follow_redirects=False)
    return str(answer.headers["location"])


def come_back(browser: Browser, location: str, *, expect: int) -> httpx2.Response:
    parts = urlsplit(location)
    answer = browser.client.get(f"{parts.path}?{parts.query}", follow_redirects=False)
    assert answer.status_code == expect, answer.text
    return answer


def test_a_known_person_signs_in(browser: Browser, person: str, engine: Engine, issuer: str) -> None:
    know(engine, person, issuer, f"sub-{person}")
    address = begin(browser)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert asked["scope"] == ["openid"]
    assert asked["redirect_uri"] == ["https://testserver/api/v1/session/provider/return"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    answer = come_back(browser, at_provider(address, f"sub-{person}"), expect=303)
    assert answer.headers["location"] == "/"
    who = browser.who()
    assert who is not None
    assert who["account"] == person


def test_an_unknown_person_does_not(browser: Browser) -> None:
    come_back(browser, at_provider(begin(browser), "nobody-here"), expect=401)
    assert browser.who() is None


def test_another_browser_gains_nothing_by_the_return(
    browser: Browser, person: str, world: World, engine: Engine, issuer: str
) -> None:
    know(engine, person, issuer, f"sub-{person}")
    location = at_provider(begin(browser), f"sub-{person}")
    other = Browser(world)
    come_back(other, location, expect=401)
    begin(other)
    come_back(other, location, expect=401)
    come_back(browser, location, expect=303)


def test_no_return_counts_twice(browser: Browser, person: str, engine: Engine, issuer: str) -> None:
    know(engine, person, issuer, f"sub-{person}")
    location = at_provider(begin(browser), f"sub-{person}")
    flow = browser.client.cookies["__Host-taysir-sign-in"]
    come_back(browser, location, expect=303)
    browser.client.cookies.set("__Host-taysir-sign-in", flow)
    come_back(browser, location, expect=401)


@pytest.mark.parametrize(
    "change",
    [
        lambda query: query | {"state": ["0" * 64]},
        lambda query: query | {"code": ["made-up"]},
        lambda query: {"error": ["access_denied"], "state": query["state"]},
        lambda _query: {},
        lambda query: query | {"iss": ["https://elsewhere.example"]},
    ],
    ids=["another state", "a made-up code", "the person said no", "nothing", "another provider"],
)
def test_a_return_that_does_not_fit_is_refused(
    browser: Browser, person: str, engine: Engine, issuer: str, change: Callable[[Query], Query]
) -> None:
    know(engine, person, issuer, f"sub-{person}")
    parts = urlsplit(at_provider(begin(browser), f"sub-{person}"))
    query = change(parse_qs(parts.query))
    answer = browser.client.get(parts.path, params=query, follow_redirects=False)
    assert answer.status_code == 401, answer.text
    assert browser.who() is None


def test_a_disabled_account_does_not_come_in(
    browser: Browser, person: str, world: World, engine: Engine, issuer: str
) -> None:
    know(engine, person, issuer, f"sub-{person}")
    with Session(engine) as session:
        access.disable_account(session, person, at=world.now)
        session.commit()
    come_back(browser, at_provider(begin(browser), f"sub-{person}"), expect=401)


def test_a_person_links_themself_once(browser: Browser, person: str, new_person: NewPerson, world: World) -> None:
    browser.sign_in(person)
    address = browser.ask("POST", "/session/provider/link", expect=200).json()["address"]
    come_back(browser, at_provider(address, f"own-{person}"), expect=303)
    fresh = Browser(world)
    come_back(fresh, at_provider(begin(fresh), f"own-{person}"), expect=303)
    who = fresh.who()
    assert who is not None
    assert who["account"] == person
    other = Browser(world).signed_in(new_person())
    address = other.ask("POST", "/session/provider/link", expect=200).json()["address"]
    come_back(other, at_provider(address, f"own-{person}"), expect=409)


def test_the_service_says_503_while_the_provider_is_away(engine: Engine, database_url: str) -> None:
    settings = Settings(
        database_url=database_url,
        oidc_issuer=AnyHttpUrl("http://localhost:9"),
        oidc_client_id="taysir",
        oidc_client_secret=SecretStr("shared"),
    )
    with TestClient(create_app(settings), base_url="https://testserver") as client:
        answer = client.get("/api/v1/session/provider")
    assert (answer.status_code, answer.json()["code"]) == (503, "sign_in.provider_away")
    assert answer.headers["retry-after"] == "5"


@pytest.mark.parametrize("path", [None, "", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb"])
def test_nobody_is_sent_elsewhere(path: str | None) -> None:
    assert own_path(path) == "/"
    assert own_path("/needs?state=KEN") == "/needs?state=KEN"
