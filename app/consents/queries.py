"""Reads of consents: CTED and the Committee all, a State its own, organisations those that name them while live."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from app.access import queries as access
from app.access.models import Consent
from app.access.rules import Actor, Role
from app.core.errors import present


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which consents the actor may see."""
    if actor.role in (Role.OFFICER, Role.SECRETARIAT):
        return Consent.id.is_not(None)
    if actor.role is Role.STATE:
        return Consent.state == actor.state
    if actor.role in (Role.PROVIDER, Role.DESIGNER):
        return and_(access.counts(actor), or_(access.names_organization(actor), access.names_class(actor)))
    return false()


def list_consents(actor: Actor) -> Select[Consent]:
    """All consents that the actor may see."""
    return select(Consent).where(visible_to(actor))


def get_consent(session: Session, actor: Actor, consent_id: UUID) -> Consent:
    """One visible consent; raises `NotFound`."""
    return present(session.scalar(list_consents(actor).where(Consent.id == consent_id)))
