"""Stretches of an offer that repeat a need's own sentences: they count for nothing."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from matching.arrays import Bools, Floats
from matching.columns import Candidates
from matching.fields import TRACE_SPACE
from matching.readings import NeedReading, OfferReading

WINDOW, LEAST = 10, 5
"""So many longer words in a row that all stand in the need are no chance; of a need with fewer words, all of them,
but not below the least."""
STOP = re.compile(r"[.!?…؟。！？;；؛\n\r•|]+(?=\s|$)|[。！？；]")
TITLE, TITLE_HAN = 3, 8
"""Longer words, or pairs of Chinese characters, from which on the need's whole title, word for word, is a copy."""


def suspects(need: NeedReading, offers: Candidates) -> Bools:
    """The candidates that share so many different words with the need, or all of its title, that they may repeat it."""
    found = _shared(need.substance.trace, offers) >= _window(need)
    for title in _titles(need):
        found |= _shared(frozenset(title), offers) >= len(set(title))
    return found


def _shared(words: frozenset[int], offers: Candidates) -> Floats:
    """How many of the words each candidate holds."""
    asked = np.zeros(TRACE_SPACE, np.bool_)
    asked[list(words)] = True
    return offers.columns.traces.sums(offers.rows, lambda values: asked[values].astype(np.float64))


def _titles(need: NeedReading) -> list[tuple[int, ...]]:
    return [
        field.trace
        for name, _, field in need.substance.streams
        if name == "title" and len(field.trace) >= (TITLE_HAN if field.language == "zh" else TITLE)
    ]


def _window(need: NeedReading) -> int:
    return max(LEAST, min(WINDOW, len(need.substance.trace)))


def copied(need: NeedReading, offer: OfferReading) -> dict[tuple[str, str], tuple[int, int]]:
    """By field and narrative, the stretch from the first repeated word to the last."""
    titles = _titles(need)
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for name, key, field in offer.substance.streams:
        runs = [*_windows(field.trace, need.substance.trace, _window(need)), *_verbatim(field.trace, titles)]
        if runs:
            first, last = min(run[0] for run in runs), max(run[1] for run in runs)
            text = (offer.profile.title if name == "title" else offer.profile.description)[key]
            found[name, key] = _sentences(text, field.spans[first][0], field.spans[last][1])
    return found


def _sentences(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch drawn out to whole sentences: what stands beside a copy in one sentence mostly belongs to it."""
    before = [stop.end() for stop in STOP.finditer(text, 0, start)]
    after = STOP.search(text, end)
    return (before[-1] if before else 0, after.end() if after else len(text))


def _windows(trace: Sequence[int], asked: frozenset[int], window: int) -> Iterator[tuple[int, int]]:
    run = 0
    for at, word in enumerate(trace):
        run = run + 1 if word in asked else 0
        if run >= window:
            yield at - run + 1, at


def _verbatim(trace: tuple[int, ...], titles: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, int]]:
    for title in titles:
        for at in range(len(trace) - len(title) + 1):
            if trace[at : at + len(title)] == title:
                yield at, at + len(title) - 1
