"""From a key or a session's token to the actor behind it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import queries
from app.access.models import Account, AccountSession, ApiKey, Organization
from app.access.rules import Actor, Permission, Role
from app.core import wall


@dataclass(frozen=True, slots=True)
class Recognized:
    """Who asks, and what they showed for it."""

    actor: Actor
    key: ApiKey | None = None
    session: AccountSession | None = None


def recognize(session: Session, key: str, at: datetime) -> Recognized | None:
    """Who holds the key, or nobody."""
    holder = queries.find_key_holder(session, digest(key), at)
    if holder is None:
        return None
    row, account, organization = holder
    granted = None if row.permissions is None else frozenset(map(Permission, row.permissions))
    return Recognized(actor_of(account, organization, at, granted=granted), key=row)


def recognize_session(session: Session, token: str, at: datetime) -> Recognized | None:
    """Who is signed in with the token, or nobody."""
    holder = queries.find_session_holder(session, digest(token), at)
    if holder is None:
        return None
    row, account, organization = holder
    return Recognized(actor_of(account, organization, at, session_id=row.id), session=row)


def actor_of(
    account: Account,
    organization: Organization | None,
    at: datetime,
    *,
    session_id: UUID | None = None,
    granted: frozenset[Permission] | None = None,
) -> Actor:
    """The actor that an account is at one moment."""
    return Actor(
        role=Role(account.role),
        at=at,
        account_id=account.id,
        organization=account.organization,
        organization_kind=organization.kind if organization else None,
        state=account.state,
        session_id=session_id,
        granted=granted,
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


def digest(secret: str) -> str:
    """What is kept of a key or a session's token: both are random and long, so a plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
