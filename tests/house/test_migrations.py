"""Migrations go up, down and up again on both databases, and end where the models are."""

from sqlalchemy import inspect

from app.core import db


def tables(url: str) -> set[str]:
    engine = db.make_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_migrations_go_up_down_and_up_again_without_drift(empty_database_url: str) -> None:
    url = empty_database_url
    db.migrate(url)
    whole = tables(url)
    assert whole == {*db.Base.metadata.tables, "alembic_version"}
    assert list(db.differences(url)) == []
    db.downgrade(url, "base")
    assert tables(url) == {"alembic_version"}
    db.migrate(url)
    assert tables(url) == whole
    assert list(db.differences(url)) == []
    db.migrate(url)
    assert tables(url) == whole
