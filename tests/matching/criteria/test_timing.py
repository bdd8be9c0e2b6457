"""Timing: its contract, and the facts that only it knows."""

from collections.abc import Mapping
from datetime import date

import pytest

from matching.criteria.timing import Timing
from matching.types import Finding
from tests.matching.small import READER, TODAY, SmallContract, make_need, make_offer

pytestmark = pytest.mark.pure


def finding(need_changes: Mapping[str, object], offer_changes: Mapping[str, object]) -> Finding:
    need = READER.need(make_need(**need_changes), TODAY)
    return Timing(READER).explain(need, READER.offer(make_offer(**offer_changes)))


class TestContract(SmallContract):
    criterion = Timing


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"closes_on": None}, "timing.open", id="open without an end"),
        pytest.param({}, "timing.open_until", id="open with an end far ahead"),
        pytest.param({"availability": "planned"}, "timing.planned", id="planned"),
        pytest.param({"availability": "unknown"}, "timing.unknown", id="not confirmed as open"),
        pytest.param({"closes_on": date(2026, 12, 31)}, "timing.ends_soon", id="ends within sixty days"),
        pytest.param({"opens_on": date(2027, 3, 1)}, "timing.opens_in_time", id="opens before the need is due"),
        pytest.param({"opens_on": date(2028, 1, 1)}, "timing.opens_later", id="opens after the need is due"),
    ],
)
def test_timing_is_read_from_dates_and_availability(changes: Mapping[str, object], code: str) -> None:
    assert finding({}, changes).code == code


def test_without_a_due_day_a_later_opening_is_not_taken_as_in_time() -> None:
    assert finding({"needed_by": None}, {"opens_on": date(2027, 3, 1)}).code == "timing.opens_later"
