"""One application for each module and database: making it takes most of a second, and people are cheap."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.access import service as access
from app.access.rules import Role
from app.signin import adapter
from tests import databases
from tests.access.people.browsers import CHEAP, Browser, give_password
from tests.conftest import DATABASES
from tests.world import Caller, World

NUMBERS = count(1)


@pytest.fixture(scope="module", params=DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Every test that touches a database runs on both."""
    return str(request.param)


@pytest.fixture(scope="module")
def server_of_databases(database_kind: str, request: pytest.FixtureRequest) -> databases.Sqlite | databases.Postgres:
    """Where this module's databases come from."""
    made: databases.Sqlite | databases.Postgres = request.getfixturevalue(database_kind)
    return made


@pytest.fixture(scope="module")
def database_url(server_of_databases: databases.Sqlite | databases.Postgres) -> Iterator[str]:
    """A database of this module's own."""
    url = server_of_databases.create_migrated()
    yield url
    server_of_databases.drop(url)


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[Engine]:
    """The operator's engine on the module's database."""
    engine = databases.operator_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def world(engine: Engine, database_url: str) -> Iterator[World]:
    """The service over the module's database."""
    with World(engine, database_url) as world:
        yield world


@pytest.fixture(scope="module", autouse=True)
def cheap_hash_of_nobody() -> Iterator[None]:
    """Names without a password cost as little as those with one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adapter, "NOBODYS", CHEAP.hash("nobody's"))
        yield


NewPerson = Callable[..., str]


@pytest.fixture
def new_person(world: World, engine: Engine) -> NewPerson:
    """Make an account that nobody else uses, with a password; its name."""

    def make(role: Role = Role.OFFICER, *, organization: str | None = None, has_password: bool = True) -> str:
        name = f"{role}-number-{next(NUMBERS)}"
        with Session(engine) as session:
            access.add_account(session, name, role=role, at=world.now, organization=organization)
            session.commit()
        if has_password:
            give_password(engine, name)
        return name

    return make


@pytest.fixture
def person(new_person: NewPerson) -> str:
    """An officer."""
    return new_person()


@pytest.fixture
def browser(world: World) -> Browser:
    """A browser that has not signed in."""
    return Browser(world)


@pytest.fixture
def caller_of(world: World, engine: Engine) -> Callable[[str], Caller]:
    """Somebody who asks with a new key of an account."""

    def make(name: str) -> Caller:
        with Session(engine) as session:
            key = access.issue_key(session, access.get_account(session, name), at=world.now)[1]
            session.commit()
        return Caller(world.client, key)

    return make
