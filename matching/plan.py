"""Plans: the smallest mix of offers that covers the needs that matter most, within what the offers can hold.

Solved exactly by HiGHS in two steps: first the most that can be covered, then the fewest offers that cover as much.
Where time runs out, the bound that is proven comes with the answer.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

Pair = tuple[str, str]
"""Need and offer."""
FIT_SECONDS = 2.0


class Holds(StrEnum):
    """What an offer's room counts."""

    NEEDS = "needs"
    STATES = "states"


@dataclass(frozen=True, slots=True)
class Want:
    """A need to be covered. `weight` is a whole number, at least 1: more is more important."""

    id: str
    state: str
    weight: int


@dataclass(frozen=True, slots=True)
class Give:
    """An offer with the room it has left; `None` sets no limit."""

    id: str
    room: int | None = None
    holds: Holds = Holds.NEEDS


@dataclass(frozen=True, slots=True)
class Plan:
    """Which offer covers which need, what that is worth and what is proven of it."""

    covers: Mapping[str, str]
    value: int
    """The weights of the needs covered."""
    value_bound: int
    """No plan is worth more than this."""
    offers: int
    offers_bound: int
    """No plan of this value takes fewer offers than this."""

    @property
    def is_proven(self) -> bool:
        """Whether no plan covers more, and none as much with fewer offers."""
        return self.value == self.value_bound and self.offers == self.offers_bound


def solve(wants: Sequence[Want], gives: Sequence[Give], scores: Mapping[Pair, float], *, seconds: float = 10.0) -> Plan:
    """The best plan. `scores` hold the pairs of need and offer that may stand together, and how well each fits, 0–1.

    Best is: the greatest weight of needs covered; then the fewest offers; then, with those needs and offers, the
    greatest sum of scores. A need is covered by one offer. `seconds` bound the search, not the answer's being a plan.
    """
    case = _Case(wants, gives, scores)
    end = monotonic() + seconds
    covers: dict[str, str] = {}
    scarce: list[tuple[list[str], int]] = []
    missing = 0
    for needs in case.contests():
        found, bound = case.most(needs, seconds=max((end - monotonic()) / 2, 0.1))
        covers |= found
        value = case.worth(found)
        missing += bound - value
        if len(found) < len(needs):
            scarce.append((needs, value))
    covers |= case.cheaply(covers)
    value, used = case.worth(covers), len(set(covers.values()))
    fewest, offers_bound = case.fewest(scarce, seconds=max(end - monotonic(), 0.1))
    if fewest and case.worth(fewest) == value and len(set(fewest.values())) <= used:
        covers, used = fewest, len(set(fewest.values()))
    return Plan(case.best_fit(covers), value, value + missing, used, min(max(offers_bound, bool(used)), used))


def _up(bound: float) -> int:
    """A sum of whole numbers above `bound` is at least the next whole number."""
    return int(np.ceil(bound - 1e-6)) if np.isfinite(bound) else 0


@dataclass
class _Program:
    """Rows of a program in zeros and ones."""

    size: int = 0
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def column(self) -> int:
        """One more unknown."""
        self.size += 1
        return self.size - 1

    def row(self, factors: Iterable[tuple[int, float]], *, low: float = -np.inf, high: float = np.inf) -> None:
        """One more row."""
        number = len(self.low)
        self.entries.extend((number, column, factor) for column, factor in factors)
        self.low.append(low)
        self.high.append(high)

    def cheapest(self, costs: Mapping[int, float], *, seconds: float) -> tuple[NDArray[np.bool_] | None, float]:
        """The cheapest choice, if one was found in time, and a cost below which there is none."""
        cost = np.zeros(self.size)
        for column, each in costs.items():
            cost[column] = each
        entries = np.array(self.entries, float).reshape(-1, 3)
        where = (entries[:, 0].astype(np.int64), entries[:, 1].astype(np.int64))
        matrix = coo_array((entries[:, 2], where), shape=(len(self.low), self.size)).tocsr()
        found: Any = milp(
            cost, constraints=LinearConstraint(matrix, np.array(self.low), np.array(self.high)),
            integrality=np.ones(self.size, np.int64), bounds=Bounds(0, 1),
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )  # fmt: skip
        bound = -np.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)
        return (None if found.x is None else found.x > 0.5), bound


