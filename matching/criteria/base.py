"""What every criterion is: a value and a state for all offers at once, and the same as a finding for one
pair."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from matching.arrays import Floats
from matching.codes import CODES
from matching.columns import Candidates, Row, columns_of
from matching.readings import NeedReading, OfferReading, Reader
from matching.types import Evidence, Finding, Verdict

States = NDArray[np.int8]
"""For each offer the position of its code in the criterion's `codes`."""
Values = Mapping[str, str | int | float]

NO_EVIDENCE: tuple[Evidence, Values] = (Evidence(), {})


class Criterion(ABC):
    """Grades offers for a need. Its docstring is shown to users as its description."""

    name: ClassVar[str]
    codes: ClassVar[tuple[str, ...]]

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.recipe = reader.recipe
        self.verdicts = tuple(CODES[code].verdict or Verdict.UNKNOWN for code in self.codes)
        self.is_unknown = np.array([verdict is Verdict.UNKNOWN for verdict in self.verdicts], np.bool_)

    @cached_property
    def weight(self) -> float:
        """The share of the score that this criterion decides, or can take away as a ceiling."""
        return {**self.recipe.purpose, **self.recipe.settlers}[self.name]

    @abstractmethod
    def score(self, need: NeedReading, offers: Candidates) -> tuple[Floats, States]:
        """Value 0–1 and state of each candidate."""

    def details(self, need: NeedReading, offer: Row, code: str) -> tuple[Evidence, Values]:
        """What was compared, and the values that the code's sentence names."""
        del need, offer, code
        return NO_EVIDENCE

    def explain(self, need: NeedReading, offer: OfferReading) -> Finding:
        """The finding on one pair, from nothing but the two readings."""
        columns = columns_of([offer])
        value, state = self.score(need, Candidates(columns, np.zeros(1, np.int64)))
        return self.finding(need, Row(columns, 0), float(value[0]), int(state[0]))

    def finding(self, need: NeedReading, offer: Row, value: float, state: int) -> Finding:
        """The finding for a value and state already known from `score`."""
        code = self.codes[state]
        evidence, values = self.details(need, offer, code)
        return Finding(self.name, self.verdicts[state], value, self.weight, code, self.cap(value), evidence, values)

    def cap(self, value: float) -> float | None:
        """The highest score that this value leaves possible, where it lowers it."""
        del value
        return None

    def state(self, code: str) -> int:
        """The position of one of the criterion's codes."""
        return self.codes.index(code)


class Ceiling(Criterion):
    """A criterion that earns nothing by itself: where it is not met, it lowers what purpose can reach."""

    @property
    def floor(self) -> float:
        """The ceiling on the score where the criterion is not met at all."""
        return self.recipe.ceilings[self.name]

    @cached_property
    def weight(self) -> float:
        return 1.0 - self.floor

    def cap(self, value: float) -> float | None:
        return None if value >= 1.0 else self.floor + (1.0 - self.floor) * value


def choose(options: list[tuple[NDArray[np.bool_], float, int]], size: int, otherwise: int) -> tuple[Floats, States]:
    """The value and state of the first option that holds for each offer; else 0 and `otherwise`."""
    values = np.zeros(size)
    states = np.full(size, otherwise, np.int8)
    left = np.ones(size, np.bool_)
    for holds, value, state in options:
        here = left & holds
        values[here] = value
        states[here] = state
        left &= ~holds
    return values, states
