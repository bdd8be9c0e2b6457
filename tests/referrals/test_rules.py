"""The table of steps, the clocks and what referrals say of their need, without any database."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.core import calendar
from app.core.errors import Conflict, Invalid, NotAllowed
from app.needs import rules as needs
from app.needs.rules import Coverage, Part, Status
from app.offers import rules as offers
from app.referrals import rules
from app.referrals.rules import Outcome, Side, Step

pytestmark = pytest.mark.pure

START = datetime(2020, 1, 1, tzinfo=UTC)
FULL, PARTIAL, NONE = Coverage.FULL, Coverage.PARTIAL, Coverage.NONE


@dataclass(frozen=True)
class Taken:
    """A step as a history holds it."""

    step: str
    side: str
    at: datetime
    for_side: str | None = None


def test_every_step_can_be_reached_and_every_way_ends() -> None:
    reached, edge = {Step.PROPOSED}, [Step.PROPOSED]
    while edge:
        for to in rules.TABLE[edge.pop()]:
            if to not in reached:
                reached.add(to)
                edge.append(to)
    assert reached == set(Step) == set(rules.TABLE)
    for step in set(Step) - rules.ENDED:
        assert rules.WAITS_FOR[step]
    assert set(rules.REASONS) == {to for to in rules.ENDED if to is not Step.CHECKED}


@pytest.mark.parametrize(
    ("state", "notified", "due"),
    [
        ("KEN", "2026-11-23", "2026-11-30"),
        ("KEN", "2026-11-27", "2026-12-04"),
        ("KEN", "2026-11-28", "2026-12-04"),
        ("KEN", "2026-12-24", "2027-01-04"),
        ("SAU", "2026-11-26", "2026-12-03"),
        ("SAU", "2026-11-24", "2026-12-01"),
    ],
    ids=[
        "a week", "across a weekend", "on a Saturday", "across the holidays and the turn of a year",
        "from a Thursday where the weekend begins on Friday", "Friday and Saturday off",
    ],
)  # fmt: skip
def test_the_window_counts_working_days_of_the_state(state: str, notified: str, due: str) -> None:
    found = rules.due_on(Step.STATE_NOTIFIED, date.fromisoformat(notified), state=state, dates=rules.Dates())
    assert found is not None
    assert found.isoformat() == due


@given(
    at=st.integers(0, 10_000_000).map(lambda minutes: START + timedelta(minutes=minutes)),
    hours=st.integers(-12, 14),
    state=st.sampled_from(["KEN", "SAU", "MDV", "USA", "KIR", "NPL", "AFG", "ISR", "FRA"]),
)
def test_no_state_has_less_than_five_of_its_working_days_in_whatever_time_zone(
    at: datetime, hours: int, state: str
) -> None:
    due = rules.due_on(Step.STATE_NOTIFIED, at.date(), state=state, dates=rules.Dates())
    assert due is not None
    ends = calendar.end_of(due)
    here = timedelta(hours=hours)
    days, day = 0, (at + here).date()
    while datetime.combine(day, datetime.min.time(), UTC) - here < ends:
        starts = max(at, datetime.combine(day, datetime.min.time(), UTC) - here)
        whole = min(ends, datetime.combine(day + timedelta(1), datetime.min.time(), UTC) - here) - starts
        is_working = calendar.working_day(day - timedelta(1), 1, state) == day
        days += is_working and whole >= timedelta(hours=8)
        day += timedelta(1)
    assert days >= 5
    assert not calendar.is_over(due, ends - timedelta.resolution)
    assert calendar.is_over(due, ends)


@pytest.mark.parametrize(
    ("delivered", "due"),
    [("2027-03-01", "2028-03-01"), ("2024-02-29", "2025-02-28")],
    ids=["a year on", "29 February"],
)
def test_a_result_is_checked_a_year_after_delivery(delivered: str, due: str) -> None:
    dates = rules.Dates(delivered_on=date.fromisoformat(delivered))
    found = rules.due_on(Step.DELIVERED, date(2030, 1, 1), state="KEN", dates=dates)
    assert found == date.fromisoformat(due)


def part(step: Step, covers: Coverage = NONE, kinds: str = "", outcome: Outcome | None = None) -> Part:
    return rules.part_of(step, covers=covers, kinds=kinds, outcome=outcome)


@pytest.mark.parametrize(
    ("parts", "status", "coverage"),
    [
        pytest.param([], None, NONE, id="no referral"),
        pytest.param([part(Step.PROPOSED), part(Step.STATE_NOTIFIED)], None, NONE, id="a shortlist"),
        pytest.param([part(Step.DECLINED), part(Step.OBJECTED)], None, NONE, id="refused by both"),
        pytest.param([part(Step.SENT), part(Step.DECLINED)], Status.REFERRED, NONE, id="sent"),
        pytest.param([part(Step.NEEDS_FUNDS), part(Step.SENT)], Status.IN_DISCUSSION, NONE, id="in discussion"),
        pytest.param([part(Step.COMMITTED, PARTIAL)], Status.IN_DELIVERY, PARTIAL, id="partly promised"),
        pytest.param(
            [part(Step.COMMITTED, PARTIAL, "a"), part(Step.DELIVERED, PARTIAL, "b")],
            Status.IN_DELIVERY, FULL, id="two parts make the whole",
        ),
        pytest.param([part(Step.DELIVERED, PARTIAL)], Status.IN_DELIVERY, PARTIAL, id="partly delivered stays open"),
        pytest.param([part(Step.DELIVERED, FULL)], Status.DELIVERED, FULL, id="delivered"),
        pytest.param(
            [part(Step.CHECKED, FULL, outcome=Outcome.MET), part(Step.SENT)], Status.VERIFIED, FULL, id="verified"
        ),
        pytest.param([part(Step.CHECKED, FULL, outcome=Outcome.PARTLY)], None, PARTIAL, id="met partly: open again"),
        pytest.param([part(Step.CHECKED, FULL, outcome=Outcome.NOT)], None, NONE, id="not met: open again"),
    ],
)  # fmt: skip
def test_a_need_stands_where_its_referrals_bring_it(
    parts: Sequence[Part], status: Status | None, coverage: Coverage
) -> None:
    assert needs.standing(parts, ["a", "b"]) == (status, coverage)


@given(st.permutations([part(Step.SENT), part(Step.COMMITTED, PARTIAL, "a"), part(Step.DELIVERED, FULL)]))
def test_the_order_of_referrals_changes_nothing(parts: list[Part]) -> None:
    assert needs.standing(parts, ["a"]) == (Status.DELIVERED, FULL)


TIMELY = {
    "referral.window_open", "referral.not_due", "referral.too_early", "referral.checked_already", "offer.no_room",
}  # fmt: skip
"""Why a step that the table allows can be refused for the moment."""


class Referrals(RuleBasedStateMachine):
    """Random steps by random sides at random moments, over one offer: no illegal step is taken, no capacity is lost,
    no clock runs backwards, and each history replays."""

    @initialize(total=st.integers(0, 6), stated=st.integers(0, 6))
    def begin(self, total: int, stated: int) -> None:
        """An offer and three referrals to it."""
        self.now = datetime(2026, 11, 23, 9, tzinfo=UTC)
        self.stated = min(stated, total)
        self.offer: dict[str, Any] = {"unit": "places", "total": total, "committed": self.stated, "unlimited": False}
        self.histories = [[Taken("proposed", "cted", self.now)] for _ in range(3)]
        self.steps = [Step.PROPOSED] * 3
        self.due = [rules.due_on(Step.PROPOSED, self.now.date(), state="KEN", dates=rules.Dates())] * 3
        self.taken = [0] * 3
        self.checked: list[frozenset[Side]] = [frozenset()] * 3

    @rule(hours=st.integers(-30, 24 * 200))
    def let_time_pass(self, hours: int) -> None:
        """Now and then the machine's clock is set back."""
        self.now += timedelta(hours=hours)

    @rule(n=st.integers(0, 2), to=st.sampled_from(Step), side=st.sampled_from(Side), amount=st.integers(1, 3),
          for_side=st.sampled_from([Side.STATE, Side.PROVIDER]))  # fmt: skip
    def take(self, n: int, to: Step, side: Side, amount: int, for_side: Side) -> None:
        """Any step by anybody."""
        current = self.steps[n]
        is_legal = side in rules.TABLE[current].get(to, ())
        at = max(self.now, self.histories[n][-1].at)
        try:
            rules.check_step(current, to, side)
            assert is_legal
            rules.check_clock(current, to, self.due[n], self.now)
            step = to
            if to is Step.COMMITTED:
                self.offer = dict(offers.with_taken(self.offer, Decimal(amount)))
                self.taken[n] = amount
            if to is Step.WITHDRAWN and current in rules.BINDING:
                self.offer = dict(offers.with_taken(self.offer, Decimal(-self.taken[n])))
                self.taken[n] = 0
            of = for_side if side is Side.CTED else side
            if to is Step.CHECKED:
                self.checked[n] = rules.with_check(self.checked[n], of)
                step = rules.after_check(self.checked[n])
        except NotAllowed:
            if is_legal:
                raise
            return
        except Conflict as refused:
            if is_legal and refused.code not in TIMELY:
                raise
            return
        self.histories[n].append(Taken(to, side, at, of if to is Step.CHECKED else None))
        if step is not current:
            day = at.date()
            self.due[n] = rules.due_on(step, day, state="KEN", dates=rules.Dates(day, day, day))
        self.steps[n] = step

    @rule(total=st.integers(0, 8), committed=st.integers(0, 8))
    def put(self, total: int, committed: int) -> None:
        """The provider puts the offer again from its own system."""
        new = {**self.offer, "total": total, "committed": min(committed, total)}
        try:
            kept = offers.held(new, self.offer, stated=self.stated, taken=sum(self.taken))
        except Invalid:
            return
        assert kept is not None
        self.stated = new["committed"]
        self.offer = dict(kept)

    @invariant()
    def no_capacity_is_lost(self) -> None:
        """What is committed holds at least what referrals have taken, and never more than there is."""
        if hasattr(self, "offer"):
            assert sum(self.taken) <= self.offer["committed"] <= self.offer["total"]

    @invariant()
    def histories_replay(self) -> None:
        """Each to where its referral stands, with time going forward."""
        for history, step in zip(getattr(self, "histories", ()), getattr(self, "steps", ()), strict=True):
            assert rules.replay(history) is step


