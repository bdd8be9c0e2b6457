"""People: organisations, which all may read, accounts and keys."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import queries, service
from app.access.guards import require
from app.access.models import Account, ApiKey, Organization
from app.access.rules import Actor, Permission
from app.access.schemas import (
    AccountCreate,
    AccountMade,
    AccountRead,
    AccountUpdate,
    KeyCreate,
    KeyMade,
    KeyRead,
    KeyUpdate,
    OrganizationCreate,
    OrganizationRead,
    OrganizationUpdate,
)
from app.edge import etags, paging
from app.edge.etags import IfMatch, OptionalIfMatch, tagged
from app.edge.paging import Page, Paging
from app.edge.route import RequestSession, Route, keep_instead
from app.reference.api import ReferenceBook

router = APIRouter(route_class=Route, tags=["people"])

OrganizationWriter = Annotated[Actor, Depends(require(Permission.WRITE_ORGANIZATIONS))]
AccountReader = Annotated[Actor, Depends(require(Permission.READ_ACCOUNTS))]
AccountWriter = Annotated[Actor, Depends(require(Permission.WRITE_ACCOUNTS))]
KeyReader = Annotated[Actor, Depends(require(Permission.READ_CREDENTIALS))]
KeyWriter = Annotated[Actor, Depends(require(Permission.WRITE_CREDENTIALS))]


@router.get("/organizations")
def list_organizations(session: RequestSession, page: Paging) -> Page[OrganizationRead]:
    """Organisations: who gives, pays for, or facilitates assistance."""
    rows, cursor = paging.fetch(session, select(Organization), [Organization.code], page)
    return Page(items=[OrganizationRead.model_validate(row) for (row,) in rows], next=cursor)


@router.post("/organizations", status_code=201)
def add_organization(
    new: OrganizationCreate,
    session: RequestSession,
    _actor: OrganizationWriter,
    book: ReferenceBook,
    response: Response,
) -> OrganizationRead:
    """Add an organisation; its name must not look like another's."""
    organization = service.add_organization(session, new, book)
    response.headers["Location"] = f"/api/v1/organizations/{organization.code}"
    return tagged(response, OrganizationRead.model_validate(organization))


@router.get("/organizations/{code}")
def get_organization(code: str, session: RequestSession, response: Response) -> OrganizationRead:
    """One organisation."""
    return tagged(response, OrganizationRead.model_validate(queries.get_organization(session, code)))


@router.patch("/organizations/{code}")
def change_organization(
    code: str,
    changes: OrganizationUpdate,
    session: RequestSession,
    _actor: OrganizationWriter,
    if_match: IfMatch,
    response: Response,
) -> OrganizationRead:
    """Change an organisation's name, address or notes; its kind and role stay."""
    organization = queries.get_organization(session, code)
    etags.check(if_match, OrganizationRead.model_validate(organization))
    service.change_organization(session, organization, changes)
    return tagged(response, OrganizationRead.model_validate(organization))


@router.get("/accounts")
def list_accounts(session: RequestSession, _actor: AccountReader, page: Paging) -> Page[AccountRead]:
    """Accounts by name."""
    rows, cursor = paging.fetch(session, select(Account), [Account.name], page)
    return Page(items=service.shown_accounts(session, [row for (row,) in rows]), next=cursor)


@router.post("/accounts", status_code=201)
def add_account(
    new: AccountCreate, session: RequestSession, actor: AccountWriter, request: Request, response: Response
) -> AccountMade:
    """Ask for an account: it stays `pending`, and its key does nothing, until a second administrator confirms."""
    account, key, secret = service.request_account(session, actor, new)
    shown = _shown(session, account)
    response.headers["Location"] = f"/api/v1/accounts/{account.id}"
    response.headers["ETag"] = etags.etag(shown)
    made = AccountMade(**shown.model_dump(), key=secret, key_expires_at=key.expires_at)
    keep_instead(request, made.model_copy(update={"key": None}))
    return made


