"""How commands open the database and print: tables for people, JSON for scripts, progress on a terminal only."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.core import db, trail, wall
from app.core.clock import system_clock
from app.core.config import Settings, load_settings

console = Console(soft_wrap=True)

DatabaseUrl = Annotated[str | None, typer.Option("--database-url", help="Else TAYSIR_DATABASE_URL is used.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs commands on the machine: nobody's account."""

    at: datetime
    role: str = "operator"
    account_id: UUID | None = None
    organization: str | None = None
    state: str | None = None


class Failed(Exception):
    """The command could not do its work: one sentence."""


UNUSABLE = "The database cannot be used: run `taysir init` first, or check TAYSIR_DATABASE_URL."


def settings_for(database_url: str | None) -> Settings:
    """The settings of the environment, over the database that the command names."""
    settings = load_settings()
    return settings if database_url is None else settings.model_copy(update={"database_url": database_url})


@contextmanager
def open_reading(settings: Settings) -> Iterator[Session]:
    """A session that only reads: the service can go on writing. Raises `Failed` where the database cannot be used."""
    engine = db.make_engine(settings.operator_url)
    try:
        with Session(engine) as session:
            _enter(session)
            yield session
    except (OperationalError, ProgrammingError) as error:
        raise Failed(UNUSABLE) from error
    finally:
        engine.dispose()


def _enter(session: Session) -> None:
    if not wall.is_owner(session):
        raise Failed("This is the owner's work: set TAYSIR_OWNER_DATABASE_URL.")
    wall.enter(session, wall.OPERATOR)


@contextmanager
def open_session(settings: Settings, operation: str = "taysir") -> Iterator[Session]:
    """A session recorded as `operation`, committed at the end; raises `Failed` where the database cannot be used."""
    engine = db.make_engine(settings.operator_url)
    try:
        with Session(engine, expire_on_commit=False) as session:
            session.connection(execution_options=db.WRITING)
            _enter(session)
            at = system_clock()
            trail.begin(session, operation, at=at)
            trail.by(session, Operator(at))
            yield session
            audit.seal(session, alarm_at=settings.bulk_read_alarm)
            session.commit()
    except (OperationalError, ProgrammingError) as error:
        raise Failed(UNUSABLE) from error
    finally:
        engine.dispose()


def progress(items: Sequence[Item], description: str) -> Iterable[Item]:
    """The items, with a progress bar on a terminal."""
    return track(items, description, console=Console(stderr=True), disable=not Console(stderr=True).is_terminal)


def print_json(value: Any) -> None:  # JSON has no narrower type
    """One JSON value."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people."""
    table = Table(*columns)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(table)
