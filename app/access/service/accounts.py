"""Accounts and roles: add, grant with a second administrator, disable."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import queries
from app.access.models import Account, ApiKey, Organization, RoleGrant
from app.access.rules import FACILITATOR, FIRST_KEY_LIFE, AccountStatus, Actor, Role, account_status
from app.access.schemas import AccountCreate, AccountRead, AccountUpdate, GrantRead
from app.access.service.keys import new_key
from app.core import names, trail
from app.core.errors import Conflict, Fault, Invalid, NotAllowed, NotFound


def add_account(
    session: Session,
    name: str,
    *,
    role: Role,
    at: datetime,
    organization: str | None = None,
    state: str | None = None,
) -> Account:
    """A new account that works at once: the operator's way.

    Raises `Invalid` where role, organisation and State do not go together, `Conflict` if the name is taken.
    """
    account = _new_account(session, name, role=role, at=at, organization=organization, state=state)
    account.confirmed_at = at
    session.flush()
    trail.acted(session, "account.added", "account", [account.id], role=role)
    return account


def request_account(session: Session, actor: Actor, new: AccountCreate) -> tuple[Account, ApiKey, str]:
    """A new account that waits for a second administrator, and its first key; raises as `add_account` does."""
    account = _new_account(
        session, new.name, role=new.role, at=actor.at, organization=new.organization, state=new.state
    )
    session.flush()
    _request(session, actor, account, role=new.role, organization=new.organization, state=new.state)
    trail.acted(session, "account.requested", "account", [account.id], role=new.role)
    key, secret = new_key(session, account, at=actor.at, expires_at=actor.at + FIRST_KEY_LIFE)
    return account, key, secret


def _new_account(
    session: Session, name: str, *, role: Role, at: datetime, organization: str | None, state: str | None
) -> Account:
    faults = _role_faults(session, role=role, organization=organization, state=state)
    if names.has_invisible(name):
        faults.append(Fault("/name", "name.invisible", "A name must not hold characters that nobody sees."))
    if faults:
        raise Invalid(faults)
    if queries.find_account(session, name) is not None:
        raise Conflict("account.taken", "There is an account of that name already.")
    account = Account(name=name, role=role, organization=organization, state=state, created_at=at)
    session.add(account)
    return account


def _role_faults(session: Session, *, role: Role, organization: str | None, state: str | None) -> list[Fault]:
    faults = []
    if role is Role.ANONYMOUS:
        faults.append(Fault("/role", "role.unknown", "Nobody can hold the role 'anonymous'."))
    if (role is Role.STATE) != (state is not None):
        faults.append(Fault("/state", "account.state", "The role 'state' needs a State, and no other role has one."))
    if role is Role.PROVIDER and organization is None:
        faults.append(Fault("/organization", "account.organization", "The role 'provider' needs an organisation."))
    if organization is not None:
        body = session.get(Organization, organization)
        if body is None:
            faults.append(Fault("/organization", "organization.unknown", "There is no organisation of that code."))
        elif role is Role.PROVIDER and body.role == FACILITATOR:
            faults.append(Fault("/organization", "organization.facilitator", "A facilitator never owns offers."))
    return faults


def change_account(session: Session, actor: Actor, account: Account, changes: AccountUpdate) -> None:
    """Disable the account at once, or ask a second administrator to confirm what else is to change."""
    if changes.disabled:
        if not queries.has_another_admin(session, account.name, OPERATOR):
            raise Conflict("account.last_admin", "The last administrator cannot be disabled; the operator can.")
        close_account(session, account, at=actor.at)
        return
    role = changes.role or Role(account.role)
    sent = changes.model_fields_set
    organization = changes.organization if "organization" in sent else account.organization
    state = changes.state if "state" in sent else account.state if role is Role.STATE else None
    is_same = (role, organization, state) == (account.role, account.organization, account.state)
    is_reopened = changes.disabled is False and account.disabled_at is not None
    if is_same and not is_reopened:
        return
    if account.disabled_at is not None and not is_reopened:
        raise Conflict("account.disabled", "Enable the account in the same request, or leave it as it is.")
    faults = _role_faults(session, role=role, organization=organization, state=state)
    if faults:
        raise Invalid(faults)
    _request(session, actor, account, role=role, organization=organization, state=state)
    trail.acted(session, "role.requested", "account", [account.id], role=role)


def _request(
    session: Session, actor: Actor, account: Account, *, role: Role, organization: str | None, state: str | None
) -> None:
    """Let a grant wait for a second administrator, in place of one that waits already."""
    if actor.writer == account.id:
        raise NotAllowed("account.own_role", "Nobody changes their own role.")
    _drop_grant(session, account, at=actor.at)
    session.add(
        RoleGrant(
            account_id=account.id, role=role, organization=organization, state=state,
            requested_by=actor.writer, requested_at=actor.at,
        )
    )  # fmt: skip
    session.flush()


def _drop_grant(session: Session, account: Account, *, at: datetime) -> None:
    waiting = queries.find_grant(session, account.id)
    if waiting is not None:
        waiting.dropped_at = at
        session.flush()


def confirm_account(session: Session, actor: Actor, account: Account) -> None:
    """Let the waiting grant take effect; raises `NotAllowed` for who asked for it and for who would gain by it."""
    grant = queries.find_grant(session, account.id)
    if grant is None:
        raise Conflict("account.nothing_pending", "No grant waits for confirmation.")
    if actor.account_id in (grant.requested_by, account.id):
        raise NotAllowed("account.same_person", "Another administrator has to confirm this.")
    grant.confirmed_by, grant.confirmed_at = actor.account_id, actor.at
    account.role, account.organization, account.state = grant.role, grant.organization, grant.state
    account.confirmed_at = account.confirmed_at or actor.at
    account.disabled_at = None
    queries.end_sessions(session, account.id)
    session.flush()
    trail.acted(session, "role.granted", "account", [account.id], role=grant.role)


def close_account(session: Session, account: Account, *, at: datetime) -> None:
    """Disable an account at once: keys and sessions stop, and what waited for confirmation is dropped."""
    if account.disabled_at is not None:
        raise Conflict("account.disabled", "The account is disabled already.")
    account.disabled_at = at
    _drop_grant(session, account, at=at)
    queries.end_sessions(session, account.id)
    trail.acted(session, "account.disabled", "account", [account.id])


def choose_language(session: Session, actor: Actor, language: str) -> None:
    """Keep the language in which the actor reads the pages."""
    account = queries.get_account(session, actor.writer)
    if account.language != language:
        account.language = language
        session.flush()
        trail.acted(session, "account.language_chosen", "account", [account.id], language=language)


OPERATOR = "operator"
"""Nobody signs in with this account: it has no key and no password."""


def operator(
    session: Session, role: Role, *, at: datetime, organization: str | None = None, state: str | None = None
) -> Actor:
    """Whoever works on the command line: an account without a key, acting in the role that the work takes."""
    account = queries.find_account(session, OPERATOR)
    if account is None:
        account = add_account(session, OPERATOR, role=Role.ADMIN, at=at)
    body = queries.get_organization(session, organization) if organization else None
    return Actor(role, at, account.id, organization, body.kind if body else None, state)


def get_account(session: Session, name: str) -> Account:
    """The account of that name; raises `NotFound`."""
    account = queries.find_account(session, name)
    if account is None:
        raise NotFound
    return account


def disable_account(session: Session, name: str, *, at: datetime) -> None:
    """Close the account of that name."""
    close_account(session, get_account(session, name), at=at)


def list_accounts(session: Session) -> list[Account]:
    """All accounts by name."""
    return list(session.scalars(select(Account).order_by(Account.name)))


def shown_accounts(session: Session, accounts: Sequence[Account]) -> list[AccountRead]:
    """Accounts as administrators see them."""
    grants = queries.pending_grants(session, [account.id for account in accounts])
    return [_shown_account(account, grants.get(account.id)) for account in accounts]


def _shown_account(account: Account, grant: RoleGrant | None) -> AccountRead:
    return AccountRead(
        id=account.id,
        name=account.name,
        role=Role(account.role),
        organization=account.organization,
        state=account.state,
        status=status_of(account),
        pending_grant=None if grant is None else GrantRead.model_validate(grant),
        created_at=account.created_at,
        disabled_at=account.disabled_at,
    )


def status_of(account: Account) -> AccountStatus:
    """Whether the account works."""
    return account_status(confirmed_at=account.confirmed_at, disabled_at=account.disabled_at)
