"""Opens the engine: our records become its profiles, and published offers its catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from app.access.models import Organization
from app.access.rules import FACILITATOR
from app.matches import queries
from app.needs.rules import Source
from app.needs.schemas import NeedDraft
from app.offers import queries as offers
from app.offers.models import Offer
from app.offers.rules import Status
from app.offers.schemas import OfferDraft
from app.practices import queries as practices
from app.practices import rules as practice_rules
from app.practices.models import GoodPractice
from app.reference.rules import Book
from matching import (
    RECIPE,
    Capacity,
    Change,
    EligibilityRule,
    Engine,
    Facts,
    Match,
    Membership,
    NeedMatch,
    NeedProfile,
    OfferProfile,
    Ranking,
    Recipe,
    Scope,
    Terms,
    load_terms,
)

__all__ = [
    "Change", "Engine", "Match", "Matcher", "NeedMatch", "NeedProfile", "OfferProfile", "Ranking", "need_profile",
    "offer_profile",
]  # fmt: skip


def facts_of(book: Book) -> Facts:
    """The reference data as the engine reads them."""
    return Facts(
        state_languages=book.state_languages,
        memberships=tuple(Membership(m.grouping, m.state, m.since, m.until) for m in book.memberships),
        theme_parents=book.theme_parents,
        resolution_themes=book.resolution_themes,
        assistance_types=tuple(book.assistance_types),
        institutions=tuple(book.institutions),
    )


@cache
def _terms() -> Terms:
    return load_terms()  # under a second; they never change while the service runs


def new_engine(book: Book, recipe: Recipe = RECIPE) -> Engine:
    """An engine that knows no offers yet."""
    return Engine(_terms(), facts_of(book), recipe)


def base_of(recipe: Recipe) -> str:
    """The name under which adopted recipes say what they were refitted from."""
    return f"{recipe.version} {recipe.digest}"


def recipe_in_use(session: Session) -> Recipe:
    """The recipe adopted last, if it was refitted from the one that ships; else that one."""
    adopted = queries.newest_recipe(session)
    if adopted is None or adopted.base != base_of(RECIPE):
        return RECIPE
    return Recipe.from_mapping(adopted.weights)


class Matcher:
    """The catalogue of published offers in memory. `current` takes in what changed since the last call, so an offer
    is in the very next ranking of every replica, and a withdrawn one is gone."""

    def __init__(self, book: Book) -> None:
        self._lock = Lock()
        self._engine = new_engine(book).fit([])
        self._revision = 0
        self._shelf = Shelf()

    def current(self, session: Session) -> tuple[Engine, int]:
        """The engine over what is published now, and the revision it stands at."""
        revision = offers.revision(session)
        with self._lock:
            if self._revision < revision:
                changed, removed = [], []
                for offer, organization in offers.changed_since(session, self._revision):
                    if offer.status == Status.PUBLISHED:
                        changed.append(_published(offer, organization))
                    else:
                        removed.append(str(offer.id))
                self._engine = self._engine.updated(changed, removed)
                recipe = recipe_in_use(session)
                if recipe != self._engine.recipe:
                    self._engine = self._engine.with_recipe(recipe)
                self._revision = revision
            return self._engine, self._revision

    def shelf(self, session: Session, engine: Engine) -> "Shelf":
        """The public good practices as they are now; `engine` lends its reader, so that a need is read once."""
        mark = practices.mark(session)
        with self._lock:
            if (mark, engine.recipe) != (self._shelf.mark, self._shelf.recipe):
                self._shelf = shelf_of(practices.all_public(session), engine, mark)
            return self._shelf


@dataclass(frozen=True, slots=True)
class Shelf:
    """The public good practices, each read as if it were an offer to all States."""

    mark: int = 0
    recipe: Recipe = RECIPE
    engine: Engine | None = None
    practices: Mapping[str, GoodPractice] = field(default_factory=dict)

    def fitting(self, need: NeedProfile, *, as_of: date) -> list[tuple[GoodPractice, float, Match]]:
        """The good practices that serve the need's purpose, best first, with the share of it, 0–1; ties by id. A
        State's own practice is no news to it."""
        if self.engine is None:
            return []
        found = self.engine.rank(need, as_of=as_of, limit=practice_rules.TRIED).matches
        near = [
            match for match in found if any(f.criterion == "theme" and f.verdict != "unmet" for f in match.findings)
        ]
        fits = sorted(
            ((_purpose(match, self.recipe), match) for match in near), key=lambda fit: (-fit[0], fit[1].offer_id)
        )
        best = [(value, match) for value, match in fits if value >= practice_rules.FITS_AT][: practice_rules.SHOWN]
        return [(self.practices[match.offer_id], value, match) for value, match in best]


