"""The offers in memory: a large segment, a small one of late changes beside it, never changed once built."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.arrays import Bools
from matching.codes import GATE_CODES
from matching.columns import Columns, Row, columns_of
from matching.gates import check
from matching.places import Places
from matching.readings import NeedReading, OfferReading

LATE_AT_LEAST = 64
LATE_SHARE = 0.02
"""Late changes are merged into the large segment beyond this share of it, or beyond `LATE_AT_LEAST`."""
GATES_KEPT = 64
"""Answers of the gates that are kept: State, day and what is known of visit and request."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What the gates leave of a segment."""

    eligible: NDArray[np.int64]
    """Rows that no gate shuts out and that can be judged."""
    undecidable: NDArray[np.int64]
    """Rows that no gate shuts out, but that show no content."""
    shut_once: Bools
    """Rows with content that one gate alone shuts out."""
    gate: NDArray[np.int8]
    """The first gate that shuts each row out, by its place in `GATE_CODES`."""


class Segment:
    """Columns with the rows that still hold."""

    def __init__(self, columns: Columns, holds: Bools, places: Places) -> None:
        self.columns, self.holds, self._places = columns, holds, places
        self._passed: dict[object, Passed] = {}

    def row(self, name: str) -> int | None:
        """Where the offer of this id stands, if it still holds."""
        at = bisect_left(self.columns.ids, name)
        found = at < self.columns.size and self.columns.ids[at] == name and bool(self.holds[at])
        return at if found else None

    def passed(self, need: NeedReading) -> Passed:
        """What the gates leave for a need; worked out once for all needs that they cannot tell apart."""
        profile = need.profile
        key = (profile.state, need.as_of, profile.visited_on, profile.is_requested)
        known = self._passed.get(key)
        if known is None:
            known = self._check(need)
            if len(self._passed) >= GATES_KEPT:
                self._passed = {}
            self._passed[key] = known
        return known

    def _check(self, need: NeedReading) -> Passed:
        columns = self.columns
        gates = check(need, columns, self._places)
        eligible = gates.eligible & self.holds
        gate = np.zeros(columns.size, np.int8)
        for at, code in reversed(list(enumerate(GATE_CODES))):
            gate[gates.shut[code]] = at
        return Passed(
            np.flatnonzero(eligible & columns.has_content),
            np.flatnonzero(eligible & ~columns.has_content),
            (gates.shut_count == 1) & self.holds & columns.has_content,
            gate,
        )


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All offers. Which segment an offer lies in changes nothing about its score."""

    main: Segment
    late: Segment
    places: Places

    @property
    def segments(self) -> tuple[Segment, ...]:
        return (self.main, self.late) if self.late.columns.size else (self.main,)

    def __len__(self) -> int:
        return int(sum(segment.holds.sum() for segment in self.segments))

    def ids(self) -> Iterator[str]:
        """The ids of all offers."""
        for segment in self.segments:
            for row in np.flatnonzero(segment.holds):
                yield segment.columns.ids[row]

    def find(self, name: str) -> Row | None:
        """The offer of this id."""
        for segment in self.segments:
            at = segment.row(name)
            if at is not None:
                return Row(segment.columns, at)
        return None

    def with_changes(self, changed: Sequence[OfferReading], removed: Iterable[str]) -> "Catalogue":
        """A catalogue with some offers changed, added or gone. Its cost grows with the changes, not with the offers,
        but for one copy of the marks of those that hold."""
        gone = {*removed, *(reading.profile.id for reading in changed)}
        kept = np.array([at for at, name in enumerate(self.late.columns.ids) if name not in gone], np.int64)
        added = columns_of(sorted(changed, key=lambda reading: reading.profile.id))
        late = Columns.joined([self.late.columns.take(kept), added])
        holds = self.main.holds.copy()
        holds[[at for name in gone if (at := self.main.row(name)) is not None]] = False
        if late.size > max(LATE_AT_LEAST, LATE_SHARE * (late.size + int(holds.sum()))):
            left = self.main.columns.take(np.flatnonzero(holds))
            return catalogue_of(Columns.joined([left, late]), self.places)
        main = Segment(self.main.columns, holds, self.places)
        return Catalogue(main, _whole(late, self.places), self.places)


def catalogue_of(columns: Columns, places: Places) -> Catalogue:
    """All offers in one segment."""
    return Catalogue(_whole(columns, places), _whole(columns_of([]), places), places)


def _whole(columns: Columns, places: Places) -> Segment:
    return Segment(columns, np.ones(columns.size, np.bool_), places)
