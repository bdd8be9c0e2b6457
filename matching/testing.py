"""The tests that every criterion inherits."""
# ruff: noqa: S101  (assertions are what this module is for)

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

import numpy as np

from matching.codes import CODES
from matching.columns import Candidates, columns_of
from matching.criteria.base import Criterion
from matching.readings import NeedReading, OfferReading, Reader
from matching.types import NeedProfile, OfferProfile, Verdict


class CriterionContract:
    """What holds of every criterion. A test class inherits it, names its criterion and gives pairs to try:
    needs
    and offers that between them have and lack every field."""

    criterion: ClassVar[type[Criterion]]
    reader: ClassVar[Reader]
    today: ClassVar[date]
    needs: ClassVar[Sequence[NeedProfile]]
    offers: ClassVar[Sequence[OfferProfile]]

    def _made(self) -> tuple[Criterion, list[NeedReading], list[OfferReading]]:
        return (
            self.criterion(self.reader),
            [self.reader.need(need, self.today) for need in self.needs],
            [self.reader.offer(offer) for offer in self.offers],
        )

    def _scored(
        self,
        criterion: Criterion,
        need: NeedReading,
        offers: Sequence[OfferReading],
    ) -> list[tuple[float, str]]:
        values, states = criterion.score(need, Candidates(columns_of(offers), np.arange(len(offers))))
        return [(float(value), criterion.codes[state]) for value, state in zip(values, states, strict=True)]

    def test_score_and_explain_agree_on_each_pair(self) -> None:
        criterion, needs, offers = self._made()
        for need in needs:
            for offer, scored in zip(offers, self._scored(criterion, need, offers), strict=True):
                finding = criterion.explain(need, offer)
                assert (finding.value, finding.code) == scored

    def test_values_lie_between_0_and_1(self) -> None:
        criterion, needs, offers = self._made()
        assert all(0.0 <= value <= 1.0 for need in needs for value, _ in self._scored(criterion, need, offers))

    def test_what_is_not_known_earns_nothing(self) -> None:
        criterion, needs, offers = self._made()
        for need in needs:
            for value, code in self._scored(criterion, need, offers):
                assert CODES[code].verdict is not Verdict.UNKNOWN or value == 0.0

    def test_every_code_is_registered_under_the_name_of_the_criterion(self) -> None:
        for code in self.criterion.codes:
            assert CODES[code].verdict is not None
            assert code.startswith(f"{self.criterion.name}.")

    def test_a_finding_carries_the_values_its_sentence_names(self) -> None:
        criterion, needs, offers = self._made()
        for need in needs:
            for offer in offers:
                finding = criterion.explain(need, offer)

                assert set(finding.values) == set(CODES[finding.code].values)

    def test_the_order_of_offers_changes_nothing(self) -> None:
        criterion, needs, offers = self._made()
        for need in needs:
            forwards = self._scored(criterion, need, offers)
            assert self._scored(criterion, need, offers[::-1]) == forwards[::-1]

    def test_the_criterion_tells_users_what_it_does(self) -> None:
        assert len((self.criterion.__doc__ or "").split()) > 15
