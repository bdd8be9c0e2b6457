"""The service over one database, with one account per role and builders for records with the fewest surprises."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import httpx2
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.access import service as access
from app.access.rules import Role
from app.core.config import Settings
from app.main import create_app

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

PEOPLE: Mapping[str, tuple[Role, str | None, str | None]] = {
    "admin": (Role.ADMIN, None, None),
    "second_admin": (Role.ADMIN, None, None),
    "officer": (Role.OFFICER, None, None),
    "other_officer": (Role.OFFICER, None, None),
    "secretariat": (Role.SECRETARIAT, None, None),
    "kenya": (Role.STATE, None, "KEN"),
    "maldives": (Role.STATE, None, "MDV"),
    "unodc": (Role.PROVIDER, "unodc-tpb", None),
    "osce": (Role.PROVIDER, "osce", None),
    "canada": (Role.PROVIDER, "canada-ctcbp", None),
    "designer": (Role.DESIGNER, "unoct", None),
    "auditor": (Role.AUDITOR, None, None),
}

Json = dict[str, Any]


class Caller:
    """Asks the service as one person."""

    def __init__(self, client: httpx2.Client, key: str | None) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def ask(self, method: str, path: str, *, expect: int | None = None, **more: Any) -> Any:
        """The answer to one request below `/api/v1`; fails unless its status is `expect`, where that is given."""
        headers = {**self._headers, **more.pop("headers", {})}
        answer = self._client.request(method, f"/api/v1{path}", headers=headers, **more)
        if expect is not None:
            assert answer.status_code == expect, (answer.status_code, answer.text)
        return answer

    def get(self, path: str, *, expect: int = 200, **more: Any) -> Any:
        """The JSON of a GET."""
        return self.ask("GET", path, expect=expect, **more).json()

    def post(self, path: str, body: object = None, *, expect: int = 201, **more: Any) -> Any:
        """The JSON of a POST."""
        return self.ask("POST", path, json=body, expect=expect, **more).json()

    def step(self, method: str, path: str, step: str = "", body: object = None, *, expect: int = 200) -> Any:
        """Read a record, then act on it with the tag that was read."""
        tag = self.ask("GET", path, expect=200).headers["etag"]
        more = {} if body is None else {"json": body}
        return self.ask(method, path + step, expect=expect, headers={"If-Match": tag}, **more).json()

    def ids(self, path: str, **filters: str) -> set[str]:
        """The ids in all pages of a list."""
        found: set[str] = set()
        cursor = None
        while True:
            page = self.get(path, params=filters | {"limit": "50"} | ({"cursor": cursor} if cursor else {}))
            found |= {item["id"] for item in page["items"]}
            cursor = page["next"]
            if cursor is None:
                return found


class World:
    """A running application and the people in it."""

    def __init__(self, engine: Engine, database_url: str, *, settings: Settings | None = None) -> None:
        self.now = START
        self._engine = engine
        self._keys: dict[str, str] = {}
        with Session(engine) as session:
            for name, (role, organization, state) in PEOPLE.items():
                account = access.add_account(session, name, role=role, at=START, organization=organization, state=state)
                self._keys[name] = access.issue_key(session, account, at=START)[1]
            session.commit()
        settings = settings or Settings(
            database_url=database_url, rate_per_minute=0, anonymous_rate_per_minute=0, secret_key=SecretStr("s" * 32)
        )
        self.app = create_app(settings, clock=lambda: self.now)
        self.client = TestClient(self.app)

    def __enter__(self) -> Self:
        self.client.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.client.__exit__(None, None, None)

    def __getattr__(self, name: str) -> Caller:
        """The caller of that name."""
        if name not in PEOPLE:
            raise AttributeError(name)
        return Caller(self.client, self._keys[name])

    @property
    def nobody(self) -> Caller:
        """A caller without a key."""
        return Caller(self.client, None)

    def key(self, name: str) -> str:
        """The API key of a person."""
        return self._keys[name]

    def join(self, name: str, role: Role, *, organization: str | None = None, state: str | None = None) -> Caller:
        """One more person."""
        with Session(self._engine) as session:
            account = access.add_account(session, name, role=role, at=START, organization=organization, state=state)
            key = access.issue_key(session, account, at=START)[1]
            session.commit()
        return Caller(self.client, key)

    def disable(self, name: str) -> None:
        """Close a person's account."""
        with Session(self._engine) as session:
            access.disable_account(session, name, at=self.now)
            session.commit()

    def revoke_keys(self, name: str) -> None:
        """Stop a person's keys."""
        with Session(self._engine) as session:
            for key in access.list_keys(session, access.get_account(session, name)):
                access.revoke_key(session, key.id, at=self.now)
            session.commit()

    def looking(self) -> Session:
        """A session of the operator's, who sees every row; the service's own sees none before somebody has entered."""
        return Session(self._engine, expire_on_commit=False)

    def pass_time(self, **delta: float) -> None:
        """Let the clock go on."""
        self.now += timedelta(**delta)

    def make_need(self, **changes: Any) -> Json:
        """A need of Kenya, recorded by the officer."""
        body = {
            "state": "KEN",
            "source": "cted",
            "title": {"en": "Freezing of terrorist assets without delay"},
            "description": {
                "en": "The financial intelligence unit has no procedure to freeze assets of listed persons without "
                "delay; banks learn of designations weeks later. Advice on a decree and training are asked for."
            },
            "themes": ["cft.asset-freezing"],
            "assistance_types": ["legislative", "training"],
            "priority": "high",
            "languages": ["en"],
            **changes,
        }
        made: Json = self.officer.post("/needs", body)
        return made

    def offer_body(self, **changes: Any) -> Json:
        """A published offer for all States."""
        return {
            "title": {"en": "Freezing terrorist assets: legal drafting and training"},
            "description": {
                "en": "Helps States draft decrees and procedures to freeze terrorist assets without delay, and trains "
                "financial intelligence units and banks to apply designations the same day."
            },
            "themes": ["cft.asset-freezing"],
            "assistance_types": ["legislative", "training"],
            "scope": {"world": True},
            "delivery_languages": ["en"],
            "availability": "open",
            "closes_on": "2028-12-31",
            "status": "published",
            **changes,
        }

    def put_offer(self, external_id: str = "T-1", *, by: str = "unodc", **changes: Any) -> Json:
        """An offer put by a provider."""
        organization = PEOPLE[by][1]
        caller: Caller = getattr(self, by)
        path = f"/offers/{organization}/{external_id}"
        made: Json = caller.ask("PUT", path, json=self.offer_body(**changes)).json()
        return made

    def share(self, need: Json, *, by: str = "kenya", level: str = "named", **consent: Any) -> Json:
        """Let both keys turn: CTED raises the level, the State consents."""
        self.officer.step("PUT", f"/needs/{need['id']}", "/level", {"level": level})
        caller: Caller = getattr(self, by)
        body = {
            "state": need["state"],
            "scope": {"needs": [need["id"]]},
            "fields": "full",
            "audience": {"organizations": ["unodc-tpb"]},
            "instrument": {"reference": "Note verbale 12", "date": "2026-11-01"},
            **consent,
        }
        made: Json = caller.post("/consents", body)
        return made
