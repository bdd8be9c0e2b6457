"""Bundles: like needs of several States, put together where a grouping of States could carry one project."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

REGIONAL = ("regional_org", "m49_subregion", "initiative", "un_initiative", "informal")
"""Kinds of groupings that a regional project is made for."""
BY_AREA = {"cft": ("fsrb",)}
"""Kinds that carry projects of one area alone: the FATF-style regional bodies."""
MOST_MEMBERS = 30
"""A grouping of more States than this is no region."""
ALIKE_FROM = 0.2
"""From this cosine on, two texts ask for like things even where their kinds of help differ."""
COMMON_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Ask:
    """One need that nothing covers enough."""

    id: str
    state: str
    theme: str
    """The sub-area that it is about, or its area where nothing narrower is known."""
    kinds: frozenset[str]
    concepts: Mapping[str, float]
    """What its text speaks of, as far as the reader sees the text."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Needs of several States that one project could answer; `needs` and `states` in their order."""

    theme: str
    grouping: str
    needs: tuple[str, ...]
    states: tuple[str, ...]
    kinds: tuple[str, ...]
    """Kinds of help that at least half of the needs ask for."""
    concepts: tuple[str, ...]
    """What texts of at least two States and half of the needs with a text speak of, the weightiest first."""
    fitting: tuple[str, ...]
    """All groupings that hold every State of the bundle, the closest fit first."""


def bundle(
    asks: Sequence[Ask],
    members: Mapping[str, frozenset[str]],
    kinds: Mapping[str, str],
    areas: Mapping[str, str | None],
) -> list[Bundle]:
    """Bundles of two States or more. `members` are the groupings of the day with their States, `kinds` what each is,
    `areas` the area of a theme.

    Within a theme, needs that ask for like things are taken together, then the grouping that holds most of their
    States for its size, then the next for the States that are left. A need is in one bundle at most.
    """
    by_theme: dict[str, list[Ask]] = {}
    for ask in sorted(asks, key=lambda ask: ask.id):
        if ask.theme:
            by_theme.setdefault(ask.theme, []).append(ask)
    found = []
    for theme in sorted(by_theme):
        able = (*REGIONAL, *BY_AREA.get(areas.get(theme) or theme, ()))
        regions = {
            name: states
            for name, states in sorted(members.items())
            if kinds.get(name) in able and len(states) <= MOST_MEMBERS
        }
        for alike in _families(by_theme[theme]):
            left = list(alike)
            while True:
                here = {ask.state for ask in left}
                name = min(regions, key=lambda name: (-_fit(here, regions[name]), name), default=None)
                if name is None or len(here & regions[name]) < 2:
                    break
                chosen = [ask for ask in left if ask.state in regions[name]]
                found.append(_bundle(theme, name, chosen, members, kinds))
                left = [ask for ask in left if ask.state not in regions[name]]
    return found


def _fit(states: set[str], members: frozenset[str]) -> float:
    """States held, and how close the grouping lies about them; nothing where it holds fewer than two."""
    held = len(states & members)
    return held * held / len(members) if held > 1 else 0.0


def _families(asks: Sequence[Ask]) -> list[list[Ask]]:
    """Needs that hang together: each is like at least one other of its family."""
    families: list[list[Ask]] = []
    for ask in asks:
        like = [family for family in families if any(_alike(ask, other) for other in family)]
        families = [family for family in families if family not in like]
        families.append(sorted([*(other for family in like for other in family), ask], key=lambda one: one.id))
    return sorted(families, key=lambda family: family[0].id)


def _alike(one: Ask, other: Ask) -> bool:
    """A need that says nothing beyond its theme is like any other of the theme."""
    if not (one.kinds or one.concepts) or not (other.kinds or other.concepts):
        return True
    return bool(one.kinds & other.kinds) or cosine(one.concepts, other.concepts) >= ALIKE_FROM


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How alike two texts are by their concepts, 0–1."""
    dot = fsum(one[name] * other[name] for name in sorted(one.keys() & other.keys()))
    norms = sqrt(fsum(w * w for w in one.values())) * sqrt(fsum(w * w for w in other.values()))
    return dot / norms if norms else 0.0


def _bundle(
    theme: str, grouping: str, asks: Sequence[Ask], members: Mapping[str, frozenset[str]], kinds: Mapping[str, str]
) -> Bundle:
    states = {ask.state for ask in asks}
    wanted = sorted({kind for ask in asks for kind in ask.kinds})
    half = len(asks) / 2
    closest = sorted(
        (name for name, held in members.items() if states <= held and kinds.get(name) != "global"),
        key=lambda name: (len(members[name]), name),
    )
    return Bundle(
        theme,
        grouping,
        tuple(ask.id for ask in asks),
        tuple(sorted(states)),
        tuple(kind for kind in wanted if sum(kind in ask.kinds for ask in asks) >= half),
        _common(asks),
        tuple(closest),
    )


def _common(asks: Iterable[Ask]) -> tuple[str, ...]:
    told = [ask for ask in asks if ask.concepts]
    weights: dict[str, float] = {}
    for name in sorted({name for ask in told for name in ask.concepts}):
        holding = [ask for ask in told if name in ask.concepts]
        if len({ask.state for ask in holding}) > 1 and len(holding) >= len(told) / 2:
            weights[name] = fsum(ask.concepts[name] for ask in holding)
    return tuple(sorted(weights, key=lambda name: (-weights[name], name))[:COMMON_AT_MOST])