class _Case:
    """The needs, the offers and the pairs that may stand together; an offer with room for all that could come is one
    without a limit."""

    def __init__(self, wants: Sequence[Want], gives: Sequence[Give], scores: Mapping[Pair, float]) -> None:
        self.wants = {want.id: want for want in sorted(wants, key=lambda want: want.id)}
        offers = {give.id: give for give in sorted(gives, key=lambda give: give.id)}
        self.scores = {
            pair: scores[pair]
            for pair in sorted(scores)
            if pair[0] in self.wants and pair[1] in offers and offers[pair[1]].room != 0
        }
        self.needs_of: dict[str, list[str]] = {}
        self.offers_for: dict[str, list[str]] = {}
        for need, offer in self.scores:
            self.needs_of.setdefault(offer, []).append(need)
            self.offers_for.setdefault(need, []).append(offer)
        self.limited = {
            offer: offers[offer] for offer, needs in self.needs_of.items() if self._is_short(offers[offer], needs)
        }

    def _is_short(self, give: Give, needs: Collection[str]) -> bool:
        could_come = len(needs) if give.holds is Holds.NEEDS else len({self.wants[need].state for need in needs})
        return give.room is not None and give.room < could_come

    def worth(self, covered: Iterable[str]) -> int:
        """The weights of these needs."""
        return sum(self.wants[need].weight for need in covered)

    def contests(self) -> list[list[str]]:
        """Needs that only limited offers serve, in groups that share no offer. All others can always be covered."""
        waiting = {need for need, offers in self.offers_for.items() if all(offer in self.limited for offer in offers)}
        groups = []
        while waiting:
            group, edge = set[str](), {min(waiting)}
            while edge:
                group |= edge
                offers = {offer for need in edge for offer in self.offers_for[need]}
                edge = {need for offer in offers for need in self.needs_of[offer] if need in waiting} - group
            waiting -= group
            groups.append(sorted(group))
        return groups

    def most(self, needs: Collection[str], *, seconds: float) -> tuple[dict[str, str], int]:
        """The weightiest of these needs that limited offers can cover at once, and what no choice exceeds."""
        program = _Program()
        columns = self._take(program, [(need, offer) for need in needs for offer in self.offers_for[need]], {})
        for need in needs:
            program.row([(columns[need, offer], 1.0) for offer in self.offers_for[need]], high=1)
        costs = {column: -float(self.wants[need].weight) for (need, _), column in columns.items()}
        chosen, bound = program.cheapest(costs, seconds=seconds)
        if chosen is None:
            return self._in_order(needs), self.worth(needs)
        covers = {need: offer for (need, offer), column in columns.items() if chosen[column]}
        return covers, max(self.worth(covers), min(-_up(bound), self.worth(needs)))

    def _take(self, program: _Program, pairs: Sequence[Pair], opened: Mapping[str, int]) -> dict[Pair, int]:
        """A column for each of these pairs of limited offers, under their room; `opened` are columns of offers."""
        columns = {pair: program.column() for pair in pairs}
        held: dict[str, dict[str, int]] = {}
        for (need, offer), column in columns.items():
            places = held.setdefault(offer, {})
            if self.limited[offer].holds is Holds.NEEDS:
                places[need] = column
            else:
                state = self.wants[need].state
                place = places[state] = places[state] if state in places else program.column()
                program.row([(column, 1), (place, -1)], high=0)
        for offer, places in held.items():
            room = float(self.limited[offer].room or 0)
            if offer in opened:
                program.row([*((column, 1.0) for column in places.values()), (opened[offer], -room)], high=0)
                for column in places.values():
                    program.row([(column, 1), (opened[offer], -1)], high=0)
            else:
                program.row([(column, 1.0) for column in places.values()], high=room)
        return columns

    def _in_order(self, needs: Collection[str]) -> dict[str, str]:
        """For want of time: the weightiest first, each where it fits."""
        covers: dict[str, str] = {}
        held: dict[str, set[str]] = {}
        for need in sorted(needs, key=lambda need: (-self.wants[need].weight, need)):
            for offer in sorted(self.offers_for[need], key=lambda offer: (-self.scores[need, offer], offer)):
                give = self.limited[offer]
                taken = held.setdefault(offer, set())
                place = need if give.holds is Holds.NEEDS else self.wants[need].state
                if place in taken or len(taken) < (give.room or 0):
                    taken.add(place)
                    covers[need] = offer
                    break
        return covers

    def cheaply(self, covers: Mapping[str, str]) -> dict[str, str]:
        """The needs that offers without a limit can cover, by offers in use where that is possible, else by those that
        cover most."""
        left = {
            need for need, offers in self.offers_for.items()
            if need not in covers and any(offer not in self.limited for offer in offers)
        }  # fmt: skip
        able = {offer: set(needs) & left for offer, needs in self.needs_of.items() if offer not in self.limited}
        used, more = set(covers.values()), dict[str, str]()
        while left:
            offer = min(able, key=lambda offer: (offer not in used, -len(able[offer] & left), offer))
            used.discard(offer)
            more |= dict.fromkeys(able.pop(offer) & left, offer)
            left -= more.keys()
        return more

    def fewest(self, scarce: Sequence[tuple[Sequence[str], int]], *, seconds: float) -> tuple[dict[str, str], int]:
        """As much covered as can be, by the fewest offers, and how many it takes at least. Of each group in `scarce`
        not all can be covered: what is, must be worth so much."""
        if not self.scores:
            return {}, 0
        program = _Program()
        opened = {offer: program.column() for offer in self.needs_of}
        columns = self._take(program, [pair for pair in self.scores if pair[1] in self.limited], opened)
        short = {need for needs, _ in scarce for need in needs}
        for need, offers in self.offers_for.items():
            factors = [(columns.get((need, offer), opened[offer]), 1.0) for offer in offers]
            if need in short:
                program.row(factors, high=1)
            else:
                program.row(factors, low=1)
        for needs, value in scarce:
            worth = [
                (columns[need, offer], float(self.wants[need].weight))
                for need in needs
                for offer in self.offers_for[need]
            ]
            program.row(worth, low=value - 0.5)
        chosen, bound = program.cheapest(dict.fromkeys(opened.values(), 1.0), seconds=seconds)
        if chosen is None:
            return {}, _up(bound)
        covers: dict[str, str] = {}
        for need, offer in self.scores:
            if need not in covers and chosen[columns.get((need, offer), opened[offer])]:
                covers[need] = offer
        return covers, _up(bound)

    def best_fit(self, covers: Mapping[str, str]) -> dict[str, str]:
        """The same needs with the same offers, put together as they fit best."""
        used = set(covers.values())
        program = _Program()
        able = [pair for pair in self.scores if pair[0] in covers and pair[1] in used]
        columns = self._take(program, [pair for pair in able if pair[1] in self.limited], {})
        columns |= {pair: program.column() for pair in able if pair not in columns}
        by_need: dict[str, list[int]] = {}
        by_offer: dict[str, list[int]] = {}
        for (need, offer), column in columns.items():
            by_need.setdefault(need, []).append(column)
            by_offer.setdefault(offer, []).append(column)
        for group in by_need.values():
            program.row([(column, 1.0) for column in group], low=1, high=1)
        for group in by_offer.values():
            program.row([(column, 1.0) for column in group], low=1)
        costs = {column: -self.scores[pair] for pair, column in columns.items()}
        chosen, _ = program.cheapest(costs, seconds=FIT_SECONDS) if able else (None, 0.0)
        if chosen is None:
            return dict(covers)
        return {need: offer for (need, offer), column in columns.items() if chosen[column]}
