"""What the parts of a gap are, and what is said of gaps and bundles."""

from collections.abc import Sequence
from datetime import date

from app import i18n
from app.core.errors import Fault
from app.i18n import Quoted, Share, Value
from app.matches.rules import NAMED_AT_MOST, listed
from app.reference.rules import Book

AGES_IN_DAYS = 730
COVERAGE = {"none": 0.0, "partial": 0.5, "full": 1.0}
MOST_WEIGHT = 100.0
SCALES = {
    "priority": "high 1, medium 0.6, low or none 0.3",
    "agreed": "0 where the State has not agreed, 0.5 where it has, 0.5 + 0.5 / its own rank where it has ranked it",
    "age": "days since the State agreed, or since it was recorded where that is earlier, of two years",
    "best_match": "the score of the best eligible offer",
    "coverage": "none 0, partial 0.5, full 1",
    "shared_by": "States with a need on one of its themes, as far as you may see",
}
"""How each part comes about."""


def agreed(agreed_on: date | None, state_priority: int | None) -> float:
    """How firmly the State stands behind the need: nothing without its agreement, all at the top of its own order."""
    if agreed_on is None:
        return 0.0
    return 0.5 if state_priority is None else 0.5 + 0.5 / state_priority


def age(recorded_on: date, agreed_on: date | None, as_of: date) -> float:
    """Days since the need was first on record, as a share of two years, at most 1."""
    since = min(recorded_on, agreed_on or recorded_on)
    return min(max((as_of - since).days, 0) / AGES_IN_DAYS, 1.0)


def read_weights(text: str, known: Sequence[str]) -> tuple[dict[str, float], list[Fault]]:
    """Weights as `priority:0.4,age:0`, and a fault for each that cannot be read."""
    found: dict[str, float] = {}
    faults = []
    for part in text.split(","):
        name, _, number = (piece.strip() for piece in part.partition(":"))
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if name not in known:
            faults.append(Fault("query:weights", "weight.unknown", f"Weights are: {', '.join(known)}."))
        elif not 0 <= value <= MOST_WEIGHT:
            detail = f"Write weights as name:number, from 0 to {MOST_WEIGHT:g}, such as priority:0.4,age:0."
            faults.append(Fault("query:weights", "weight.malformed", detail))
        else:
            found[name] = value
    return found, faults


def gap_sentence(
    language: str,
    *,
    state: str,
    need_title: str,
    themes: Sequence[str],
    priority: str | None,
    agreed_on: date | None,
    state_priority: int | None,
    best_match: float,
    best_offer: str | None,
    shared_by: int,
    ranks: tuple[int, int],
    swing: float,
    book: Book,
) -> str:
    """Why a need is a gap, how much it matters, who else has one like it, and how sure its rank is."""
    named: dict[str, Value] = {
        "state": state,
        "need_title": Quoted(need_title) if need_title else "",
        "themes": listed("theme", themes, language, book),
        "best_match": Share(best_match),
        "best_offer": Quoted(best_offer) if best_offer else "",
        "states": shared_by,
        "best": ranks[0],
        "worst": ranks[1],
        "swing": Share(swing),
    }
    # A header hides what an offer would have to answer, so how far one does cannot be told.
    nearest = "gap.weak" if need_title else "gap.header_only"
    codes = ["gap.named", nearest if best_offer else "gap.uncovered"]
    if priority:
        codes.append(f"gap.priority_{priority}")
    if agreed_on:
        named["agreed_on"] = agreed_on
        codes.append("gap.ranked" if state_priority else "gap.agreed")
        named |= {"state_priority": state_priority} if state_priority else {}
    if shared_by > 1:
        codes.append("gap.shared")
    codes.append("gap.steady" if ranks[0] == ranks[1] else "gap.moves")
    return i18n.joined([i18n.render(code, language, named) for code in codes], language)


def ending_sentence(language: str, *, state: str, need_title: str, best_offer: str, closes_on: date) -> str:
    """That a need is about to become a gap."""
    named: dict[str, Value] = {
        "state": state,
        "need_title": Quoted(need_title) if need_title else "",
        "best_offer": Quoted(best_offer),
        "closes_on": closes_on,
    }
    return i18n.render("gap.ending" if need_title else "gap.ending.bare", language, named)


def bundle_sentence(
    language: str,
    *,
    theme: str,
    count: int,
    states: Sequence[str],
    grouping: str,
    concepts: Sequence[str],
    strategies: Sequence[str],
    partners: Sequence[str],
    ending: Sequence[str],
    book: Book,
) -> str:
    """Which needs one project could answer, in what they are alike, under what and with whom."""
    named: dict[str, Value] = {
        "themes": listed("theme", [theme], language, book),
        "count": count,
        "states": short(states, language),
        "grouping": Quoted(grouping),
    }
    sentences = [i18n.render("bundle.named", language, named)]
    for code, texts in (("concepts", concepts), ("strategies", strategies), ("partners", partners), ("offers", ending)):
        if texts:
            wanted = "bundle.ending" if code == "offers" else f"bundle.{code}"
            sentences.append(i18n.render(wanted, language, {code: short([Quoted(text) for text in texts], language)}))
    return i18n.joined(sentences, language)


def short(texts: Sequence[str], language: str) -> list[Value]:
    """The texts, a long list cut short."""
    if len(texts) <= NAMED_AT_MOST:
        return [*texts]
    rest = i18n.render("list.others", language, {"count": len(texts) - NAMED_AT_MOST + 1})
    return [*texts[: NAMED_AT_MOST - 1], rest]
