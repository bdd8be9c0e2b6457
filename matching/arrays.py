"""Arrays over many offers that hold what each of them has a different number of."""

from array import array
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.readings import Vector

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

Held = TypeVar("Held", bound=Hashable)


class Ragged:
    """Rows of different length, one after the other in one array."""

    def __init__(self, values: NDArray[Any], starts: NDArray[np.int64]) -> None:
        self.values = values
        self.starts = starts.astype(np.int32)

    def row(self, at: int) -> NDArray[Any]:
        """What one row holds."""
        return self.values[self.starts[at] : self.starts[at + 1]]

    def places(self, rows: NDArray[np.int64]) -> tuple[Ints, Ints]:
        """Where the values of these rows stand, one row after the other, and how many each has."""
        first = self.starts[rows].astype(np.int64)
        lengths = self.starts[rows + 1] - first
        ends = np.cumsum(lengths)
        return np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - ends + lengths, lengths), lengths

    def sums(self, rows: NDArray[np.int64], worth: Callable[[NDArray[Any]], Floats]) -> Floats:
        """For each of these rows what its values are worth together."""
        places, lengths = self.places(rows)
        return np.bincount(
            np.repeat(np.arange(len(rows)), lengths), worth(self.values[places]), minlength=len(rows)
        ).astype(np.float64)

    def take(self, rows: NDArray[np.int64]) -> "Ragged":
        """These rows alone, in this order."""
        places, lengths = self.places(rows)
        return Ragged(self.values[places], np.concatenate([[0], np.cumsum(lengths)]))

    @staticmethod
    def joined(parts: Sequence["Ragged"]) -> "Ragged":
        """The rows of all parts."""
        lengths = np.concatenate([np.diff(part.starts) for part in parts])
        values = np.concatenate([part.values for part in parts])
        return Ragged(values, np.concatenate([[0], np.cumsum(lengths)]))


class Postings:
    """Which offers carry a feature, and with what weight; without weights each counts 1."""

    def __init__(
        self,
        features: NDArray[Any],
        rows: NDArray[Any],
        weights: NDArray[np.float32] | None,
        size: int,
    ) -> None:
        order = np.lexsort((rows, features))
        self.rows = rows[order].astype(np.int32)
        self.weights = None if weights is None else weights[order]
        self._features, starts = np.unique(features[order], return_index=True)
        self._starts = np.append(starts, len(features)).astype(np.int32)
        self.size = size

    @staticmethod
    def of(lengths: NDArray[np.int64], features: NDArray[Any], weights: NDArray[np.float32] | None) -> "Postings":
        """The postings of features given row by row."""
        return Postings(features, np.repeat(np.arange(len(lengths)), lengths), weights, len(lengths))

    def dot(self, vector: Vector) -> Floats:
        """The inner product of each offer with the vector, summed in the order of the features."""
        features, starts = self._features, self._starts
        if not len(features):
            return np.zeros(self.size)
        asked = np.array([feature for feature, _ in vector])
        at = np.minimum(np.searchsorted(features, asked), len(features) - 1)
        known = np.flatnonzero(features[at] == asked)
        if not len(known):
            return np.zeros(self.size)
        found = at[known]
        spans = [
            (first, last, vector[one][1])
            for one, first, last in zip(known.tolist(), starts[found].tolist(), starts[found + 1].tolist(), strict=True)
        ]
        rows = np.concatenate([self.rows[first:last] for first, last, _ in spans])
        worth = np.repeat([weight for _, _, weight in spans], [last - first for first, last, _ in spans])
        if self.weights is not None:
            worth *= np.concatenate([self.weights[first:last] for first, last, _ in spans])
        return np.bincount(rows, worth, self.size).astype(np.float64, copy=False)

    def take(self, rows: NDArray[np.int64]) -> "Postings":
        """The postings of these rows alone, in this order."""
        place = np.full(self.size, -1)
        place[rows] = np.arange(len(rows))
        moved = place[self.rows]
        kept = moved >= 0
        weights = None if self.weights is None else self.weights[kept]
        return Postings(self.features_by_posting()[kept], moved[kept], weights, len(rows))

    @staticmethod
    def joined(parts: Sequence["Postings"]) -> "Postings":
        """The rows of all parts."""
        before = np.cumsum([0, *(part.size for part in parts)])
        weights = [part.weights for part in parts if part.weights is not None]
        return Postings(
            np.concatenate([part.features_by_posting() for part in parts]),
            np.concatenate([part.rows + first for part, first in zip(parts, before[:-1], strict=True)]),
            np.concatenate(weights) if weights else None,
            int(before[-1]),
        )

    def features_by_posting(self) -> NDArray[Any]:
        """The feature of each posting."""
        return np.repeat(self._features, np.diff(self._starts))


