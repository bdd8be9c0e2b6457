"""Gaps for project designers, over what each reader may see."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.access.rules import Permission
from app.core.errors import Invalid
from app.edge.etags import tagged
from app.edge.route import Route
from app.gaps import adapter, rules, service
from app.gaps.schemas import BundlesRead, GapsRead
from app.gaps.service import Wanted
from app.matches.api import asking
from app.matches.service import Asked
from app.reference.rules import check_codes
from app.reference.schemas import Code, Day
from app.visits.rules import Priority

router = APIRouter(route_class=Route, tags=["gaps"])

GapsAsked = Annotated[Asked, Depends(asking(Permission.READ_GAPS))]


def wanted_gaps(
    asked: GapsAsked,
    theme: Annotated[Code | None, Query()] = None,
    region: Annotated[str | None, Query(max_length=60)] = None,
    grouping: Annotated[Code | None, Query()] = None,
    priority: Annotated[Priority | None, Query()] = None,
    since: Annotated[Day | None, Query(description="Only needs recorded on this day or later.")] = None,
    weights: Annotated[
        str, Query(max_length=200, description="Weights of parts, such as priority:0.4,age:0; the others stay.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Wanted:
    """What was asked for, checked against the reference data."""
    book = asked.book
    faults = check_codes(book.themes, [theme] if theme else [], kind="theme", pointer="query:theme")
    faults += check_codes(book.groupings, [grouping] if grouping else [], kind="grouping", pointer="query:grouping")
    regions = dict.fromkeys(book.state_regions.values())
    faults += check_codes(regions, [region] if region else [], kind="region", pointer="query:region")
    changed, wrong = rules.read_weights(weights, adapter.PARTS) if weights else ({}, [])
    if faults or wrong:
        raise Invalid([*faults, *wrong])
    return Wanted(theme, region, grouping, priority, since, changed, limit)


GapsWanted = Annotated[Wanted, Depends(wanted_gaps)]


@router.get("/gaps")
def rank_gaps(asked: GapsAsked, wanted: GapsWanted, response: Response) -> GapsRead:
    """Needs that no offer serves, first what matters most, with the formula and how sure each rank is."""
    return tagged(response, service.rank(asked, wanted))


@router.get("/gaps/bundles")
def bundle_gaps(
    asked: GapsAsked,
    wanted: GapsWanted,
    response: Response,
    ending_within: Annotated[int, Query(ge=0, le=1000, description="Days within which an offer ends soon.")] = 180,
) -> BundlesRead:
    """Like gaps of several States as concepts of regional projects, beside help that is about to end."""
    return tagged(response, service.bundles(asked, wanted, ending_within=ending_within))
