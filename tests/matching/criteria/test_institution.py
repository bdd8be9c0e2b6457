"""Institution: its contract, and the facts that only it knows."""

from collections.abc import Mapping

import pytest

from matching.criteria.institution import Institution
from matching.types import Finding
from tests.matching.small import READER, TODAY, SmallContract, make_need, make_offer

pytestmark = pytest.mark.pure


def finding(need_changes: Mapping[str, object], offer_changes: Mapping[str, object]) -> Finding:
    need = READER.need(make_need(**need_changes), TODAY)
    return Institution(READER).explain(need, READER.offer(make_offer(**offer_changes)))


class TestContract(SmallContract):
    criterion = Institution


def test_an_offer_for_police_is_a_weak_answer_to_judges() -> None:
    text = {"title": {"en": "Asset freezing"}, "description": {"en": "Course for the police."}}
    only_judges = {"description": {"en": "Judges need training."}}
    result = finding(only_judges, {**text, "target_institutions": ()})
    assert result.code == "institution.other_served"


def test_institutions_are_read_from_the_text_where_none_are_named() -> None:
    assert finding({}, {"target_institutions": ()}).value == 1.0
