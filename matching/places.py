"""States, groupings and days: who belongs to what on a given day."""

from dataclasses import dataclass
from datetime import date

from matching.types import Facts


@dataclass(frozen=True, slots=True)
class Places:
    """The groupings that are known, and those of each State by day."""

    known_groupings: frozenset[str]
    _spells: dict[str, tuple[tuple[str, int, int], ...]]

    def groupings_of(self, state: str, day: date) -> frozenset[str]:
        """The groupings that the State belongs to on the day."""
        ordinal = day.toordinal()
        return frozenset(name for name, since, until in self._spells.get(state, ()) if since <= ordinal < until)


def places_of(facts: Facts) -> Places:
    """Index the memberships of the facts."""
    spells: dict[str, list[tuple[str, int, int]]] = {}
    for entry in facts.memberships:
        since = entry.since.toordinal() if entry.since else 0
        until = entry.until.toordinal() if entry.until else date.max.toordinal() + 1
        spells.setdefault(entry.state, []).append((entry.grouping, since, until))
    known = frozenset(entry.grouping for entry in facts.memberships)
    return Places(known, {state: tuple(rows) for state, rows in spells.items()})
