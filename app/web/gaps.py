"""Gaps for those who design projects: ranked with the formula open, bundled, and counted by State and theme."""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BeforeValidator, Field

from app.access.rules import Permission
from app.core.errors import Invalid
from app.gaps import service
from app.gaps.service import Wanted
from app.reference.rules import check_codes
from app.reference.schemas import Code
from app.visits.rules import Priority
from app.web.pages import Page, opened
from app.web.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Reader = Annotated[Page, Depends(opened(Permission.READ_GAPS))]
_EMPTY_IS_NONE = BeforeValidator(lambda value: value or None)
"""A form sends what was left empty as well."""
MaybeCode = Annotated[Code | None, _EMPTY_IS_NONE, Query()]
MaybePriority = Annotated[Priority | None, _EMPTY_IS_NONE, Query()]
Region = Annotated[str | None, _EMPTY_IS_NONE, Query(max_length=60)]
Weight = Annotated[Annotated[float, Field(ge=0, le=100)] | None, _EMPTY_IS_NONE, Query()]
SHOWN = 25
COUNTED = 200
ENDING_WITHIN = 180


def _wanted(
    page: Reader,
    theme: MaybeCode = None,
    region: Region = None,
    grouping: MaybeCode = None,
    priority: MaybePriority = None,
    w_priority: Weight = None,
    w_agreed: Weight = None,
    w_age: Weight = None,
    w_best_match: Weight = None,
    w_coverage: Weight = None,
    w_shared_by: Weight = None,
) -> Wanted:
    """Which gaps, by which weights; a weight that is left empty stays what it is."""
    regions = dict.fromkeys(page.book.state_regions.values())
    faults = check_codes(page.book.themes, [theme] if theme else [], kind="theme", pointer="query:theme")
    faults += check_codes(
        page.book.groupings, [grouping] if grouping else [], kind="grouping", pointer="query:grouping"
    )
    faults += check_codes(regions, [region] if region else [], kind="region", pointer="query:region")
    if faults:
        raise Invalid(faults)
    weights = {
        "priority": w_priority, "agreed": w_agreed, "age": w_age, "best_match": w_best_match,
        "coverage": w_coverage, "shared_by": w_shared_by,
    }  # fmt: skip
    moved = {name: weight for name, weight in weights.items() if weight is not None}
    return Wanted(theme=theme, region=region, grouping=grouping, priority=priority, weights=moved, limit=SHOWN)


Asking = Annotated[Wanted, Depends(_wanted)]


def _choices(page: Page, wanted: Wanted) -> dict[str, Any]:
    areas = [code for code, parent in page.book.theme_parents.items() if parent is None]
    return {
        "wanted": wanted, "themes": page.options("themes", areas), "groupings": page.by_name("groupings"),
        "regions": sorted(set(page.book.state_regions.values())), "priorities": list(Priority),
    }  # fmt: skip


@router.get("/gaps")
def rank_gaps(page: Reader, wanted: Asking) -> Response:
    """Needs that no offer serves, first what matters most."""
    answer = service.rank(page.asked, wanted)
    page.know_organizations({gap.best_offer.organization for gap in answer.items if gap.best_offer})
    return page.draw("gaps.html", answer=answer, **_choices(page, wanted))


@router.get("/gaps/bundles")
def bundle_gaps(page: Reader, wanted: Asking) -> Response:
    """Like gaps of several States as concepts of projects, and needs that are about to become gaps."""
    answer = service.bundles(page.asked, wanted, ending_within=ENDING_WITHIN)
    return page.draw("bundles.html", answer=answer, **_choices(page, wanted))


@router.get("/gaps/matrix")
def count_gaps(page: Reader, wanted: Asking) -> Response:
    """How many gaps each State has on each theme: only where there are any."""
    every = Wanted(wanted.theme, wanted.region, wanted.grouping, wanted.priority, limit=COUNTED)
    answer = service.rank(page.asked, every)
    counts: Counter[tuple[str, str]] = Counter()
    for gap in answer.items:
        for area in dict.fromkeys(map(page.book.area_of, gap.themes)):
            counts[gap.need.state, area] += 1
    states = sorted({state for state, _ in counts}, key=lambda code: page.label("states", code))
    areas = [code for code in page.book.themes if any(area == code for _, area in counts)]
    return page.draw(
        "matrix.html", counts=counts, states=states, areas=areas, most=max(counts.values(), default=1),
        is_cut=len(answer.items) == COUNTED, cut=COUNTED, **_choices(page, wanted),
    )  # fmt: skip
