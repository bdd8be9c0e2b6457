"""Offers that are the same programme, told twice: by two bodies that run it together, or by two registers."""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process, utils

from matching.types import OfferProfile

TITLES_ALIKE, TEXTS_ALIKE = 85.0, 88.0
"""Likeness, 0–100, of the sorted words of two titles, and of two descriptions, from which on they say the same."""


def is_same(one: OfferProfile, other: OfferProfile) -> bool:
    """Whether two offers are one programme: in a language that both are written in, title and description say the same,
    with the same figures, and the kinds of help claimed do not part them. Offers without a language in common are taken
    to differ, and so are two of one body that it means for different States."""
    if one.organization == other.organization and one.scope != other.scope:
        return False
    if one.assistance_types and other.assistance_types and not set(one.assistance_types) & set(other.assistance_types):
        return False
    return any(
        _alike(one.title[language], other.title[language], TITLES_ALIKE)
        and _alike(one.description.get(language, ""), other.description.get(language, ""), TEXTS_ALIKE)
        for language in sorted(one.title.keys() & other.title.keys())
    )


def _alike(one: str, other: str, least: float) -> bool:
    """Whether two texts hold the same words in whatever order, and exactly the same figures."""
    if _figures(one) != _figures(other):
        return False
    return fuzz.token_sort_ratio(one, other, processor=utils.default_process, score_cutoff=least) >= least


def _figures(text: str) -> frozenset[str]:
    return frozenset(word for word in utils.default_process(text).split() if any(map(str.isdigit, word)))


def folded(offers: Sequence[OfferProfile]) -> list[tuple[int, tuple[int, ...]]]:
    """Each programme once, by the position of the offer that stands for it, with the positions of the others that are
    the same. The one that was listed first stands for all, so nobody takes its place with a copy; each keeps its order.
    """
    groups: list[list[int]] = []
    near = _near(offers)
    for at, offer in enumerate(offers):
        for group in groups:
            if near[at, group[0]] and is_same(offer, offers[group[0]]):
                group.append(at)
                break
        else:
            groups.append([at])
    found = []
    for group in groups:
        first = min(group, key=lambda at: (_age(offers[at]), at))
        found.append((first, tuple(at for at in group if at != first)))
    return sorted(found)


def _age(offer: OfferProfile) -> tuple[bool, float]:
    """What the oldest has least of."""
    return (offer.listed_at is None, offer.listed_at.timestamp() if offer.listed_at else 0.0)


def _near(offers: Sequence[OfferProfile]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """The pairs of which some titles are alike."""
    near = np.zeros((len(offers), len(offers)), np.bool_)
    for language in sorted({language for offer in offers for language in offer.title}):
        rows = [at for at, offer in enumerate(offers) if language in offer.title]
        titles = [utils.default_process(offers[at].title[language]) for at in rows]
        likeness = process.cdist(titles, titles, scorer=fuzz.token_sort_ratio, score_cutoff=TITLES_ALIKE)
        near[np.ix_(rows, rows)] |= likeness > 0
    return near
