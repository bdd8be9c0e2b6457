"""What all tests share: real databases, a real server, a closed network, fixed seeds."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.access import service as access
from app.core import db, wall
from app.reference import service as reference
from tests import databases, network, servers
from tests.skips import SkipPolicy
from tests.world import World

DATABASES = ("sqlite", "postgres")

hypothesis.settings.register_profile("house", derandomize=True, deadline=None)
hypothesis.settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Put the house's own laws on top of pytest's."""
    config.pluginmanager.register(SkipPolicy(config.rootpath / "README.md"))


@pytest.fixture(scope="session", autouse=True)
def closed_network() -> Iterator[None]:
    """Nothing but this machine can be reached."""
    with pytest.MonkeyPatch.context() as patch:
        network.close(patch)
        yield


def prepare(url: str) -> None:
    """Migrate a database, build its second wall, load the reference data."""
    db.migrate(url)
    wall.build(url, databases.service_of(url))
    engine = databases.operator_engine(url)
    with Session(engine) as session:
        reference.load(session)
        access.load_organizations(session)
        session.commit()
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> databases.Sqlite:
    """SQLite files in a folder of this session."""
    return databases.Sqlite(tmp_path_factory.mktemp("sqlite"), prepare)


@pytest.fixture(scope="session")
def postgres() -> Iterator[databases.Postgres]:
    """A running PostgreSQL; each worker of a parallel run has its own."""
    with databases.postgres(prepare) as server:
        yield server


@pytest.fixture(params=DATABASES, scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """Every test that touches a database runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def server_of_databases(database_kind: str, request: pytest.FixtureRequest) -> databases.Sqlite | databases.Postgres:
    """Where this test's database comes from; PostgreSQL is started only when a test asks for it."""
    made: databases.Sqlite | databases.Postgres = request.getfixturevalue(database_kind)
    return made


@pytest.fixture
def database_url(server_of_databases: databases.Sqlite | databases.Postgres) -> Iterator[str]:
    """A database of this test's own at the newest revision, with the reference data."""
    url = server_of_databases.create_migrated()
    yield url
    server_of_databases.drop(url)


@pytest.fixture
def empty_database_url(server_of_databases: databases.Sqlite | databases.Postgres) -> Iterator[str]:
    """A database of this test's own in which no migration ran."""
    url = server_of_databases.create()
    yield url
    server_of_databases.drop(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The operator's engine on the test's database: it sees every row, which the service's own does not."""
    engine = databases.operator_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session that is rolled back at the end, unless the test commits."""
    with Session(engine) as session:
        yield session


@pytest.fixture
def world(engine: Engine, database_url: str) -> Iterator[World]:
    """The service over the test's database, with one account per role."""
    with World(engine, database_url) as world:
        yield world


@pytest.fixture(scope="module")
def shared_world(server_of_databases: databases.Sqlite | databases.Postgres) -> Iterator[World]:
    """As `world`, one for all tests of a module: for tests that do not mind each other's records."""
    url = server_of_databases.create_migrated()
    engine = databases.operator_engine(url)
    with World(engine, url) as world:
        yield world
    engine.dispose()
    server_of_databases.drop(url)


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., servers.Server]]:
    """Start as many services as a test needs: `start_server(database_url, TAYSIR_…="…")`."""
    with ExitStack() as stack:

        def start(database_url: str, **settings: str) -> servers.Server:
            return stack.enter_context(servers.running(database_url, tmp_path, **settings))

        yield start


@pytest.fixture
def server(database_url: str, start_server: Callable[..., servers.Server]) -> servers.Server:
    """One running service over the test's database."""
    return start_server(database_url)
