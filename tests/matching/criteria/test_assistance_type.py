"""AssistanceType: its contract, and the facts that only it knows."""

from collections.abc import Mapping

import pytest

from matching.criteria.assistance_type import AssistanceType
from matching.recipe import RECIPE
from matching.types import Finding
from tests.matching.small import READER, TODAY, SmallContract, make_need, make_offer

pytestmark = pytest.mark.pure


def finding(need_changes: Mapping[str, object], offer_changes: Mapping[str, object]) -> Finding:
    need = READER.need(make_need(**need_changes), TODAY)
    return AssistanceType(READER).explain(need, READER.offer(make_offer(**offer_changes)))


class TestContract(SmallContract):
    criterion = AssistanceType


def test_one_common_kind_is_enough_for_a_top_match() -> None:
    assert (finding({"assistance_types": ("legislative", "training")}, {}).cap or 1.0) >= 0.9


def test_a_workshop_is_no_answer_to_a_need_for_a_law() -> None:
    result = finding({"assistance_types": ("legislative",), "description": {"en": ""}}, {})
    assert result.code == "assistance_type.other"
    assert result.cap == RECIPE.ceilings["assistance_type"]


def test_a_kind_only_shown_in_the_text_counts_as_inferred() -> None:
    assert finding({}, {"assistance_types": ()}).code == "assistance_type.shown_in_text"


def test_a_wrong_tag_does_not_hide_what_the_text_shows() -> None:
    assert finding({}, {"assistance_types": ("equipment",)}).code == "assistance_type.shown_in_text"
