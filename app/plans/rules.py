"""How much each need weighs in a plan, and what is said of it."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app import i18n
from app.i18n import Quoted, Share, Value
from app.visits.rules import IMPORTANCE

UNAGREED = 0.5
SCALE = 1000
"""Weights are whole numbers, so that plans can be compared without rounding."""
ORDER = (
    "Needs that the State agreed to come first, then its own order, then priority, then age. The first of a State"
    " weighs 1000 times its priority (high 1, medium 0.6, low or none 0.3), the second half of that, the third a"
    " third; what the State has not agreed to weighs half. So a scarce place goes first to what each State puts first."
)


def place(
    agreed_on: date | None, state_priority: int | None, priority: str | None, created_at: datetime, need_id: UUID
) -> tuple[object, ...]:
    """By what the needs of one State are ordered, the first first."""
    return (agreed_on is None, state_priority or 1001, -IMPORTANCE[priority], created_at, need_id)


def weight(rank: int, priority: str | None, *, is_agreed: bool) -> int:
    """How much the need at this rank of its State, from 1, weighs."""
    return max(1, round(SCALE * IMPORTANCE[priority] * (1 if is_agreed else UNAGREED) / rank))


def covers_sentence(
    language: str, *, organization: str, offer_title: str, needs: Sequence[str], unit: str | None, is_stated: bool
) -> str:
    """Who would do what, and what to ask first."""
    named: dict[str, Value] = {
        "organization": organization,
        "offer_title": Quoted(offer_title),
        "needs": [Quoted(need) for need in needs],
    }
    codes = ["plan.covers"]
    if not is_stated:
        codes.append("plan.room_unstated")
    elif unit in ("days", "usd"):
        codes.append("plan.room_by_amount")
    return i18n.joined([i18n.render(code, language, named) for code in codes], language)


def unmet_sentence(
    code: str, language: str, *, need_title: str, best_offer: str | None, best_match: float, states: Sequence[str]
) -> str:
    """Why a need stays unmet."""
    named: dict[str, Value] = {
        "need_title": Quoted(need_title),
        "offer_title": Quoted(best_offer) if best_offer else "",
        "best_match": Share(best_match),
        "states": list(states),
    }
    return i18n.render(code, language, named)
