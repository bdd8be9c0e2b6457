"""PostgreSQL's second wall: who acts stands in the transaction; the service's role is neither owner nor superuser.

The policies are in the migrations. SQLite has no such wall: there is one kind of role, whoever can open the file.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, Engine, String, column, func, select, text, values
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.core.db import make_engine

OPERATOR = {"role": "operator"}
"""Sees and writes every row, but only as the role that owns the tables."""

APPENDED = frozenset(
    {"audit_needs", "audit_records", "consent_audience", "consent_events", "consent_needs", "consent_themes", "consents"}
)
"""Tables of which the service changes and deletes nothing."""

UNSAFE = ("fsync", "full_page_writes", "synchronous_commit")


def enter(session: Session, who: Mapping[str, str | None]) -> None:
    """Let the rest of the transaction act as `who`; where this is forgotten, nothing behind the wall is seen."""
    if session.get_bind().dialect.name != "postgresql":
        return
    said = values(column("name", String), column("value", String), name="said")
    said = said.data([(f"taysir.{name}", value or "") for name, value in {**who, "shared": None}.items()])
    session.execute(select(func.set_config(said.c.name, said.c.value, True)))


def faults_of(engine: Engine) -> list[str]:
    """Why the service must not run over this engine: one sentence per fault."""
    if engine.dialect.name != "postgresql":
        return []
    with engine.connect() as connection:
        return _faults_of_role(connection) + _faults_of_server(connection)


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
        "The service's role owns tables, or is a member of the role that does.": role.owns,
    }
    return [sentence for sentence, is_so in faults.items() if is_so]


def _faults_of_server(connection: Connection) -> list[str]:
    said = {name: connection.scalar(select(func.current_setting(name))) for name in UNSAFE}
    return [f"The server's {name} is off: an answer could outlive what it answered." for name in UNSAFE if said[name] == "off"]


def grant_service(owner_url: str, service_url: str) -> None:
    """Give the service's role what it needs and no more. Nothing to do where the service is the owner."""
    service = make_url(service_url).username
    engine = make_engine(owner_url)
    if engine.dialect.name != "postgresql" or service in (None, make_url(owner_url).username):
        return
    try:
        with engine.begin() as connection:
            _grant(connection, engine.dialect.identifier_preparer.quote(str(service)))
    finally:
        engine.dispose()


def _grant(connection: Connection, service: str) -> None:
    schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {service}"))
    connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {service}"))
    tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")).all()
    views = connection.scalars(text("SELECT viewname FROM pg_views WHERE schemaname = current_schema()")).all()
    for name in [*tables, *views]:
        rights = "SELECT" if name in views or name == "alembic_version" else "SELECT, INSERT, UPDATE, DELETE"
        rights = "SELECT, INSERT" if name in APPENDED else rights
        connection.execute(text(f'REVOKE ALL ON "{name}" FROM {service}'))
        connection.execute(text(f'GRANT {rights} ON "{name}" TO {service}'))
    policies = text("SELECT policyname, tablename FROM pg_policies WHERE schemaname = current_schema()")
    for policy, table in connection.execute(policies).all():
        if policy != "operated":  # the owner keeps the operator's policy alone: plans of its functions stay small
            connection.execute(text(f'ALTER POLICY "{policy}" ON "{table}" TO {service}'))
