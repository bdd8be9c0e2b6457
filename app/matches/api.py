"""Matches: the main question, asked for a need, for a State, for an offer, or for something not yet saved."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from app.access import queries as access
from app.access.guards import require
from app.access.rules import Actor, Permission, Role
from app.core.errors import Invalid, NotFound
from app.edge.etags import tagged
from app.edge.language import Language
from app.edge.route import ReadingRoute, RequestSession
from app.matches import service
from app.matches.schemas import MatchesRead, Preview, ReverseMatchesRead, StateMatchesRead
from app.matches.service import Asked
from app.needs import queries as needs
from app.offers import queries as offers
from app.offers import service as offer_service
from app.offers.schemas import OfferPut
from app.reference.api import ReferenceBook
from app.reference.schemas import Day, Iso3

router = APIRouter(route_class=ReadingRoute, tags=["matches"])

Limit = Annotated[int, Query(ge=1, le=100)]
AsOf = Annotated[Day | None, Query(description="The day for which offers are judged; today where left out.")]


def asking(permission: Permission) -> Callable[..., Asked]:
    """The question as asked over HTTP by somebody with this permission."""

    def ask(
        request: Request,
        session: RequestSession,
        actor: Annotated[Actor, Depends(require(permission))],
        book: ReferenceBook,
        language: Language,
        as_of: AsOf = None,
    ) -> Asked:
        day: date = as_of or actor.at.date()
        return Asked(session, actor, book, request.app.state.matcher, language, day)

    return ask


RankingAsked = Annotated[Asked, Depends(asking(Permission.RANK_OFFERS))]
ReverseAsked = Annotated[Asked, Depends(asking(Permission.READ_REVERSE_MATCHES))]
PreviewAsked = Annotated[Asked, Depends(asking(Permission.PREVIEW_MATCHES))]


@router.get("/needs/{need_id}/matches")
def matches_of_need(need_id: UUID, asked: RankingAsked, response: Response, limit: Limit = 20) -> MatchesRead:
    """Published offers ranked for one need that you may see, with reasons."""
    seen = needs.get_need(asked.session, asked.actor, need_id)
    return tagged(response, service.for_need(asked, seen, limit=limit))


@router.get("/states/{iso3}/matches")
def matches_of_state(
    iso3: Iso3,
    asked: RankingAsked,
    response: Response,
    visit: Annotated[UUID | None, Query()] = None,
    limit: Limit = 20,
) -> StateMatchesRead:
    """Published offers ranked for each open need of a State that you may see, and what stays unmet."""
    if iso3 not in asked.book.states:
        raise NotFound
    return tagged(response, service.for_state(asked, iso3, visit=visit, limit=limit))


@router.get("/offers/{offer_id}/matches")
def matches_of_offer(offer_id: UUID, asked: ReverseAsked, response: Response, limit: Limit = 20) -> ReverseMatchesRead:
    """Needs that you may see and that the offer answers, best first: for its owner and CTED."""
    offer = offers.get_offer(asked.session, asked.actor, offer_id)
    if asked.actor.role in (Role.PROVIDER, Role.DESIGNER):
        offer_service.check_own(asked.actor, offer.organization)
    organization = access.get_organization(asked.session, offer.organization)
    return tagged(response, service.needs_for_offer(asked, offer, organization, limit=limit))


@router.post("/matches/preview")
def preview_matches(preview: Preview, asked: PreviewAsked) -> MatchesRead | ReverseMatchesRead:
    """Rank offers for a need that is not saved, or visible needs for an offer that is not saved."""
    if preview.need is not None:
        try:
            return service.for_draft(asked, preview.need, limit=preview.limit)
        except Invalid as invalid:
            raise invalid.under("/need") from None
    offer = cast(OfferPut, preview.offer)  # the schema lets in exactly one of the two
    code = offer.organization or asked.actor.organization
    if offer.organization is not None and asked.actor.role is Role.PROVIDER:
        offer_service.check_own(asked.actor, offer.organization)
    faults = offer_service.check(offer, asked.book)
    if faults:
        raise Invalid(faults).under("/offer")
    organization = access.get_organization(asked.session, code) if code else None
    return service.needs_for_draft(asked, offer, organization, limit=preview.limit)
