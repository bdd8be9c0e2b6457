"""Finds synergies among published offers and says them in words."""

from app import i18n
from app.i18n import Quoted
from app.matches import queries, service
from app.matches.rules import listed
from app.matches.service import DIGITS, Asked
from app.synergies import adapter
from app.synergies.adapter import Synergy
from app.synergies.schemas import SynergiesRead, SynergyRead

STATES_NAMED = 4


def find(
    asked: Asked, *, theme: str | None, grouping: str | None, code: str | None, state: str | None, limit: int
) -> SynergiesRead:
    """Offers that overlap or complete each other, of which some State of the grouping can use both."""
    engine, revision = asked.matcher.current(asked.session)
    within = asked.book.members(grouping, asked.as_of) if grouping else None
    if state is not None:
        within = frozenset({state}) & (within if within is not None else frozenset({state}))
    offers = adapter.offerings(engine, asked.book, asked.as_of, theme=theme)
    found = [one for one in adapter.find(offers, within=within) if code in (None, one.code)][:limit]
    profiles = {name: engine.profile(name) for one in found for name in (one.first, one.second)}
    names = queries.organization_names(asked.session, {offer.organization for offer in profiles.values()})
    shown = {name: service.name_ranked(offer, asked.language) for name, offer in profiles.items()}
    return SynergiesRead(
        as_of=asked.as_of,
        revision=revision,
        items=[
            SynergyRead(
                code=one.code,
                theme=one.theme,
                first=shown[one.first],
                second=shown[one.second],
                states=list(one.states),
                closeness=round(one.closeness, DIGITS),
                sentence=_sentence(
                    asked, one, names[shown[one.first].organization], names[shown[one.second].organization]
                ),
            )
            for one in found
        ],
        next=None,
    )


def _sentence(asked: Asked, one: Synergy, first: str, second: str) -> str:
    language = asked.language
    states = [asked.book.states[state][language] for state in one.states]
    if len(states) > STATES_NAMED:
        rest = i18n.render("list.others", language, {"count": len(states) - STATES_NAMED + 1})
        states = [*states[: STATES_NAMED - 1], rest]
    named = {"first": Quoted(first), "second": Quoted(second), "states": states}
    return i18n.render(
        f"synergy.{one.code}", language, {**named, "themes": listed("theme", [one.theme], language, asked.book)}
    )
