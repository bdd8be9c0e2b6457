"""Visits and their recommendations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.access.guards import require
from app.access.rules import Actor, Permission
from app.edge import etags, paging
from app.edge.etags import IfMatch, tagged
from app.edge.paging import Page, Paging
from app.edge.route import RequestSession, Route
from app.reference.api import ReferenceBook
from app.reference.schemas import Iso3
from app.visits import queries, service
from app.visits.models import Recommendation, Visit
from app.visits.schemas import (
    ObservationsCreate,
    RecommendationCreate,
    RecommendationRead,
    ReleaseCreate,
    VisitCreate,
    VisitRead,
    VisitUpdate,
)

router = APIRouter(route_class=Route, prefix="/visits", tags=["visits"])

Reader = Annotated[Actor, Depends(require(Permission.READ_VISITS))]
Recorder = Annotated[Actor, Depends(require(Permission.RECORD_VISITS))]
Observer = Annotated[Actor, Depends(require(Permission.OBSERVE_VISITS))]


@router.get("")
def list_visits(
    session: RequestSession,
    actor: Reader,
    page: Paging,
    state: Annotated[Iso3 | None, Query()] = None,
) -> Page[VisitRead]:
    """Visits that you may see, the latest record first."""
    query = queries.list_visits(actor)
    if state is not None:
        query = query.where(Visit.state == state)
    rows, cursor = paging.fetch(session, query, [Visit.created_at, Visit.id], page, descending=True)
    return Page(items=[service.shown(session, actor, visit) for (visit,) in rows], next=cursor)


@router.post("", status_code=201)
def record_visit(
    new: VisitCreate, session: RequestSession, actor: Recorder, book: ReferenceBook, response: Response
) -> VisitRead:
    """Record a visit."""
    visit = service.record(session, actor, new, book)
    response.headers["Location"] = f"/api/v1/visits/{visit.id}"
    return tagged(response, service.shown(session, actor, visit))


@router.get("/{visit_id}")
def get_visit(visit_id: UUID, session: RequestSession, actor: Reader, response: Response) -> VisitRead:
    """One visit."""
    return tagged(response, service.shown(session, actor, queries.get_visit(session, actor, visit_id)))


@router.patch("/{visit_id}")
def change_visit(
    visit_id: UUID,
    update: VisitUpdate,
    session: RequestSession,
    actor: Recorder,
    if_match: IfMatch,
    response: Response,
) -> VisitRead:
    """Change a visit; what is left out stays."""
    visit = queries.get_visit(session, actor, visit_id)
    etags.check(if_match, service.shown(session, actor, visit))
    service.change(session, actor, visit, update)
    return tagged(response, service.shown(session, actor, visit))


@router.post("/{visit_id}/observations", status_code=201)
def observe_on_draft(
    visit_id: UUID, new: ObservationsCreate, session: RequestSession, actor: Observer, response: Response
) -> VisitRead:
    """Send your State's observations on the draft report, within 30 days of receiving it."""
    visit = queries.get_visit(session, actor, visit_id)
    service.observe(session, actor, visit, new)
    return tagged(response, service.shown(session, actor, visit))


@router.post("/{visit_id}/release")
def release_report(
    visit_id: UUID,
    new: ReleaseCreate,
    session: RequestSession,
    actor: Observer,
    book: ReferenceBook,
    if_match: IfMatch,
    response: Response,
) -> VisitRead:
    """Say how much of the adopted report your State lets others read: all, parts of it, or nothing any more."""
    visit = queries.get_visit(session, actor, visit_id)
    etags.check(if_match, service.shown(session, actor, visit))
    service.release(session, actor, visit, new, book)
    return tagged(response, service.shown(session, actor, visit))


def _recommendation(row: Recommendation) -> RecommendationRead:
    own = {name: getattr(row, name) for name in RecommendationRead.model_fields if name != "visit"}
    return RecommendationRead.model_validate({**own, "visit": row.visit_id})


@router.get("/{visit_id}/recommendations")
def list_recommendations(
    visit_id: UUID, session: RequestSession, actor: Reader, page: Paging
) -> Page[RecommendationRead]:
    """The recommendations of a visit, by number."""
    visit = queries.get_visit(session, actor, visit_id)
    query = queries.list_recommendations(actor, visit.id)
    rows, cursor = paging.fetch(session, query, [Recommendation.number, Recommendation.id], page)
    return Page(items=[_recommendation(row) for (row,) in rows], next=cursor)


@router.post("/{visit_id}/recommendations", status_code=201)
def add_recommendation(
    visit_id: UUID,
    new: RecommendationCreate,
    session: RequestSession,
    actor: Recorder,
    book: ReferenceBook,
    response: Response,
) -> RecommendationRead:
    """Add a recommendation to a visit."""
    visit = queries.get_visit(session, actor, visit_id)
    return tagged(response, _recommendation(service.recommend(session, actor, visit, new, book)))