class Sets(Generic[Held]):
    """Which offers hold a code in a set-valued field."""

    def __init__(self, rows: Mapping[Held, NDArray[np.int32]], size: int) -> None:
        self.rows = rows
        self.size = size
        self.counts = np.zeros(size, np.int16)
        for found in rows.values():
            self.counts[found] += 1

    @staticmethod
    def of(sets: Iterable[Iterable[Held]]) -> "Sets[Held]":
        """From the codes of each offer."""
        pile = SetPile[Held]()
        for codes in sets:
            pile.add(codes)
        return pile.sets()

    def having(self, code: Held) -> Bools:
        """The offers that hold the code."""
        mask = np.zeros(self.size, np.bool_)
        found = self.rows.get(code)
        if found is not None:
            mask[found] = True
        return mask

    def having_any(self, codes: Iterable[Held]) -> Bools:
        """The offers that hold one of the codes."""
        mask = np.zeros(self.size, np.bool_)
        for code in codes:
            found = self.rows.get(code)
            if found is not None:
                mask[found] = True
        return mask

    def shared(self, codes: Iterable[Held]) -> Ints:
        """How many of the codes each offer holds."""
        counts = np.zeros(self.size, np.int64)
        for code in set(codes):
            found = self.rows.get(code)
            if found is not None:
                counts[found] += 1
        return counts

    def codes(self) -> frozenset[Held]:
        """All codes held by any offer."""
        return frozenset(self.rows)

    @property
    def is_empty(self) -> Bools:
        """The offers whose set is empty."""
        empty: Bools = self.counts == 0
        return empty

    def take(self, rows: NDArray[np.int64]) -> "Sets[Held]":
        """These rows alone, in this order."""
        place = np.full(self.size, -1, np.int32)
        place[rows] = np.arange(len(rows))
        moved = {code: np.sort(place[found]) for code, found in self.rows.items()}
        return Sets({code: left for code, found in moved.items() if len(left := found[found >= 0])}, len(rows))

    @staticmethod
    def joined(parts: Sequence["Sets[Held]"]) -> "Sets[Held]":
        """The rows of all parts."""
        rows: dict[Held, list[NDArray[np.int32]]] = {}
        before = 0
        for part in parts:
            for code, found in part.rows.items():
                rows.setdefault(code, []).append((found + before).astype(np.int32))
            before += part.size
        return Sets({code: np.concatenate(found) for code, found in rows.items()}, before)


class SetPile(Generic[Held]):
    """Sets of codes while they are piled up, offer by offer."""

    def __init__(self) -> None:
        self._rows: dict[Held, array[int]] = {}
        self._size = 0

    def add(self, codes: Iterable[Held]) -> None:
        """The codes of the next offer."""
        for code in set(codes):
            self._rows.setdefault(code, array("i")).append(self._size)
        self._size += 1

    def sets(self) -> Sets[Held]:
        """All that were added."""
        return Sets({code: np.array(rows) for code, rows in self._rows.items()}, self._size)
