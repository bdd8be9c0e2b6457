"""States, groupings and days: who belongs to what on a given day, as bits for whole columns."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from matching.types import Facts


@dataclass(frozen=True, slots=True)
class Places:
    """The numbers of States and groupings, and the groupings of each State by day."""

    state_number: dict[str, int]
    grouping_number: dict[str, int]
    _spells: dict[str, tuple[tuple[str, int, int], ...]]

    def groupings_of(self, state: str, day: date) -> frozenset[str]:
        """The groupings that the State belongs to on the day."""
        ordinal = day.toordinal()
        return frozenset(
            name for name, since, until in self._spells.get(state, ()) if since <= ordinal < until
        )

    def numbers_of(self, state: str, day: date) -> tuple[int, ...]:
        """The same as numbers, ascending."""
        return tuple(sorted(self.grouping_number[name] for name in self.groupings_of(state, day)))


@lru_cache(maxsize=8)
def _number(names: tuple[str, ...]) -> dict[str, int]:
    return {name: at for at, name in enumerate(names)}


def places_of(facts: Facts) -> Places:
    """Index the memberships of the facts."""
    spells: dict[str, list[tuple[str, int, int]]] = {}
    for entry in facts.memberships:
        since = entry.since.toordinal() if entry.since else 0
        until = entry.until.toordinal() if entry.until else date.max.toordinal() + 1
        spells.setdefault(entry.state, []).append((entry.grouping, since, until))
    states = tuple(sorted({*facts.state_languages, *spells}))
    groupings = tuple(sorted({entry.grouping for entry in facts.memberships}))
    return Places(_number(states), _number(groupings), {state: tuple(rows) for state, rows in spells.items()})
