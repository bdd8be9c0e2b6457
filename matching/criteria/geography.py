"""How closely the offer is meant for this State."""

import numpy as np

from matching.arrays import Floats
from matching.columns import Candidates, Row
from matching.criteria.base import Criterion, States, Values, choose
from matching.readings import NeedReading
from matching.types import Evidence

NAMED, GROUPING, WORLD = 1.0, 0.7, 0.4


class Geography(Criterion):
    """Prefers an offer that names the State over one for a grouping or region that it belongs to on the
    day, and that
    over one for the whole world. Whether the State is covered at all is decided before."""

    name = "geography"
    codes = ("geography.state_named", "geography.grouping", "geography.world", "geography.unknown")

    def score(self, need: NeedReading, offers: Candidates) -> tuple[Floats, States]:
        columns, rows = offers.columns, offers.rows
        options = [
            (columns.states.having(need.profile.state)[rows], NAMED, self.state("geography.state_named")),
            (
                columns.groupings.having_any(need.groupings - {"world"})[rows],
                GROUPING,
                self.state("geography.grouping"),
            ),
            (columns.is_world[rows], WORLD, self.state("geography.world")),
        ]
        value, state = choose(options, offers.size, self.state("geography.unknown"))
        return np.asarray(value), state

    def details(self, need: NeedReading, offer: Row, code: str) -> tuple[Evidence, Values]:
        values: dict[str, str | int | float] = {"state": need.profile.state}
        if code == "geography.grouping" and offer.profile.scope:
            values["grouping"] = min(set(offer.profile.scope.groupings) & (need.groupings - {"world"}))
        return Evidence(), values
