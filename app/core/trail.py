"""What a transaction reads and does, noted where it happens; `audit` seals it into one record before the answer leaves.

It lies this low so that every room can write to it and none has to know who keeps the records.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

WEIGHED: dict[str, Any] = {"weighed": True}
"""Execution options of a query whose rows are only weighed: what is shown of them is noted by who shows it."""


class Who(Protocol):
    """Who acts, and when."""

    @property
    def role(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def account_id(self) -> UUID | None: ...
    @property
    def organization(self) -> str | None: ...
    @property
    def state(self) -> str | None: ...


@dataclass(slots=True)
class Trail:
    """The notes of one transaction: codes and ids only, never content, never a secret."""

    operation: str = ""
    """The route or command, without its values."""
    request_id: str | None = None
    at: datetime | None = None
    who: Who | None = None
    status: int | None = None
    asked: dict[str, list[str]] = field(default_factory=dict)
    """Ids that the address names, whether such records exist or not."""
    reading: str = "need.read"
    needs: dict[UUID, str] = field(default_factory=dict)
    """Needs read or written, with their States."""
    actions: list[str] = field(default_factory=list)
    subjects: dict[str, list[str]] = field(default_factory=dict)
    states: list[str] = field(default_factory=list)
    facts: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to record."""
        return not (self.needs or self.actions)


def of(session: Session) -> Trail:
    """The notes of the session's transaction."""
    found: Trail = session.info.setdefault("trail", Trail())
    return found


def begin(session: Session, operation: str, *, at: datetime, request_id: str | None = None) -> Trail:
    """Fresh notes of one request or command."""
    made = session.info["trail"] = Trail(operation, request_id, at)
    return made


@contextmanager
def rehearsal(session: Session) -> Iterator[None]:
    """Forget what is noted within: it is undone before it counts."""
    before = deepcopy(of(session))
    try:
        yield
    finally:
        session.info["trail"] = before


def by(session: Session, who: Who) -> None:
    """Note who acts."""
    of(session).who = who


def reading(session: Session, action: str) -> None:
    """Name the kind of reading, where it is another than `need.read`."""
    of(session).reading = action


def read(session: Session, need_id: UUID, state: str) -> None:
    """Note that a need is shown."""
    of(session).needs[need_id] = state


def acted(
    session: Session,
    action: str,
    kind: str | None = None,
    ids: Iterable[UUID | str] = (),
    *,
    state: str | None = None,
    **facts: str,
) -> None:
    """Note an act and what it was done to; `facts` are codes, such as the role that was granted."""
    notes = of(session)
    _add(notes.actions, action)
    if kind is not None:
        for identifier in ids:
            _add(notes.subjects.setdefault(kind, []), str(identifier))
    if state is not None:
        _add(notes.states, state)
    for name, value in facts.items():
        _add(notes.facts.setdefault(name, []), str(value))


def _add(values: list[str], value: str) -> None:
    if value not in values:
        values.append(value)
