"""The service serves over PostgreSQL only in a role that the wall binds, on a server that syncs."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from app.cli.printing import UNUSABLE
from app.core import db, policies, wall
from tests import databases, servers
from tests.conftest import prepare

COLUMNS = {
    "audit_needs": "state",
    "audit_records": "hash",
    "consents": "state",
    "imports": "kind",
    "observations": "visit_id",
    "referral_steps": "referral_id",
    "report_releases": "visit_id",
    "state_orders": "state",
    "verdicts": "verdict",
}
StartServer = Callable[..., servers.Server]
SYNCED = "fsync"
ADDED_TO = sorted(name for name, table in policies.TABLES.items() if table.rights == policies.ADD)


@pytest.fixture
def database_url(postgres: databases.Postgres) -> Iterator[str]:
    """A migrated database on PostgreSQL, as the service."""
    url = postgres.create_migrated()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="module")
def synced() -> Iterator[databases.Postgres]:
    """A server as it is in service: every commit synced."""
    with databases.postgres(prepare, fsync=True) as server:
        yield server


def faults(url: str) -> list[str]:
    engine = db.make_engine(url)
    try:
        return [fault for fault in wall.faults_of(engine) if SYNCED not in fault]
    finally:
        engine.dispose()


def test_the_services_role_has_no_fault(database_url: str) -> None:
    assert faults(database_url) == []


def test_the_owner_does_not_serve(database_url: str) -> None:
    assert faults(databases.owner_of(database_url)) == [
        "The service's role owns tables, or is a member of the role that does."
    ]


@contextmanager
def another_role(server: databases.Postgres, url: str, right: str) -> Iterator[str]:
    """The same database, as a role made for this test, with this right."""
    name = f"taysir_{uuid4().hex}"
    server.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{name}' {right}")
    try:
        yield databases.render(make_url(url).set(username=name, password=name))
    finally:
        server.execute(f"DROP ROLE {name}")


@pytest.mark.parametrize(("right", "word"), [("SUPERUSER", "superuser"), ("BYPASSRLS", "BYPASSRLS")])
def test_a_role_that_the_wall_does_not_bind_does_not_serve(
    database_url: str, postgres: databases.Postgres, right: str, word: str
) -> None:
    with another_role(postgres, database_url, right) as url:
        assert [word in fault for fault in faults(url)] == [True]


def taysir(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TAYSIR_")} | settings
    command = [str(servers.PROGRAM), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_two_roles_from_an_empty_database_to_an_answer(
    synced: databases.Postgres, start_server: StartServer, tmp_path: Path
) -> None:
    owner = synced.create()
    service = databases.service_of(owner)
    both = {"TAYSIR_OWNER_DATABASE_URL": owner, "TAYSIR_DATABASE_URL": service}
    refused = taysir("serve", "--port", "0", TAYSIR_DATABASE_URL=service)
    assert (refused.returncode, refused.stderr) == (1, UNUSABLE + "\n")
    refused = taysir("init", TAYSIR_DATABASE_URL=service)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "set TAYSIR_OWNER_DATABASE_URL" in refused.stderr
    for _ in range(2):
        done = taysir("init", "--key-file", str(tmp_path / "key"), **both)
        assert done.returncode == 0, done.stderr
    assert taysir("account", "add", "anna", "--role", "officer", **both).returncode == 0
    refused = taysir("audit", "verify", TAYSIR_DATABASE_URL=service)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "set TAYSIR_OWNER_DATABASE_URL" in refused.stderr
    assert taysir("audit", "verify", **both).returncode == 0
    server = start_server(service, TAYSIR_ALLOW_SINGLE_ROLE="false")
    key = (tmp_path / "key").read_text().strip()
    answer = httpx2.get(f"{server.url}/api/v1/accounts", headers={"Authorization": f"Bearer {key}"})
    assert {account["name"] for account in answer.json()["items"]} >= {"admin", "anna"}
    assert "Warning" not in server.log.read_text()


def test_serve_refuses_a_superuser_in_one_sentence(synced: databases.Postgres) -> None:
    with another_role(synced, synced.create_migrated(), "SUPERUSER") as url:
        refused = taysir("serve", "--port", "0", TAYSIR_DATABASE_URL=url)
    assert refused.returncode == 1
    assert refused.stderr.startswith("The service's role is a superuser: row-level security does not bind it. Serve as")
    assert refused.stderr.count("\n") == 1


def test_serve_refuses_tables_without_their_wall(synced: databases.Postgres) -> None:
    url = synced.create_migrated()
    engine = create_engine(databases.owner_of(url))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE verdicts NO FORCE ROW LEVEL SECURITY"))
    engine.dispose()
    refused = taysir("serve", "--port", "0", TAYSIR_DATABASE_URL=url)
    assert (refused.returncode, "security: verdicts; run `taysir init`" in refused.stderr) == (1, True)


def test_serve_refuses_the_owner_and_a_server_that_does_not_sync(database_url: str) -> None:
    refused = taysir("serve", "--port", "0", TAYSIR_DATABASE_URL=databases.owner_of(database_url))
    assert refused.returncode == 1
    assert "owns tables" in refused.stderr
    assert "The server's fsync is off" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_synced_server_has_no_fault(synced: databases.Postgres) -> None:
    engine = db.make_engine(synced.create_migrated())
    assert wall.faults_of(engine) == []
    engine.dispose()


@pytest.mark.parametrize("name", ["full_page_writes", "synchronous_commit"])
def test_a_server_that_answers_before_it_has_written_does_not_serve(synced: databases.Postgres, name: str) -> None:
    synced.execute(f"ALTER SYSTEM SET {name} = off")
    synced.execute("SELECT pg_reload_conf()")
    engine = db.make_engine(synced.create_migrated())
    try:
        assert wall.faults_of(engine) == [f"The server's {name} is off: an answer could outlive what it answered."]
    finally:
        engine.dispose()
        synced.execute(f"ALTER SYSTEM RESET {name}")
        synced.execute("SELECT pg_reload_conf()")


def test_a_development_server_says_so(database_url: str, start_server: StartServer) -> None:
    server = start_server(databases.owner_of(database_url))
    assert "Warning, for development only: The service's role owns tables" in server.log.read_text()


def test_a_single_role_serves_behind_its_wall_in_development(
    database_url: str, postgres: databases.Postgres, start_server: StartServer
) -> None:
    server = start_server(databases.owner_of(database_url))
    assert server.process.poll() is None
    engine = create_engine(databases.owner_of(database_url))
    with engine.connect() as connection:
        forced = connection.scalars(
            text("SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity")
        ).all()
    engine.dispose()
    assert forced == []


@pytest.mark.parametrize("table", ADDED_TO)
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_the_service_changes_nothing_that_is_only_added_to(database_url: str, table: str, act: str) -> None:
    column = COLUMNS.get(table, "consent_id")
    engine = db.make_engine(database_url)
    try:
        with engine.begin() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(act.format(table, column, column)))
    finally:
        engine.dispose()
