"""Ranks the needs that nothing serves and bundles like ones of several States, over what the actor may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import nsmallest
from itertools import islice
from statistics import fmean

from app.core import trail
from app.gaps import adapter, rules
from app.gaps.adapter import Ask, Bundle, Parts
from app.gaps.schemas import (
    BundleContent,
    BundleRead,
    BundlesRead,
    ConceptRead,
    EndingRead,
    GapRead,
    GapsRead,
    GroupingFit,
    PartnerRead,
    PartsRead,
    RankRange,
    StrategyRead,
)
from app.matches import queries, service
from app.matches.adapter import Engine, NeedProfile, OfferProfile
from app.matches.schemas import NeedName, OfferName
from app.matches.service import DIGITS, Asked
from app.needs import queries as needs
from app.needs.queries import Seen
from app.reference.models import STRATEGY
from app.visits.rules import IMPORTANCE

NEAREST = 10
"""Offers that are remembered for each need beside those that serve it."""
PARTNERS_SHOWN, GROUPINGS_SHOWN = 5, 8
NEAR_FROM = 0.5
"""A partner's offers come at least this near, as a share of what serves."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which gaps, weighed how."""

    theme: str | None = None
    region: str | None = None
    grouping: str | None = None
    priority: str | None = None
    since: date | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Judged:
    """A need with the offers that serve it and the nearest ones, best first."""

    seen: Seen
    profile: NeedProfile
    serving: tuple[str, ...]
    nearest: tuple[tuple[str, float], ...]

    @property
    def best_match(self) -> float:
        """The score of the best eligible offer; 0 where there is none."""
        return self.nearest[0][1] if self.nearest else 0.0

    @property
    def best_offer(self) -> str | None:
        """The best eligible offer; ties by its id."""
        return self.nearest[0][0] if self.nearest else None


def rank(asked: Asked, wanted: Wanted) -> GapsRead:
    """Visible needs that no offer serves, by the formula; ties by State and reference."""
    trail.reading(asked.session, "gap.read")
    engine, revision = asked.matcher.current(asked.session)
    weights = adapter.weighed(wanted.weights)
    gaps = _ranked(asked, _unmet(judge(asked, engine, wanted)), weights)
    ranges = adapter.ranges([parts for _, parts in gaps], weights, first=wanted.limit)
    items = [
        _gap(asked, engine, number, one, parts, ranks, adapter.score(parts, weights))
        for number, ((one, parts), ranks) in enumerate(zip(gaps, ranges, strict=False), start=1)
    ]
    return GapsRead(**_formula(asked, engine, revision, weights), items=items, next=None)


def _formula(asked: Asked, engine: Engine, revision: int, weights: dict[str, float]) -> dict[str, object]:
    return {
        "as_of": asked.as_of, "recipe": engine.recipe.version, "revision": revision, "formula": adapter.FORMULA,
        "weights": weights, "scales": rules.SCALES,
    }  # fmt: skip


def judge(asked: Asked, engine: Engine, wanted: Wanted) -> list[Judged]:
    """The wanted needs beside the offers. A header's reader cannot find a need by what the header hides."""
    states = states_of(asked, wanted.region, wanted.grouping)
    seen = [
        one
        for one in queries.open_needs(asked.session, asked.actor, theme=wanted.theme, priority=wanted.priority)
        if one.need.state in states
        and (wanted.since is None or (one.is_full and one.need.created_at.date() >= wanted.since))
    ]
    found = []
    for one, profile in zip(seen, service.profiles(asked, seen), strict=True):
        scores = engine.scores(profile, as_of=asked.as_of)
        best = nsmallest(NEAREST, scores.items(), key=lambda item: (-item[1], item[0]))
        serving = sorted(name for name, score in scores.items() if score >= engine.recipe.serves_at)
        found.append(Judged(one, profile, tuple(serving), tuple(best)))
    return found


def _unmet(judged: Sequence[Judged]) -> list[Judged]:
    return [one for one in judged if not one.serving]


def _ranked(asked: Asked, unmet: Sequence[Judged], weights: Mapping[str, float]) -> list[tuple[Judged, Parts]]:
    sharing = needs.states_by_theme(asked.session, asked.actor)
    gaps = [(one, _parts(one, sharing, asked.as_of)) for one in unmet]
    return sorted(gaps, key=lambda gap: (-adapter.score(gap[1], weights), *_place(gap[0])))


def _place(one: Judged) -> tuple[str, str]:
    return one.seen.need.state, one.seen.need.reference


def _parts(one: Judged, sharing: Mapping[str, set[str]], as_of: date) -> Parts:
    need, is_full = one.seen.need, one.seen.is_full
    states = set().union(*(sharing.get(code, set()) for code in need.themes)) | {need.state}
    return Parts(
        priority=IMPORTANCE[need.priority],
        agreed=rules.agreed(need.agreed_on, need.state_priority) if is_full else None,
        age=rules.age(need.created_at.date(), need.agreed_on, as_of) if is_full else None,
        best_match=one.best_match,
        coverage=rules.COVERAGE[need.coverage if is_full else "none"],
        shared_by=len(states),
    )


