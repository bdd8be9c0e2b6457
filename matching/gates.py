"""Hard exclusions, each with its code. A gate is open, shut or unknown, and only a shut one excludes."""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from matching.arrays import Bools
from matching.codes import GATE_CODES
from matching.columns import AVAILABILITIES, NO_DAY, Columns
from matching.places import Places
from matching.readings import NeedReading
from matching.types import Capacity, Change, EligibilityRule, OfferProfile, Scope

_CLASSES = ("ldc", "lldc", "sids")
REOPENED_FOR = timedelta(days=365)
"""How much longer the proposed end of an ended offer lies ahead of the day."""


@dataclass(frozen=True, slots=True)
class Gates:
    """For each code the offers that it excludes, and the offers whose eligibility rules cannot be checked."""

    shut: dict[str, Bools]
    rules_unknown: Bools

    @property
    def eligible(self) -> Bools:
        """The offers that no gate excludes."""
        eligible: Bools = self.shut_count == 0
        return eligible

    @property
    def shut_count(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """How many codes exclude each offer."""
        count: np.ndarray[tuple[int], np.dtype[np.int64]] = np.sum(list(self.shut.values()), axis=0, dtype=np.int64)
        return count


def check(need: NeedReading, columns: Columns, places: Places) -> Gates:
    """Put every offer of a segment through every gate."""
    profile, today = need.profile, need.as_of.toordinal()
    shut = {name: np.zeros(columns.size, np.bool_) for name in GATE_CODES}
    for name in ("closed", "full", "suspended"):
        shut[f"availability.{name}"] = columns.availability == AVAILABILITIES.index(name)
    shut["dates.ended"] = (columns.closes_on != NO_DAY) & (columns.closes_on < today)
    shut["scope.state_excluded"] = columns.excluded_states.having(profile.state)
    shut["scope.state_not_listed"] = columns.has_scope & ~_listed(need, columns, places)
    shut["capacity.full"] = columns.left <= 0
    rules_unknown = np.zeros(columns.size, np.bool_)
    for name, value in columns.rules.codes():
        held = columns.rules.having((name, value))
        verdict = meets(need, EligibilityRule(name, value), places)
        if verdict is None:
            rules_unknown |= held
        elif not verdict:
            shut[f"eligibility.{name}"] = shut[f"eligibility.{name}"] | held
    shut["provider.own_state"] = columns.provider_state.having(profile.state)
    shut["provider.facilitator"] = columns.is_facilitator
    return Gates(shut, rules_unknown)


def _listed(need: NeedReading, columns: Columns, places: Places) -> Bools:
    unreadable = columns.groupings.codes() - places.known_groupings
    return (
        columns.is_world
        | columns.states.having(need.profile.state)
        | columns.groupings.having_any(need.groupings)
        | columns.groupings.having_any(unreadable)
    )


def meets(need: NeedReading, rule: EligibilityRule, places: Places) -> bool | None:
    """Whether the State meets one rule of a provider; `None` where that cannot be known."""
    if rule.rule in _CLASSES:
        return rule.rule in need.groupings if rule.rule in places.known_groupings else None
    if rule.rule == "member_of":
        return rule.value in need.groupings if rule.value in places.known_groupings else None
    if rule.rule == "visited":
        return None if need.profile.visited_on is None else need.profile.visited_on <= need.as_of
    if rule.rule == "state_request":
        return need.profile.is_requested
    return None


def opened(offer: OfferProfile, need: NeedReading, gate: str, places: Places) -> tuple[OfferProfile, Change] | None:
    """The offer after the one change that would open a gate, or `None` where no single change can."""
    scope = offer.scope or Scope()
    state = need.profile.state
    if gate.startswith("availability."):
        return replace(offer, availability="open"), Change("availability", "set", "open")
    if gate == "dates.ended":
        day = max(need.as_of, need.profile.needed_by or need.as_of) + REOPENED_FOR
        return replace(offer, closes_on=day), Change("closes_on", "set", day.isoformat())
    if gate == "scope.state_not_listed":
        return (
            replace(offer, scope=replace(scope, states=(*scope.states, state))),
            Change("scope.states", "add", state),
        )
    if gate == "scope.state_excluded":
        rest = tuple(name for name in scope.excluded_states if name != state)
        return (
            replace(offer, scope=replace(scope, excluded_states=rest)),
            Change("scope.excluded_states", "remove", state),
        )
    if gate == "capacity.full" and offer.capacity is not None:
        total = offer.capacity.committed + 1
        larger = Capacity(offer.capacity.unit, total, offer.capacity.committed)
        return replace(offer, capacity=larger), Change("capacity.total", "set", total)
    if gate.startswith("eligibility."):
        failing = [rule for rule in offer.eligibility if meets(need, rule, places) is False]
        if len({(rule.rule, rule.value) for rule in failing}) == 1:
            kept = tuple(rule for rule in offer.eligibility if rule not in failing)
            name = failing[0].rule if failing[0].value is None else f"{failing[0].rule}:{failing[0].value}"
            return replace(offer, eligibility=kept), Change("eligibility", "remove", name)
    return None
