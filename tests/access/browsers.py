"""Browsers of people: each with cookies of its own, over the same application."""

from typing import Any, Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.access import service as access
from app.signin import service as signin
from app.signin.adapter import Passwords
from tests.world import Json, World

PASSWORD = "correct horse battery"
_KNOWN: dict[str, str] = {}


def hashed(password: str = PASSWORD) -> str:
    """The hash of a password, computed once."""
    if password not in _KNOWN:
        passwords = Passwords()
        _KNOWN[password] = passwords.hash(password)
        passwords.close()
    return _KNOWN[password]


def give_password(engine: Engine, name: str, password: str = PASSWORD) -> None:
    """Let an account sign in."""
    with Session(engine) as session:
        signin.put_password(session, access.get_account(session, name), hashed(password))
        session.commit()


class Browser:
    """One browser; `csrf` is the token of the session that it is signed in to."""

    def __init__(self, world: World, address: str = "https://testserver") -> None:
        self.client = TestClient(world.app, base_url=address)
        # The world keeps the application running; entering again would start it a second time.
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
