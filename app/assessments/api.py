"""Assessments: CTED records the overview, a State its own survey; editions side by side, drafts for people."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.orm import Session

from app.access.guards import require
from app.access.rules import Actor, Permission
from app.assessments import queries, rules, service
from app.assessments.models import Assessment, ToolChange
from app.assessments.rules import Tool
from app.assessments.schemas import (
    AssessmentCreate,
    AssessmentName,
    AssessmentRead,
    AssessmentUpdate,
    ComparisonRead,
    DraftAsk,
    DraftedRead,
    SharingChange,
    ShortfallsRead,
    ToolChangeCreate,
    ToolChangePut,
    ToolChangeRead,
)
from app.edge import etags, paging
from app.edge.etags import IfMatch, tagged
from app.edge.language import Language
from app.edge.paging import Page, Paging
from app.edge.route import RequestSession, Route
from app.matches.api import asking
from app.matches.service import Asked
from app.reference.api import ReferenceBook
from app.reference.rules import Book
from app.reference.schemas import Day, Iso3

router = APIRouter(route_class=Route, prefix="/assessments", tags=["assessments"])

Reader = Annotated[Actor, Depends(require(Permission.READ_ASSESSMENTS))]
Recorder = Annotated[Actor, Depends(require(Permission.RECORD_ASSESSMENTS))]
Sharer = Annotated[Actor, Depends(require(Permission.SHARE_ASSESSMENTS))]
ReaderAsks = Annotated[Asked, Depends(asking(Permission.READ_ASSESSMENTS))]
Mapper = Annotated[Actor, Depends(require(Permission.RECORD_NEEDS))]


@router.get("")
def list_assessments(
    session: RequestSession,
    actor: Reader,
    page: Paging,
    state: Annotated[Iso3 | None, Query()] = None,
    tool: Annotated[Tool | None, Query()] = None,
) -> Page[AssessmentName]:
    """Editions that you may see, without their items, the latest record first."""
    query = queries.list_assessments(actor, state=state, tool=tool)
    rows, cursor = paging.fetch(session, query, [Assessment.created_at, Assessment.id], page, descending=True)
    service.note(session, [row for (row,) in rows])
    return Page(items=[service.named(actor, row) for (row,) in rows], next=cursor)


@router.post("", status_code=201)
def record_assessment(
    new: AssessmentCreate,
    session: RequestSession,
    actor: Recorder,
    book: ReferenceBook,
    language: Language,
    response: Response,
) -> AssessmentRead:
    """Record an edition: CTED an overview (`oia`), a State its own survey (`dis`)."""
    made = service.record(session, actor, new, book)
    response.headers["Location"] = f"/api/v1/assessments/{made.id}"
    return tagged(response, service.shown(session, actor, made, book, language))


@router.get("/compare")
def compare_editions(
    asked: ReaderAsks,
    response: Response,
    state: Annotated[Iso3, Query()],
    tool: Annotated[Tool, Query()],
    earlier: Annotated[Day | None, Query(description="The day of the earlier edition; else the last before.")] = None,
    later: Annotated[Day | None, Query(description="The day of the later edition; else the last.")] = None,
) -> ComparisonRead:
    """Two editions for one State side by side: what rose, fell, stayed, is new, is gone or cannot be compared."""
    return tagged(response, service.compare(asked, state=state, tool=tool, earlier=earlier, later=later))


@router.get("/tool-changes")
def list_tool_changes(session: RequestSession, actor: Reader, page: Paging) -> Page[ToolChangeRead]:
    """How tools were renumbered from version to version."""
    del actor
    rows, cursor = paging.fetch(session, queries.list_tool_changes(), [ToolChange.id], page)
    return Page(items=[service.shown_tool_change(row) for (row,) in rows], next=cursor)


@router.post("/tool-changes", status_code=201)
def record_tool_change(
    new: ToolChangeCreate, session: RequestSession, actor: Mapper, response: Response
) -> ToolChangeRead:
    """Say which items of a version are which of another, so that editions stay comparable."""
    made = service.record_tool_change(session, actor, new)
    response.headers["Location"] = f"/api/v1/assessments/tool-changes/{made.id}"
    return tagged(response, service.shown_tool_change(made))


@router.get("/tool-changes/{change_id}")
def get_tool_change(change_id: UUID, session: RequestSession, actor: Reader, response: Response) -> ToolChangeRead:
    """How a tool was renumbered from one version to another."""
    del actor
    return tagged(response, service.shown_tool_change(queries.get_tool_change(session, change_id)))


@router.put("/tool-changes/{change_id}")
def put_tool_change(
    change_id: UUID,
    new: ToolChangePut,
    session: RequestSession,
    actor: Mapper,
    if_match: IfMatch,
    response: Response,
) -> ToolChangeRead:
    """Number the items anew."""
    found = queries.get_tool_change(session, change_id)
    etags.check(if_match, service.shown_tool_change(found))
    service.change_tool_change(session, actor, found, new)
    return tagged(response, service.shown_tool_change(found))


@router.get("/{assessment_id}")
def get_assessment(
    assessment_id: UUID,
    session: RequestSession,
    actor: Reader,
    book: ReferenceBook,
    language: Language,
    response: Response,
) -> AssessmentRead:
    """One edition with its items."""
    found = queries.get_assessment(session, actor, assessment_id)
    return tagged(response, service.shown(session, actor, found, book, language))


def _read(session: Session, actor: Actor, assessment_id: UUID, if_match: str, book: Book, language: str) -> Assessment:
    found = queries.get_assessment(session, actor, assessment_id)
    etags.check(if_match, service.shown(session, actor, found, book, language))
    return found


@router.patch("/{assessment_id}")
def change_assessment(
    assessment_id: UUID,
    update: AssessmentUpdate,
    session: RequestSession,
    actor: Recorder,
    book: ReferenceBook,
    language: Language,
    if_match: IfMatch,
    response: Response,
) -> AssessmentRead:
    """Change an edition of yours; what is left out stays, lists that are sent replace those that were there."""
    found = _read(session, actor, assessment_id, if_match, book, language)
    service.change(session, actor, found, update, book)
    return tagged(response, service.shown(session, actor, found, book, language))


@router.put("/{assessment_id}/sharing")
def share_assessment(
    assessment_id: UUID,
    wanted: SharingChange,
    session: RequestSession,
    actor: Sharer,
    book: ReferenceBook,
    language: Language,
    if_match: IfMatch,
    response: Response,
) -> AssessmentRead:
    """Say for your State whether other States may see its overview; CTED's level decides with you."""
    found = _read(session, actor, assessment_id, if_match, book, language)
    service.share(session, actor, found, shared=wanted.shared)
    return tagged(response, service.shown(session, actor, found, book, language))


@router.get("/{assessment_id}/shortfalls")
def list_shortfalls(
    assessment_id: UUID,
    asked: ReaderAsks,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=50)] = rules.TOP,
) -> ShortfallsRead:
    """The foremost shortfalls of an edition, each with a need drafted of it for a person to correct and record."""
    found = queries.get_assessment(asked.session, asked.actor, assessment_id)
    return tagged(response, service.shortfalls(asked, found, limit=limit))


@router.post("/{assessment_id}/capacity/{entry_id}/offer", status_code=201)
def draft_offer(
    assessment_id: UUID,
    entry_id: UUID,
    wanted: DraftAsk,
    session: RequestSession,
    actor: Recorder,
    book: ReferenceBook,
    response: Response,
) -> DraftedRead:
    """Draft an offer of the State's own organisation from what the State says it can give."""
    found = queries.get_assessment(session, actor, assessment_id)
    entry = queries.get_capacity(session, actor, assessment_id, entry_id)
    done = service.draft_offer(session, actor, found, entry, organization=wanted.organization, book=book)
    return tagged(response, done)
