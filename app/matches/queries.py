"""Reads that matches need beside those of needs and offers."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.models import Organization
from app.access.rules import Actor
from app.matches.models import AdoptedRecipe
from app.needs import queries as needs
from app.needs.queries import Seen
from app.offers.models import Offer
from app.offers.rules import Status
from app.visits.models import Visit

IMPORTANCE = {"high": 0, "medium": 1, "low": 2, None: 3}


def open_needs(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    visit: UUID | None = None,
    theme: str | None = None,
    priority: str | None = None,
) -> list[Seen]:
    """Visible needs that are not covered yet, the most important first: priority, the State's own order, then age.

    They are to choose from: what is shown of them has to be noted as read."""
    query = needs.narrowed(needs.list_needs(actor), actor, state=state, visit=visit, theme=theme, priority=priority)
    found = needs.find_all(session, needs.weighing(needs.open_only(query)))
    # The State's own order is no part of a header, so it must not show in the order of headers either.
    return sorted(
        found,
        key=lambda seen: (
            IMPORTANCE[seen.need.priority],
            (seen.need.state_priority or 1001) if seen.is_full else 1001,
            seen.need.created_at,
            seen.need.id,
        ),
    )


def visit_days(session: Session, visits: Iterable[UUID | None]) -> dict[UUID, date]:
    """The last day of each visit."""
    wanted = {visit for visit in visits if visit}
    rows = session.execute(select(Visit.id, Visit.ends_on).where(Visit.id.in_(wanted))) if wanted else ()
    return {row.id: row.ends_on for row in rows}


def published(session: Session, ids: Iterable[UUID]) -> dict[UUID, Offer]:
    """Published offers by id."""
    wanted = set(ids)
    rows = session.scalars(select(Offer).where(Offer.id.in_(wanted), Offer.status == Status.PUBLISHED))
    return {offer.id: offer for offer in rows}


def newest_recipe(session: Session) -> AdoptedRecipe | None:
    """The recipe that was adopted last."""
    return session.scalar(select(AdoptedRecipe).order_by(AdoptedRecipe.revision.desc()).limit(1))


def organization_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Names of organisations by code."""
    rows = session.execute(select(Organization.code, Organization.name).where(Organization.code.in_(set(codes))))
    return {row.code: row.name for row in rows}
