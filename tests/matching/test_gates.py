"""Gates: each excludes for its own reason, and what is not known excludes nobody."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matching.codes import GATE_CODES
from matching.columns import columns_of
from matching.gates import check, opened
from matching.types import Capacity, EligibilityRule, Scope
from tests.matching.small import READER, TODAY, make_need, make_offer

pytestmark = pytest.mark.pure


def shut(need_changes: Mapping[str, object], offer_changes: Mapping[str, object], day: date = TODAY) -> list[str]:
    need = READER.need(make_need(**need_changes), day)
    gates = check(need, columns_of([READER.offer(make_offer(**offer_changes))]), READER.places)
    return [code for code in GATE_CODES if gates.shut[code][0]]


@pytest.mark.parametrize(
    ("need", "offer", "code"),
    [
        pytest.param({}, {"availability": "closed"}, "availability.closed", id="a closed offer"),
        pytest.param({}, {"availability": "full"}, "availability.full", id="a full offer"),
        pytest.param({}, {"availability": "suspended"}, "availability.suspended", id="a suspended offer"),
        pytest.param({}, {"closes_on": date(2026, 11, 22)}, "dates.ended", id="an offer that ended yesterday"),
        pytest.param({}, {"scope": Scope(states=("SEN",))}, "scope.state_not_listed", id="an offer for others"),
        pytest.param(
            {},
            {"scope": Scope(world=True, excluded_states=("KEN",))},
            "scope.state_excluded",
            id="an excluded State",
        ),
        pytest.param({}, {"capacity": Capacity("states", 3, 3)}, "capacity.full", id="no capacity left"),
        pytest.param(
            {},
            {"eligibility": (EligibilityRule("member_of", "ecowas"),)},
            "eligibility.member_of",
            id="an offer for members of another grouping",
        ),
        pytest.param({}, {"eligibility": (EligibilityRule("ldc"),)}, "eligibility.ldc", id="for the least developed"),
        pytest.param({}, {"eligibility": (EligibilityRule("lldc"),)}, "eligibility.lldc", id="for the landlocked"),
        pytest.param({}, {"eligibility": (EligibilityRule("sids"),)}, "eligibility.sids", id="for small islands"),
        pytest.param(
            {"visited_on": date(2027, 1, 1)},
            {"eligibility": (EligibilityRule("visited"),)},
            "eligibility.visited",
            id="a State not yet visited",
        ),
        pytest.param(
            {"is_requested": False},
            {"eligibility": (EligibilityRule("state_request"),)},
            "eligibility.state_request",
            id="a State that made no request",
        ),
        pytest.param({}, {"provider_state": "KEN"}, "provider.own_state", id="the State's own offer"),
        pytest.param({}, {"is_facilitator": True}, "provider.facilitator", id="the facilitator's offer"),
    ],
)
def test_an_offer_is_excluded_for_its_own_reason(
    need: Mapping[str, object], offer: Mapping[str, object], code: str
) -> None:
    assert shut(need, offer) == [code]


@pytest.mark.parametrize(
    "offer",
    [
        pytest.param({"availability": "unknown"}, id="availability not confirmed"),
        pytest.param({"availability": "by_invitation"}, id="by invitation"),
        pytest.param({"availability": "planned", "opens_on": date(2027, 5, 1)}, id="planned"),
        pytest.param({"scope": None}, id="scope not stated"),
        pytest.param({"scope": Scope()}, id="empty scope"),
        pytest.param({"scope": Scope(groupings=("no-such-grouping",))}, id="a grouping nobody knows"),
        pytest.param({"capacity": None}, id="capacity not stated"),
        pytest.param({"capacity": Capacity("days", None, 4)}, id="only the committed part stated"),
        pytest.param({"capacity": Capacity("days", 2, 4, unlimited=True)}, id="unlimited"),
        pytest.param({"closes_on": TODAY}, id="ends today"),
        pytest.param({"closes_on": None}, id="no end stated"),
        pytest.param({"eligibility": (EligibilityRule("visited"),)}, id="visit not known"),
        pytest.param({"eligibility": (EligibilityRule("state_request"),)}, id="request not known"),
        pytest.param({"eligibility": (EligibilityRule("member_of", "nowhere"),)}, id="an unknown grouping's members"),
        pytest.param({"eligibility": (EligibilityRule("astrology"),)}, id="a rule outside the list"),
    ],
)
def test_what_is_not_known_excludes_nobody(offer: Mapping[str, object]) -> None:
    assert shut({}, offer) == []


def test_scope_follows_memberships_of_the_day() -> None:
    regional = {"scope": Scope(groupings=("ecowas",))}
    assert shut({"state": "MLI"}, regional, date(2025, 1, 28)) == []
    assert shut({"state": "MLI"}, regional, date(2025, 1, 29)) == ["scope.state_not_listed"]


def test_a_class_of_states_is_left_on_its_day() -> None:
    for_ldc = {"eligibility": (EligibilityRule("ldc"),)}
    assert shut({"state": "NPL"}, for_ldc, date(2026, 11, 23)) == []
    assert shut({"state": "NPL"}, for_ldc, date(2026, 11, 24)) == ["eligibility.ldc"]


@pytest.mark.parametrize(
    "offer",
    [
        pytest.param({"availability": "closed"}, id="closed"),
        pytest.param({"closes_on": date(2026, 1, 1)}, id="ended"),
        pytest.param({"scope": Scope(states=("SEN",))}, id="not listed"),
        pytest.param({"scope": Scope(world=True, excluded_states=("KEN",))}, id="excluded"),
        pytest.param({"capacity": Capacity("states", 3, 3)}, id="no room"),
        pytest.param({"eligibility": (EligibilityRule("ldc"), EligibilityRule("visited"))}, id="rule not met"),
    ],
)
def test_the_named_change_opens_the_gate(offer: Mapping[str, object]) -> None:
    need = READER.need(make_need(), TODAY)
    profile = make_offer(**offer)
    (gate,) = shut({}, offer)
    proposal = opened(profile, need, gate, READER.places)
    assert proposal is not None
    changed = check(need, columns_of([READER.offer(proposal[0])]), READER.places)
    assert bool(np.all(changed.eligible))


def test_two_unmet_rules_are_more_than_one_change() -> None:
    offer = make_offer(eligibility=(EligibilityRule("member_of", "ecowas"), EligibilityRule("ldc")))
    assert opened(offer, READER.need(make_need(), TODAY), "eligibility.ldc", READER.places) is None


def test_nobody_opens_the_gate_of_the_facilitator() -> None:
    offer = replace(make_offer(), is_facilitator=True)
    assert opened(offer, READER.need(make_need(), TODAY), "provider.facilitator", READER.places) is None
