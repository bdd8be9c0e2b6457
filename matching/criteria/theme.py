"""Whether need and offer lie in the same part of the field."""

import numpy as np

from matching.columns import Candidates, Floats
from matching.criteria.base import Criterion, States, Values
from matching.readings import NeedReading, OfferReading, Vector
from matching.types import Evidence

SAME_SUBAREA, SAME_AREA = 0.75, 0.25
"""From these values on two records share a sub-area, or an area (own scale: one shared sub-area alone
gives 1,
two different ones of the same area 0.36)."""


class Theme(Criterion):
    """Compares the themes of need and offer. Themes are read from the texts; a theme that is only tagged
    counts
    less, less still where the text speaks of something else, and many tags dilute each other. Value:
    cosine of the
    two distributions over sub-areas and areas, the greatest of what texts and tags support (cosine
    similarity after
    Salton, 1975)."""

    name = "theme"
    codes = (
        "theme.same_subarea",
        "theme.same_subarea_inferred",
        "theme.same_area",
        "theme.same_area_inferred",
        "theme.claimed_only",
        "theme.other_area",
        "theme.unknown",
    )

    def score(self, need: NeedReading, offers: Candidates) -> tuple[Floats, States]:
        columns, rows, recipe = offers.columns, offers.rows, self.recipe
        trust = np.where(columns.is_contradicted[rows], recipe.contradicted_tag, 1.0)
        text = columns.text_themes.dot(need.substance.themes)[rows]
        by_need_tag = columns.text_themes.dot(need.tags)[rows] * recipe.tag_and_text
        by_offer_tag = columns.tag_themes.dot(need.substance.themes)[rows] * recipe.tag_and_text * trust
        tags = columns.tag_themes.dot(need.tags)[rows] * recipe.tags_only * trust
        shown = np.maximum(text, by_need_tag)
        claimed = np.maximum(by_offer_tag, tags)
        value = np.minimum(np.maximum(shown, claimed), 1.0) * columns.honesty[rows]
        agree = (columns.tag_themes.dot(need.tags)[rows] >= SAME_SUBAREA) & (shown >= SAME_AREA)
        state = np.full(offers.size, self.state("theme.other_area"), np.int8)
        state[claimed > shown] = self.state("theme.claimed_only")
        near = value >= SAME_AREA
        state[near & (shown >= claimed)] = self.state("theme.same_area_inferred")
        state[near & (shown >= claimed) & agree] = self.state("theme.same_area")
        same = shown >= SAME_SUBAREA
        state[same] = self.state("theme.same_subarea_inferred")
        state[same & agree] = self.state("theme.same_subarea")
        state[~near] = self.state("theme.other_area")
        knows_need = bool(need.substance.themes or need.tags)
        known = (columns.has_text_themes[rows] | columns.has_tags[rows]) & knows_need
        state[~known] = self.state("theme.unknown")
        return np.where(known, value, 0.0), state

    def details(self, need: NeedReading, offer: OfferReading, code: str) -> tuple[Evidence, Values]:
        del code
        return Evidence(
            self._leading(need.substance.themes, need.tags), self._leading(offer.substance.themes, offer.tags)
        ), {}

    def _leading(self, shown: Vector, claimed: Vector) -> tuple[str, ...]:
        """The sub-areas that a record speaks of most, or claims."""
        codes, parents = self.reader.theme_codes, self.reader.facts.theme_parents
        ranked = sorted(
            ((-weight, codes[at]) for at, weight in shown), key=lambda pair: (parents[pair[1]] is None, pair)
        )
        named = [code for _, code in ranked[:3]]
        tagged = [codes[at] for at, _ in claimed if parents[codes[at]] is not None]
        return tuple(dict.fromkeys([*named, *tagged][:4]))