def _gap(
    asked: Asked, engine: Engine, number: int, one: Judged, parts: Parts, ranks: tuple[int, int], score: float
) -> GapRead:
    name, need = service.name_need(asked, one.seen), one.seen.need
    offer = _offer(asked, engine, one.best_offer) if one.best_offer else None
    return GapRead(
        rank=number,
        need=name,
        themes=need.themes,
        score=round(score, DIGITS),
        parts=_shown(parts),
        stability=RankRange(best=ranks[0], worst=ranks[1]),
        best_offer=offer,
        sentence=rules.gap_sentence(
            asked.language,
            state=asked.book.states[name.state][asked.language],
            need_title=name.title or "",
            themes=need.themes,
            priority=need.priority,
            agreed_on=need.agreed_on if one.seen.is_full else None,
            state_priority=need.state_priority if one.seen.is_full else None,
            best_match=parts.best_match,
            best_offer=offer.title if offer else None,
            shared_by=int(parts.shared_by),
            ranks=ranks,
            swing=adapter.SWING,
            book=asked.book,
        ),
    )


def _offer(asked: Asked, engine: Engine, offer_id: str) -> OfferName:
    return service.name_ranked(engine.profile(offer_id), asked.language)


def _shown(parts: Parts) -> PartsRead:
    return PartsRead(
        priority=round(parts.priority, DIGITS),
        agreed=None if parts.agreed is None else round(parts.agreed, DIGITS),
        age=None if parts.age is None else round(parts.age, DIGITS),
        best_match=round(parts.best_match, DIGITS),
        coverage=round(parts.coverage, DIGITS),
        shared_by=int(parts.shared_by),
    )


def states_of(asked: Asked, region: str | None, grouping: str | None) -> frozenset[str]:
    """The States of a region and of a grouping on the as-of day."""
    states = frozenset(asked.book.states)
    if region is not None:
        states &= {state for state, name in asked.book.state_regions.items() if name.casefold() == region.casefold()}
    if grouping is not None:
        states &= asked.book.members(grouping, asked.as_of)
    return states


def bundles(asked: Asked, wanted: Wanted, *, ending_within: int) -> BundlesRead:
    """Like gaps of several States as project concepts, and needs whose offers all end within so many days."""
    trail.reading(asked.session, "gap.read")
    engine, revision = asked.matcher.current(asked.session)
    weights = adapter.weighed(wanted.weights)
    judged = judge(asked, engine, wanted)
    gaps = {one.profile.id: (one, parts) for one, parts in _ranked(asked, _unmet(judged), weights)}
    asks = {name: adapter.ask_of(engine, one.profile, asked.as_of) for name, (one, _) in gaps.items()}
    members = asked.book.members_of_all(asked.as_of)
    kinds = {code: facts.kind for code, facts in asked.book.grouping_facts.items()}
    made = adapter.bundle(list(asks.values()), members, kinds, asked.book.theme_parents)
    ranked = sorted(
        ((_together([gaps[name][1] for name in each.needs], len(each.states)), each) for each in made),
        key=lambda pair: (-adapter.score(pair[0], weights), pair[1].theme, pair[1].grouping, pair[1].needs),
    )
    last_day = asked.as_of + timedelta(days=ending_within)
    near = {engine.profile(offer).organization for one, _ in gaps.values() for offer, _ in one.nearest}
    closing = ((offer.closes_on, offer) for offer in engine.offers())
    soon = [(day, offer.id, offer) for day, offer in closing if day is not None and asked.as_of <= day <= last_day]
    shown = _Showing(
        asked, engine, {name: one for name, (one, _) in gaps.items()}, asks, members,
        queries.organization_names(asked.session, near), [offer for _, _, offer in sorted(soon)],
    )  # fmt: skip
    items = [
        shown.bundle(number, each, parts, adapter.score(parts, weights))
        for number, (parts, each) in enumerate(ranked[: wanted.limit], start=1)
    ]
    served = sorted((one for one in judged if one.serving), key=_place)
    ends = (_ending(asked, engine, one, last_day) for one in served)
    return BundlesRead(
        **_formula(asked, engine, revision, weights), ending_within=ending_within, items=items,
        # Naming a need notes it as read: only those that are shown are named.
        ending=list(islice((each for each in ends if each is not None), wanted.limit)), next=None,
    )  # fmt: skip


def _together(parts: Sequence[Parts], states: int) -> Parts:
    agreed = [one.agreed for one in parts if one.agreed is not None]
    ages = [one.age for one in parts if one.age is not None]
    return Parts(
        priority=fmean(one.priority for one in parts),
        agreed=fmean(agreed) if agreed else None,
        age=max(ages, default=None),
        best_match=fmean(one.best_match for one in parts),
        coverage=fmean(one.coverage for one in parts),
        shared_by=states,
    )


