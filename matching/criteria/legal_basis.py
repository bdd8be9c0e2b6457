"""Whether need and offer rest on the same resolutions."""

import numpy as np

from matching.arrays import Floats
from matching.columns import Candidates, Row
from matching.criteria.base import Criterion, States, Values
from matching.readings import NeedReading
from matching.types import Evidence

PARAGRAPH, RESOLUTION, THEME = 1.0, 0.8, 0.4


class LegalBasis(Criterion):
    """Compares the Security Council resolutions that the two records name or quote. The same paragraph is the
    strongest link, then the same resolution, then a resolution of the offer that covers the need's themes.
    It only
    settles near-ties: most resolutions cover many themes."""

    name = "legal_basis"
    codes = (
        "legal_basis.same_paragraph",
        "legal_basis.same_resolution",
        "legal_basis.covers_theme",
        "legal_basis.other",
        "legal_basis.unknown",
    )

    def score(self, need: NeedReading, offers: Candidates) -> tuple[Floats, States]:
        columns, rows = offers.columns, offers.rows
        ours = self._resolutions(need)
        value = np.zeros(offers.size)
        state = np.full(offers.size, self.state("legal_basis.other"), np.int8)
        themes = {self.reader.theme_codes[at] for at, _ in (*need.substance.themes, *need.tags)}
        covering = sorted(
            name for name, covered in self.reader.facts.resolution_themes.items() if themes.intersection(covered)
        )
        for holds, worth, code in (
            (columns.resolutions.having_any(covering), THEME, "covers_theme"),
            (columns.resolutions.having_any(ours), RESOLUTION, "same_resolution"),
            (
                columns.paragraphs.having_any(p for p in need.profile.resolutions if ":" in p),
                PARAGRAPH,
                "same_paragraph",
            ),
        ):
            value[holds[rows]] = worth
            state[holds[rows]] = self.state(f"legal_basis.{code}")
        unknown = columns.resolutions.is_empty[rows] | (not ours and not themes)
        state[unknown] = self.state("legal_basis.unknown")
        return np.where(unknown, 0.0, value), state

    def details(self, need: NeedReading, offer: Row, code: str) -> tuple[Evidence, Values]:
        del code
        named = {*offer.profile.resolutions, *self.reader.shown(offer.shown, "resolution")}
        return Evidence(
            tuple(sorted({*need.profile.resolutions, *need.substance.resolutions})), tuple(sorted(named))
        ), {}

    def _resolutions(self, need: NeedReading) -> set[str]:
        return {name.partition(":")[0] for name in need.profile.resolutions} | need.substance.resolutions
