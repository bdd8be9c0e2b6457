"""The engine: learns offers, then ranks them for a need, or needs for an offer, with reasons."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from matching.catalogue import Catalogue, Segment, catalogue_of
from matching.codes import GATE_CODES
from matching.columns import Candidates, columns_of
from matching.errors import NotFitted, UnknownOffer
from matching.gates import check, opened
from matching.readings import NeedReading, OfferReading, Reader
from matching.recipe import RECIPE, Recipe
from matching.scoring import Scored, Scorer
from matching.terms import Terms
from matching.types import (
    Change,
    Facts,
    Match,
    NearMiss,
    NeedMatch,
    NeedProfile,
    OfferProfile,
    Ranking,
    Undecidable,
)

NEAR_MISSES_TRIED = 25
"""Ineligible offers that are tried with their change, best first, until enough of them serve."""
CHANGING = frozenset({"timing", "geography", "room", "eligibility"})
"""Criteria that see another offer once a gate is opened."""


class Engine:
    """Ranks offers by one recipe, one term list and one set of facts. Nothing is learnt across offers: the
    score of
    one never depends on another. An engine may be read by many threads; `fit` comes first, and `updated`
    gives a new
    engine without touching this one."""

    catalogue_: Catalogue

    def __init__(self, terms: Terms, facts: Facts, recipe: Recipe = RECIPE) -> None:
        self.recipe = recipe
        self.reader = Reader(recipe, terms, facts)
        self.scorer = Scorer(self.reader)

    def fit(self, offers: Iterable[OfferProfile]) -> "Engine":
        """Read all offers. Ids must be unique."""
        readings = [self.reader.offer(offer) for offer in offers]
        self.catalogue_ = catalogue_of(readings)
        return self

    def updated(self, changed: Iterable[OfferProfile] = (), removed: Iterable[str] = ()) -> "Engine":
        """An engine with some offers changed, added or gone, at the cost of those alone."""
        twin = object.__new__(Engine)
        twin.recipe, twin.reader, twin.scorer = self.recipe, self.reader, self.scorer
        twin.catalogue_ = self._catalogue().with_changes([self.reader.offer(offer) for offer in changed], removed)
        return twin

    def only(self, offer_ids: Iterable[str]) -> "Engine":
        """An engine over some of the offers, each with the score that it has here; nothing is read again."""
        twin = object.__new__(Engine)
        twin.recipe, twin.reader, twin.scorer = self.recipe, self.reader, self.scorer
        readings = self._catalogue().readings
        twin.catalogue_ = catalogue_of(readings[offer_id] for offer_id in set(offer_ids))
        return twin

    def with_recipe(self, recipe: Recipe) -> "Engine":
        """An engine over the same offers with another recipe; texts that were read are not read again."""
        twin = Engine(self.reader.terms, self.reader.facts, recipe)
        twin.reader.fields = self.reader.fields
        return twin.fit(reading.profile for reading in self._catalogue().readings.values())

    def rank(self, need: NeedProfile, *, as_of: date, limit: int = 20) -> Ranking:
        """Eligible offers, best first, with findings; near misses; and offers about which nothing can be
        judged.
        Raises `NotFitted` before `fit`."""
        reading = self.reader.need(need, as_of)
        catalogue = self._catalogue()
        scored, undecidable = self._scored(reading, catalogue)
        best = sorted(
            ((part.rank_key(at), part, at) for part in scored for at in part.best(limit)),
            key=lambda entry: entry[0],
        )
        matches = tuple(
            self.scorer.match(reading, catalogue.readings[part.ids[at]], part, at) for _, part, at in best[:limit]
        )
        return Ranking(need.id, matches, self._near_misses(reading, catalogue), undecidable)

    def scores(self, need: NeedProfile, *, as_of: date) -> dict[str, float]:
        """The score of every eligible offer that can be judged, without reasons."""
        scored, _ = self._scored(self.reader.need(need, as_of), self._catalogue())
        return {name: float(score) for part in scored for name, score in zip(part.ids, part.score, strict=True)}

    def explain(self, need: NeedProfile, offer_id: str, *, as_of: date) -> Match | NearMiss | Undecidable:
        """One pair: its match or, where the offer is shut out, the first gate and the change that would
        open it.
        Raises `UnknownOffer`."""
        offer = self._catalogue().readings.get(offer_id)
        if offer is None:
            raise UnknownOffer(offer_id)
        reading = self.reader.need(need, as_of)
        codes = self._shut(reading, offer)
        if codes:
            return self._excluded(reading, offer, codes)
        return self._match(reading, offer) if offer.has_content else Undecidable(offer_id, ("description",))

    def rank_needs(self, offer: OfferProfile, needs: Iterable[NeedProfile], *, as_of: date) -> tuple[NeedMatch, ...]:
        """The needs for which the offer is eligible, best first. The offer need not be in the catalogue.
        Ties: by
        the need's id."""
        reading = self.reader.offer(offer)
        if not reading.has_content:
            return ()
        found = []
        for need in needs:
            asked = self.reader.need(need, as_of)
            if not self._shut(asked, reading):
                found.append(NeedMatch(need.id, self._match(asked, reading)))
        return tuple(sorted(found, key=lambda entry: (-entry.match.score, entry.need_id)))

    def gates(self, need: NeedProfile, offer: OfferProfile, *, as_of: date) -> tuple[str, ...]:
        """The codes of all gates that shut the offer out, in the order of `GATE_CODES`; empty if it is
        eligible."""
        return self._shut(self.reader.need(need, as_of), self.reader.offer(offer))

    def profile(self, offer_id: str) -> OfferProfile:
        """An offer as it was learnt. Raises `UnknownOffer`."""
        offer = self._catalogue().readings.get(offer_id)
        if offer is None:
            raise UnknownOffer(offer_id)
        return offer.profile

    def _catalogue(self) -> Catalogue:
        try:
            return self.catalogue_
        except AttributeError:
            raise NotFitted("call `fit` before ranking") from None

    def _scored(self, need: NeedReading, catalogue: Catalogue) -> tuple[list[Scored], tuple[Undecidable, ...]]:
        scored: list[Scored] = []
        undecidable: list[Undecidable] = []
        for segment in catalogue.segments:
            eligible = check(need, segment.columns, self.reader.places).eligible & segment.holds
            rows = np.flatnonzero(eligible & segment.columns.has_content)
            scored.extend(self.scorer.score(need, Candidates(segment.columns, rows), _Rows(segment, catalogue)))
            undecidable.extend(
                Undecidable(segment.columns.ids[row], ("description",))
                for row in np.flatnonzero(eligible & ~segment.columns.has_content)
            )
        return scored, tuple(sorted(undecidable, key=lambda entry: entry.offer_id))

    def _near_misses(self, need: NeedReading, catalogue: Catalogue) -> tuple[NearMiss, ...]:
        """Offers that one change would make serve; the change is made and the offer scored before it is
        named."""
        able: list[tuple[float, str, str]] = []
        for segment in catalogue.segments:
            gates = check(need, segment.columns, self.reader.places)
            rows = np.flatnonzero((gates.shut_count == 1) & segment.holds & segment.columns.has_content)
            rows = rows[self.scorer.purpose(need, Candidates(segment.columns, rows)) >= self.recipe.serves_at]
            if not len(rows):
                continue
            for part in self.scorer.score(need, Candidates(segment.columns, rows), _Rows(segment, catalogue)):
                most = self.scorer.at_most(part, CHANGING)
                for at in map(int, np.flatnonzero(most >= self.recipe.serves_at)):
                    row = segment.row[part.ids[at]]
                    gate = next(code for code in GATE_CODES if gates.shut[code][row])
                    able.append((-float(most[at]), part.ids[at], gate))
        return self._best_opened(need, catalogue, sorted(able)[:NEAR_MISSES_TRIED])

    def _best_opened(
        self, need: NeedReading, catalogue: Catalogue, able: Sequence[tuple[float, str, str]]
    ) -> tuple[NearMiss, ...]:
        """Make the changes, those that can come highest first, until no other can come before those found."""
        wanted = self.recipe.near_misses
        found: list[NearMiss] = []
        for start in range(0, len(able), max(wanted, 1)):
            if len(found) >= wanted and found[wanted - 1].score_if_changed > -able[start][0]:
                break
            tried = [(catalogue.readings[name], gate) for _, name, gate in able[start : start + wanted]]
            found += [miss for miss in self._opened(need, tried) if miss.score_if_changed >= self.recipe.serves_at]
            found.sort(key=lambda miss: (-miss.score_if_changed, miss.offer_id))
        return tuple(found[:wanted])

    def _opened(self, need: NeedReading, shut: Sequence[tuple[OfferReading, str]]) -> list[NearMiss]:
        """Those of the shut offers that one change makes eligible, with the score they then have."""
        misses: dict[str, tuple[str, Change]] = {}
        changed: list[OfferReading] = []
        for offer, gate in sorted(shut, key=lambda pair: pair[0].profile.id):
            proposal = opened(offer.profile, need, gate, self.reader.places)
            if proposal is not None:
                misses[offer.profile.id] = (gate, proposal[1])
                changed.append(replace(offer, profile=proposal[0]))
        if not changed:
            return []
        columns = columns_of(changed)
        rows = np.flatnonzero(check(need, columns, self.reader.places).eligible)
        scores = {
            name: float(score)
            for part in self.scorer.score(need, Candidates(columns, rows), changed)
            for name, score in zip(part.ids, part.score, strict=True)
        }
        values = {offer.profile.id: gate_values(need, offer, gate) for offer, gate in shut}
        return [NearMiss(name, *misses[name], scores[name], values[name]) for name in sorted(scores)]

    def _excluded(self, need: NeedReading, offer: OfferReading, codes: tuple[str, ...]) -> NearMiss:
        opened_up = self._opened(need, [(offer, codes[0])]) if len(codes) == 1 else []
        return next(
            iter(opened_up),
            NearMiss(offer.profile.id, codes[0], None, 0.0, gate_values(need, offer, codes[0])),
        )

    def _shut(self, need: NeedReading, offer: OfferReading) -> tuple[str, ...]:
        gates = check(need, columns_of([offer]), self.reader.places)
        return tuple(code for code in GATE_CODES if gates.shut[code][0])

    def _match(self, need: NeedReading, offer: OfferReading) -> Match:
        alone = Candidates(columns_of([offer]), np.zeros(1, np.int64))
        part = next(part for part in self.scorer.score(need, alone, [offer]) if part.ids)
        return self.scorer.match(need, offer, part, 0)


class _Rows(Sequence[OfferReading]):
    """The readings of a segment by row, looked up only where needed."""

    def __init__(self, segment: Segment, catalogue: Catalogue) -> None:
        self._segment, self._catalogue = segment, catalogue

    def __len__(self) -> int:
        return self._segment.columns.size

    def __getitem__(self, row: int) -> OfferReading:  # type: ignore[override]  # single rows only
        return self._catalogue.readings[self._segment.columns.ids[row]]


def gate_values(need: NeedReading, offer: OfferReading, gate: str) -> dict[str, str | int | float]:
    """What the sentence of a gate's code names."""
    values: dict[str, str | int | float] = {}
    if gate.startswith(("scope.", "eligibility.")) or gate == "provider.own_state":
        values["state"] = need.profile.state
    if gate == "dates.ended" and offer.profile.closes_on:
        values["closes_on"] = offer.profile.closes_on.isoformat()
    if gate == "eligibility.member_of":
        values["grouping"] = next(
            rule.value or ""
            for rule in offer.profile.eligibility
            if rule.rule == "member_of" and rule.value not in need.groupings
        )
    return values
