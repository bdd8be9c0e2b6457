"""Records and changes good practices, and loads those that come with the service."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import Session

from app.access.rules import Actor, Level, Role
from app.core import trail
from app.core.errors import Conflict, Fault, Invalid
from app.practices import queries
from app.practices.models import GoodPractice
from app.practices.schemas import PracticeCreate, PracticeFields, PracticeOwnRead, PracticeRead, PracticeUpdate
from app.reference.rules import Book, check_codes, check_resolutions
from app.reference.service import SEED_DATA

FILE = SEED_DATA / "good_practices.jsonl"


def check(fields: PracticeFields, book: Book) -> list[Fault]:
    """A fault for each code that is not known."""
    faults = check_codes(book.themes, fields.themes, kind="theme", pointer="/themes")
    return faults + check_resolutions(book, fields.resolutions, pointer="/resolutions")


def record(session: Session, actor: Actor, new: PracticeCreate, book: Book) -> GoodPractice:
    """A new good practice."""
    faults = check(new, book)
    faults += check_codes(book.states, [new.state] if new.state else [], kind="state", pointer="/state")
    if faults:
        raise Invalid(faults)
    practice = GoodPractice(**_columns(new), created_at=actor.at, created_by=actor.writer, changed_by=actor.writer)
    session.add(practice)
    session.flush()
    trail.acted(session, "practice.recorded", "practice", [practice.id])
    return practice


def change(session: Session, actor: Actor, practice: GoodPractice, update: PracticeUpdate, book: Book) -> None:
    """Change the fields that were sent. What a State agreed to show it agrees to anew once the words are others."""
    faults = check(update, book)
    if faults:
        raise Invalid(faults)
    columns = {name: value for name, value in _columns(update).items() if name in update.model_fields_set}
    if all(getattr(practice, name) == value for name, value in columns.items()):
        return
    if any(name in columns and getattr(practice, name) != columns[name] for name in ("title", "description")):
        practice.released_at = None
    for name, value in columns.items():
        setattr(practice, name, value)
    practice.changed_by = actor.writer
    session.flush()
    trail.acted(session, "practice.changed", "practice", [practice.id])


def release(session: Session, actor: Actor, practice: GoodPractice) -> None:
    """The State agrees that its practice is shown; raises `Conflict` for what is not a State's own."""
    _check_own(actor, practice)
    if practice.released_at is None:
        practice.released_at = actor.at
        session.flush()
        trail.acted(session, "practice.released", "practice", [practice.id], state=practice.state)


def withhold(session: Session, actor: Actor, practice: GoodPractice) -> None:
    """The State takes its agreement back: from the next request on nobody beyond it and the Committee sees it."""
    _check_own(actor, practice)
    if practice.released_at is not None:
        practice.released_at = None
        session.flush()
        trail.acted(session, "practice.withheld", "practice", [practice.id], state=practice.state)


def _check_own(actor: Actor, practice: GoodPractice) -> None:
    if practice.state is None or practice.state != actor.state:
        raise Conflict("practice.not_own", "Only the State whose practice it is shows or withholds it.")


def _columns(fields: PracticeFields) -> dict[str, Any]:
    columns = fields.model_dump()
    return columns | {name: list(dict.fromkeys(columns[name])) for name in ("themes", "resolutions")}


def shown(actor: Actor, practice: GoodPractice) -> PracticeRead:
    """The good practice as the actor may see it."""
    is_close = actor.role in (Role.OFFICER, Role.SECRETARIAT) or (
        actor.role is Role.STATE and actor.state is not None and practice.state == actor.state
    )
    kind = PracticeOwnRead if is_close else PracticeRead
    is_public = practice.level == Level.PUBLIC and (practice.state is None or practice.released_at is not None)
    fields = {name: getattr(practice, name) for name in kind.model_fields if name != "is_public"}
    return kind.model_validate({**fields, "is_public": is_public})


def load(session: Session, book: Book, *, at: datetime, file: Path = FILE) -> int:
    """Bring the shipped records to what the file says, but for those that a person changed; the number of new ones.

    Raises `Invalid` where the file is wrong.
    """
    known = queries.shipped(session)
    added = 0
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        code = row.pop("code")
        new = PracticeCreate.model_validate({**row, "level": Level.PUBLIC})
        faults = check(new, book)
        if faults:
            raise Invalid([Fault(f"{file.name} {code} {fault.pointer}", fault.code, fault.detail) for fault in faults])
        practice = known.get(code)
        if practice is None:
            identifier = uuid5(NAMESPACE_URL, f"taysir:good-practice:{code}")
            session.add(GoodPractice(id=identifier, code=code, created_at=at, **_columns(new)))
            added += 1
        elif practice.changed_by is None:
            for name, value in _columns(new).items():
                if getattr(practice, name) != value:
                    setattr(practice, name, value)
    session.flush()
    return added
