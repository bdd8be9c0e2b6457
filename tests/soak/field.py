"""Fills a database with as many needs and consents as the field holds, drawn from fixed dice."""

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.access.models import Account, Consent, ConsentAudience, ConsentEvent, ConsentNeed, ConsentTheme, Organization
from app.access.rules import CLASSES
from app.needs.models import Need, NeedTheme
from app.reference.models import State, Theme
from app.visits.models import Visit
from tests.world import START

LEVELS = {"team": 10, "committee": 20, "state": 20, "named": 25, "community": 20, "public": 5}
Row = dict[str, Any]  # of a table, as the driver takes it


def fill(session: Session, *, needs: int, consents: int, visits: int = 1000, seed: int = 1) -> None:
    """Needs of all States at all levels, and consents of every scope, audience and status."""
    dice = _Dice(session, seed)
    visit_rows = [dice.visit() for _ in range(visits)]
    need_rows = [dice.need(visit_rows) for _ in range(needs)]
    _insert(session, Visit, visit_rows)
    _insert(session, Need, need_rows)
    _insert(session, NeedTheme, [row for need in need_rows for row in dice.themes_of(need)])
    of_state: dict[str, list[UUID]] = {}
    for need in need_rows:
        of_state.setdefault(need["state"], []).append(need["id"])
    parts: dict[type, list[Row]] = {
        Consent: [],
        ConsentTheme: [],
        ConsentNeed: [],
        ConsentAudience: [],
        ConsentEvent: [],
    }
    for _ in range(consents):
        for table, row in dice.consent(visit_rows, of_state):
            parts[table].append(row)
    for table, rows in parts.items():
        _insert(session, table, rows)


def _insert(session: Session, table: type, rows: list[Row]) -> None:
    if rows:
        session.execute(insert(table), rows)


class _Dice:
    def __init__(self, session: Session, seed: int) -> None:
        self._random = random.Random(seed)
        self._states = sorted(session.scalars(select(State.code)))
        self._themes = sorted(session.scalars(select(Theme.code)))
        self._organizations = sorted(session.scalars(select(Organization.code)))
        self._by = session.scalars(select(Account.id).where(Account.name == "officer")).one()

    def _id(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def _past(self, days: int) -> datetime:
        return START - timedelta(seconds=self._random.randrange(1, days * 86400))

    def _after(self, moment: datetime, days: int) -> datetime:
        return min(moment + timedelta(seconds=self._random.randrange(days * 86400)), START)

    def visit(self) -> Row:
        recorded_at = self._past(3000)
        day = recorded_at.date()
        return {
            "id": self._id(), "state": self._random.choice(self._states), "mode": "on_site", "type": "focused",
            "starts_on": day, "ends_on": day, "delegation": [], "report_adopted_on": None, "level": "committee",
            "is_sample": False, "created_at": recorded_at, "created_by": self._by, "row_version": 1,
        }  # fmt: skip

    def need(self, visits: list[Row]) -> Row:
        visit = self._random.choice(visits)
        identifier = self._id()
        text = " ".join(self._random.choice(self._themes) for _ in range(40))
        return {
            "id": identifier, "reference": f"{visit['state']}-{identifier.hex[:12]}", "state": visit["state"],
            "visit_id": visit["id"], "recommendation_id": None, "source": "cted", "title": {"en": text[:60]},
            "description": {"en": text}, "resolutions": ["1373"], "assistance_types": ["training"],
            "target_institutions": ["judiciary"], "languages": ["en"], "priority": "high", "state_priority": None,
            "agreed_on": None, "needed_by": None, "existing_help": [], "search_text": text,
            "level": self._random.choices(list(LEVELS), list(LEVELS.values()))[0], "is_sample": False,
            "created_at": self._after(visit["created_at"], 60), "created_by": self._by, "row_version": 1,
        }  # fmt: skip

    def themes_of(self, need: Row) -> list[Row]:
        chosen = self._random.sample(self._themes, self._random.randint(1, 3))
        return [
            {
                "need_id": need["id"],
                "state": need["state"],
                "theme": code,
                "area": code.partition(".")[0],
                "position": place,
            }
            for place, code in enumerate(chosen)
        ]

    def consent(self, visits: list[Row], of_state: dict[str, list[UUID]]) -> list[tuple[type, Row]]:
        dice = self._random
        visit = dice.choice(visits)
        state = visit["state"]
        scope = dice.choice(("visit", "themes", "needs"))
        audience = dice.choices(("organization", "class", "public"), (60, 35, 5))[0]
        recorded_at = self._after(visit["created_at"], 400)
        made: Row = {
            "id": self._id(), "state": state, "visit_id": visit["id"] if scope == "visit" else None,
            "fields": dice.choice(("header", "full")), "covers_future": dice.random() < 0.2,
            "is_public": audience == "public", "instrument": {"reference": "Note", "date": "2026-11-01"},
            "effective_from": START + timedelta(days=9) if dice.random() < 0.05 else None,
            "expires_at": START + timedelta(days=dice.choice((-1, 90, 900))) if dice.random() < 0.3 else None,
            "recorded_at": recorded_at, "recorded_by": self._by, "on_behalf": dice.random() < 0.2,
        }  # fmt: skip
        key = {"consent_id": made["id"]}
        rows: list[tuple[type, Row]] = [(Consent, made)]
        if scope == "themes":
            rows += [
                (ConsentTheme, {**key, "theme": code, "state": state})
                for code in dice.sample(self._themes, dice.randint(1, 4))
            ]
        if scope == "needs":
            there = of_state.get(state, [])
            rows += [(ConsentNeed, {**key, "need_id": i}) for i in dice.sample(there, min(len(there), 3))]
        if audience != "public":
            of_kind = CLASSES if audience == "class" else self._organizations
            rows += [
                (ConsentAudience, {**key, "kind": audience, "value": value})
                for value in dice.sample(list(of_kind), dice.randint(1, 3))
            ]
        for kind, share in (("confirmed", 0.7 if made["on_behalf"] else 0.0), ("withdrawn", 0.1)):
            if dice.random() < share:
                event = {"id": self._id(), **key, "kind": kind, "at": recorded_at, "by": self._by, "reason": "said so"}
                rows.append((ConsentEvent, event))
        return rows
