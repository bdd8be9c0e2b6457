"""Good practices: public ones are everybody's to read, officers write them, a State shows its own."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.orm import Session

from app.access.guards import require
from app.access.rules import Actor, Permission
from app.edge import etags, paging
from app.edge.etags import IfMatch, tagged
from app.edge.paging import Page, Paging
from app.edge.route import RequestSession, Route
from app.practices import queries, service
from app.practices.models import GoodPractice
from app.practices.rules import Kind
from app.practices.schemas import PracticeCreate, PracticeOwnRead, PracticeRead, PracticeUpdate
from app.reference.api import ReferenceBook
from app.reference.schemas import Code, Iso3

router = APIRouter(route_class=Route, prefix="/good-practices", tags=["good practices"])

Reader = Annotated[Actor, Depends(require(Permission.READ_PRACTICES))]
Writer = Annotated[Actor, Depends(require(Permission.WRITE_PRACTICES))]
Owner = Annotated[Actor, Depends(require(Permission.RELEASE_PRACTICES))]
AnyPractice = PracticeOwnRead | PracticeRead
Number = Annotated[str | None, Query(pattern=r"^[0-9]{1,4}$")]


@router.get("")
def list_practices(
    session: RequestSession,
    actor: Reader,
    page: Paging,
    kind: Annotated[Kind | None, Query()] = None,
    theme: Annotated[Code | None, Query()] = None,
    resolution: Number = None,
    state: Annotated[Iso3 | None, Query()] = None,
) -> Page[AnyPractice]:
    """Good practices that you may see, the latest record first; a theme brings its sub-areas."""
    query = queries.list_practices(actor, kind=kind, theme=theme, resolution=resolution, state=state)
    keys = [GoodPractice.created_at, GoodPractice.id]
    rows, cursor = paging.fetch(session, query, keys, page, descending=True)
    return Page(items=[service.shown(actor, practice) for (practice,) in rows], next=cursor)


@router.post("", status_code=201)
def record_practice(
    new: PracticeCreate, session: RequestSession, actor: Writer, book: ReferenceBook, response: Response
) -> AnyPractice:
    """Record guidance, a model law, or what a State does well."""
    practice = service.record(session, actor, new, book)
    response.headers["Location"] = f"/api/v1/good-practices/{practice.id}"
    return tagged(response, service.shown(actor, practice))


@router.get("/{practice_id}")
def get_practice(practice_id: UUID, session: RequestSession, actor: Reader, response: Response) -> AnyPractice:
    """One good practice."""
    return tagged(response, service.shown(actor, queries.get_practice(session, actor, practice_id)))


def _read(session: Session, actor: Actor, practice_id: UUID, if_match: str) -> GoodPractice:
    practice = queries.get_practice(session, actor, practice_id)
    etags.check(if_match, service.shown(actor, practice))
    return practice


@router.patch("/{practice_id}")
def change_practice(
    practice_id: UUID,
    update: PracticeUpdate,
    session: RequestSession,
    actor: Writer,
    book: ReferenceBook,
    if_match: IfMatch,
    response: Response,
) -> AnyPractice:
    """Change a good practice; what is left out stays. New words of a State's practice need its agreement anew."""
    practice = _read(session, actor, practice_id, if_match)
    service.change(session, actor, practice, update, book)
    return tagged(response, service.shown(actor, practice))


@router.post("/{practice_id}/release")
def release_practice(
    practice_id: UUID, session: RequestSession, actor: Owner, if_match: IfMatch, response: Response
) -> AnyPractice:
    """Agree that your State's practice is shown to all; CTED's level decides with you."""
    practice = _read(session, actor, practice_id, if_match)
    service.release(session, actor, practice)
    return tagged(response, service.shown(actor, practice))


@router.post("/{practice_id}/withhold")
def withhold_practice(
    practice_id: UUID, session: RequestSession, actor: Owner, if_match: IfMatch, response: Response
) -> AnyPractice:
    """Take that agreement back, at once."""
    practice = _read(session, actor, practice_id, if_match)
    service.withhold(session, actor, practice)
    return tagged(response, service.shown(actor, practice))
