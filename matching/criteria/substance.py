"""Whether need and offer mean the same work, read from their texts."""

import numpy as np

from matching.columns import Candidates, Floats
from matching.criteria.base import Criterion, States, Values
from matching.readings import DOING, EVERYDAY, WHAT, WHO, NeedReading, OfferReading, Vector
from matching.types import Evidence

SMOOTHING = {WHAT: 1.0, DOING: 0.3, WHO: 0.3, EVERYDAY: 0.5}
"""Added to each squared length: one shared word in two short texts is not yet agreement."""
BEND = 0.35
"""Cosines of short texts are low even for a perfect pair: value = x(1+b)/(x+b)."""
SHARES = {WHAT: 0.70, DOING: 0.12, WHO: 0.08, EVERYDAY: 0.10}
WORDS = 0.10
"""The most that equal words of the same language may add of what is missing."""
SAME_PURPOSE, PART_SHARED = 0.55, 0.25
QUOTED_AT_MOST = 6


class Substance(Criterion):
    """Compares what the two texts say in concepts that are the same in all six languages: the problem, the
    activity and the institution. Rare concepts say more than general ones, each counts once however often
    it is
    repeated, and a broader concept counts in part. Value: cosine per facet (Salton, 1975), smoothed and
    bent, plus a
    small refinement from equal words in one language. An offer that names another purpose, such as
    corruption or
    tourism, and nothing of this field counts less."""

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
        total = np.zeros(offers.size)
        weight_sum = 0.0
        for facet, share in SHARES.items():
            vector = tuple((at, weight) for at, weight in need.substance.concepts if self.reader.facets[at] == facet)
            if not vector:
                continue
            weight_sum += share
            norm = need.substance.norms[facet]
            lengths = np.sqrt((columns.norms[facet][rows] ** 2 + SMOOTHING[facet]) * (norm * norm + SMOOTHING[facet]))
            cosine = columns.concepts.dot(vector)[rows] / lengths
            total += share * cosine * (1.0 + BEND) / (cosine + BEND)
        if weight_sum:
            total /= weight_sum
        shared = columns.words.dot(tuple((word, 1.0) for word in sorted(need.substance.words)))[rows]
        likeness = shared / np.sqrt(np.maximum(columns.word_counts[rows], 1.0) * max(len(need.substance.words), 1))
        total += (1.0 - total) * WORDS * np.minimum(likeness * 3.0, 1.0) * (total > 0)
        other = self._has_other_purpose(need, offers)
        value = np.minimum(np.where(other, total * self.recipe.other_purpose, total), 1.0) * columns.honesty[rows]
        state = np.full(offers.size, self.state("substance.little_shared"), np.int8)
        state[value >= PART_SHARED] = self.state("substance.part_shared")
        state[value >= SAME_PURPOSE] = self.state("substance.same_purpose")
        state[other] = self.state("substance.other_purpose")
        known = (columns.concept_sets.counts[rows] > 0) & bool(need.substance.strengths)
        state[~known] = self.state("substance.unknown")
        return np.where(known, value, 0.0), state

    def _has_other_purpose(self, need: NeedReading, offers: Candidates) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        columns, rows = offers.columns, offers.rows
        cues = columns.other_purposes.codes() - set(need.substance.other_purposes)
        return (columns.other_purposes.having_any(cues) & ~columns.names_field)[rows]

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
