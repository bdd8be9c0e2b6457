"""Whether the offer has room."""

import numpy as np

from matching.arrays import Floats
from matching.columns import Candidates
from matching.criteria.base import Criterion, States
from matching.readings import NeedReading


class Room(Criterion):
    """Says whether the provider states that it has room left. How much is not compared: units differ, and
    a large
    programme is not a better answer."""

    name = "room"
    codes = ("room.left", "room.unknown")

    def score(self, need: NeedReading, offers: Candidates) -> tuple[Floats, States]:
        del need
        left = offers.columns.left[offers.rows] > 0
        return left.astype(np.float64), np.where(left, self.state("room.left"), self.state("room.unknown")).astype(
            np.int8
        )
