"""Geography: its contract, and the facts that only it knows."""

from collections.abc import Mapping

import pytest

from matching.criteria.geography import Geography
from matching.types import Finding, Scope
from tests.matching.small import READER, TODAY, SmallContract, make_need, make_offer

pytestmark = pytest.mark.pure


def finding(need_changes: Mapping[str, object], offer_changes: Mapping[str, object]) -> Finding:
    need = READER.need(make_need(**need_changes), TODAY)
    return Geography(READER).explain(need, READER.offer(make_offer(**offer_changes)))


class TestContract(SmallContract):
    criterion = Geography


def test_the_closer_the_scope_the_better() -> None:
    named = finding({}, {"scope": Scope(states=("KEN",))})
    grouping = finding({}, {"scope": Scope(groupings=("au",))})
    world = finding({}, {})
    assert named.value > grouping.value > world.value > 0
    assert grouping.values == {"state": "KEN", "grouping": "au"}


def test_an_empty_scope_is_unknown() -> None:
    assert finding({}, {"scope": Scope()}).code == "geography.unknown"
