"""Whether need and offer mean the same work, read from their texts."""

import numpy as np

from matching.arrays import Floats
from matching.columns import Candidates, Row
from matching.criteria.base import Criterion, States, Values
from matching.readings import NeedReading
from matching.types import Evidence

SMOOTHING = 1.0
"""Added to each squared length: one shared word in two short texts is not yet agreement."""
BEND = 0.35
"""Cosines of short texts are low even for a perfect pair: value = x(1+b)/(x+b)."""
WORDS, WORDS_BEND = 0.10, 0.10
"""The most that equal words of the same language may add of what is missing, and how soon they do: soon, so that
a pair across languages, which has none, is not far behind."""
PLAIN, CLEAR = 2.0, 3.0
"""From how many wordings on another purpose is plain, and beyond how many it is no plainer."""
SAME_PURPOSE, PART_SHARED = 0.55, 0.25
QUOTED_AT_MOST = 6


class Substance(Criterion):
    """Compares what the two texts say in concepts that are the same in all six languages: the problem, the activity and
    the institution. Rare concepts say more than general ones, each counts once however often it is repeated, and a
    broader concept counts in part. Value: cosine (Salton, 1975) of inverse document frequencies (Spärck Jones, 1972),
    smoothed and bent, plus a small refinement from equal words in one language. An offer that names another purpose,
    such as corruption or tourism, and not terrorism or violent extremism counts far less; one without any concept that
    belongs to this field alone, a little."""

    name = "substance"
    codes = (
        "substance.same_purpose",
        "substance.part_shared",
        "substance.little_shared",
        "substance.other_purpose",
        "substance.unknown",
    )

    def score(self, need: NeedReading, offers: Candidates) -> tuple[Floats, States]:
        columns, rows = offers.columns, offers.rows
        norm = need.substance.norm
        lengths = np.sqrt((columns.norms[rows] ** 2 + SMOOTHING) * (norm * norm + SMOOTHING))
        total = bent(offers.product("concepts", need.substance.concepts)[rows] / lengths, BEND)
        shared = offers.product("words", tuple((word, says * says) for word, says in need.substance.words))[rows]
        likeness = shared / np.maximum(columns.word_norms[rows] * need.substance.word_norm, 1e-9)
        total += (1.0 - total) * WORDS * bent(likeness, WORDS_BEND) * (total > 0)
        other = self._other_purpose(need, offers)
        left = self.recipe.other_purpose ** np.minimum(other, CLEAR)
        left = left * np.where(columns.is_of_field[rows], 1.0, self.recipe.outside_field)
        value = np.minimum(total * left, 1.0) * columns.honesty[rows]
        state = np.full(offers.size, self.state("substance.little_shared"), np.int8)
        state[value >= PART_SHARED] = self.state("substance.part_shared")
        state[value >= SAME_PURPOSE] = self.state("substance.same_purpose")
        state[other >= PLAIN] = self.state("substance.other_purpose")
        known = (columns.has_concepts[rows]) & bool(need.substance.strengths)
        state[~known] = self.state("substance.unknown")
        return np.where(known, value, 0.0), state

    def _other_purpose(self, need: NeedReading, offers: Candidates) -> Floats:
        """How clearly each offer names purposes that the need does not; 0 where it names this field."""
        columns, rows = offers.columns, offers.rows
        in_both = offers.product("other_purposes", tuple((cue, 1.0) for cue, _ in need.substance.other_purposes))
        return np.where(columns.names_field[rows], 0.0, columns.other_purpose[rows] - in_both[rows])

    def details(self, need: NeedReading, offer: Row, code: str) -> tuple[Evidence, Values]:
        if code == "substance.unknown":
            return Evidence(), {}
        asked = need.weights
        both = sorted(
            (-asked[concept] * weight, concept, stream, start, end)
            for concept, weight, stream, start, end in offer.found
            if concept in asked
        )
        texts = offer.texts()
        quoted = [
            (need.quotes[concept], texts[stream][start:end]) for _, concept, stream, start, end in both[:QUOTED_AT_MOST]
        ]
        return Evidence(tuple(ours for ours, _ in quoted), tuple(theirs for _, theirs in quoted)), {"shared": len(both)}

    def may_reach(self, need: NeedReading, offers: Candidates, value: float) -> Candidates:
        """The candidates whose concepts alone do not yet rule out such a value."""
        least = min((value - WORDS) / (1.0 - WORDS), 1.0) - 1e-9
        if least <= 0:
            return offers
        cosine = least * BEND / (1.0 + BEND - least)
        norm = need.substance.norm
        rows, columns = offers.rows, offers.columns
        lengths = np.sqrt((columns.norms[rows] ** 2 + SMOOTHING) * (norm * norm + SMOOTHING))
        return offers.among(rows[offers.product("concepts", need.substance.concepts)[rows] >= cosine * lengths])


def bent(cosine: Floats, bend: float) -> Floats:
    """A cosine raised where it is low, with 0 and 1 kept."""
    return np.asarray(cosine * (1.0 + bend) / (cosine + bend))
