"""API keys: issue, confirm, change, revoke."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import queries
from app.access.models import Account, ApiKey
from app.access.rules import KEY_LIFE, PERMITTED, Actor, KeyStatus, Permission, Role, Scope, key_status
from app.access.schemas import KeyCreate, KeyRead, KeyUpdate
from app.access.service.recognition import digest
from app.core import trail
from app.core.errors import Conflict, Fault, Invalid, NotAllowed, NotFound

KEY_PREFIX = "tsr_"


def issue_key(session: Session, account: Account, *, at: datetime) -> tuple[UUID, str]:
    """A new key with all the account's rights: its id, and the key itself, which is kept nowhere."""
    if account.disabled_at is not None:
        raise Conflict("account.disabled", "A disabled account gets no keys.")
    row, key = new_key(session, account, at=at, expires_at=at + KEY_LIFE)
    queries.end_sessions(session, account.id)
    trail.acted(session, "key.issued", "key", [row.id])
    trail.acted(session, "key.issued", "account", [account.id])
    return row.id, key


def request_key(session: Session, actor: Actor, new: KeyCreate) -> tuple[ApiKey, str]:
    """A key of one's own; or, by an administrator for another account, one that waits for a second administrator."""
    is_own = new.account is None or new.account == actor.account_id
    if not is_own and actor.role is not Role.ADMIN:
        raise NotAllowed("key.not_own", "Only administrators ask for keys of other accounts.")
    account = queries.get_account(session, new.account or actor.writer)
    if account.disabled_at is not None:
        raise Conflict("account.disabled", "A disabled account gets no keys.")
    faults = []
    allowed = {p for p in Permission if Role(account.role) in PERMITTED[p]}
    if is_own and actor.granted is not None:
        allowed &= actor.granted
    if not set(new.permissions or allowed) <= allowed:
        faults.append(Fault("/permissions", "key.permission_too_wide", "A key has no permission that its role lacks."))
    expires_at = new.expires_at or actor.at + KEY_LIFE
    if not actor.at < expires_at <= actor.at + KEY_LIFE:
        faults.append(Fault("/expires_at", "key.expiry", f"A key ends within {KEY_LIFE.days} days."))
    if faults:
        raise Invalid(faults)
    row, key = new_key(session, account, at=actor.at, expires_at=expires_at)
    row.label, row.scope = new.label, new.scope
    if new.permissions is not None or actor.granted is not None:
        row.permissions = sorted(set(new.permissions or allowed))
    if not is_own:
        row.issued_by, row.confirmed_at = actor.account_id, None
    session.flush()
    queries.end_sessions(session, account.id, but=actor.session_id)
    action = "key.issued" if is_own else "key.requested"
    trail.acted(session, action, "key", [row.id], scope=new.scope)
    trail.acted(session, action, "account", [account.id])
    return row, key


def new_key(session: Session, account: Account, *, at: datetime, expires_at: datetime) -> tuple[ApiKey, str]:
    """A key with all the account's rights, and the key itself."""
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(
        account_id=account.id, digest=digest(key), created_at=at, expires_at=expires_at, confirmed_at=at,
        scope=Scope.READ_WRITE, label="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row, key


def confirm_key(session: Session, actor: Actor, key: ApiKey) -> None:
    """Let a key that another administrator asked for work."""
    if _key_status(key, actor.at) is not KeyStatus.PENDING:
        raise Conflict("key.nothing_pending", "The key waits for no confirmation.")
    if actor.account_id in (key.issued_by, key.account_id):
        raise NotAllowed("key.same_person", "Another administrator has to confirm this.")
    key.confirmed_at = actor.at
    trail.acted(session, "key.issued", "key", [key.id])
    trail.acted(session, "key.issued", "account", [key.account_id])


def change_key(session: Session, actor: Actor, key: ApiKey, changes: KeyUpdate) -> None:
    """Another label, or an earlier end."""
    if changes.label is not None:
        key.label = changes.label
    if changes.expires_at is not None:
        if changes.expires_at > key.expires_at:
            fault = Fault("/expires_at", "key.expiry", "A key may only end earlier than it would.")
            raise Invalid([fault])
        key.expires_at = max(changes.expires_at, actor.at)
    trail.acted(session, "key.changed", "key", [key.id])


def shown_key(key: ApiKey, at: datetime) -> KeyRead:
    """A key as its owner and administrators see it."""
    return KeyRead(
        id=key.id,
        account=key.account_id,
        label=key.label,
        scope=Scope(key.scope),
        permissions=None if key.permissions is None else [Permission(p) for p in key.permissions],
        status=_key_status(key, at),
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_on=key.last_used_on,
        revoked_at=key.revoked_at,
    )


def _key_status(key: ApiKey, at: datetime) -> KeyStatus:
    return key_status(confirmed_at=key.confirmed_at, expires_at=key.expires_at, revoked_at=key.revoked_at, at=at)


def list_keys(session: Session, account: Account) -> list[ApiKey]:
    """The keys of an account, oldest first."""
    return list(session.scalars(select(ApiKey).filter_by(account_id=account.id).order_by(ApiKey.created_at)))


def revoke_key(session: Session, key_id: UUID, *, at: datetime, but: UUID | None = None) -> None:
    """Stop a key at once, and sign its account out everywhere but for one session."""
    key = session.get(ApiKey, key_id)
    if key is None:
        raise NotFound
    if key.revoked_at is not None:
        raise Conflict("key.revoked", "The key is revoked already.")
    key.revoked_at = at
    queries.end_sessions(session, key.account_id, but=but)
    trail.acted(session, "key.revoked", "key", [key.id])
    trail.acted(session, "key.revoked", "account", [key.account_id])
