"""Plans, for officers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.access.rules import Permission
from app.core.errors import NotFound
from app.edge.etags import tagged
from app.edge.route import ReadingRoute
from app.matches.api import asking
from app.matches.service import Asked
from app.plans import service
from app.plans.schemas import PlanRead
from app.reference.schemas import Iso3

router = APIRouter(route_class=ReadingRoute, tags=["plans"])

PlanAsked = Annotated[Asked, Depends(asking(Permission.READ_PLANS))]


@router.get("/states/{iso3}/plan")
def plan_for_state(
    iso3: Iso3,
    asked: PlanAsked,
    response: Response,
    visit: Annotated[UUID | None, Query(description="Only needs of this visit.")] = None,
    need: Annotated[list[UUID] | None, Query(max_length=100, description="Only these needs, each named once.")] = None,
    top: Annotated[int, Query(ge=1, le=100, description="How many needs, in the State's own order.")] = 20,
) -> PlanRead:
    """The fewest offers that cover the State's most important needs, fair to the States that compete for places."""
    if iso3 not in asked.book.states:
        raise NotFound
    return tagged(response, service.plan(asked, iso3, visit=visit, needs=need or (), top=top))
