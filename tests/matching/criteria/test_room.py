"""Room: its contract, and the facts that only it knows."""

from collections.abc import Mapping

import pytest

from matching.criteria.room import Room
from matching.types import Finding
from tests.matching.small import READER, TODAY, SmallContract, make_need, make_offer

pytestmark = pytest.mark.pure


def finding(need_changes: Mapping[str, object], offer_changes: Mapping[str, object]) -> Finding:
    need = READER.need(make_need(**need_changes), TODAY)
    return Room(READER).explain(need, READER.offer(make_offer(**offer_changes)))


class TestContract(SmallContract):
    criterion = Room


def test_room_not_stated_is_unknown() -> None:
    assert finding({}, {"capacity": None}).code == "room.unknown"
