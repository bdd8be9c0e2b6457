"""How alike two needs are, whatever their languages: what the texts mean, their themes, and equal words."""

from math import fsum

from matching.readings import NeedReading, Vector, norm

PURPOSE, THEME = 0.75, 0.25
WORDS = 0.5
"""The share of what is missing that equal words of one language may add."""
ALIKE_AT = 0.30
"""From this value on two needs of one State may be the same: of the sample needs all 27 pairs of one need's languages
reach it, and none of the 557 pairs of different needs of one State."""


def likeness(one: NeedReading, other: NeedReading) -> float:
    """0–1, the same in both directions. Concepts carry it, so the same need in two languages is still alike (cosine
    similarity after Salton, 1975)."""
    concepts = _cosine(one.substance.concepts, other.substance.concepts)
    themes = max(
        _cosine(mine, theirs)
        for mine in (one.substance.themes, one.tags)
        for theirs in (other.substance.themes, other.tags)
    )
    value = PURPOSE * concepts + THEME * themes * min(1.0, 2.0 * concepts)
    words = _cosine(one.substance.words, other.substance.words)
    return min(1.0, value + (1.0 - value) * WORDS * words)


def _cosine(one: Vector, other: Vector) -> float:
    theirs = dict(other)
    product = fsum(weight * theirs[at] for at, weight in one if at in theirs)
    return product / (norm(one) * norm(other)) if product else 0.0
