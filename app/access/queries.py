"""Reads of people and organisations, and the one condition that says whether a consent counts."""

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.access.models import Account, ApiKey, Consent, ConsentAudience, ConsentEvent, Organization
from app.access.rules import Actor
from app.core.errors import NotFound


def find_key_holder(session: Session, digest: str, actor: Actor) -> tuple[Account, Organization | None] | None:
    """The enabled account behind a live key, with its organisation."""
    row = session.execute(
        select(Account, Organization)
        .join(ApiKey, ApiKey.account_id == Account.id)
        .outerjoin(Organization, Organization.code == Account.organization)
        .where(
            ApiKey.digest == digest,
            ApiKey.revoked_at.is_(None),
            ApiKey.expires_at > actor.at,
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def find_account(session: Session, name: str) -> Account | None:
    """The account of that name."""
    return session.scalar(select(Account).where(Account.name == name))


def get_organization(session: Session, code: str) -> Organization:
    """The organisation of that code; raises `NotFound`."""
    organization = session.get(Organization, code)
    if organization is None:
        raise NotFound
    return organization


def counts(actor: Actor) -> ColumnElement[bool]:
    """Whether a consent is live at the actor's instant: the same decision as `rules.consent_status`, in SQL."""

    def happened(kind: str) -> ColumnElement[bool]:
        return exists().where(ConsentEvent.consent_id == Consent.id, ConsentEvent.kind == kind)

    return and_(
        ~happened("withdrawn"),
        or_(Consent.expires_at.is_(None), Consent.expires_at > actor.at),
        or_(Consent.on_behalf.is_(False), happened("confirmed")),
        or_(Consent.effective_from.is_(None), Consent.effective_from <= actor.at),
    )


def names(kind: str, value: str | None) -> ColumnElement[bool]:
    """Whether a consent's audience names this `organization` or `class`."""
    return exists().where(
        ConsentAudience.consent_id == Consent.id, ConsentAudience.kind == kind, ConsentAudience.value == value
    )