def _ending(asked: Asked, engine: Engine, one: Judged, last_day: date) -> EndingRead | None:
    ends = [(engine.profile(name).closes_on, name) for name in one.serving]
    days = [(day, name) for day, name in ends if day is not None and day <= last_day]
    if len(days) < len(ends):
        return None
    closes_on, offer_id = max(days)
    need, offer = service.name_need(asked, one.seen), _offer(asked, engine, offer_id)
    return EndingRead(
        need=need, offer=offer, closes_on=closes_on,
        sentence=rules.ending_sentence(
            asked.language, state=asked.book.states[need.state][asked.language], need_title=need.title or "",
            best_offer=offer.title, closes_on=closes_on,
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Showing:
    """What it takes to show a bundle."""

    asked: Asked
    engine: Engine
    gaps: Mapping[str, Judged]
    asks: Mapping[str, Ask]
    members: Mapping[str, frozenset[str]]
    names: Mapping[str, str]
    """Organisations whose offers are near, by code."""
    ending: Sequence[OfferProfile]
    """Offers that close soon, the soonest first."""

    def bundle(self, number: int, each: Bundle, parts: Parts, score: float) -> BundleRead:
        """The bundle as its reader sees it."""
        asked, book, language = self.asked, self.asked.book, self.asked.language
        names = [self._need(name) for name in sorted(each.needs, key=lambda name: _place(self.gaps[name]))]
        fitting = [code for code in each.fitting if book.grouping_facts[code].kind != STRATEGY]
        strategies = [code for code in each.fitting if self._speaks_of(code, each.theme)]
        content = BundleContent(
            theme=each.theme,
            grouping=each.grouping,
            states=list(each.states),
            needs=names,
            assistance_types=list(each.kinds),
            concepts=[ConceptRead(id=i, label=adapter.concept_label(self.engine, i, language)) for i in each.concepts],
            groupings=[
                GroupingFit(code=code, label=book.groupings[code][language], members=len(self.members[code]))
                for code in fitting[:GROUPINGS_SHOWN]
            ],
            strategies=[
                StrategyRead(
                    code=code,
                    label=book.groupings[code][language],
                    organization=book.grouping_facts[code].organization,
                )
                for code in strategies
            ],
            working_groups=book.groups_to_hear([each.theme], asked.as_of),
            sister_committees=book.sister_committees([each.theme]),
            partners=self._partners(each),
            ending_offers=self._ending_offers(each),
        )
        sentence = rules.bundle_sentence(
            language,
            theme=each.theme,
            count=len(names),
            states=[book.states[state][language] for state in each.states],
            grouping=book.groupings[each.grouping][language],
            concepts=[concept.label for concept in content.concepts],
            strategies=[strategy.label for strategy in content.strategies],
            partners=[partner.name for partner in content.partners],
            ending=[offer.title for offer in content.ending_offers],
            book=book,
        )
        return BundleRead(
            rank=number, bundle=content, score=round(score, DIGITS), parts=_shown(parts), sentence=sentence
        )

    def _need(self, name: str) -> NeedName:
        return service.name_need(self.asked, self.gaps[name].seen)

    def _speaks_of(self, code: str, theme: str) -> bool:
        facts = self.asked.book.grouping_facts[code]
        return facts.kind == STRATEGY and bool({theme, self.asked.book.area_of(theme)} & set(facts.themes))

    def _partners(self, each: Bundle) -> list[PartnerRead]:
        """Who publishes offers that come near, though none of them serves."""
        nearness: dict[str, float] = {}
        nearest: dict[str, tuple[float, str]] = {}
        least = NEAR_FROM * self.engine.recipe.serves_at
        for name in each.needs:
            best: dict[str, float] = {}
            for offer_id, score in self.gaps[name].nearest:
                organization = self.engine.profile(offer_id).organization
                if score >= least:
                    best[organization] = max(best.get(organization, 0.0), score)
                    nearest[organization] = min(nearest.get(organization, (0.0, "")), (-score, offer_id))
            for organization, score in best.items():
                nearness[organization] = nearness.get(organization, 0.0) + score / len(each.needs)
        first = sorted(nearness, key=lambda code: (-nearness[code], code))[:PARTNERS_SHOWN]
        return [
            PartnerRead(
                organization=code,
                name=self.names[code],
                nearness=round(nearness[code], DIGITS),
                offer=_offer(self.asked, self.engine, nearest[code][1]),
            )
            for code in first
        ]

    def _ending_offers(self, each: Bundle) -> list[OfferName]:
        themes = {each.theme, self.asked.book.area_of(each.theme)}
        one_a_state = {self.asks[name].state: self.gaps[name].profile for name in each.needs}
        here = [
            offer
            for offer in self.ending
            if themes & set(offer.themes)
            and any(not self.engine.gates(need, offer, as_of=self.asked.as_of) for need in one_a_state.values())
        ]
        return [service.name_ranked(offer, self.asked.language) for offer in here[:GROUPINGS_SHOWN]]
