"""`taysir account` and `taysir key`: the operator adds people without a second person."""

from typing import Annotated
from uuid import UUID

import typer

from app.access import service
from app.access.rules import Role
from app.cli.printing import AsJson, DatabaseUrl, open_session, print_json, print_table, settings_for
from app.core.clock import system_clock

accounts = typer.Typer(no_args_is_help=True, help="People and systems that use the service.")
keys = typer.Typer(no_args_is_help=True, help="API keys.")


@accounts.command("add")
def add_account(
    name: str,
    role: Annotated[Role, typer.Option()],
    organization: Annotated[str | None, typer.Option(help="Code of the account's organisation.")] = None,
    state: Annotated[str | None, typer.Option(help="ISO 3166 alpha-3 of the account's State.")] = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Add an account and print its first key, once."""
    at = system_clock()
    with open_session(settings_for(database_url), "taysir account add") as session:
        account = service.add_account(session, name, role=role, at=at, organization=organization, state=state)
        _, key = service.issue_key(session, account, at=at)
    _print_key(name, key, as_json=as_json)


def _print_key(name: str, key: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"account": name, "key": key})
    else:
        typer.echo(f"{name}: {key}\nKeep the key: it is not shown again.")


@accounts.command("list")
def list_accounts(as_json: AsJson = False, database_url: DatabaseUrl = None) -> None:
    """List all accounts."""
    with open_session(settings_for(database_url)) as session:
        rows = [
            (a.name, a.role, a.organization, a.state, "disabled" if a.disabled_at else "enabled")
            for a in service.list_accounts(session)
        ]
    names = ("account", "role", "organization", "state", "status")
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        print_table(names, rows)


@accounts.command("disable")
def disable_account(name: str, database_url: DatabaseUrl = None) -> None:
    """Disable an account: its keys stop working at once."""
    with open_session(settings_for(database_url), "taysir account disable") as session:
        service.disable_account(session, name, at=system_clock())
    typer.echo(f"{name} is disabled.")


@keys.command("add")
def add_key(name: str, as_json: AsJson = False, database_url: DatabaseUrl = None) -> None:
    """Give an account another key and print it, once."""
    with open_session(settings_for(database_url), "taysir key add") as session:
        account = service.get_account(session, name)
        _, key = service.issue_key(session, account, at=system_clock())
    _print_key(name, key, as_json=as_json)


@keys.command("list")
def list_keys(name: str, as_json: AsJson = False, database_url: DatabaseUrl = None) -> None:
    """List the keys of an account by id; the keys themselves are kept nowhere."""
    with open_session(settings_for(database_url)) as session:
        rows = [
            (key.id, key.created_at, key.expires_at, key.revoked_at)
            for key in service.list_keys(session, service.get_account(session, name))
        ]
    names = ("id", "created_at", "expires_at", "revoked_at")
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        print_table(names, rows)


@keys.command("revoke")
def revoke_key(key_id: Annotated[UUID, typer.Argument(metavar="ID")], database_url: DatabaseUrl = None) -> None:
    """Stop a key at once."""
    with open_session(settings_for(database_url), "taysir key revoke") as session:
        service.revoke_key(session, key_id, at=system_clock())
    typer.echo("The key is revoked.")
