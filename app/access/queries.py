"""Reads of people and organisations, and the one condition that says whether a consent counts."""

from sqlalchemy import ColumnElement, and_, exists, or_, select, union_all
from sqlalchemy.orm import Session, aliased

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

