"""How figures are counted, and how the counters are rebuilt from the record of what happened."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median

NEED_ON = "need_on:"


@dataclass(frozen=True, slots=True)
class Event:
    """One record of the audit, as far as figures need it: ids by kind, and the States of its needs."""

    at: datetime
    actions: Sequence[str]
    subjects: Mapping[str, Sequence[str]]
    states: Mapping[str, str]


@dataclass(slots=True)
class Counters:
    """Needs on record, by State, theme and month of recording, and published offers."""

    needs: int = 0
    by_state: Counter[str] = field(default_factory=Counter)
    by_theme: Counter[str] = field(default_factory=Counter)
    by_month: Counter[str] = field(default_factory=Counter)

    def count(self, state: str, themes: Iterable[str], recorded_on: date) -> None:
        """One need more."""
        self.needs += 1
        self.by_state[state] += 1
        self.by_theme.update(themes)
        self.by_month[month(recorded_on)] += 1


def month(day: date) -> str:
    """The month of a day, as `2026-11`."""
    return f"{day:%Y-%m}"


def rebuilt(events: Iterable[Event], sees: Callable[[Collection[str]], Collection[str]] = frozenset) -> Counters:
    """The counters as the events alone make them, oldest first, over those of the needs that the reader `sees`."""
    recorded: dict[str, tuple[str, date]] = {}
    themes: dict[str, set[str]] = {}
    for event in events:
        for need in event.subjects.get("need_recorded", ()):
            recorded[need] = (event.states[need], event.at.date())
        for need in event.subjects.get("need_changed", ()):
            themes[need] = set()
        for kind, needs in event.subjects.items():
            if kind.startswith(NEED_ON):
                for need in needs:
                    themes.setdefault(need, set()).add(kind.removeprefix(NEED_ON))
    counters = Counters()
    for need in sees(recorded.keys()):
        state, day = recorded[need]
        counters.count(state, themes.get(need, ()), day)
    return counters


def middle(days: Sequence[int]) -> float | None:
    """The median; nothing where there is nothing to take it of."""
    return float(median(days)) if days else None


def share(part: int, whole: int) -> float | None:
    """A part of a whole, 0–1; nothing where there is no whole."""
    return round(part / whole, 4) if whole else None
