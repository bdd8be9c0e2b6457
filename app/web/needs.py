"""One need, the offers for it, a pair looked at closely, several side by side, and the officer's verdict."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import ValidationError

from app.access.rules import Level, Permission
from app.core.errors import Invalid, NotFound
from app.exchange.schemas import faults_of
from app.matches import queries as matches
from app.matches import service as ranking
from app.matches.schemas import MatchesRead, MatchRead
from app.needs import queries, service
from app.needs.queries import Seen
from app.needs.schemas import LevelChange, NeedHeader, NeedRead
from app.offers.rules import Availability
from app.verdicts import queries as verdict_queries
from app.verdicts import service as verdicts
from app.verdicts.models import Verdict
from app.verdicts.rules import Reason, Ruling
from app.verdicts.schemas import VerdictCreate, VerdictRead
from app.web.pages import Page, Redrawn, check_tag, go, opened, text_of
from app.web.route import PageRoute
from app.web.states import Choice, choices, named_offers, steps

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Reader = Annotated[Page, Depends(opened(Permission.READ_NEEDS))]
Recorder = Annotated[Page, Depends(opened(Permission.RECORD_NEEDS))]
Judge = Annotated[Page, Depends(opened(Permission.DECIDE_ON_MATCHES))]
MOST = 100
PER_PAGE = 10
SIDE_BY_SIDE = 4


def _shown(page: Page, need_id: UUID) -> tuple[Seen, NeedRead | NeedHeader]:
    seen = queries.get_need(page.session, page.actor, need_id)
    return seen, service.shown(page.session, page.actor, [seen], page.book)[0]


@router.get("/needs/{need_id}")
def show_need(need_id: UUID, page: Reader) -> Response:
    """One need."""
    return _need_page(page, need_id)


def _need_page(page: Page, need_id: UUID) -> Response:
    _, need = _shown(page, need_id)
    is_full = isinstance(need, NeedRead)
    if isinstance(need, NeedRead):
        page.know_organizations({help_.organization for help_ in need.existing_help})
    return page.draw("need.html", need=need, is_full=is_full, levels=list(Level))


@router.post("/needs/{need_id}/level")
def set_level(need_id: UUID, page: Recorder) -> Response:
    """Set CTED's ceiling for the need."""
    seen, need = _shown(page, need_id)
    check_tag(page.form, need)
    try:
        change = LevelChange.model_validate({"level": text_of(page.form, "level")})
    except ValidationError:
        raise NotFound from None
    service.set_level(page.session, seen.need, change.level)
    return go(f"/needs/{need_id}")


@router.get("/needs/{need_id}/matches")
def show_matches(
    need_id: UUID,
    page: Reader,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 20,
    start: Annotated[int, Query(ge=0, le=MOST)] = 0,
    serves: Annotated[str | None, Query(pattern="^(yes|no)$")] = None,
    availability: Annotated[Availability | None, Query()] = None,
) -> Response:
    """Published offers ranked for the need, with reasons."""
    seen, need = _shown(page, need_id)
    answer = ranking.for_need(page.asked, seen, limit=limit)
    narrowed = [
        match
        for match in answer.matches
        if (serves is None or match.serves == (serves == "yes"))
        and (availability is None or match.offer.availability == availability)
    ]
    shown = narrowed[start : start + PER_PAGE]
    named = [match.offer for match in shown]
    named += [miss.offer for miss in answer.near_misses] + [one.offer for one in answer.undecidable]
    page.know_organizations({offer.organization for offer in named})
    engine, _ = page.asked.matcher.current(page.session)
    return page.draw(
        "matches.html",
        need=need,
        answer=answer,
        shown=shown,
        filters=_filters(page, answer.matches),
        titles=named_offers(page, [offer.id for offer in named]),
        verdicts={verdict.match.offer.id: verdict for verdict in _verdicts(page, need_id)},
        serves_at=engine.recipe.serves_at,
        steps=steps(page, start, len(narrowed), PER_PAGE),
        more=MOST if limit < MOST and len(answer.matches) == limit else None,
        most=SIDE_BY_SIDE,
    )


