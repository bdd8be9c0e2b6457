"""What is recorded of a State, and the offers for all of its open needs at once."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import select
from starlette.datastructures import QueryParams

from app.access.rules import Permission, Role
from app.core import trail
from app.core.errors import NotFound
from app.matches import queries as matches
from app.matches import service as ranking
from app.needs import queries as needs
from app.needs import service as need_service
from app.needs.models import Need
from app.needs.schemas import NeedHeader, NeedRead
from app.reference.schemas import Code, Iso3
from app.visits import queries as visits
from app.visits import rules as visit_rules
from app.visits import service as visit_service
from app.visits.models import Recommendation, Visit
from app.visits.rules import Priority
from app.web.pages import Page, opened
from app.web.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Reader = Annotated[Page, Depends(opened(Permission.READ_NEEDS))]
PRIORITIES = (*(str(p) for p in Priority), None)
SHOWN_OFFERS = 3


class Tagged(Protocol):
    """Whatever has themes: a need, or what a reader sees of one."""

    themes: list[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow a list: a plain link, how many it leaves, and whether it is taken."""

    label: str
    href: str
    count: int
    is_taken: bool


def choices(page: Page, name: str, counts: list[tuple[str | None, str, int]]) -> list[Choice]:
    """The links of one filter, each with the rest of the address as it is; choosing the taken one lets go of it."""
    asked = page.request.query_params
    found = []
    for value, label, count in counts:
        is_taken = asked.get(name) == value if value is not None else name not in asked
        rest = {key: each for key, each in asked.items() if key not in (name, "start")}
        query = QueryParams(rest | ({name: value} if value is not None and not is_taken else {}))
        found.append(Choice(label, f"?{query}", count, is_taken))
    return found


def steps(page: Page, start: int, count: int, size: int) -> list[tuple[str, str, str]]:
    """The links to the page before and after in a list of `count`: relation, address, label."""
    asked = dict(page.request.query_params)
    found = []
    if start > 0:
        found.append(("prev", f"?{QueryParams(asked | {'start': str(max(start - size, 0))})}", "ui.page.before"))
    if start + size < count:
        found.append(("next", f"?{QueryParams(asked | {'start': str(start + size)})}", "ui.page.after"))
    return found


@router.get("/states")
def list_states(page: Reader) -> Response:
    """States with needs or visits that the reader may see."""
    known = needs.count_by_state(page.session, page.actor)
    high = needs.count_by_state(page.session, page.actor, priority=Priority.HIGH)
    last: dict[str, date] = {}
    for visit in page.session.scalars(visits.list_visits(page.actor)):
        last[visit.state] = max(visit.ends_on, last.get(visit.state, visit.ends_on))
    rows = [
        {"code": state, "needs": known[state], "high": high[state], "visited_on": last.get(state)}
        for state in sorted(known.keys() | last.keys(), key=lambda code: page.label("states", code))
    ]
    return page.draw("states.html", rows=rows)


@router.get("/states/{iso3}")
def show_state(
    iso3: Iso3,
    page: Reader,
    theme: Annotated[Code | None, Query()] = None,
    priority: Annotated[Priority | None, Query()] = None,
) -> Response:
    """A State's visits, recommendations and needs, as far as the reader may see them."""
    if iso3 not in page.book.states:
        raise NotFound
    trail.reading(page.session, "need.list")
    query = needs.narrowed(needs.list_needs(page.actor), page.actor, state=iso3)
    found = needs.find_all(page.session, needs.weighing(query))
    wanted = [
        one
        for one in found
        if (theme is None or _under(one.need, theme)) and (priority is None or one.need.priority == priority)
    ]
    shown = need_service.shown(page.session, page.actor, wanted, page.book)
    by_theme: dict[str | None, list[NeedRead | NeedHeader]] = {}
    for need in sorted(shown, key=lambda n: (PRIORITIES.index(n.priority), n.reference)):
        by_theme.setdefault(_area(page, need), []).append(need)
    order = {code: at for at, code in enumerate(page.book.themes)}
    groups = sorted(by_theme.items(), key=lambda group: order.get(group[0] or "", len(order)))
    return page.draw(
        "state.html",
        state=iso3,
        visits=_visits(page, iso3),
        groups=groups,
        found=len(found),
        filters=_filters(page, [one.need for one in found]),
        is_own=page.actor.role is Role.STATE and page.actor.state == iso3,
    )


def _under(need: Tagged, theme: str) -> bool:
    return any(code == theme or code.startswith(theme + ".") for code in need.themes)


def _area(page: Page, need: Tagged) -> str | None:
    """The theme under which a need is listed: the parent of its first sub-area."""
    first = need.themes[0] if need.themes else None
    return page.book.area_of(first) if first else None


def _filters(page: Page, found: list[Need]) -> list[tuple[str, list[Choice]]]:
    priorities = Counter(need.priority for need in found)
    areas = Counter(_area(page, need) for need in found)
    by_priority = [(p, page.words.word("priority", p), priorities[p]) for p in Priority if priorities[p]]
    by_theme = [(code, page.label("themes", code), areas[code]) for code in page.book.themes if areas[code]]
    everything = [(None, page.words.t("ui.all"), len(found))]
    return [
        ("ui.priority", choices(page, "priority", [*everything, *by_priority])),
        ("ui.theme", choices(page, "theme", [*everything, *by_theme])),
    ]


def _visits(page: Page, state: str) -> list[dict[str, Any]]:
    if not page.actor.may(Permission.READ_VISITS):
        return []
    query = visits.list_visits(page.actor).where(Visit.state == state).order_by(Visit.starts_on.desc(), Visit.id)
    found = list(page.session.scalars(query))
    page.know_organizations({code for visit in found for code in visit.delegation})
    said: dict[UUID, list[Recommendation]] = {}
    rows = select(Recommendation).where(
        Recommendation.visit_id.in_([v.id for v in found]), visits.recommendation_visible_to(page.actor)
    )
    for one in page.session.scalars(rows.order_by(Recommendation.number, Recommendation.id)):
        said.setdefault(one.visit_id, []).append(one)
    return [
        {
            "visit": visit_service.shown(page.session, page.actor, visit),
            "recommendations": said.get(visit.id, []),
            "response_due_on": visit_rules.response_due(visit.report_adopted_on),
        }
        for visit in found
    ]


@router.get("/states/{iso3}/matches")
def match_all(
    iso3: Iso3,
    page: Reader,
    visit: Annotated[UUID | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=10)] = SHOWN_OFFERS,
) -> Response:
    """The best offers for each open need of a State."""
    if iso3 not in page.book.states:
        raise NotFound
    answer = ranking.for_state(page.asked, iso3, visit=visit, limit=limit)
    page.know_organizations({m.offer.organization for need in answer.needs for m in need.matches})
    seen = {one.need.id: one for one in matches.open_needs(page.session, page.actor, state=iso3, visit=visit)}
    titles = {one.need.id: one.need.title for one in seen.values() if one.is_full}
    engine, _ = page.asked.matcher.current(page.session)
    return page.draw(
        "state_matches.html",
        state=iso3,
        answer=answer,
        titles=titles,
        offers=named_offers(page, [m.offer.id for need in answer.needs for m in need.matches]),
        serves_at=engine.recipe.serves_at,
    )


def named_offers(page: Page, ids: list[UUID | None]) -> dict[UUID, dict[str, str]]:
    """Titles of offers in all their languages."""
    found = matches.published(page.session, [i for i in ids if i is not None])
    return {offer_id: dict(offer.title) for offer_id, offer in found.items()}
