"""Stretches of an offer that repeat a need's own sentences: they count for nothing."""

import numpy as np

from matching.columns import Candidates
from matching.readings import NeedReading, OfferReading

WINDOW, SAME = 8, 7
"""Of so many longer words in a row so many stand in the need: no two authors write like that by chance."""
SUSPECT_WORDS = 7
"""Different words in common from which on a closer look is worth its price."""


def suspects(need: NeedReading, offers: Candidates) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The candidates that share so many words with the need that they may repeat it."""
    if len(need.substance.trace) < SUSPECT_WORDS:
        return np.zeros(offers.size, np.bool_)
    words = tuple((word, 1.0) for word in sorted(need.substance.trace))
    return np.asarray(offers.columns.traces.dot(words)[offers.rows] >= SUSPECT_WORDS)


def copied(need: NeedReading, offer: OfferReading) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """The repeated stretches by field and narrative."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for name, key, field in offer.substance.streams:
        known = [word in need.substance.trace for word in field.trace]
        same = sum(known[:WINDOW])
        for at in range(len(known) - WINDOW + 1):
            if at:
                same += known[at + WINDOW - 1] - known[at - 1]
            if same >= SAME:
                found.setdefault((name, key), []).append((field.spans[at][0], field.spans[at + WINDOW - 1][1]))
    return found
