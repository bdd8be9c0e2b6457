"""`taysir init` and `taysir serve`."""

import os
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from app.access import service as access
from app.access.rules import Role
from app.cli.printing import UNUSABLE, DatabaseUrl, Failed, open_session, settings_for
from app.core import db, trail, wall
from app.core.clock import system_clock
from app.core.config import Settings, load_settings
from app.main import create_app
from app.practices import service as practices
from app.reference import service as reference
from app.reference.queries import read_book

ADMINISTRATOR = "admin"


def prepare(settings: Settings) -> None:
    """Migrate the database, build its second wall and load the reference data; doing it twice changes nothing."""
    try:
        db.migrate(settings.operator_url)
        wall.build(settings.operator_url, settings.database_url)
    except ProgrammingError as error:
        raise Failed("The database cannot be prepared: its owner has to, set TAYSIR_OWNER_DATABASE_URL.") from error
    with open_session(settings, "taysir init") as session:
        reference.load(session)
        access.load_organizations(session)
        practices.load(session, read_book(session), at=system_clock())
        trail.acted(session, "service.prepared")


def init(
    key_file: Annotated[Path | None, typer.Option(help="Write the key there (mode 600), not to the terminal.")] = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Migrate the database, load the reference data, make the first administrator and print its key once."""
    settings = settings_for(database_url)
    prepare(settings)
    at = system_clock()
    with open_session(settings, "taysir init") as session:
        if any(account.role == Role.ADMIN for account in access.list_accounts(session)):
            typer.echo("The database is ready; it has an administrator already.")
            return
        account = access.add_account(session, ADMINISTRATOR, role=Role.ADMIN, at=at)
        _, key = access.issue_key(session, account, at=at)
        if key_file is not None:
            write_secret(key_file, key + "\n")
    typer.echo(f"The database is ready. Administrator: {ADMINISTRATOR}")
    typer.echo(f"Key in {key_file}" if key_file else f"Key: {key}\nKeep the key: it is not shown again.")


def write_secret(file: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
    file.chmod(0o600)


def serve(
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64)] = 1,
    database_url: DatabaseUrl = None,
) -> None:
    """Serve the API."""
    if database_url is not None:
        os.environ["TAYSIR_DATABASE_URL"] = database_url  # worker processes read it again
    check(load_settings())
    uvicorn.run(
        "app.cli.serving:application", factory=True, host=host, port=port, workers=workers, timeout_keep_alive=30,
        limit_concurrency=200, server_header=False, date_header=True, log_level="info",
    )  # fmt: skip


def check(settings: Settings) -> None:
    """Refuse to serve over a database that is not prepared, or could not hold what we promise; or, if told to, warn."""
    engine = db.make_engine(settings.database_url)
    try:
        with Session(engine) as session:
            if not read_book(session).states:
                raise Failed("The database holds no reference data: run `taysir init` first.")
        faults = wall.faults_of(engine)
    except (OperationalError, ProgrammingError) as error:
        raise Failed(UNUSABLE) from error
    finally:
        engine.dispose()
    if faults and not settings.allow_single_role:
        advice = "Serve as another role, or for development set TAYSIR_ALLOW_SINGLE_ROLE=true."
        raise Failed(" ".join([*faults, advice]))
    for fault in faults:
        typer.echo(f"Warning, for development only: {fault}", err=True)


def application() -> object:
    """The ASGI application over the settings of the environment, made once in each worker."""
    return create_app(load_settings())
