"""Confirmation: its contract, and the facts that only it knows."""

from collections.abc import Mapping
from datetime import date

import pytest

from matching.criteria.confirmation import Confirmation
from matching.types import Finding
from tests.matching.small import READER, TODAY, SmallContract, make_need, make_offer

pytestmark = pytest.mark.pure


def finding(need_changes: Mapping[str, object], offer_changes: Mapping[str, object]) -> Finding:
    need = READER.need(make_need(**need_changes), TODAY)
    return Confirmation(READER).explain(need, READER.offer(make_offer(**offer_changes)))


class TestContract(SmallContract):
    criterion = Confirmation


def test_a_confirmation_ages() -> None:
    days = (date(2026, 10, 1), date(2025, 11, 1), date(2024, 1, 1))
    values = [finding({}, {"last_confirmed_on": day}).value for day in days]
    assert values == [1.0, 0.5, 0.0]
