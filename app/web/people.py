"""Accounts for administrators, and everybody's own keys."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import ValidationError
from sqlalchemy import select

from app.access import queries, service
from app.access.models import Account, ApiKey, Organization
from app.access.rules import Permission, Role, Scope
from app.access.schemas import AccountCreate, AccountRead, AccountUpdate, KeyCreate
from app.core.errors import Conflict, Fault, Invalid
from app.edge import paging
from app.edge.paging import Paging
from app.web.pages import Page, check_tag, go, opened, text_of
from app.web.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

AccountReader = Annotated[Page, Depends(opened(Permission.READ_ACCOUNTS))]
AccountWriter = Annotated[Page, Depends(opened(Permission.WRITE_ACCOUNTS))]
KeyReader = Annotated[Page, Depends(opened(Permission.READ_CREDENTIALS))]
KeyWriter = Annotated[Page, Depends(opened(Permission.WRITE_CREDENTIALS))]
ROLES = tuple(role for role in Role if role is not Role.ANONYMOUS)


@router.get("/accounts")
def list_accounts(page: AccountReader, asked: Paging) -> Response:
    """Accounts by name, and what waits for a second administrator."""
    rows, cursor = paging.fetch(page.session, select(Account), [Account.name], asked)
    accounts = service.shown_accounts(page.session, [account for (account,) in rows])
    page.know_organizations({account.organization for account in accounts if account.organization})
    return page.draw("accounts.html", accounts=accounts, cursor=cursor, first=asked.cursor is None)


@router.get("/accounts/new")
def start_account(page: AccountWriter) -> Response:
    """An empty form."""
    return page.draw("account_form.html", **_form(page), faults={}, typed=_typed(page))


def _form(page: Page) -> dict[str, Any]:
    bodies = page.session.execute(select(Organization.code, Organization.name).order_by(Organization.name))
    return {"roles": ROLES, "bodies": [(row.code, row.name) for row in bodies], "states": page.by_name("states")}


def _typed(page: Page) -> dict[str, str]:
    return {name: text_of(page.form, name) for name in ("name", "role", "organization", "state")}


@router.post("/accounts/new")
def ask_for_account(page: AccountWriter) -> Response:
    """Ask for an account, whose first key is shown once; a second administrator confirms it."""
    typed = _typed(page)
    try:
        new = AccountCreate.model_validate({name: value or None for name, value in typed.items()})
        account, key, secret = service.request_account(page.session, page.actor, new)
    except (ValidationError, Invalid) as error:
        raise page.again(error, "account_form.html", **_form(page), typed=typed) from error
    except Conflict as error:
        taken = Invalid([Fault("/name", error.code, error.detail)])
        raise page.again(taken, "account_form.html", **_form(page), typed=typed) from error
    shown = service.shown_accounts(page.session, [account])[0]
    return page.draw("account_made.html", account=shown, secret=secret, ends=key.expires_at)


def _account(page: Page, account_id: UUID) -> tuple[Account, AccountRead]:
    account = queries.get_account(page.session, account_id)
    shown = service.shown_accounts(page.session, [account])[0]
    check_tag(page.form, shown)
    return account, shown


@router.post("/accounts/{account_id}/confirm")
def confirm_account(account_id: UUID, page: AccountWriter) -> Response:
    """The second administrator's word."""
    account, _ = _account(page, account_id)
    service.confirm_account(page.session, page.actor, account)
    return go("/accounts")


@router.post("/accounts/{account_id}/disable")
def disable_account(account_id: UUID, page: AccountWriter) -> Response:
    """Close the account at once."""
    account, _ = _account(page, account_id)
    service.change_account(page.session, page.actor, account, AccountUpdate(disabled=True))
    return go("/accounts")


@router.get("/keys")
def list_keys(page: KeyReader) -> Response:
    """The reader's own keys, and a form for a new one."""
    return page.draw("keys.html", **_keys(page), faults={}, label_typed="", scope=Scope.READ_ONLY, new_key=None)


def _keys(page: Page) -> dict[str, Any]:
    query = select(ApiKey).where(ApiKey.account_id == page.actor.writer).order_by(ApiKey.created_at.desc(), ApiKey.id)
    keys = [service.shown_key(key, page.actor.at) for key in page.session.scalars(query.limit(100))]
    return {"keys": keys, "scopes": list(Scope)}


@router.post("/keys")
def issue_key(page: KeyWriter) -> Response:
    """A new key, shown once."""
    typed = {"label": text_of(page.form, "label"), "scope": text_of(page.form, "scope")}
    try:
        _, secret = service.request_key(page.session, page.actor, KeyCreate.model_validate(typed))
    except (ValidationError, Invalid) as error:
        held = {"label_typed": typed["label"], "scope": typed["scope"], "new_key": None}
        raise page.again(error, "keys.html", **_keys(page), **held) from error
    return page.draw("keys.html", **_keys(page), faults={}, label_typed="", scope=Scope.READ_ONLY, new_key=secret)


@router.post("/keys/{key_id}/revoke")
def revoke_key(key_id: UUID, page: KeyWriter) -> Response:
    """Stop a key at once."""
    queries.get_key(page.session, page.actor, key_id)
    service.revoke_key(page.session, key_id, at=page.actor.at, but=page.actor.session_id)
    return go("/keys")
