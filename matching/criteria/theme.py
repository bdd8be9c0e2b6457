"""Whether need and offer lie in the same part of the field."""

import numpy as np
from numpy.typing import NDArray

from matching.arrays import Floats, Ragged
from matching.columns import Candidates, Row
from matching.criteria.base import Criterion, States, Values
from matching.readings import NeedReading
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
        text, by_need_tag = self._agreement(need, columns.text_themes, rows)
        by_offer_tag, by_both = self._agreement(need, columns.tag_themes, rows)
        by_need_tag = by_need_tag * recipe.tag_and_text
        by_offer_tag = by_offer_tag * recipe.tag_and_text * trust
        tags = by_both * recipe.tags_only * trust
        shown = np.maximum(text, by_need_tag)
        claimed = np.maximum(by_offer_tag, tags)
        value = np.minimum(np.maximum(shown, claimed), 1.0) * columns.honesty[rows]
        agree = (by_both >= SAME_SUBAREA) & (shown >= SAME_AREA)
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

    def _agreement(self, need: NeedReading, themes: Ragged, rows: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """The inner products with what the need's text shows, and with its tags."""
        shown, tagged = np.zeros((2, len(self.reader.theme_codes)))
        for held, vector in ((shown, need.substance.themes), (tagged, need.tags)):
            for at, weight in vector:
                held[at] = weight
        places, lengths = themes.places(rows)
        values = themes.values[places]
        owner = np.repeat(np.arange(len(rows)), lengths)
        first, second = (
            np.bincount(owner, held[values["theme"]] * values["weight"], len(rows)).astype(np.float64)
            for held in (shown, tagged)
        )
        return first, second

    def details(self, need: NeedReading, offer: Row, code: str) -> tuple[Evidence, Values]:
        del code
        codes = self.reader.theme_codes
        return Evidence(tuple(codes[at] for at in need.leading), tuple(codes[at] for at in offer.leading)), {}
