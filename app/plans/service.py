"""Plans for a State: its most important needs, beside those of the States that compete for the same places."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from uuid import UUID

from app.core import trail
from app.core.errors import NotFound
from app.matches import queries, service
from app.matches.service import DIGITS, Asked
from app.needs.queries import Seen
from app.plans import adapter, rules
from app.plans.adapter import Engine, Give, NeedProfile, Plan, Want
from app.plans.schemas import CoveredRead, PlannedOffer, PlanRead, Proof, UnmetRead

MOST_COMPETING = 500
"""Needs of other States that are weighed beside the State's own, the weightiest first."""
SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A need with its weight and all offers that may cover it."""

    seen: Seen
    profile: NeedProfile
    weight: int
    serving: dict[str, float]
    nearest: tuple[str, float] | None = None


def plan(asked: Asked, state: str, *, visit: UUID | None, needs: Sequence[UUID], top: int) -> PlanRead:
    """The plan for the State's most important open needs, or for those of a visit, or for those that are named.

    Raises `NotFound` for a named need that is not an open need of this State in the actor's sight.
    """
    trail.reading(asked.session, "plan.read")
    engine, revision = asked.matcher.current(asked.session)
    everything = _in_order(queries.open_needs(asked.session, asked.actor))
    wanted = {one.need.id for one in queries.open_needs(asked.session, asked.actor, state=state, visit=visit)}
    if not set(needs) <= wanted:
        raise NotFound
    wanted &= set(needs) or wanted
    chosen = [(one, weight) for one, weight in everything.get(state, ()) if one.need.id in wanted][:top]
    own = _served(asked, engine, chosen)
    gives = {name: adapter.give_of(engine, name) for one in own for name in one.serving}
    rivals = _rivals(asked, engine, gives, everything, state)
    gives |= {name: adapter.give_of(engine, name) for one in rivals for name in one.serving}
    both = [*own, *rivals]
    found = adapter.solve(
        [Want(one.profile.id, one.profile.state, one.weight) for one in both],
        list(gives.values()),
        {(one.profile.id, name): score for one in both for name, score in one.serving.items()},
        seconds=SECONDS,
    )
    return _Shown(asked, engine, own, rivals, gives, found).answer(state, revision)


def _in_order(seen: Sequence[Seen]) -> dict[str, list[tuple[Seen, int]]]:
    """The needs of each State in its own order, with their weights."""
    by_state: dict[str, list[Seen]] = {}
    for one in seen:
        by_state.setdefault(one.need.state, []).append(one)
    return {
        state: [
            (one, rules.weight(rank, one.need.priority, is_agreed=one.need.agreed_on is not None))
            for rank, one in enumerate(sorted(found, key=_place), start=1)
        ]
        for state, found in by_state.items()
    }


def _place(one: Seen) -> tuple[object, ...]:
    need = one.need
    return rules.place(need.agreed_on, need.state_priority, need.priority, need.created_at, need.id)


def _served(asked: Asked, engine: Engine, chosen: Sequence[tuple[Seen, int]]) -> list[_Ranked]:
    found = []
    for (one, weight), profile in zip(chosen, service.profiles(asked, [one for one, _ in chosen]), strict=True):
        scores = engine.scores(profile, as_of=asked.as_of)
        nearest = nsmallest(1, scores.items(), key=lambda item: (-item[1], item[0]))
        serving = {name: score for name, score in scores.items() if score >= engine.recipe.serves_at}
        found.append(_Ranked(one, profile, weight, serving, nearest[0] if nearest else None))
    return found


def _rivals(
    asked: Asked,
    engine: Engine,
    gives: dict[str, Give],
    everything: dict[str, list[tuple[Seen, int]]],
    state: str,
) -> list[_Ranked]:
    """Needs of other States that an offer of limited room could cover as well, with all that could cover them."""
    scarce = [name for name, give in gives.items() if give.room is not None]
    if not scarce:
        return []
    limited = engine.only(scarce)
    others = [pair for code in sorted(everything) if code != state for pair in everything[code]]
    profiles = service.profiles(asked, [one for one, _ in others])
    competing = [
        pair
        for pair, profile in zip(others, profiles, strict=True)
        if max(limited.scores(profile, as_of=asked.as_of).values(), default=0.0) >= engine.recipe.serves_at
    ]
    competing.sort(key=lambda pair: (-pair[1], pair[0].need.id))
    return _served(asked, engine, competing[:MOST_COMPETING])


@dataclass(frozen=True, slots=True)
class _Shown:
    """What it takes to show a plan."""

    asked: Asked
    engine: Engine
    own: Sequence[_Ranked]
    rivals: Sequence[_Ranked]
    gives: dict[str, Give]
    found: Plan

    def answer(self, state: str, revision: int) -> PlanRead:
        """Who does what, what stays unmet and why, and what is proven."""
        covers = self.found.covers
        by_offer: dict[str, list[_Ranked]] = {}
        for one in self.own:
            if one.profile.id in covers:
                by_offer.setdefault(covers[one.profile.id], []).append(one)
        names = queries.organization_names(
            self.asked.session, {self.engine.profile(name).organization for name in by_offer}
        )
        return PlanRead(
            state=state,
            as_of=self.asked.as_of,
            recipe=self.engine.recipe.version,
            revision=revision,
            order=rules.ORDER,
            offers=[self._offer(name, held, names) for name, held in by_offer.items()],
            unmet=[self._unmet(one) for one in self.own if one.profile.id not in covers],
            proof=Proof(
                value=self.found.value,
                value_bound=self.found.value_bound,
                offers=self.found.offers,
                offers_bound=self.found.offers_bound,
                is_proven=self.found.is_proven,
                needs=len(self.own) + len(self.rivals),
                states=len({one.profile.state for one in (*self.own, *self.rivals)}),
            ),
        )

    def _offer(self, name: str, held: Sequence[_Ranked], names: dict[str, str]) -> PlannedOffer:
        profile = self.engine.profile(name)
        offer = service.name_ranked(profile, self.asked.language)
        covered = [
            CoveredRead(need=service.name_need(self.asked, one.seen), score=round(one.serving[name], DIGITS))
            for one in held
        ]
        capacity = profile.capacity
        return PlannedOffer(
            offer=offer,
            room=self.gives[name].room,
            unit=capacity.unit if capacity else None,
            covers=covered,
            places_elsewhere=sum(self.found.covers.get(one.profile.id) == name for one in self.rivals),
            sentence=rules.covers_sentence(
                self.asked.language,
                organization=names[profile.organization],
                offer_title=offer.title,
                needs=[one.need.title or one.need.reference or "" for one in covered],
                unit=capacity.unit if capacity else None,
                is_stated=capacity is not None and (capacity.unlimited or capacity.total is not None),
            ),
        )

    def _unmet(self, one: _Ranked) -> UnmetRead:
        need = service.name_need(self.asked, one.seen)
        taking = {
            rival.profile.state
            for rival in self.rivals
            if self.found.covers.get(rival.profile.id) in one.serving
        }  # fmt: skip
        best = one.nearest
        if one.serving:
            code = "plan.taken" if taking else "plan.no_room"
        else:
            code = "plan.no_offer_nearest" if best else "plan.no_offer"
        offer = service.name_ranked(self.engine.profile(best[0]), self.asked.language) if best else None
        return UnmetRead(
            need=need,
            code=code,
            best_offer=offer,
            states=sorted(taking),
            sentence=rules.unmet_sentence(
                code,
                self.asked.language,
                need_title=need.title or need.reference or "",
                best_offer=offer.title if offer else None,
                best_match=best[1] if best else 0.0,
                states=[self.asked.book.states[code][self.asked.language] for code in sorted(taking)],
            ),
        )
