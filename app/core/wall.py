"""PostgreSQL's second wall: who acts stands in the transaction; the service's role is neither owner nor superuser.

What it holds for each table is in `app.core.policies`. SQLite has no such wall: there is one kind of role, whoever can
open the file.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, Engine, String, column, func, select, text, true, values
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.core.db import make_engine
from app.core.policies import FUNCTIONS, OPERATED, TABLES, Walled, in_sql

OPERATOR = {"role": "operator"}
"""Sees and writes every row, but only as the role that owns the tables."""

POLICIES = ("seen", "added", "changed", "removed", "operated")
NOT_OWNED = (
    "EXISTS (SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relforcerowsecurity"
    " AND NOT pg_has_role(relowner, 'MEMBER'))"
)
UNSAFE = ("fsync", "full_page_writes", "synchronous_commit")


def enter(session: Session, who: Mapping[str, str | None]) -> None:
    """Let the rest of the transaction act as `who`; where this is forgotten, nothing behind the wall is seen."""
    if session.get_bind().dialect.name != "postgresql":
        return
    said = values(column("name", String), column("value", String), name="said")
    said = said.data([(f"taysir.{name}", value or "") for name, value in {**who, "shared": None}.items()])
    session.execute(select(func.set_config(said.c.name, said.c.value, true())))


def is_owner(session: Session) -> bool:
    """Whether the operator's work can be done here: PostgreSQL hides every row from an operator who owns none."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return not session.scalar(text(f"SELECT {NOT_OWNED}"))


def faults_of(engine: Engine) -> list[str]:
    """Why the service must not run over this engine: one sentence per fault."""
    if engine.dialect.name != "postgresql":
        return []
    with engine.connect() as connection:
        return [*_faults_of_role(connection), *_faults_of_tables(connection), *_faults_of_server(connection)]


def _faults_of_role(connection: Connection) -> list[str]:
    role = connection.execute(
        text(
            "SELECT rolsuper, rolbypassrls, EXISTS (SELECT FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = current_schema()::regnamespace AND pg_has_role(relowner, 'MEMBER')) AS owns"
            " FROM pg_roles WHERE rolname = current_user"
        )
    ).one()
    faults = {
        "The service's role is a superuser: row-level security does not bind it.": role.rolsuper,
        "The service's role has BYPASSRLS: row-level security does not bind it.": role.rolbypassrls,
        "The service's role owns tables, or is a member of the role that does.": role.owns and not role.rolsuper,
    }
    return [sentence for sentence, is_so in faults.items() if is_so]


def _faults_of_tables(connection: Connection) -> list[str]:
    forced = text(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relforcerowsecurity"
    )
    bare = {name for name, table in TABLES.items() if isinstance(table, Walled)} - set(connection.scalars(forced))
    named = ", ".join(sorted(bare))
    return [f"Tables without row-level security: {named}; run `taysir init` as their owner."] if bare else []


def _faults_of_server(connection: Connection) -> list[str]:
    said = {name: connection.scalar(select(func.current_setting(name))) for name in UNSAFE}
    return [
        f"The server's {name} is off: an answer could outlive what it answered."
        for name in UNSAFE
        if said[name] == "off"
    ]


def build(owner_url: str, service_url: str) -> None:
    """Build the wall anew, and give the service's role what it needs and no more; SQLite has nothing to build.

    All in one transaction: whoever is served meanwhile sees the old wall or the new one.
    """
    engine = make_engine(owner_url)
    service = make_url(service_url).username
    if service == make_url(owner_url).username:
        service = None
    try:
        if engine.dialect.name == "postgresql":
            with engine.begin() as connection:
                quote = engine.dialect.identifier_preparer.quote
                pull_down(connection)
                _raise(connection, quote(service) if service else None)
    finally:
        engine.dispose()


def pull_down(connection: Connection) -> None:
    """Take the wall away, for a migration that changes what policies stand on; `build` builds it again.

    Until then the tables are their owner's alone, or, where the service is the owner, open to it.
    """
    if connection.dialect.name != "postgresql":
        return
    stones = text("SELECT policyname, tablename FROM pg_policies WHERE schemaname = current_schema()")
    for policy, table in connection.execute(stones).all():
        if policy in POLICIES:
            connection.execute(text(f'DROP POLICY "{policy}" ON "{table}"'))
    walled = text(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relforcerowsecurity"
    )
    for table in connection.scalars(walled).all():
        connection.execute(text(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY'))
    for signature in FUNCTIONS:
        connection.execute(text(f"DROP FUNCTION IF EXISTS {signature}"))


def _raise(connection: Connection, service: str | None) -> None:
    schema = str(connection.scalar(text("SELECT quote_ident(current_schema())")))
    connection.execute(text(f"SET LOCAL search_path = {schema}, pg_temp"))  # the functions keep it: nobody's own tables
    for signature, function in FUNCTIONS.items():
        connection.exec_driver_sql(function)
        connection.execute(text(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC"))
    for name, table in TABLES.items():
        if isinstance(table, Walled):
            _wall_in(connection, name, table, to=service or "PUBLIC")
    if service is not None:
        _grant(connection, schema, service)


def _wall_in(connection: Connection, name: str, table: Walled, *, to: str) -> None:
    """Force row-level security on one table; the owner has the operator's policy alone, so its own plans stay small."""
    seen, written = in_sql(table.seen), in_sql(table.written)
    for statement in (
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY seen ON {name} FOR SELECT TO {to} USING ({seen})",
        f"CREATE POLICY added ON {name} FOR INSERT TO {to} WITH CHECK ({written})",
        f"CREATE POLICY changed ON {name} FOR UPDATE TO {to} USING ({written})",
        f"CREATE POLICY removed ON {name} FOR DELETE TO {to} USING ({written})",
        f"CREATE POLICY operated ON {name} TO CURRENT_USER USING ({OPERATED})",
    ):
        connection.exec_driver_sql(statement)


def _grant(connection: Connection, schema: str, service: str) -> None:
    connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {service}"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {service}"))
    connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {service}"))
    for name, table in TABLES.items():
        connection.execute(text(f"GRANT {table.rights} ON {name} TO {service}"))
    for signature in FUNCTIONS:
        connection.execute(text(f"GRANT EXECUTE ON FUNCTION {signature} TO {service}"))
