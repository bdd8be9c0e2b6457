"""Opens the engine's search for synergies over the published offers."""

from datetime import date

from app.matches.adapter import Engine, OfferProfile
from app.reference.rules import Book
from matching.synergies import Offering, Synergy, find

__all__ = ["Synergy", "find", "offerings"]

SHUT = frozenset({"closed", "full", "suspended"})


def offerings(engine: Engine, book: Book, day: date, *, theme: str | None) -> list[Offering]:
    """Published offers that can be used on the day; of their themes those at or below `theme`, where it is given."""
    members = book.members_of_all(day)
    found = []
    for offer in engine.offers():
        ended = offer.closes_on is not None and offer.closes_on < day
        themes = frozenset(code for code in offer.themes if theme in (None, code, book.theme_parents.get(code)))
        if themes and not ended and offer.availability not in SHUT:
            states = _states(offer, book, members)
            found.append(Offering(offer.id, offer.organization, states, themes, frozenset(offer.assistance_types)))
    return found


def _states(offer: OfferProfile, book: Book, members: dict[str, frozenset[str]]) -> frozenset[str]:
    scope = offer.scope
    if scope is None:
        return frozenset()
    listed = frozenset(scope.states).union(*(members.get(grouping, frozenset()) for grouping in scope.groupings))
    return (frozenset(book.states) if scope.world else listed) - frozenset(scope.excluded_states)
