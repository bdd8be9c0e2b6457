"""The offers in memory: a large segment, a small one of late changes beside it, never changed once built."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.columns import Bools, Columns, columns_of
from matching.readings import OfferReading

LATE_AT_LEAST = 64
LATE_SHARE = 0.02
"""Late changes are merged into the large segment beyond this share of it, or beyond `LATE_AT_LEAST`."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Columns with the rows that still hold."""

    columns: Columns
    row: Mapping[str, int]
    holds: Bools


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All offers. Which segment an offer lies in changes nothing about its score."""

    readings: Mapping[str, OfferReading]
    main: Segment
    late: Segment

    @property
    def segments(self) -> tuple[Segment, ...]:
        return (self.main, self.late) if self.late.columns.size else (self.main,)

    def with_changes(self, changed: Sequence[OfferReading], removed: Iterable[str]) -> "Catalogue":
        """A catalogue with some offers changed, added or gone. Its cost grows with the changes, not with
        the offers,
        but for one copy of the list of names."""
        gone = {*removed, *(reading.profile.id for reading in changed)}
        readings = {name: reading for name, reading in self.readings.items() if name not in gone}
        readings.update((reading.profile.id, reading) for reading in changed)
        late = [self.readings[name] for name in self.late.columns.ids if name in readings and name not in gone]
        late.extend(changed)
        if len(late) > max(LATE_AT_LEAST, LATE_SHARE * len(readings)):
            return catalogue_of(readings.values())
        holds = self.main.holds.copy()
        holds[[self.main.row[name] for name in gone if name in self.main.row]] = False
        return Catalogue(readings, Segment(self.main.columns, self.main.row, holds), _segment(late))


def catalogue_of(readings: Iterable[OfferReading]) -> Catalogue:
    """All offers in one segment."""
    ordered = sorted(readings, key=lambda reading: reading.profile.id)
    return Catalogue({reading.profile.id: reading for reading in ordered}, _segment(ordered), _segment([]))


def _segment(readings: Iterable[OfferReading]) -> Segment:
    columns = columns_of(sorted(readings, key=lambda reading: reading.profile.id))
    return Segment(columns, {name: at for at, name in enumerate(columns.ids)}, np.ones(columns.size, np.bool_))
