"""Offers: read by all once published, written by their owner only."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.orm import Session

from app.access.guards import require
from app.access.rules import Actor, Permission
from app.core.errors import Stale
from app.edge import etags, paging
from app.edge.etags import IfMatch, OptionalIfMatch, tagged
from app.edge.paging import Page, Paging
from app.edge.route import RequestSession, Route
from app.offers import queries, rules, service
from app.offers.models import Offer
from app.offers.rules import Status
from app.offers.schemas import OfferPublicRead, OfferPut, OfferRead, OfferUpdate
from app.reference.api import ReferenceBook
from app.reference.schemas import Code, Name

router = APIRouter(route_class=Route, prefix="/offers", tags=["offers"])

Reader = Annotated[Actor, Depends(require(Permission.READ_OFFERS))]
Writer = Annotated[Actor, Depends(require(Permission.WRITE_OFFERS))]
AnyOffer = OfferRead | OfferPublicRead


@router.get("")
def list_offers(
    session: RequestSession,
    actor: Reader,
    page: Paging,
    organization: Annotated[Code | None, Query()] = None,
    status: Annotated[Status | None, Query()] = None,
) -> Page[AnyOffer]:
    """Published offers, and your own drafts, the latest record first."""
    query = queries.list_offers(actor, organization=organization, status=status)
    rows, cursor = paging.fetch(session, query, [Offer.created_at, Offer.id], page, descending=True)
    return Page(items=[service.shown(actor, offer) for (offer,) in rows], next=cursor)


@router.post("", status_code=201)
def draft_offer(
    new: OfferPut, session: RequestSession, actor: Writer, book: ReferenceBook, response: Response
) -> AnyOffer:
    """Record an offer of your organisation, as a draft unless the body says that it is published."""
    offer = service.draft(session, actor, new, book)
    response.headers["Location"] = f"/api/v1/offers/{offer.id}"
    return tagged(response, service.shown(actor, offer))


@router.get("/{offer_id}")
def get_offer(offer_id: UUID, session: RequestSession, actor: Reader, response: Response) -> AnyOffer:
    """One offer."""
    return tagged(response, service.shown(actor, queries.get_offer(session, actor, offer_id)))


@router.put("/{organization}/{external_id:path}", responses={201: {"model": AnyOffer, "description": "Created"}})
def put_offer(
    organization: Code,
    external_id: Name,
    new: OfferPut,
    session: RequestSession,
    actor: Writer,
    book: ReferenceBook,
    response: Response,
    if_match: OptionalIfMatch = None,
) -> AnyOffer:
    """Put an offer from your own system: created or changed as the body says; putting twice changes nothing."""
    offer = queries.find_by_external_id(session, organization, external_id)
    if if_match is not None and rules.owns(actor, organization):
        if offer is None:
            raise Stale
        etags.check(if_match, service.shown(actor, offer))
    offer, is_new = service.put(session, actor, new, book, organization=organization, external_id=external_id)
    response.status_code = 201 if is_new else 200
    return tagged(response, service.shown(actor, offer))


def _own(session: Session, actor: Actor, offer_id: UUID, if_match: str) -> Offer:
    offer = queries.get_offer(session, actor, offer_id)
    service.check_own(actor, offer.organization)
    etags.check(if_match, service.shown(actor, offer))
    return offer


@router.patch("/{offer_id}")
def change_offer(
    offer_id: UUID,
    changes: OfferUpdate,
    session: RequestSession,
    actor: Writer,
    book: ReferenceBook,
    if_match: IfMatch,
    response: Response,
) -> AnyOffer:
    """Change your offer; what is left out stays."""
    offer = _own(session, actor, offer_id, if_match)
    service.change(session, actor, offer, changes, book)
    return tagged(response, service.shown(actor, offer))


@router.post("/{offer_id}/publish")
def publish_offer(
    offer_id: UUID, session: RequestSession, actor: Writer, if_match: IfMatch, response: Response
) -> AnyOffer:
    """Publish your offer: it is in the next ranking."""
    offer = _own(session, actor, offer_id, if_match)
    service.publish(session, offer)
    return tagged(response, service.shown(actor, offer))


@router.post("/{offer_id}/withdraw")
def withdraw_offer(
    offer_id: UUID, session: RequestSession, actor: Writer, if_match: IfMatch, response: Response
) -> AnyOffer:
    """Withdraw your offer: it is gone from the next ranking."""
    offer = _own(session, actor, offer_id, if_match)
    service.withdraw(session, offer)
    return tagged(response, service.shown(actor, offer))


@router.post("/{offer_id}/confirm")
def confirm_offer(
    offer_id: UUID, session: RequestSession, actor: Writer, if_match: IfMatch, response: Response
) -> AnyOffer:
    """Say today that your offer still stands."""
    offer = _own(session, actor, offer_id, if_match)
    service.confirm(session, actor, offer)
    return tagged(response, service.shown(actor, offer))
