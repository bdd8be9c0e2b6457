"""Published offers and the reference data: open to all."""

from collections import Counter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.access import queries as people
from app.access.rules import Permission, Role
from app.core.errors import NotFound
from app.matches import service as ranking
from app.offers import queries, rules, service
from app.offers.rules import Availability
from app.reference.schemas import Code
from app.web.pages import AnyPage, Page, opened
from app.web.route import PageRoute
from app.web.states import Choice, choices, steps

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Reader = Annotated[Page, Depends(opened(Permission.READ_OFFERS))]
Reverse = Annotated[Page, Depends(opened(Permission.READ_REVERSE_MATCHES))]
PER_PAGE = 30
ANSWERED = 10


@router.get("/offers")
def list_offers(
    page: Reader,
    theme: Annotated[Code | None, Query()] = None,
    availability: Annotated[Availability | None, Query()] = None,
    organization: Annotated[Code | None, Query()] = None,
    start: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """Published offers, by theme, availability and organisation."""
    offers = ranking.published(page.asked)
    narrowed = [
        offer
        for offer in offers
        if (theme is None or any(code == theme or code.startswith(theme + ".") for code in offer.themes))
        and (availability is None or offer.availability == availability)
        and (organization is None or offer.organization == organization)
    ]
    shown = narrowed[start : start + PER_PAGE]
    page.know_organizations({offer.organization for offer in shown} | {organization or ""})
    areas = Counter(area for offer in offers for area in {code.partition(".")[0] for code in offer.themes})
    states = Counter(offer.availability for offer in offers)
    everything = [(None, page.words.t("ui.all"), len(offers))]
    by_theme = [(code, page.label("themes", code), areas[code]) for code in page.book.themes if areas[code]]
    by_state = [(a, page.words.word("availability", a), states[a]) for a in Availability if states[a]]
    filters: list[tuple[str, list[Choice]]] = [
        ("ui.theme", choices(page, "theme", [*everything, *by_theme])),
        ("ui.availability", choices(page, "availability", [*everything, *by_state])),
    ]
    return page.draw(
        "offers.html",
        shown=shown,
        count=len(narrowed),
        steps=steps(page, start, len(narrowed), PER_PAGE),
        filters=filters,
        organization=organization,
    )


@router.get("/offers/{offer_id}")
def show_offer(offer_id: UUID, page: Reader) -> Response:
    """One offer."""
    offer = service.shown(page.actor, queries.get_offer(page.session, page.actor, offer_id))
    is_own = rules.owns(page.actor, offer.organization)
    answers = page.actor.may(Permission.READ_REVERSE_MATCHES) and (
        is_own or page.actor.role in (Role.OFFICER, Role.SECRETARIAT)
    )
    return page.draw("offer.html", offer=offer, is_own=is_own, answers=answers)


@router.get("/offers/{offer_id}/matches")
def show_answered(offer_id: UUID, page: Reverse) -> Response:
    """The needs that an offer answers, as far as the reader may see them."""
    offer = queries.get_offer(page.session, page.actor, offer_id)
    if page.actor.role in (Role.PROVIDER, Role.DESIGNER):
        service.check_own(page.actor, offer.organization)
    organization = people.get_organization(page.session, offer.organization)
    answer = ranking.needs_for_offer(page.asked, offer, organization, limit=ANSWERED)
    engine, _ = page.asked.matcher.current(page.session)
    return page.draw("answered.html", offer=offer, answer=answer, serves_at=engine.recipe.serves_at)


@router.get("/reference")
def show_reference(page: AnyPage) -> Response:
    """Themes, kinds of help, institutions and resolutions."""
    areas: dict[str, list[str]] = {}
    for code, parent in page.book.theme_parents.items():
        areas.setdefault(parent or code, [])
        if parent is not None:
            areas[parent].append(code)
    return page.draw("reference.html", areas=areas, book=page.book)


@router.get("/reference/groupings/{code}")
def show_grouping(code: Code, page: AnyPage) -> Response:
    """The States of a grouping today."""
    if code not in page.book.groupings:
        raise NotFound
    members = sorted(page.book.members(code, page.actor.at.date()), key=lambda state: page.label("states", state))
    return page.draw("grouping.html", code=code, members=members)
