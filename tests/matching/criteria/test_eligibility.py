"""Eligibility: its contract, and the facts that only it knows."""

from collections.abc import Mapping

import pytest

from matching.criteria.eligibility import Eligibility
from matching.types import EligibilityRule, Finding
from tests.matching.small import READER, TODAY, SmallContract, make_need, make_offer

pytestmark = pytest.mark.pure


def finding(need_changes: Mapping[str, object], offer_changes: Mapping[str, object]) -> Finding:
    need = READER.need(make_need(**need_changes), TODAY)
    return Eligibility(READER).explain(need, READER.offer(make_offer(**offer_changes)))


class TestContract(SmallContract):
    criterion = Eligibility


def test_a_rule_that_cannot_be_checked_is_marked() -> None:
    rules = {"eligibility": (EligibilityRule("state_request"),)}
    assert finding({}, rules).code == "eligibility.unconfirmed"
    assert finding({"is_requested": True}, rules).code == "eligibility.all_met"
