"""Whether the offer serves the institutions that need help."""

from collections.abc import Iterable

import numpy as np

from matching.arrays import Floats
from matching.columns import Candidates, Row
from matching.criteria.base import Criterion, States, Values
from matching.readings import NeedReading
from matching.types import Evidence

READ_ONLY = 0.8
"""Worth of institutions that are only read from the need's text, beside those that it names."""


class Institution(Criterion):
    """Compares the institutions that need help with those that the offer serves, as declared or as read
    from the
    texts. An offer for the police is a weak answer to a need of judges, even in the right theme. Value:
    share of the
    need's institutions that the offer serves."""

    name = "institution"
    codes = (
        "institution.all_served",
        "institution.some_served",
        "institution.other_served",
        "institution.unknown",
    )

    def score(self, need: NeedReading, offers: Candidates) -> tuple[Floats, States]:
        rows = offers.rows
        ours = self._institutions(need)
        value = np.maximum(
            self._served_share(need.profile.target_institutions, offers),
            self._served_share(need.substance.institutions, offers) * READ_ONLY,
        )
        state = np.full(offers.size, self.state("institution.other_served"), np.int8)
        state[value > 0] = self.state("institution.some_served")
        state[value >= READ_ONLY] = self.state("institution.all_served")
        columns = offers.columns
        unknown = (columns.institutions.is_empty & columns.text_institutions.is_empty)[rows] | (not ours)
        state[unknown] = self.state("institution.unknown")
        return np.where(unknown, 0.0, value), state

    def _served_share(self, wanted: Iterable[str], offers: Candidates) -> Floats:
        columns = offers.columns
        codes = sorted(set(wanted))
        served = np.zeros(offers.size)
        for code in codes:
            served += (columns.institutions.having(code) | columns.text_institutions.having(code))[offers.rows]
        return served / max(len(codes), 1)

    def details(self, need: NeedReading, offer: Row, code: str) -> tuple[Evidence, Values]:
        del code
        return Evidence(
            tuple(sorted(self._institutions(need))),
            tuple(sorted({*offer.profile.target_institutions, *self.reader.shown(offer.shown, "institution")})),
        ), {}

    def _institutions(self, need: NeedReading) -> frozenset[str]:
        return frozenset(need.profile.target_institutions) | need.substance.institutions
