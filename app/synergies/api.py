"""Synergies among published offers."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from app.access.rules import Permission
from app.core.errors import Invalid
from app.edge.etags import tagged
from app.edge.route import ReadingRoute
from app.matches.api import asking
from app.matches.service import Asked
from app.reference.rules import check_codes
from app.reference.schemas import Code, Iso3
from app.synergies import service
from app.synergies.schemas import SynergiesRead

router = APIRouter(route_class=ReadingRoute, tags=["synergies"])

SynergiesAsked = Annotated[Asked, Depends(asking(Permission.READ_SYNERGIES))]


@router.get("/synergies")
def find_synergies(
    asked: SynergiesAsked,
    response: Response,
    theme: Annotated[Code | None, Query()] = None,
    grouping: Annotated[Code | None, Query()] = None,
    state: Annotated[Iso3 | None, Query()] = None,
    code: Annotated[Literal["overlap", "law_skills", "law_things", "skills_things"] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> SynergiesRead:
    """Offers that overlap in the same States, and offers that complete each other there, closest first."""
    book = asked.book
    faults = check_codes(book.themes, [theme] if theme else [], kind="theme", pointer="query:theme")
    faults += check_codes(book.groupings, [grouping] if grouping else [], kind="grouping", pointer="query:grouping")
    faults += check_codes(book.states, [state] if state else [], kind="state", pointer="query:state")
    if faults:
        raise Invalid(faults)
    found = service.find(asked, theme=theme, grouping=grouping, code=code, state=state, limit=limit)
    return tagged(response, found)
