"""Gaps for project designers, over what each reader may see."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.access.rules import Permission
from app.core.errors import Invalid
from app.edge.etags import tagged
from app.edge.route import Route
from app.gaps import service
from app.gaps.schemas import GapsRead
from app.matches.api import asking
from app.matches.service import Asked
from app.reference.rules import check_codes
from app.reference.schemas import Code

router = APIRouter(route_class=Route, tags=["gaps"])

GapsAsked = Annotated[Asked, Depends(asking(Permission.READ_GAPS))]


@router.get("/gaps")
def rank_gaps(
    asked: GapsAsked,
    response: Response,
    theme: Annotated[Code | None, Query()] = None,
    region: Annotated[str | None, Query(max_length=60)] = None,
    grouping: Annotated[Code | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> GapsRead:
    """Needs that no offer serves, first what matters most."""
    book = asked.book
    faults = check_codes(book.themes, [theme] if theme else [], kind="theme", pointer="query:theme")
    faults += check_codes(book.groupings, [grouping] if grouping else [], kind="grouping", pointer="query:grouping")
    regions = dict.fromkeys(book.state_regions.values())
    faults += check_codes(regions, [region] if region else [], kind="region", pointer="query:region")
    if faults:
        raise Invalid(faults)
    return tagged(response, service.rank(asked, theme=theme, region=region, grouping=grouping, limit=limit))
