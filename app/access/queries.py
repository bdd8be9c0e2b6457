"""Reads of people and organisations, and the one condition that says whether a consent counts."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select, union_all, update
from sqlalchemy.orm import Session, aliased

from app.access.models import (
    Account,
    AccountSession,
    ApiKey,
    Consent,
    ConsentAudience,
    ConsentEvent,
    Organization,
    RoleGrant,
)
from app.access.rules import Actor, Role, is_live
from app.core.errors import present


def find_key_holder(session: Session, digest: str, at: datetime) -> tuple[ApiKey, Account, Organization | None] | None:
    """The live key of that digest, with the active account behind it and its organisation."""
    row = session.execute(
        select(ApiKey, Account, Organization)
        .join(Account, Account.id == ApiKey.account_id)
        .outerjoin(Organization, Organization.code == Account.organization)
        .where(
            ApiKey.digest == digest,
            ApiKey.revoked_at.is_(None),
            ApiKey.confirmed_at.is_not(None),
            ApiKey.expires_at > at,
            is_active(),
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def find_session_holder(
    session: Session, digest: str, at: datetime
) -> tuple[AccountSession, Account, Organization | None] | None:
    """The live session of that digest, with the active account behind it and its organisation."""
    row = session.execute(
        select(AccountSession, Account, Organization)
        .join(Account, Account.id == AccountSession.account_id)
        .outerjoin(Organization, Organization.code == Account.organization)
        .where(AccountSession.digest == digest, is_active())
    ).one_or_none()
    if row is None or not is_live(created_at=row[0].created_at, last_seen_at=row[0].last_seen_at, at=at):
        return None
    return row[0], row[1], row[2]


def is_active() -> ColumnElement[bool]:
    """Whether an account is confirmed and not disabled: the decision of `rules.account_status`, in SQL."""
    return and_(Account.confirmed_at.is_not(None), Account.disabled_at.is_(None))


def mark_key_used(session: Session, key_id: UUID, on: date) -> None:
    """Remember the day."""
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_on=on))


def mark_session_seen(session: Session, session_id: UUID, at: datetime) -> None:
    """Remember the moment."""
    session.execute(update(AccountSession).where(AccountSession.id == session_id).values(last_seen_at=at))


def end_sessions(session: Session, account_id: UUID, *, but: UUID | None = None) -> None:
    """Sign an account out everywhere, but for one session."""
    gone = delete(AccountSession).where(AccountSession.account_id == account_id)
    session.execute(gone if but is None else gone.where(AccountSession.id != but))


def get_account(session: Session, account_id: UUID) -> Account:
    """The account of that id; raises `NotFound`."""
    return present(session.get(Account, account_id))


def find_grant(session: Session, account_id: UUID) -> RoleGrant | None:
    """The role that waits for a second administrator; locked, so that it is confirmed or dropped once."""
    return session.scalar(
        select(RoleGrant)
        .where(RoleGrant.account_id == account_id, RoleGrant.confirmed_at.is_(None), RoleGrant.dropped_at.is_(None))
        .with_for_update()
    )


def pending_grants(session: Session, account_ids: Collection[UUID]) -> dict[UUID, RoleGrant]:
    """The waiting roles of these accounts."""
    rows = session.scalars(
        select(RoleGrant).where(
            RoleGrant.account_id.in_(account_ids), RoleGrant.confirmed_at.is_(None), RoleGrant.dropped_at.is_(None)
        )
    )
    return {row.account_id: row for row in rows}


def has_another_admin(session: Session, *but: str) -> bool:
    """Whether there is an active administrator beside the accounts of these names."""
    others = select(Account.id).where(Account.role == Role.ADMIN, Account.name.not_in(but), is_active())
    return session.scalar(select(others.exists())) or False


def list_keys(actor: Actor, account_id: UUID | None) -> Select[ApiKey]:
    """The keys that the actor may see: its own, or all for an administrator."""
    query = select(ApiKey)
    if actor.role is not Role.ADMIN:
        query = query.where(ApiKey.account_id == actor.account_id)
    return query if account_id is None else query.where(ApiKey.account_id == account_id)


def get_key(session: Session, actor: Actor, key_id: UUID) -> ApiKey:
    """A key that the actor may see; raises `NotFound`."""
    return present(session.scalar(list_keys(actor, None).where(ApiKey.id == key_id)))


def find_look_alike(session: Session, skeleton: str, *, but: str | None = None) -> Organization | None:
    """An organisation whose name has that skeleton, other than `but`."""
    query = select(Organization).where(Organization.skeleton == skeleton)
    return session.scalar(query if but is None else query.where(Organization.code != but))


def find_account(session: Session, name: str) -> Account | None:
    """The account of that name."""
    return session.scalar(select(Account).where(Account.name == name))


def get_organization(session: Session, code: str) -> Organization:
    """The organisation of that code; raises `NotFound`."""
    return present(session.get(Organization, code))


def organization_codes(session: Session) -> frozenset[str]:
    """The codes of all organisations."""
    return frozenset(session.scalars(select(Organization.code)))


def counts(actor: Actor) -> ColumnElement[bool]:
    """Whether a consent is live at the actor's instant: the same decision as `rules.consent_status`, in SQL."""

    def happened(kind: str) -> ColumnElement[bool]:
        return exists().where(ConsentEvent.consent_id == Consent.id, ConsentEvent.kind == kind)

    return and_(
        or_(Consent.expires_at.is_(None), Consent.expires_at > actor.at),
        or_(Consent.effective_from.is_(None), Consent.effective_from <= actor.at),
        or_(Consent.on_behalf.is_(False), happened("confirmed")),
        ~happened("withdrawn"),
    )


def names(actor: Actor) -> ColumnElement[bool]:
    """Whether a consent's audience is the public, or names the actor's organisation or class."""
    is_actor = or_(
        and_(ConsentAudience.kind == "organization", ConsentAudience.value == actor.organization),
        and_(ConsentAudience.kind == "class", ConsentAudience.value == actor.audience_class),
    )
    named = select(ConsentAudience.consent_id).where(is_actor)
    public = aliased(Consent)
    return Consent.id.in_(union_all(named, select(public.id).where(public.is_public)))


def names_organization(actor: Actor) -> ColumnElement[bool]:
    """Whether a consent's audience names the actor's organisation."""
    return _names("organization", actor.organization)


def names_class(actor: Actor) -> ColumnElement[bool]:
    """Whether a consent's audience names the actor's class."""
    return _names("class", actor.audience_class)


def _names(kind: str, value: str | None) -> ColumnElement[bool]:
    return exists().where(
        ConsentAudience.consent_id == Consent.id, ConsentAudience.kind == kind, ConsentAudience.value == value
    )
