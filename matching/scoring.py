"""From the values of all criteria to one score: purpose, under the lowest ceiling, with the settlers'
share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.columns import Candidates, Floats, columns_of
from matching.copying import copied, suspects
from matching.criteria import CEILINGS, CRITERIA, PURPOSE, SETTLERS
from matching.criteria.base import Criterion, States
from matching.readings import NeedReading, OfferReading, Reader
from matching.recipe import Recipe
from matching.types import Finding, Match


@dataclass(frozen=True, slots=True)
class Scored:
    """Some offers with their scores and, by criterion, values and states; all arrays run over the same
    offers."""

    ids: Sequence[str]
    score: Floats
    purpose: Floats
    ceiling: Floats
    known_share: Floats
    claims: NDArray[np.int64]
    lengths: NDArray[np.int64]
    values: tuple[Floats, ...]
    states: tuple[States, ...]

    def best(self, limit: int) -> list[int]:
        """Positions of the best, best first. Ties: the better purpose, then fewer tags claimed, then the
        shorter
        text, then the id."""
        if limit <= 0:
            return []
        if len(self.ids) > limit:
            least = np.partition(self.score, -limit)[-limit]
            positions = np.flatnonzero(self.score >= least)
        else:
            positions = np.arange(len(self.ids))
        return sorted((int(at) for at in positions), key=self.rank_key)[:limit]

    def rank_key(self, at: int) -> tuple[float, float, int, int, str]:
        """What the offer at this position is ordered by; two parts of one ranking are merged by it."""
        return (
            -float(self.score[at]),
            -float(self.purpose[at]),
            int(self.claims[at]),
            int(self.lengths[at]),
            self.ids[at],
        )


class _Names(Sequence[str]):
    """Ids of the offers of some rows, looked up only where needed."""

    def __init__(self, ids: Sequence[str], rows: NDArray[np.int64]) -> None:
        self._ids, self._rows = ids, rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: int) -> str:  # type: ignore[override]  # single places only
        return self._ids[int(self._rows[at])]


class Scorer:
    """Scores offers for needs with one recipe."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.recipe: Recipe = reader.recipe
        self.criteria: tuple[Criterion, ...] = tuple(kind(reader) for kind in CRITERIA)
        self.known_weight = sum(criterion.weight for criterion in self.criteria)
        self._purposes, self._ceilings, self._settlers = (
            tuple(at for at, criterion in enumerate(self.criteria) if isinstance(criterion, kinds))
            for kinds in (PURPOSE, CEILINGS, SETTLERS)
        )

    def score(self, need: NeedReading, offers: Candidates, readings: Sequence[OfferReading]) -> list[Scored]:
        """Score the candidates; those that repeat the need's sentences are scored without them."""
        rows = np.flatnonzero(suspects(need, offers))
        masked: dict[int, OfferReading] = {}
        for at in rows:
            stretches = copied(need, readings[int(offers.rows[at])])
            if stretches:
                masked[int(at)] = self.reader.without_copied(readings[int(offers.rows[at])], stretches)
        if not masked:
            return [self._score(need, offers)]
        kept = np.delete(offers.rows, sorted(masked))
        honest = columns_of([masked[at] for at in sorted(masked)])
        return [
            self._score(need, Candidates(offers.columns, kept)),
            self._score(need, Candidates(honest, np.arange(len(masked)))),
        ]

    def match(self, need: NeedReading, offer: OfferReading, scored: Scored, at: int) -> Match:
        """The match with its findings."""
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
        offer: OfferReading,
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
        columns, rows = offers.columns, offers.rows
        return Scored(
            _Names(columns.ids, rows),
            score,
            purpose,
            ceiling,
            known / self.known_weight,
            columns.claims[rows],
            columns.lengths[rows],
            tuple(values),
            tuple(state for _, state in results),
        )

    def purpose(self, need: NeedReading, offers: Candidates) -> Floats:
        """The purpose alone, before ceilings and settlers can lower it; copied sentences count still."""
        total = np.zeros(offers.size)
        for at in self._purposes:
            total += self.criteria[at].weight * self.criteria[at].score(need, offers)[0]
        return total

    def at_most(self, scored: Scored, changing: frozenset[str]) -> Floats:
        """What the scores cannot exceed whatever the criteria of these names come to say."""
        values = [
            np.ones(len(value)) if criterion.name in changing else value
            for criterion, value in zip(self.criteria, scored.values, strict=True)
        ]
        size = len(scored.ids)
        return self._purpose(values, size) * self._lowest_ceiling(values, size) * self._settled(values, size)

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
