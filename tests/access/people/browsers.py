"""Browsers of people: each with cookies of its own, over the same application."""

from typing import Any, Self

from argon2 import PasswordHasher
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.access import service as access
from app.signin import rules
from app.signin import service as signin
from tests.world import Json, World

PASSWORD = "correct horse battery"  # noqa: S105 - of accounts that live for one test
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""A hash says itself what it costs to check, so these cost almost nothing; one test looks at the real ones."""


def give_password(engine: Engine, name: str, password: str = PASSWORD) -> None:
    """Let an account sign in."""
    with Session(engine) as session:
        signin.put_password(session, access.get_account(session, name), CHEAP.hash(rules.plain(password)))
        session.commit()


class Browser:
    """One browser; `csrf` is the token of the session that it is signed in to."""

    def __init__(self, world: World, address: str = "https://testserver") -> None:
        self.client = TestClient(world.app, base_url=address)
        self.csrf = ""

    def sign_in(self, name: str, password: str = PASSWORD, *, code: str | None = None, expect: int = 201) -> Any:
        """Sign in; the JSON of the answer."""
        answer = self.ask("POST", "/session", {"account": name, "password": password, "code": code}, expect=expect)
        self.csrf = answer.json().get("csrf", self.csrf)
        return answer.json()

    def signed_in(self, name: str) -> Self:
        """This browser, signed in."""
        self.sign_in(name)
        return self

    def ask(self, method: str, path: str, body: object = None, *, expect: int | None = None, **more: Any) -> Any:
        """One request from one of our own pages."""
        headers = {"X-CSRF-Token": self.csrf, "Sec-Fetch-Site": "same-origin", **more.pop("headers", {})}
        answer = self.client.request(method, f"/api/v1{path}", json=body, headers=headers, **more)
        if expect is not None:
            assert answer.status_code == expect, (answer.status_code, answer.text)
        return answer

    def who(self) -> Json | None:
        """Who is signed in."""
        answer = self.ask("GET", "/session")
        return answer.json() if answer.status_code == 200 else None
