"""Synergies: offers that overlap in the same States, and offers that complete each other there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

STEPS: Mapping[str, str] = {
    "legislative": "law", "policy": "law", "guidance": "law",
    "training": "skills", "tot": "skills", "elearning": "skills", "mentoring": "skills", "exercise": "skills",
    "expert-deployment": "skills", "peer-exchange": "skills",
    "equipment": "things", "it-system": "things", "infrastructure": "things",
}  # fmt: skip
"""Which part of a whole each kind of help is; the law comes first, things last."""
ORDER = ("law", "skills", "things")


@dataclass(frozen=True, slots=True)
class Offering:
    """An offer as synergies see it: where it can be used on the day, on what, and with what help."""

    id: str
    organization: str
    states: frozenset[str]
    themes: frozenset[str]
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Synergy:
    """Two offers of different organisations on one theme. `code` is `overlap`, or the two parts that complete each
    other (`law_skills`, `law_things`, `skills_things`), the part of `first` named first."""

    code: str
    theme: str
    first: str
    second: str
    states: tuple[str, ...]
    closeness: float
    """Shared States by all States of both; for an overlap times the same of kinds of help. 0–1."""


def find(offerings: Iterable[Offering], *, within: frozenset[str] | None = None) -> list[Synergy]:
    """All synergies of two offers that share a theme and a State, closest first; `within` are the States that count."""
    by_theme: dict[str, list[Offering]] = {}
    for offering in sorted(offerings, key=lambda one: one.id):
        for theme in offering.themes:
            by_theme.setdefault(theme, []).append(offering)
    found = [
        synergy
        for theme in sorted(by_theme)
        for one, other in combinations(by_theme[theme], 2)
        if one.organization != other.organization
        for synergy in _between(theme, one, other, within)
    ]
    return sorted(found, key=lambda one: (-one.closeness, one.theme, one.first, one.second, one.code))


def _between(theme: str, one: Offering, other: Offering, within: frozenset[str] | None) -> Iterator[Synergy]:
    shared, together = one.states & other.states, one.states | other.states
    if within is not None:
        shared, together = shared & within, together & within
    if not shared:
        return
    near = len(shared) / len(together)
    same = one.kinds & other.kinds
    if same:
        alike = len(same) / len(one.kinds | other.kinds)
        yield Synergy("overlap", theme, one.id, other.id, tuple(sorted(shared)), near * alike)
        return
    for early, late in combinations(ORDER, 2):
        for first, second in ((one, other), (other, one)):
            if early in _parts(first) - _parts(second) and late in _parts(second) - _parts(first):
                yield Synergy(f"{early}_{late}", theme, first.id, second.id, tuple(sorted(shared)), near)


def _parts(offering: Offering) -> set[str]:
    return {STEPS[kind] for kind in offering.kinds if kind in STEPS}
