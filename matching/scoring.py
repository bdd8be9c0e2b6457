"""From the values of all criteria to one score: purpose, under the lowest ceiling, with the settlers'
share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.arrays import Floats
from matching.columns import Candidates, Columns, Row, columns_of
from matching.copying import copied, suspects
from matching.criteria import CEILINGS, CRITERIA, PURPOSE, SETTLERS
from matching.criteria.base import Criterion, States
from matching.criteria.substance import Substance
from matching.readings import NeedReading, OfferReading, Reader
from matching.recipe import Recipe
from matching.types import Finding, Match, OfferProfile

TRIED_AT_FIRST, TRIED_AT_LEAST = 5, 40
"""So many times more candidates than wanted, and so many beside, are scored before it is known how high a score has to
be."""
MARGIN = 1e-9
"""More than rounding can move a score."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Some offers with their scores and, by criterion, values and states; all arrays run over the same
    offers."""

    offers: Candidates
    score: Floats
    purpose: Floats
    ceiling: Floats
    known_share: Floats
    values: tuple[Floats, ...]
    states: tuple[States, ...]

    @property
    def size(self) -> int:
        return self.offers.size

    def id(self, at: int) -> str:
        """The id of the offer at a position."""
        return self.offers.columns.ids[int(self.offers.rows[at])]

    def profile(self, at: int) -> OfferProfile:
        """The offer at a position."""
        return self.offers.columns.profiles[int(self.offers.rows[at])]

    def best(self, limit: int) -> list[int]:
        """Positions of the best, best first. Ties: the better purpose, then fewer tags claimed, then the
        shorter
        text, then the id."""
        if limit <= 0:
            return []
        if self.size > limit:
            least = np.partition(self.score, -limit)[-limit]
            positions = np.flatnonzero(self.score >= least)
        else:
            positions = np.arange(self.size)
        return sorted(positions.tolist(), key=self.rank_key)[:limit]

    def rank_key(self, at: int) -> tuple[float, float, int, int, str]:
        """What the offer at this position is ordered by; two parts of one ranking are merged by it."""
        columns, row = self.offers.columns, int(self.offers.rows[at])
        return (
            -float(self.score[at]),
            -float(self.purpose[at]),
            int(columns.claims[row]),
            int(columns.lengths[row]),
            columns.ids[row],
        )


Place = tuple[Scored, int]
"""One offer with its score: what it was scored with, and its position there."""


def ordered(places: Iterable[Place]) -> list[Place]:
    """Best first."""
    return sorted(places, key=lambda place: place[0].rank_key(place[1]))


class Scorer:
    """Scores offers for needs with one recipe."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.recipe: Recipe = reader.recipe
        self.criteria: tuple[Criterion, ...] = tuple(kind(reader) for kind in CRITERIA)
        self.known_weight = sum(criterion.weight for criterion in self.criteria)
        self._substance = next(criterion for criterion in self.criteria if isinstance(criterion, Substance))
        self._purposes, self._ceilings, self._settlers = (
            tuple(at for at, criterion in enumerate(self.criteria) if isinstance(criterion, kinds))
            for kinds in (PURPOSE, CEILINGS, SETTLERS)
        )

    def score(self, need: NeedReading, offers: Candidates) -> list[Place]:
        """All candidates with their scores, in no order; those that repeat the need's sentences are scored without
        them, and never higher for it."""
        scored = self._score(need, offers)
        copies = self._copies(need, scored, np.arange(scored.size))
        return [copies.get(at, (scored, at)) for at in range(scored.size)]

    def best(self, need: NeedReading, offers: Candidates, limit: int) -> list[Place]:
        """The best candidates, best first: the same as of `score`, but most candidates are only held against the
        highest score that their purpose allows."""
        if limit >= offers.size:
            return ordered(self.score(need, offers))
        highest = self.purpose(need, offers) + MARGIN
        wanted = limit
        while True:
            scored = self._leading(need, offers, highest, wanted)
            front = scored.best(wanted)
            copies = self._copies(need, scored, np.array(front, np.int64))
            if len(front) - len(copies) >= limit or len(front) == offers.size:
                return ordered(copies.get(at, (scored, at)) for at in front)[:limit]
            wanted = min(limit + len(copies), offers.size)

    def _leading(self, need: NeedReading, offers: Candidates, highest: Floats, wanted: int) -> Scored:
        """Scores of at least those candidates that belong to the best."""
        some = min(TRIED_AT_LEAST + TRIED_AT_FIRST * wanted, offers.size)
        first = np.argpartition(-highest, some - 1)[:some]
        scored = self._score(need, offers.among(offers.rows[np.sort(first)]))
        least = np.partition(scored.score, -wanted)[-wanted]
        within = highest >= least
        if np.count_nonzero(within) == np.count_nonzero(within[first]):
            return scored
        return self._score(need, offers.among(offers.rows[within]))

    def _copies(self, need: NeedReading, scored: Scored, positions: NDArray[np.int64]) -> dict[int, Place]:
        """By position, the offers that repeat the need, scored without what they repeat."""
        offers = scored.offers.among(scored.offers.rows[positions])
        masked: list[tuple[int, OfferReading]] = []
        for at in positions[suspects(need, offers)].tolist():
            reading = self.reader.offer(scored.profile(at))
            stretches = copied(need, reading)
            if stretches:
                masked.append((at, self.reader.without_copied(reading, stretches)))
        if not masked:
            return {}
        without = self._score(need, Candidates(columns_of(reading for _, reading in masked), np.arange(len(masked))))
        return {
            at: (without, place) for place, (at, _) in enumerate(masked) if without.score[place] <= scored.score[at]
        }

    def match(self, need: NeedReading, scored: Scored, at: int) -> Match:
        """The match with its findings."""
        offer = Row(scored.offers.columns, int(scored.offers.rows[at]))
        findings = tuple(
            self._finding(criterion, need, offer, scored, number, at) for number, criterion in enumerate(self.criteria)
        )
        score = float(scored.score[at])
        return Match(
            offer.profile.id,
            score,
            float(scored.ceiling[at]),
            score >= self.recipe.serves_at,
            float(scored.known_share[at]),
            findings,
        )

    def _finding(
        self,
        criterion: Criterion,
        need: NeedReading,
        offer: Row,
        scored: Scored,
        number: int,
        at: int,
    ) -> Finding:
        return criterion.finding(need, offer, float(scored.values[number][at]), int(scored.states[number][at]))

    def _score(self, need: NeedReading, offers: Candidates) -> Scored:
        results = [criterion.score(need, offers) for criterion in self.criteria]
        unknown = [criterion.is_unknown[state] for criterion, (_, state) in zip(self.criteria, results, strict=True)]
        values = [value for value, _ in results]
        purpose = self._purpose(values, offers.size)
        at_best = [np.where(is_unknown, 1.0, value) for value, is_unknown in zip(values, unknown, strict=True)]
        score = purpose * self._lowest_ceiling(values, offers.size) * self._settled(values, offers.size)
        ceiling = (
            self._purpose(at_best, offers.size)
            * self._lowest_ceiling(at_best, offers.size)
            * self._settled(at_best, offers.size)
        )
        known = np.zeros(offers.size)
        for criterion, is_unknown in zip(self.criteria, unknown, strict=True):
            known += criterion.weight * ~is_unknown
        return Scored(
            offers,
            score,
            purpose,
            ceiling,
            known / self.known_weight,
            tuple(values),
            tuple(state for _, state in results),
        )

    def purpose(self, need: NeedReading, offers: Candidates) -> Floats:
        """The purpose alone, which ceilings and settlers can only lower; copied sentences count still."""
        total = np.zeros(offers.size)
        for at in self._purposes:
            total += self.criteria[at].weight * self.criteria[at].score(need, offers)[0]
        return total

    def able(self, need: NeedReading, offers: Candidates, score: float) -> Candidates:
        """Those of the candidates whose purpose alone is as high as this score."""
        others = sum(share for name, share in self.recipe.purpose.items() if name != Substance.name)
        least = (score - others) / self._substance.weight
        near = self._substance.may_reach(need, offers, least)
        near = near.among(near.rows[self._substance.score(need, near)[0] >= least - MARGIN])
        return near.among(near.rows[self.purpose(need, near) >= score])

    def at_most(self, places: Sequence[Place], changing: frozenset[str]) -> list[float]:
        """What the scores cannot exceed whatever the criteria of these names come to say."""
        highest: dict[int, Floats] = {}
        for scored, _ in places:
            if id(scored) not in highest:
                values = [
                    np.ones(scored.size) if criterion.name in changing else value
                    for criterion, value in zip(self.criteria, scored.values, strict=True)
                ]
                size = scored.size
                purpose = self._purpose(values, size)
                highest[id(scored)] = purpose * self._lowest_ceiling(values, size) * self._settled(values, size)
        return [float(highest[id(scored)][at]) for scored, at in places]

    def changed(
        self, need: NeedReading, places: Sequence[Place], records: Columns, changing: frozenset[str]
    ) -> list[float]:
        """The scores of offers once the criteria of these names see other records of them."""
        rows = Candidates(records, np.arange(len(places)))
        values = [
            criterion.score(need, rows)[0]
            if criterion.name in changing
            else np.array([scored.values[number][at] for scored, at in places])
            for number, criterion in enumerate(self.criteria)
        ]
        size = len(places)
        scores = self._purpose(values, size) * self._lowest_ceiling(values, size) * self._settled(values, size)
        return [float(score) for score in scores]

    def _purpose(self, values: Sequence[Floats], size: int) -> Floats:
        total = np.zeros(size)
        for at in self._purposes:
            total += self.criteria[at].weight * values[at]
        return total

    def _lowest_ceiling(self, values: Sequence[Floats], size: int) -> Floats:
        lowest = np.ones(size)
        for at in self._ceilings:
            floor = 1.0 - self.criteria[at].weight
            lowest = np.minimum(lowest, floor + (1.0 - floor) * values[at])
        return lowest

    def _settled(self, values: Sequence[Floats], size: int) -> Floats:
        """1 where every settler is met; together they can take away no more than their weights."""
        total = np.ones(size)
        for at in self._settlers:
            total -= self.criteria[at].weight * (1.0 - values[at])
        return total
