"""Whether the kind of help fits."""

import numpy as np

from matching.arrays import Floats
from matching.columns import Candidates, Row
from matching.criteria.base import Ceiling, States, Values
from matching.readings import NeedReading
from matching.types import Evidence

AKIN: dict[str, dict[str, float]] = {
    "legislative": {"expert-deployment": 0.4, "guidance": 0.3, "policy": 0.2},
    "policy": {"expert-deployment": 0.5, "legislative": 0.2, "guidance": 0.3, "convening": 0.2},
    "needs-assessment": {"expert-deployment": 0.6, "policy": 0.2},
    "training": {"tot": 0.7, "mentoring": 0.6, "elearning": 0.6, "exercise": 0.5, "peer-exchange": 0.3},
    "tot": {"training": 0.6, "elearning": 0.3},
    "elearning": {"training": 0.6, "tot": 0.4},
    "mentoring": {"expert-deployment": 0.6, "peer-exchange": 0.5, "training": 0.5},
    "expert-deployment": {"mentoring": 0.6, "needs-assessment": 0.5, "legislative": 0.4, "policy": 0.4},
    "equipment": {"it-system": 0.4, "infrastructure": 0.4, "funding": 0.2},
    "it-system": {"equipment": 0.4},
    "infrastructure": {"equipment": 0.3, "funding": 0.4},
    "guidance": {"legislative": 0.3, "training": 0.2, "expert-deployment": 0.4},
    "exercise": {"training": 0.5},
    "peer-exchange": {"mentoring": 0.4, "convening": 0.5},
    "convening": {"peer-exchange": 0.5, "training": 0.2},
    "funding": {},
}
"""How far another kind of help answers the one asked for: a workshop alone is no answer to a need for a
law, a
guideline is a weak one to a need for a working unit. Set by hand from how providers work."""
IN_TEXT = 0.8
"""Worth of a kind that is only read from a text, beside one that is declared."""
FIRST = 0.5
"""Share of the value that the best answered kind decides; the rest is the mean over all that are asked for."""


class AssistanceType(Ceiling):
    """Compares the kinds of help asked for and given, such as drafting laws, training or equipment. One kind in common
    earns half, the rest follows the share of what is asked for. A kind that is akin counts in part, and a kind shown
    only in the offer's text a little less than a declared one. Where nothing fits, even a perfect purpose cannot make
    a top match."""

    name = "assistance_type"
    codes = (
        "assistance_type.all_given",
        "assistance_type.some_given",
        "assistance_type.shown_in_text",
        "assistance_type.akin",
        "assistance_type.other",
        "assistance_type.unknown",
    )

    def score(self, need: NeedReading, offers: Candidates) -> tuple[Floats, States]:
        columns, rows = offers.columns, offers.rows
        asked, inferred = frozenset(need.profile.assistance_types), need.substance.kinds
        value = np.maximum(self._answered(asked, offers), self._answered(inferred, offers) * IN_TEXT)
        state = np.full(offers.size, self.state("assistance_type.other"), np.int8)
        state[value > 0] = self.state("assistance_type.akin")
        for wanted in (inferred, asked):
            state[columns.text_kinds.having_any(wanted)[rows]] = self.state("assistance_type.shown_in_text")
        for wanted in (inferred, asked):
            if wanted:
                given = columns.kinds.shared(wanted)[rows]
                state[given > 0] = self.state("assistance_type.some_given")
                state[given >= len(wanted)] = self.state("assistance_type.all_given")
        unknown = (columns.kinds.is_empty & columns.text_kinds.is_empty)[rows] | (not (asked or inferred))
        state[unknown] = self.state("assistance_type.unknown")
        return np.where(unknown, 0.0, value), state

    def _answered(self, wanted: frozenset[str], offers: Candidates) -> Floats:
        columns, rows = offers.columns, offers.rows
        best, total = np.zeros(offers.size), np.zeros(offers.size)
        for kind in sorted(wanted):
            worth = np.maximum(columns.kinds.having(kind), columns.text_kinds.having(kind) * IN_TEXT)
            for other, share in AKIN.get(kind, {}).items():
                worth = np.maximum(worth, (columns.kinds.having(other) | columns.text_kinds.having(other)) * share)
            best = np.maximum(best, worth[rows])
            total += worth[rows]
        return FIRST * best + (1.0 - FIRST) * total / max(len(wanted), 1)

    def details(self, need: NeedReading, offer: Row, code: str) -> tuple[Evidence, Values]:
        del code
        return Evidence(
            tuple(sorted(need.profile.assistance_types or need.substance.kinds)),
            tuple(sorted(offer.profile.assistance_types or self.reader.shown(offer.shown, "assistance"))),
        ), {}
