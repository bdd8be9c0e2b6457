"""The service with the sample data and one person per role, and browsers that are signed in as them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx2
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy.orm import Session

from app.access import service as access
from app.cli.demo import ACCOUNTS
from app.exchange import samples
from app.i18n import render
from app.practices import service as practices
from app.reference.queries import read_book
from app.signin import rules
from app.signin import service as signin
from tests.access.people.browsers import CHEAP, PASSWORD
from tests.databases import operator_engine

SHOWN_STATE = "MDV"
"""The State of whose sample data the demonstration shows most."""


def settle(database_url: str) -> None:
    """Put the sample data and the people into a migrated database."""
    now = datetime.now(UTC)
    engine = operator_engine(database_url)
    with Session(engine) as session:
        samples.load_organizations(session)
        made = {}
        for name, role, organization, state in ACCOUNTS:
            made[name] = access.add_account(session, name, role=role, at=now, organization=organization, state=state)
            signin.put_password(session, made[name], CHEAP.hash(rules.plain(PASSWORD)))
        practices.load(session, read_book(session), at=now)
        samples.load(session, read_book(session), today=now.date(), now=now, recorded_by=made["officer"].id)
        session.commit()
    engine.dispose()


@dataclass
class Town:
    """A running service and how to reach it."""

    url: str
    database_url: str
    browser: Browser
    _cookies: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def client(self, name: str | None = None, language: str = "en") -> Iterator[httpx2.Client]:
        """A browser without a screen, signed in where named."""
        headers = {"Accept": "text/html", "Accept-Language": language, "Origin": self.url}
        if name is not None:
            headers["Cookie"] = f"taysir={self.cookie(name)}"
        with httpx2.Client(base_url=self.url, headers=headers, timeout=30) as client:
            yield client

    def cookie(self, name: str) -> str:
        """A session of that person, one for all tests."""
        if name not in self._cookies:
            with self.client() as client:
                answer = client.post("/sign-in", data={"account": name, "password": PASSWORD})
                assert answer.status_code == 303, answer.text
                self._cookies[name] = client.cookies["taysir"]
        return self._cookies[name]

    @contextmanager
    def visited(
        self, name: str | None = None, *, language: str = "en", javascript: bool = True, **more: Any
    ) -> Iterator["Visitor"]:
        """A person at a browser, signed in where named."""
        context = self.browser.new_context(
            base_url=self.url, locale=language, java_script_enabled=javascript, color_scheme="light", **more
        )
        if name is not None:
            context.add_cookies([{"name": "taysir", "value": self.cookie(name), "url": self.url}])
        try:
            yield Visitor(context, language)
        finally:
            context.close()


def said(code: str, language: str, **values: Any) -> str:
    """What the page calls it."""
    return render(code, language, values)


class Visitor:
    """Somebody who reads the screen and uses the keyboard alone. What the browser complains of is kept."""

    def __init__(self, context: BrowserContext, language: str) -> None:
        self.language = language
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._note)

    def _note(self, message: Any) -> None:
        expected = re.search(r"status of (401|404|409|412|422)", message.text)
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(message.text)

    def open(self, path: str) -> int:
        """Go to an address; the status of the answer."""
        answer = self.page.goto(path)
        return 0 if answer is None else answer.status

    def t(self, code: str, **values: Any) -> str:
        """What the page calls it in this person's language."""
        return said(code, self.language, **values)

    def focused(self) -> str:
        """How the element that has the focus is called."""
        return str(self.page.evaluate(NAME_OF_FOCUSED))

    def reach(self, name: str, *, most: int = 400) -> None:
        """Press Tab until the element of that name has the focus."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if re.match(rf"{re.escape(name)}(?:\s|$)", self.focused()):
                return
        raise AssertionError(f"Tab never reaches {name!r} on {self.page.url}")

    def follow(self, name: str) -> None:
        """Reach a link or a button and press Enter."""
        self.reach(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, name: str, text: str) -> None:
        """Reach a field and type."""
        self.reach(name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def choose(self, name: str) -> None:
        """Choose one of several radio buttons: Tab reaches the one that is chosen or the first, arrows the others."""
        group = self.page.get_by_role("radio", name=name, exact=True).get_attribute("name")
        for _ in range(400):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("() => document.activeElement.name") == group:
                break
        for _ in range(10):
            if self.focused() == name:
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"No arrow reaches {name!r} on {self.page.url}")

    def heading(self) -> str:
        """What the page is about."""
        return self.page.inner_text("h1").strip()


NAME_OF_FOCUSED = """() => {
  const e = document.activeElement;
  const text = e.labels?.length ? e.labels[0].innerText : e.getAttribute("aria-label") || e.innerText || e.value || "";
  return text.trim();
}"""
