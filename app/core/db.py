"""The database: one declarative base with named constraints, engines for SQLite and PostgreSQL, migrations."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from app.core.errors import Unavailable

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An instant in UTC. SQLite keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a value is; cursors of lists are read by it."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database; refuses an instant without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables; lists and narratives are JSON columns."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: Instant(),
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
        dict[str, str]: JSON().with_variant(JSONB(), "postgresql"),
        dict[str, list[str]]: JSON().with_variant(JSONB(), "postgresql"),
        list[str]: JSON().with_variant(JSONB(), "postgresql"),
        list[dict[str, Any]]: JSON().with_variant(JSONB(), "postgresql"),
    }


def make_engine(url: str, *, statement_seconds: int | None = None) -> Engine:
    """An engine for SQLite (WAL, every commit synced, foreign keys on) or PostgreSQL.

    PostgreSQL gives up a statement after `statement_seconds`; SQLite has no such limit. The conditions of sight are
    long and their plan is always the same: PostgreSQL plans them once per connection and compiles nothing, which took
    more time than the answer.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        set_here = ["-c jit=off", "-c plan_cache_mode=force_generic_plan"]
        if statement_seconds is not None:
            set_here.append(f"-c statement_timeout={statement_seconds}s")
        options = {"options": " ".join(set_here)}
        return create_engine(address, pool_pre_ping=True, json_serializer=_plain_json, connect_args=options)
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        address, connect_args={"check_same_thread": False, "timeout": 10}, json_serializer=_plain_json
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _plain_json(value: Any) -> str:  # JSON has no narrower type
    return json.dumps(value, ensure_ascii=False)


SYNCHRONOUS_FULL = 2


def _prepare_sqlite(connection: Any, _record: object) -> None:  # the driver's own connection type
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    kept = tuple(connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous"))
    if kept not in (("wal", SYNCHRONOUS_FULL), ("memory", SYNCHRONOUS_FULL)):  # a database in memory has no journal
        # Some file systems cannot share memory, and SQLite then goes on without the log that a commit stands on.
        raise Unavailable("database.unsafe", "SQLite cannot keep a synced write-ahead log where the database lies.")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later can be refused in WAL mode: writers take the lock at once.
    begin = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {begin}")


WRITING: dict[str, Any] = {"begin": "IMMEDIATE"}
"""Execution options of a transaction that will write."""


@contextmanager
def writing(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A short transaction that writes: committed at the end, rolled back on an error."""
    with sessions.begin() as session:
        session.connection(execution_options=WRITING)
        yield session


def turn_to_writing(session: Session) -> None:
    """Let a transaction that has only read so far write at its end.

    On SQLite a reading transaction cannot become a writing one once somebody else has written (SQLITE_BUSY_SNAPSHOT),
    and waiting does not help: it ends here and a writing one begins. Elsewhere it simply goes on.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.commit()
        session.connection(execution_options=WRITING)


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database to `revision`."""
    command.upgrade(_alembic(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database back to `revision` (`base`: an empty one)."""
    command.downgrade(_alembic(url), revision)


def differences(url: str) -> Sequence[Any]:
    """What the models say and the migrated database does not; nothing when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))
    finally:
        engine.dispose()
