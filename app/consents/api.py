"""Consents of States: given, confirmed, withdrawn; never changed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.access.guards import require
from app.access.models import Consent
from app.access.rules import Actor, Permission
from app.consents import queries, service
from app.consents.schemas import ConsentCreate, ConsentRead, Withdrawal, WithdrawalOfAll, WithdrawnRead
from app.core.errors import Invalid
from app.edge import etags, paging
from app.edge.etags import IfMatch, tagged
from app.edge.paging import Page, Paging
from app.edge.route import RequestSession, Route
from app.reference.api import ReferenceBook
from app.reference.rules import check_codes
from app.reference.schemas import Iso3

router = APIRouter(route_class=Route, prefix="/consents", tags=["consents"])

Reader = Annotated[Actor, Depends(require(Permission.READ_CONSENTS))]
Giver = Annotated[Actor, Depends(require(Permission.GIVE_CONSENT))]


@router.get("")
def list_consents(
    session: RequestSession,
    actor: Reader,
    page: Paging,
    state: Annotated[Iso3 | None, Query()] = None,
) -> Page[ConsentRead]:
    """Consents that you may see, the latest first."""
    query = queries.list_consents(actor)
    if state is not None:
        query = query.where(Consent.state == state)
    rows, cursor = paging.fetch(session, query, [Consent.recorded_at, Consent.id], page, descending=True)
    return Page(items=[service.shown(session, actor, row) for (row,) in rows], next=cursor)


@router.post("", status_code=201)
def give_consent(
    new: ConsentCreate, session: RequestSession, actor: Giver, book: ReferenceBook, response: Response
) -> ConsentRead:
    """Give consent for your State, or, as CTED, record one that a second person must confirm."""
    consent = service.give(session, actor, new, book)
    response.headers["Location"] = f"/api/v1/consents/{consent.id}"
    return tagged(response, service.shown(session, actor, consent))


@router.post("/withdraw-all")
def withdraw_all_consents(
    asked: WithdrawalOfAll, session: RequestSession, actor: Giver, book: ReferenceBook
) -> WithdrawnRead:
    """Withdraw every consent of a State at once: it binds the next request of everybody."""
    faults = check_codes(book.states, [asked.state], kind="state", pointer="/state")
    if faults:
        raise Invalid(faults)
    return WithdrawnRead(withdrawn=service.withdraw_all(session, actor, asked.state, asked.reason))


@router.get("/{consent_id}")
def get_consent(consent_id: UUID, session: RequestSession, actor: Reader, response: Response) -> ConsentRead:
    """One consent."""
    consent = queries.get_consent(session, actor, consent_id)
    return tagged(response, service.shown(session, actor, consent))


@router.post("/{consent_id}/confirm")
def confirm_consent(
    consent_id: UUID, session: RequestSession, actor: Giver, if_match: IfMatch, response: Response
) -> ConsentRead:
    """Confirm a consent that somebody at CTED recorded for the State."""
    consent = queries.get_consent(session, actor, consent_id)
    etags.check(if_match, service.shown(session, actor, consent))
    service.confirm(session, actor, consent)
    return tagged(response, service.shown(session, actor, consent))


@router.post("/{consent_id}/withdraw")
def withdraw_consent(
    consent_id: UUID,
    session: RequestSession,
    actor: Giver,
    if_match: IfMatch,
    response: Response,
    withdrawal: Withdrawal | None = None,
) -> ConsentRead:
    """Withdraw a consent: it binds the next request of everybody."""
    consent = queries.get_consent(session, actor, consent_id)
    etags.check(if_match, service.shown(session, actor, consent))
    service.withdraw(session, actor, consent, withdrawal.reason if withdrawal else None)
    return tagged(response, service.shown(session, actor, consent))
