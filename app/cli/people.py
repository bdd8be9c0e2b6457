"""`taysir account` and `taysir key`: the operator adds people without a second person."""

from typing import Annotated
from uuid import UUID

import typer

from app.access import service
from app.access.rules import Role
from app.cli.printing import AsJson, DatabaseUrl, Failed, open_session, print_json, print_table, settings_for
from app.core.clock import system_clock
from app.signin import service as signin
from app.signin.adapter import Passwords
from app.signin.rules import new_password, password_faults

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
    """Add an account and print its first key, once; no second administrator is asked."""
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
        rows = [(a.name, a.role, a.organization, a.state, service.status_of(a)) for a in service.list_accounts(session)]
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


@accounts.command("password")
def set_password(
    name: str,
    from_stdin: Annotated[bool, typer.Option("--stdin", help="Read the password there, not make one.")] = False,
    without_totp: Annotated[bool, typer.Option(help="Take the second factor off too, for who has lost it.")] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Give an account a new password and sign it out everywhere."""
    password = typer.get_text_stream("stdin").readline().rstrip("\n") if from_stdin else new_password()
    faults = password_faults(password, name)
    if faults:
        raise Failed(faults[0].detail)
    hashed = Passwords().hash(password)
    with open_session(settings_for(database_url), "taysir account password") as session:
        account = service.get_account(session, name)
        signin.put_password(session, account, hashed)
        if without_totp:
            signin.drop_totp(session, account)
    typer.echo(f"{name} has a new password." if from_stdin else f"{name}: {password}\nIt is not shown again.")


@accounts.command("link")
def link_account(name: str, subject: str, database_url: DatabaseUrl = None) -> None:
    """Let a person at the sign-in provider, named by SUBJECT, sign in as an account."""
    settings = settings_for(database_url)
    if settings.oidc_issuer is None:
        raise Failed("TAYSIR_OIDC_ISSUER names no sign-in provider.")
    issuer = str(settings.oidc_issuer).rstrip("/")
    with open_session(settings, "taysir account link") as session:
        account = service.get_account(session, name)
        signin.link(session, account.id, issuer=issuer, subject=subject, at=system_clock())
    typer.echo(f"{subject} signs in as {name}.")


@accounts.command("sign-out")
def sign_out(name: str, database_url: DatabaseUrl = None) -> None:
    """End all sessions of an account; its keys go on."""
    with open_session(settings_for(database_url), "taysir account sign-out") as session:
        signin.sign_out_everywhere(session, service.get_account(session, name))
    typer.echo(f"{name} is signed out everywhere.")


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
            (key.id, key.label, key.scope, key.created_at, key.expires_at, key.last_used_on, key.revoked_at)
            for key in service.list_keys(session, service.get_account(session, name))
        ]
    names = ("id", "label", "scope", "created_at", "expires_at", "last_used_on", "revoked_at")
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