def _filters(page: Page, found: Sequence[MatchRead]) -> list[tuple[str, list[Choice]]]:
    serving = sum(match.serves for match in found)
    states = Counter(match.offer.availability for match in found)
    t, word = page.words.t, page.words.word
    serves = [(None, t("ui.all"), len(found)), ("yes", t("ui.matches.serves"), serving),
              ("no", t("ui.matches.short"), len(found) - serving)]  # fmt: skip
    open_ = [(a, word("availability", a), states[a]) for a in Availability if states[a]]
    return [
        ("ui.matches.serving", choices(page, "serves", [*serves])),
        ("ui.availability", choices(page, "availability", [(None, t("ui.all"), len(found)), *open_])),
    ]


def _verdicts(page: Page, need_id: UUID) -> list[VerdictRead]:
    """Verdicts on the need's matches, the latest last."""
    if not page.actor.may(Permission.READ_VERDICTS):
        return []
    query = verdict_queries.list_verdicts(need_id).order_by(Verdict.created_at, Verdict.id)
    return [
        verdicts.shown(page.asked, verdict, state=state, decided_by=name)
        for verdict, state, name in page.session.execute(query)
    ]


def _ranked(page: Page, seen: Seen, wanted: Sequence[UUID]) -> tuple[MatchesRead, list[MatchRead]]:
    """The matches of these offers, in the order of their rank; raises `NotFound` for one that is not ranked."""
    answer = ranking.for_need(page.asked, seen, limit=MOST)
    found = [match for match in answer.matches if match.offer.id in wanted]
    if len(found) < len(set(wanted)):
        raise NotFound
    page.know_organizations({match.offer.organization for match in found})
    return answer, found


@router.get("/needs/{need_id}/matches/{offer_id}")
def show_pair(need_id: UUID, offer_id: UUID, page: Reader) -> Response:
    """One offer for the need: every finding, and both texts with the words that the findings rest on."""
    return _pair_page(page, need_id, offer_id)


def _pair_page(page: Page, need_id: UUID, offer_id: UUID, fault: Invalid | None = None) -> Response:
    seen, need = _shown(page, need_id)
    answer, (match,) = _ranked(page, seen, [offer_id])
    offer = matches.published(page.session, [offer_id]).get(offer_id)
    if offer is None:
        raise NotFound
    words = [finding.evidence for finding in match.findings if finding.criterion in QUOTING]
    engine, _ = page.asked.matcher.current(page.session)
    return page.draw(
        "pair.html",
        status=422 if fault else 200,
        need=need,
        answer=answer,
        match=match,
        offer=offer,
        need_words=[word for evidence in words for word in evidence.need],
        offer_words=[word for evidence in words for word in evidence.offer],
        verdicts=[v for v in _verdicts(page, need_id) if v.match.offer.id == offer_id],
        serves_at=engine.recipe.serves_at,
        reasons=list(Reason),
        fault=fault,
        chosen=text_of(page.form, "verdict"),
        reason=text_of(page.form, "reason"),
    )


QUOTING = ("substance",)
"""Criteria whose evidence are words as they stand in the two texts."""


@router.post("/needs/{need_id}/matches/{offer_id}")
def decide(need_id: UUID, offer_id: UUID, page: Judge) -> Response:
    """Accept or decline the match; it is kept as it stands."""
    seen = queries.get_need(page.session, page.actor, need_id)
    ruling, reason = text_of(page.form, "verdict"), text_of(page.form, "reason")
    try:
        new = VerdictCreate.model_validate({
            "offer": offer_id, "verdict": ruling, "reason": (reason or None) if ruling == Ruling.DECLINED else None,
        })  # fmt: skip
    except ValidationError as error:
        fault = Invalid(faults_of(error))
        raise Redrawn(fault, _pair_page(page, need_id, offer_id, fault)) from error
    verdicts.decide(page.asked, seen, new)
    return go(f"/needs/{need_id}/matches/{offer_id}")


@router.get("/needs/{need_id}/compare")
def compare(need_id: UUID, page: Reader, offer: Annotated[list[UUID] | None, Query(max_length=50)] = None) -> Response:
    """Up to four offers for the need side by side."""
    seen, need = _shown(page, need_id)
    wanted = list(dict.fromkeys(offer or []))
    is_too_many = len(wanted) > SIDE_BY_SIDE
    answer, found = _ranked(page, seen, wanted[:SIDE_BY_SIDE])
    engine, _ = page.asked.matcher.current(page.session)
    return page.draw(
        "compare.html",
        need=need,
        answer=answer,
        found=found,
        titles=named_offers(page, [match.offer.id for match in found]),
        serves_at=engine.recipe.serves_at,
        is_too_many=is_too_many,
        most=SIDE_BY_SIDE,
    )