def _purpose(match: Match, recipe: Recipe) -> float:
    """The purpose as far as it is known: of a header only the themes are."""
    known = [(recipe.purpose[f.criterion], f.value) for f in match.findings
             if f.criterion in recipe.purpose and f.verdict != "unknown"]  # fmt: skip
    whole = sum(share for share, _ in known)
    return sum(share * value for share, value in known) / whole if whole else 0.0


def shelf_of(found: Sequence[GoodPractice], engine: Engine, mark: int) -> Shelf:
    """A shelf of these good practices."""
    twin = Engine(engine.reader.terms, engine.reader.facts, engine.recipe)
    twin.reader.fields = engine.reader.fields
    profiles = [
        OfferProfile(
            id=str(practice.id),
            organization="",
            title=practice.title,
            description=practice.description,
            themes=tuple(practice.themes),
            resolutions=tuple(practice.resolutions),
            assistance_types=practice_rules.gives(practice.kind),
            scope=Scope(world=True),
            availability="open",
            provider_state=practice.state,
        )
        for practice in found
    ]
    return Shelf(mark, engine.recipe, twin.fit(profiles), {str(practice.id): practice for practice in found})


def _published(offer: Offer, organization: Organization) -> OfferProfile:
    draft = OfferDraft.model_validate({name: getattr(offer, name) for name in OfferDraft.model_fields})
    return offer_profile(str(offer.id), draft, organization)


def offer_profile(offer_id: str, draft: OfferDraft, organization: Organization | None) -> OfferProfile:
    """An offer, saved or not, as the engine sees it."""
    return OfferProfile(
        id=offer_id,
        organization=organization.code if organization else "",
        title=draft.title,
        description=draft.description,
        themes=tuple(draft.themes),
        resolutions=tuple(draft.resolutions),
        assistance_types=tuple(draft.assistance_types),
        target_institutions=tuple(draft.target_institutions),
        scope=Scope(**_tuples(draft.scope.model_dump())) if draft.scope else None,
        delivery_languages=tuple(draft.delivery_languages),
        availability=draft.availability,
        opens_on=draft.opens_on,
        closes_on=draft.closes_on,
        capacity=Capacity(**draft.capacity.model_dump(mode="json")) if draft.capacity else None,
        eligibility=tuple(EligibilityRule(rule.rule, rule.value) for rule in draft.eligibility),
        last_confirmed_on=draft.last_confirmed_on,
        provider_state=organization.state if organization else None,
        is_facilitator=organization is not None and organization.role == FACILITATOR,
    )


def file_offer_profile(offer_id: str, draft: OfferDraft, organization: str) -> OfferProfile:
    """An offer of a file: its organisation may be any text, so nothing more is known of it."""
    return replace(offer_profile(offer_id, draft, None), organization=organization)


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}


def need_profile(
    need_id: str, draft: NeedDraft, *, source: str | None = None, visited_on: date | None = None
) -> NeedProfile:
    """A need, saved or not, as the engine sees it."""
    return NeedProfile(
        id=need_id,
        state=draft.state,
        title=draft.title,
        description=draft.description,
        themes=tuple(draft.themes),
        resolutions=tuple(draft.resolutions),
        assistance_types=tuple(draft.assistance_types),
        target_institutions=tuple(draft.target_institutions),
        languages=tuple(draft.languages),
        priority=draft.priority,
        needed_by=draft.needed_by,
        visited_on=visited_on,
        is_requested=True if source == Source.STATE else None,
    )


def header_profile(need_id: str, *, state: str, themes: Iterable[str], assistance_types: Iterable[str]) -> NeedProfile:
    """A need of which the reader sees the header only: nothing else may enter a score or a reason."""
    return NeedProfile(
        id=need_id,
        state=state,
        title={},
        description={},
        themes=tuple(themes),
        assistance_types=tuple(assistance_types),
    )
