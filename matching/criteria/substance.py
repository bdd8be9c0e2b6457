"""Whether need and offer mean the same work, read from their texts."""

import numpy as np

from matching.columns import Candidates, Floats
from matching.criteria.base import Criterion, States, Values
from matching.readings import NeedReading, OfferReading, Vector
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
        total = bent(columns.concepts.dot(need.substance.concepts)[rows] / lengths, BEND)
        shared = columns.words.dot(need.substance.words)[rows]
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
        known = (columns.concept_sets.counts[rows] > 0) & bool(need.substance.strengths)
        state[~known] = self.state("substance.unknown")
        return np.where(known, value, 0.0), state

    def _other_purpose(self, need: NeedReading, offers: Candidates) -> Floats:
        """How clearly each offer names purposes that the need does not; 0 where it names this field."""
        columns, rows = offers.columns, offers.rows
        in_both = columns.other_purposes.dot(tuple((cue, 1.0) for cue, _ in need.substance.other_purposes))
        return np.where(columns.names_field, 0.0, columns.other_purpose - in_both)[rows]

    def details(self, need: NeedReading, offer: OfferReading, code: str) -> tuple[Evidence, Values]:
        if code == "substance.unknown":
            return Evidence(), {}
        shared = self._shared(need.substance.concepts, offer.substance.concepts)
        ours, theirs = [], []
        quoted = 0
        for at in shared:
            left, right = self._quote(need, at), self._quote(offer, at)
            if left and right:
                quoted += 1
                if quoted <= QUOTED_AT_MOST:
                    ours.append(left)
                    theirs.append(right)
        return Evidence(tuple(ours), tuple(theirs)), {"shared": quoted}

    def _shared(self, ours: Vector, theirs: Vector) -> list[int]:
        """Concepts in both, those that say most first."""
        offered = dict(theirs)
        both = [(-weight * offered[at], at) for at, weight in ours if at in offered]
        return [at for _, at in sorted(both)]

    def _quote(self, side: NeedReading | OfferReading, concept: int) -> str:
        """The words that stand for the concept, or for a narrower one, as the author wrote them."""
        place = side.substance.places.get(concept)
        if place is None:
            narrower = [at for at, _ in side.substance.strengths if concept in self.reader.terms.broader[at]]
            place = side.substance.places[narrower[0]] if narrower else None
        if place is None:
            return ""
        narrative = side.profile.title if place.field == "title" else side.profile.description
        return narrative[place.key][place.start : place.end]


def bent(cosine: Floats, bend: float) -> Floats:
    """A cosine raised where it is low, with 0 and 1 kept."""
    return np.asarray(cosine * (1.0 + bend) / (cosine + bend))
