"""Reads of offers: published ones for all, drafts and withdrawn ones for their owner."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from app.access.models import Organization
from app.access.rules import Actor, Role
from app.core.errors import present
from app.offers.models import CatalogueRevision, Offer
from app.offers.rules import Status


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which offers the actor may see."""
    published = Offer.status == Status.PUBLISHED
    if actor.role in (Role.PROVIDER, Role.DESIGNER) and actor.organization is not None:
        return or_(published, Offer.organization == actor.organization)
    return published


def list_offers(actor: Actor, *, organization: str | None = None, status: str | None = None) -> Select[Offer]:
    """All offers that the actor may see."""
    query = select(Offer).where(visible_to(actor))
    if organization is not None:
        query = query.where(Offer.organization == organization)
    if status is not None:
        query = query.where(Offer.status == status)
    return query


def get_offer(session: Session, actor: Actor, offer_id: UUID) -> Offer:
    """One visible offer; raises `NotFound`."""
    return present(session.scalar(list_offers(actor).where(Offer.id == offer_id)))


def lock_offer(session: Session, offer_id: UUID) -> Offer:
    """An offer as it is now, which nobody else changes until this transaction ends; raises `NotFound`."""
    query = select(Offer).where(Offer.id == offer_id).with_for_update()
    return present(session.scalar(query.execution_options(populate_existing=True)))


def find_by_external_id(session: Session, organization: str, external_id: str) -> Offer | None:
    """The organisation's offer of that external id."""
    return session.scalar(select(Offer).filter_by(organization=organization, external_id=external_id))


def by_external_id(session: Session, organization: str) -> dict[str, Offer]:
    """The organisation's offers that have an external id, by that id."""
    query = select(Offer).where(Offer.organization == organization, Offer.external_id.is_not(None))
    return {offer.external_id: offer for offer in session.scalars(query) if offer.external_id is not None}


def revision(session: Session) -> int:
    """The revision of the published offers."""
    return session.scalars(select(CatalogueRevision.revision)).one()


def changed_since(session: Session, known: int) -> Sequence[tuple[Offer, Organization]]:
    """Offers whose ranking changed after revision `known`, with their organisations; some may be published no more."""
    rows = session.execute(
        select(Offer, Organization)
        .join(Organization, Organization.code == Offer.organization)
        .where(Offer.revision > known)
    )
    return [(offer, organization) for offer, organization in rows]
