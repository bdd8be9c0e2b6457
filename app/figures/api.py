"""Figures, for everybody over what they may see."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.access.rules import Permission
from app.core.errors import Fault, Invalid
from app.edge.etags import tagged
from app.edge.route import ReadingRoute
from app.figures import service
from app.figures.schemas import FiguresRead
from app.matches.api import asking
from app.matches.service import Asked
from app.reference.schemas import Day

router = APIRouter(route_class=ReadingRoute, tags=["figures"])

FiguresAsked = Annotated[Asked, Depends(asking(Permission.READ_FIGURES))]


@router.get("/figures")
def read_figures(
    asked: FiguresAsked,
    response: Response,
    since: Annotated[Day | None, Query(alias="from", description="Needs recorded on this day or later.")] = None,
    until: Annotated[Day | None, Query(alias="to", description="Needs recorded on this day or earlier.")] = None,
) -> FiguresRead:
    """Needs, offers, the share that nothing serves and the days that steps took, by theme, region and month."""
    if since and until and until < since:
        raise Invalid([Fault("query:to", "period.reversed", "The period ends before it begins.")])
    return tagged(response, service.figures(asked, since=since, until=until))
