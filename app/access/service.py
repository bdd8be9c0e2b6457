"""Accounts, keys and organisations: add, disable, issue, revoke, recognise."""

import csv
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import queries
from app.access.models import Account, ApiKey, Organization
from app.access.rules import FACILITATOR, Actor, Role
from app.core import trail, wall
from app.core.errors import Conflict, Fault, Invalid, NotFound
from app.reference.service import SEED_DATA

KEY_LIFE = timedelta(days=365)
KEY_PREFIX = "tsr_"


def recognize(session: Session, key: str, anonymous: Actor) -> Actor | None:
    """The actor behind a key at the moment of `anonymous`, or nobody."""
    holder = queries.find_key_holder(session, _digest(key), anonymous)
    if holder is None:
        return None
    account, organization = holder
    return actor_of(account, organization, anonymous.at)


def actor_of(account: Account, organization: Organization | None, at: datetime) -> Actor:
    """The actor that an account is at one moment."""
    return Actor(
        role=Role(account.role),
        at=at,
        account_id=account.id,
        organization=account.organization,
        organization_kind=organization.kind if organization else None,
        state=account.state,
    )


def enter(session: Session, actor: Actor) -> None:
    """Let the rest of the transaction see and write, behind the database's own wall, what this actor may."""
    is_named = actor.role in (Role.PROVIDER, Role.DESIGNER)
    who = {
        "role": actor.role,
        "account": str(actor.account_id or ""),
        "organization": actor.organization if is_named else None,
        "class": actor.audience_class,
        "state": actor.state,
        "at": actor.at.isoformat(),
    }
    wall.enter(session, who)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def add_account(
    session: Session,
    name: str,
    *,
    role: Role,
    at: datetime,
    organization: str | None = None,
    state: str | None = None,
) -> Account:
    """A new account. Raises `Invalid` where role, organisation and State do not go together, `Conflict` if taken."""
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
    if faults:
        raise Invalid(faults)
    if queries.find_account(session, name) is not None:
        raise Conflict("account.taken", "There is an account of that name already.")
    account = Account(name=name, role=role, organization=organization, state=state, created_at=at)
    session.add(account)
    session.flush()
    trail.acted(session, "account.added", "account", [account.id], role=role)
    return account


OPERATOR = "operator"


def operator(session: Session, role: Role, *, at: datetime, organization: str | None = None) -> Actor:
    """Whoever works on the command line: an account without a key, acting in the role that the work takes."""
    account = queries.find_account(session, OPERATOR)
    if account is None:
        account = add_account(session, OPERATOR, role=Role.ADMIN, at=at)
    body = queries.get_organization(session, organization) if organization else None
    return Actor(role, at, account.id, organization, body.kind if body else None)


def get_account(session: Session, name: str) -> Account:
    """The account of that name; raises `NotFound`."""
    account = queries.find_account(session, name)
    if account is None:
        raise NotFound
    return account


def disable_account(session: Session, name: str, *, at: datetime) -> None:
    """Close an account: its keys stop working at once."""
    account = get_account(session, name)
    if account.disabled_at is not None:
        raise Conflict("account.disabled", "The account is disabled already.")
    account.disabled_at = at
    trail.acted(session, "account.disabled", "account", [account.id])


def list_accounts(session: Session) -> list[Account]:
    """All accounts by name."""
    return list(session.scalars(select(Account).order_by(Account.name)))


def issue_key(session: Session, account: Account, *, at: datetime) -> tuple[UUID, str]:
    """A new key: its id, and the key itself, which is kept nowhere."""
    if account.disabled_at is not None:
        raise Conflict("account.disabled", "A disabled account gets no keys.")
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(account_id=account.id, digest=_digest(key), created_at=at, expires_at=at + KEY_LIFE)
    session.add(row)
    session.flush()
    trail.acted(session, "key.issued", "key", [row.id])
    trail.acted(session, "key.issued", "account", [account.id])
    return row.id, key


def list_keys(session: Session, account: Account) -> list[ApiKey]:
    """The keys of an account, oldest first."""
    return list(session.scalars(select(ApiKey).filter_by(account_id=account.id).order_by(ApiKey.created_at)))


def revoke_key(session: Session, key_id: UUID, *, at: datetime) -> None:
    """Stop a key at once."""
    key = session.get(ApiKey, key_id)
    if key is None:
        raise NotFound
    if key.revoked_at is not None:
        raise Conflict("key.revoked", "The key is revoked already.")
    key.revoked_at = at
    trail.acted(session, "key.revoked", "key", [key.id])
    trail.acted(session, "key.revoked", "account", [key.account_id])


def load_organizations(session: Session, file: Path = SEED_DATA / "reference" / "organizations.csv") -> None:
    """Bring the known organisations to what the file says."""
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            put_organization(session, row, is_sample=False)


def put_organization(session: Session, row: Mapping[str, str | None], *, is_sample: bool) -> None:
    """Add or change one organisation of the seed data."""
    session.merge(
        Organization(
            code=row["code"], name=row["name"], kind=row["kind"], role=row.get("role") or "provider",
            state=row.get("state") or None, url=row.get("url") or None, notes=row.get("notes") or "",
            is_sample=is_sample,
        )
    )  # fmt: skip
    session.flush()
