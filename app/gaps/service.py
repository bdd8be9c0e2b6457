"""Ranks the needs that nothing serves, over what the actor may see."""

from datetime import date

from app.core import trail
from app.gaps import rules
from app.gaps.rules import Parts
from app.gaps.schemas import GapRead, GapsRead, PartsRead
from app.matches import queries, service
from app.matches.rules import gap_sentence
from app.matches.service import DIGITS, Asked, Best


def rank(asked: Asked, *, theme: str | None, region: str | None, grouping: str | None, limit: int) -> GapsRead:
    """Visible needs that no offer serves, by priority and by how much is unmet; ties by State and reference."""
    trail.reading(asked.session, "gap.read")
    engine, revision = asked.matcher.current(asked.session)
    seen = queries.open_needs(asked.session, asked.actor, theme=theme)
    wanted = _states(asked, region, grouping)
    seen = [one for one in seen if one.need.state in wanted]
    sharing: dict[str, set[str]] = {}
    for one in seen:
        for code in one.need.themes:
            sharing.setdefault(code, set()).add(one.need.state)
    unmet = [best for best in service.best_offers(asked, seen) if best.score < engine.recipe.serves_at]
    gaps = [(best, _parts(best, sharing, asked.as_of)) for best in unmet]
    gaps.sort(key=lambda gap: (-rules.score(gap[1]), gap[0].seen.need.state, gap[0].seen.need.reference))
    gaps = gaps[:limit]
    offers = queries.published(asked.session, [best.offer_id for best, _ in gaps if best.offer_id])
    items = []
    for number, (best, parts) in enumerate(gaps, start=1):
        offer = offers.get(best.offer_id) if best.offer_id else None
        need = service.name_need(asked, best.seen)
        items.append(
            GapRead(
                rank=number,
                need=need,
                themes=best.seen.need.themes,
                score=round(rules.score(parts), DIGITS),
                parts=_shown(parts, is_full=best.seen.is_full),
                best_offer=service.name_offer(offer, asked.language) if offer else None,
                sentence=gap_sentence(
                    asked.language,
                    state=asked.book.states[need.state][asked.language],
                    need_title=need.title or "",
                    themes=best.seen.need.themes,
                    priority=best.seen.need.priority,
                    best_match=parts.best_match,
                    best_offer=service.wording(offer.title, asked.language) if offer else None,
                    shared_by=parts.shared_by,
                    book=asked.book,
                ),
            )
        )
    return GapsRead(
        as_of=asked.as_of,
        recipe=engine.recipe.version,
        revision=revision,
        formula=rules.FORMULA,
        weights={f"priority.{name or 'none'}": value for name, value in rules.PRIORITY.items()},
        items=items,
        next=None,
    )


def _states(asked: Asked, region: str | None, grouping: str | None) -> frozenset[str]:
    states = frozenset(asked.book.states)
    if region is not None:
        states &= {state for state, name in asked.book.state_regions.items() if name.casefold() == region.casefold()}
    if grouping is not None:
        states &= asked.book.members(grouping, asked.as_of)
    return states


def _parts(best: Best, sharing: dict[str, set[str]], as_of: date) -> Parts:
    need = best.seen.need
    states = set().union(*(sharing[code] for code in need.themes)) | {need.state}
    return Parts(
        priority=rules.PRIORITY[need.priority],
        agreed=1.0 if need.agreed_on else 0.0,
        age=rules.age(need.created_at.date(), as_of),
        best_match=best.score,
        coverage=rules.COVERAGE["none"],
        shared_by=len(states),
    )


def _shown(parts: Parts, *, is_full: bool) -> PartsRead:
    return PartsRead(
        priority=parts.priority,
        agreed=parts.agreed if is_full else None,
        age=round(parts.age, DIGITS) if is_full else None,
        best_match=round(parts.best_match, DIGITS),
        coverage=parts.coverage,
        shared_by=parts.shared_by,
    )