TestReferrals = Referrals.TestCase


@pytest.mark.parametrize(
    "history",
    [
        [("sent", "cted")],
        [("proposed", "state")],
        [("proposed", "cted"), ("sent", "cted")],
        [("proposed", "cted"), ("state_notified", "provider")],
    ],
    ids=["begun in the middle", "begun by the State", "a step left out", "another side's step"],
)
def test_a_history_that_cannot_be_is_found_out(history: list[tuple[str, str]]) -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    with pytest.raises((Conflict, NotAllowed)):
        rules.replay([Taken(step, side, at) for step, side in history])


def test_a_history_in_which_time_runs_backwards_is_found_out() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    history = [Taken("proposed", "cted", at), Taken("state_notified", "cted", at - timedelta.resolution)]
    with pytest.raises(Conflict, match="time_runs_backwards"):
        rules.replay(history)


def test_the_calendar_of_every_state_is_known() -> None:
    with (Path(__file__).parents[2] / "seed_data" / "reference" / "states.csv").open(encoding="utf-8") as rows:
        states = [row["iso3"] for row in csv.DictReader(rows)]
    assert len(states) == 193
    for state in states:
        assert date(2026, 11, 27) < calendar.working_day(date(2026, 11, 23), 5, state) < date(2026, 12, 10)
