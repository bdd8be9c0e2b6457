"""One running service with sample data for each database, and one browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import databases, servers
from tests.conftest import DATABASES
from tests.web import browser as browsers
from tests.web.town import Town, settle


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser; `python -m tests.web.browser` installs one where there is none."""
    path = browsers.find()
    if path is None:
        pytest.fail(browsers.ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=browsers.arguments())
        yield browser
        browser.close()


@pytest.fixture(scope="session", params=DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each path is walked on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def town(
    server_of_databases: databases.Sqlite | databases.Postgres,
    tmp_path_factory: pytest.TempPathFactory,
    chromium: Browser,
) -> Iterator[Town]:
    """The service with sample data."""
    yield from _settled(server_of_databases, tmp_path_factory, chromium)


@pytest.fixture(scope="session")
def sqlite_town(
    sqlite: databases.Sqlite, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Town]:
    """The same over SQLite alone, for what does not depend on the database."""
    yield from _settled(sqlite, tmp_path_factory, chromium)


def _settled(
    server: databases.Sqlite | databases.Postgres, folders: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Town]:
    url = server.create_migrated()
    settle(url)
    with servers.running(url, folders.mktemp("town"), TAYSIR_SECRET_KEY="s" * 32) as running:
        yield Town(running.url, url, chromium)
    server.drop(url)