@router.get("/accounts/{account_id}")
def get_account(account_id: UUID, session: RequestSession, _actor: AccountReader, response: Response) -> AccountRead:
    """One account."""
    return tagged(response, _shown(session, queries.get_account(session, account_id)))


@router.patch("/accounts/{account_id}")
def change_account(
    account_id: UUID,
    changes: AccountUpdate,
    session: RequestSession,
    actor: AccountWriter,
    if_match: IfMatch,
    response: Response,
) -> AccountRead:
    """Ask for another role, which a second administrator confirms; or disable the account, which is at once."""
    account = queries.get_account(session, account_id)
    etags.check(if_match, _shown(session, account))
    service.change_account(session, actor, account, changes)
    return tagged(response, _shown(session, account))


@router.post("/accounts/{account_id}/confirm")
def confirm_account(
    account_id: UUID, session: RequestSession, actor: AccountWriter, if_match: IfMatch, response: Response
) -> AccountRead:
    """Confirm what another administrator asked for, as it was read."""
    account = queries.get_account(session, account_id)
    etags.check(if_match, _shown(session, account))
    service.confirm_account(session, actor, account)
    return tagged(response, _shown(session, account))


def _shown(session: Session, account: Account) -> AccountRead:
    return service.shown_accounts(session, [account])[0]


@router.get("/keys")
def list_keys(
    session: RequestSession,
    actor: KeyReader,
    page: Paging,
    account: Annotated[UUID | None, Query()] = None,
) -> Page[KeyRead]:
    """Your keys, the latest first; an administrator sees those of all."""
    query = queries.list_keys(actor, account)
    rows, cursor = paging.fetch(session, query, [ApiKey.created_at, ApiKey.id], page, descending=True)
    return Page(items=[service.shown_key(row, actor.at) for (row,) in rows], next=cursor)


@router.post("/keys", status_code=201)
def issue_key(
    new: KeyCreate, session: RequestSession, actor: KeyWriter, request: Request, response: Response
) -> KeyMade:
    """Issue a key, shown once; other sessions of the account end."""
    key, secret = service.request_key(session, actor, new)
    shown = service.shown_key(key, actor.at)
    response.headers["Location"] = f"/api/v1/keys/{key.id}"
    response.headers["ETag"] = etags.etag(shown)
    made = KeyMade(**shown.model_dump(), key=secret)
    keep_instead(request, made.model_copy(update={"key": None}))
    return made


@router.get("/keys/{key_id}")
def get_key(key_id: UUID, session: RequestSession, actor: KeyReader, response: Response) -> KeyRead:
    """One key."""
    return tagged(response, service.shown_key(queries.get_key(session, actor, key_id), actor.at))


@router.patch("/keys/{key_id}")
def change_key(
    key_id: UUID,
    changes: KeyUpdate,
    session: RequestSession,
    actor: KeyWriter,
    if_match: IfMatch,
    response: Response,
) -> KeyRead:
    """Label a key anew, or let it end earlier."""
    key = queries.get_key(session, actor, key_id)
    etags.check(if_match, service.shown_key(key, actor.at))
    service.change_key(session, actor, key, changes)
    return tagged(response, service.shown_key(key, actor.at))


@router.post("/keys/{key_id}/confirm")
def confirm_key(
    key_id: UUID, session: RequestSession, actor: AccountWriter, if_match: IfMatch, response: Response
) -> KeyRead:
    """Confirm the key that another administrator asked for."""
    key = queries.get_key(session, actor, key_id)
    etags.check(if_match, service.shown_key(key, actor.at))
    service.confirm_key(session, actor, key)
    return tagged(response, service.shown_key(key, actor.at))


@router.post("/keys/{key_id}/revoke")
def revoke_key(key_id: UUID, session: RequestSession, actor: KeyWriter, if_match: OptionalIfMatch = None) -> KeyRead:
    """Stop a key at once; no ETag is needed, for nobody should have to look first."""
    key = queries.get_key(session, actor, key_id)
    etags.check(if_match, service.shown_key(key, actor.at))
    service.revoke_key(session, key_id, at=actor.at, but=actor.session_id)
    return service.shown_key(key, actor.at)
