"""The database fixtures keep what they promise: real servers, and no test sees another's rows."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.core import db


def test_each_kind_is_the_real_thing(session: Session, database_kind: str) -> None:
    version = "select sqlite_version()" if database_kind == "sqlite" else "select version()"
    assert session.scalar(text(version)).startswith("3." if database_kind == "sqlite" else "PostgreSQL 1")


@pytest.mark.parametrize("turn", ["first", "second"])
def test_no_test_sees_the_tables_of_another(engine: Engine, turn: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("create table left_over (turn varchar(10))"))
        connection.execute(text("insert into left_over values (:turn)"), {"turn": turn})


def test_a_rollback_takes_back_everything_even_a_table(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("create table tried (n integer)"))
        connection.execute(text("insert into tried values (1)"))
        connection.rollback()
        connection.execute(text("create table tried (n integer)"))
        assert connection.scalar(text("select count(*) from tried")) == 0


def test_a_savepoint_takes_back_only_its_own_rows(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("create table tried (n integer)"))
        connection.execute(text("insert into tried values (1)"))
        with connection.begin_nested() as savepoint:
            connection.execute(text("insert into tried values (2)"))
            savepoint.rollback()
        assert list(connection.scalars(text("select n from tried"))) == [1]


def test_an_empty_database_can_be_migrated(empty_database_url: str) -> None:
    db.migrate(empty_database_url)
    engine = db.make_engine(empty_database_url)
    try:
        with engine.connect() as connection:
            assert connection.scalar(text("select count(*) from alembic_version")) == 1
    finally:
        engine.dispose()
