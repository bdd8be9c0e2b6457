"""Every table stands in `app.core.policies`, walled in or open with a reason, and the database holds just that."""

import pytest
from sqlalchemy import Engine, text

from app.core import db, wall
from app.core.db import Base
from app.core.policies import TABLES, Open, Walled
from tests.databases import SERVICE, owner_of

OF_NEEDS = frozenset({"needs", "visits", "recommendations", "consents"})
WALLED = {name for name, table in TABLES.items() if isinstance(table, Walled)}
BEFORE = "2026_11_23_people"
IDS = frozenset({"need_id", "visit_id", "recommendation_id", "consent_id"})


@pytest.mark.pure
def test_every_table_is_walled_in_or_open_with_a_reason() -> None:
    assert set(TABLES) == {*Base.metadata.tables, "alembic_version"}, "one line in app/core/policies.py is missing"
    assert all(table.why for table in TABLES.values() if isinstance(table, Open))


@pytest.mark.pure
def test_no_table_that_hangs_on_a_need_is_open() -> None:
    hanging = set(OF_NEEDS)
    tables = Base.metadata.tables
    while more := {
        name
        for name, table in tables.items()
        if name not in hanging
        and (IDS & set(table.columns.keys()) or any(key.column.table.name in hanging for key in table.foreign_keys))
    }:
        hanging |= more
    assert hanging <= WALLED


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_migrations_go_down_from_behind_the_wall(database_url: str) -> None:
    owner = owner_of(database_url)
    db.downgrade(owner, BEFORE)
    engine = db.make_engine(owner)
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT relname FROM pg_class WHERE relrowsecurity")).all() == []
        assert connection.scalars(text("SELECT proname FROM pg_proc WHERE proname ~ '^taysir_'")).all() == []
    engine.dispose()
    db.migrate(owner)
    wall.build(owner, database_url)
    db.downgrade(owner, "base")


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_the_database_holds_what_the_page_says(engine: Engine) -> None:
    with engine.connect() as connection:
        forced = connection.scalars(text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"))
        assert set(forced) == WALLED
        policies = connection.execute(text("SELECT tablename, policyname, roles::text FROM pg_policies")).all()
        assert {table for table, _, _ in policies} == WALLED
        assert {roles for _, name, roles in policies if name != "operated"} == {f"{{{SERVICE}}}"}
        secured = text(
            "SELECT proconfig, has_function_privilege('public', oid, 'EXECUTE') FROM pg_proc WHERE prosecdef"
        )
        assert {(*row[0], row[1]) for row in connection.execute(secured)} == {("search_path=public, pg_temp", False)}
        rights = connection.execute(
            text(
                "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = :service"
            ),
            {"service": SERVICE},
        )
        assert {tuple(row) for row in rights} == {
            (name, right) for name, table in TABLES.items() for right in table.rights.split(", ")
        }
