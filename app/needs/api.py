"""Needs, each reader seeing what level and consent let them see."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.orm import Session

from app.access.guards import require
from app.access.rules import Actor, Permission, Role
from app.core import trail
from app.core.errors import NotFound
from app.edge import etags, paging
from app.edge.etags import IfMatch, tagged
from app.edge.paging import Page, Paging
from app.edge.route import RequestSession, Route
from app.needs import queries, service
from app.needs.models import Need
from app.needs.queries import Seen
from app.needs.rules import Status
from app.needs.schemas import (
    Closing,
    LevelChange,
    NeedCreate,
    NeedHeader,
    NeedRead,
    NeedUpdate,
    PrioritiesPut,
    PrioritiesRead,
    Reopening,
)
from app.reference.api import ReferenceBook
from app.reference.rules import Book
from app.reference.schemas import Code, Iso3
from app.visits.rules import Priority

router = APIRouter(route_class=Route, tags=["needs"])

Reader = Annotated[Actor, Depends(require(Permission.READ_NEEDS))]
Recorder = Annotated[Actor, Depends(require(Permission.RECORD_NEEDS))]
Orderer = Annotated[Actor, Depends(require(Permission.ORDER_NEEDS))]
OrderReader = Annotated[Actor, Depends(require(Permission.READ_ORDER))]
Closer = Annotated[Actor, Depends(require(Permission.CLOSE_NEEDS))]


@router.get("/needs")
def list_needs(
    session: RequestSession,
    actor: Reader,
    page: Paging,
    book: ReferenceBook,
    state: Annotated[Iso3 | None, Query()] = None,
    theme: Annotated[Code | None, Query()] = None,
    status: Annotated[Status | None, Query()] = None,
    priority: Annotated[Priority | None, Query()] = None,
    visit: Annotated[UUID | None, Query()] = None,
    q: Annotated[str | None, Query(min_length=2, max_length=200)] = None,
) -> Page[NeedRead | NeedHeader]:
    """Needs that you may see, the latest record first."""
    query = queries.narrowed(
        queries.list_needs(actor),
        actor,
        state=state,
        theme=theme,
        status=status,
        priority=priority,
        visit=visit,
        q=q,
    )
    trail.reading(session, "need.list")
    # A page looks one row further than it shows.
    rows, cursor = paging.fetch(session, queries.weighing(query), [Need.created_at, Need.id], page, descending=True)
    return Page(items=service.shown(session, actor, [Seen(*row) for row in rows], book), next=cursor)


def _shown(session: Session, actor: Actor, need_id: UUID, book: Book) -> tuple[Seen, NeedRead | NeedHeader]:
    seen = queries.get_need(session, actor, need_id)
    return seen, service.shown(session, actor, [seen], book)[0]


@router.post("/needs", status_code=201)
def record_need(
    new: NeedCreate, session: RequestSession, actor: Recorder, book: ReferenceBook, response: Response
) -> NeedRead | NeedHeader:
    """Record one need: one State, one problem, one or more kinds of help."""
    need = service.record(session, actor, new, book)
    response.headers["Location"] = f"/api/v1/needs/{need.id}"
    return tagged(response, _shown(session, actor, need.id, book)[1])


@router.get("/needs/{need_id}")
def get_need(
    need_id: UUID, session: RequestSession, actor: Reader, book: ReferenceBook, response: Response
) -> NeedRead | NeedHeader:
    """One need."""
    return tagged(response, _shown(session, actor, need_id, book)[1])


@router.patch("/needs/{need_id}")
def change_need(
    need_id: UUID,
    update: NeedUpdate,
    session: RequestSession,
    actor: Recorder,
    book: ReferenceBook,
    if_match: IfMatch,
    response: Response,
) -> NeedRead | NeedHeader:
    """Change a need; what is left out stays."""
    seen, shown = _shown(session, actor, need_id, book)
    etags.check(if_match, shown)
    service.check_linked_once(session, actor, seen.need.state, update, need_id=need_id)
    service.change(session, seen.need, update, book)
    return tagged(response, _shown(session, actor, need_id, book)[1])


@router.put("/needs/{need_id}/level")
def set_level(
    need_id: UUID,
    change: LevelChange,
    session: RequestSession,
    actor: Recorder,
    book: ReferenceBook,
    if_match: IfMatch,
    response: Response,
) -> NeedRead | NeedHeader:
    """Set CTED's ceiling for this need. Beyond the State a live consent is needed as well."""
    seen, shown = _shown(session, actor, need_id, book)
    etags.check(if_match, shown)
    service.set_level(session, seen.need, change.level)
    return tagged(response, _shown(session, actor, need_id, book)[1])


@router.post("/needs/{need_id}/close")
def close_need(
    need_id: UUID,
    closing: Closing,
    session: RequestSession,
    actor: Closer,
    book: ReferenceBook,
    if_match: IfMatch,
    response: Response,
) -> NeedRead | NeedHeader:
    """Stop looking for help: CTED says that a need stays unmet, the State that it withdraws it."""
    seen, shown = _shown(session, actor, need_id, book)
    etags.check(if_match, shown)
    service.close(session, actor, seen, closing.status, closing.reason)
    return tagged(response, _shown(session, actor, need_id, book)[1])


@router.post("/needs/{need_id}/reopen")
def reopen_need(
    need_id: UUID,
    again: Reopening,
    session: RequestSession,
    actor: Recorder,
    book: ReferenceBook,
    if_match: IfMatch,
    response: Response,
) -> NeedRead | NeedHeader:
    """Look for help again, because a later visit found the same shortfall."""
    seen, shown = _shown(session, actor, need_id, book)
    etags.check(if_match, shown)
    service.reopen(session, actor, seen, again.visit)
    return tagged(response, _shown(session, actor, need_id, book)[1])


def _state_of(actor: Actor, iso3: str, book: ReferenceBook) -> str:
    """The State of the address; that of another State is as absent as none."""
    if iso3 not in book.states or (actor.role is Role.STATE and actor.state != iso3):
        raise NotFound
    return iso3


@router.get("/states/{iso3}/priorities")
def get_priorities(
    iso3: Iso3, session: RequestSession, actor: OrderReader, book: ReferenceBook, response: Response
) -> PrioritiesRead:
    """The order in which a State agreed on its needs."""
    return tagged(response, service.priorities(session, actor, _state_of(actor, iso3, book)))


@router.put("/states/{iso3}/priorities")
def put_priorities(
    iso3: Iso3,
    new: PrioritiesPut,
    session: RequestSession,
    actor: Orderer,
    book: ReferenceBook,
    if_match: IfMatch,
    response: Response,
) -> PrioritiesRead:
    """Settle your State's order of its needs, with the agency that leads on each and the plans that it settles."""
    state = _state_of(actor, iso3, book)
    etags.check(if_match, service.priorities(session, actor, state))
    service.agree_on_order(session, actor, state, new)
    return tagged(response, service.priorities(session, actor, state))
