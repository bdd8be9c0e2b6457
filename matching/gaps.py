"""Gaps: how much a need that nothing covers matters to those who design projects, and how sure its rank is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

PARTS = ("priority", "agreed", "age", "best_match", "coverage", "shared_by")
WEIGHTS: Mapping[str, float] = {
    "priority": 0.30, "agreed": 0.15, "age": 0.10, "best_match": 0.25, "coverage": 0.10, "shared_by": 0.10,
}  # fmt: skip
FORMULA = (
    "score = sum(weight * part) / sum(weight); best_match and coverage count as 1 - part, shared_by as"
    " min(shared_by - 1, 4) / 4, and a part that is not known as 0"
)
MANY_STATES = 5
"""From this many States on, more States sharing a need no longer raise it."""
SWING = 0.2
"""How far the weights are moved, each by itself, to see how sure a rank is."""
_ALIKE = 1e-12


@dataclass(frozen=True, slots=True)
class Parts:
    """What the rank of a gap is made of, each 0–1; `shared_by` counts States. `None` is not known to the reader."""

    priority: float
    agreed: float | None
    age: float | None
    best_match: float
    coverage: float
    shared_by: float

    def counted(self) -> tuple[float, ...]:
        """The parts in the order of `PARTS` as the formula takes them: more is more of a gap."""
        shared = min(max(self.shared_by - 1, 0), MANY_STATES - 1) / (MANY_STATES - 1)
        return (self.priority, self.agreed or 0.0, self.age or 0.0, 1 - self.best_match, 1 - self.coverage, shared)


def weighed(changes: Mapping[str, float]) -> dict[str, float]:
    """All weights, some of them as asked for."""
    return {name: changes.get(name, weight) for name, weight in WEIGHTS.items()}


def score(parts: Parts, weights: Mapping[str, float]) -> float:
    """The formula, 0–1; 0 where every weight is 0."""
    total = sum(weights[name] for name in PARTS)
    if total <= 0:
        return 0.0
    return sum(weights[name] * part for name, part in zip(PARTS, parts.counted(), strict=True)) / total


def ranges(ordered: Sequence[Parts], weights: Mapping[str, float], *, first: int) -> list[tuple[int, int]]:
    """For each of the `first` gaps of a ranking, the best and the worst rank that it can have while every weight moves
    by up to 20 % on its own.

    The difference of two scores is linear in the weights, so whether one gap stays before another is decided exactly
    at the worst corner; no corner has to be tried. `ordered` is by score, ties as the caller breaks them.
    """
    if not ordered:
        return []
    values = np.array([parts.counted() for parts in ordered])
    weight = np.array([weights[name] for name in PARTS])
    numbers = np.arange(len(ordered))
    found = []
    for at in range(min(first, len(ordered))):
        lead = values[at] - values
        margin, swing = lead @ weight, SWING * (np.abs(lead) @ weight)
        alike = swing <= _ALIKE
        always_after = np.where(alike, numbers > at, margin > swing + _ALIKE)
        always_before = np.where(alike, numbers < at, -margin > swing + _ALIKE)
        always_before[at] = always_after[at] = False
        found.append((1 + int(always_before.sum()), len(ordered) - int(always_after.sum())))
    return found
