"""The steps of a referral as one table, their clocks and reasons, and what referrals say of their need."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from app.access.rules import Role
from app.core import calendar
from app.core.errors import Conflict, NotAllowed
from app.needs.rules import Coverage, Part
from app.needs.rules import Status as NeedStatus


class Step(StrEnum):
    """Where a referral stands."""

    PROPOSED = "proposed"
    STATE_NOTIFIED = "state_notified"
    NO_OBJECTION = "no_objection"
    OBJECTED = "objected"
    SENT = "sent"
    INTERESTED = "interested"
    NEEDS_DETAIL = "needs_detail"
    NEEDS_FUNDS = "needs_funds"
    DECLINED = "declined"
    SCOPING = "scoping"
    COMMITTED = "committed"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    CHECKED = "checked"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Side(StrEnum):
    """Who takes a step."""

    CTED = "cted"
    STATE = "state"
    PROVIDER = "provider"


class Outcome(StrEnum):
    """What a side found a year after delivery."""

    MET = "met"
    PARTLY = "partly"
    NOT = "not"


class Reason(StrEnum):
    """Why a referral ended without help."""

    ALREADY_SERVED = "already_served"
    CHANGE_OF_GOVERNMENT = "change_of_government"
    CONFIDENTIALITY = "confidentiality"
    CONSENT_ENDED = "consent_ended"
    CONTACT_MOVED_ON = "contact_moved_on"
    FUNDS_LOST = "funds_lost"
    HUMAN_RIGHTS_RISK = "human_rights_risk"
    LANGUAGE = "language"
    MONEY_EARMARKED = "money_earmarked"
    NEED_CHANGED = "need_changed"
    NEED_TOO_BROAD = "need_too_broad"
    NO_ANSWER = "no_answer"
    NO_FORMAL_REQUEST = "no_formal_request"
    NO_ROOM = "no_room"
    NOT_A_PRIORITY = "not_a_priority"
    OTHER = "other"
    OTHER_PROVIDER = "other_provider"
    OUTSIDE_REGION = "outside_region"
    OUTSIDE_THEME = "outside_theme"
    SECURITY_OF_STAFF = "security_of_staff"
    TIMING = "timing"


SIDES = {
    Role.OFFICER: Side.CTED,
    Role.STATE: Side.STATE,
    Role.PROVIDER: Side.PROVIDER,
    Role.DESIGNER: Side.PROVIDER,
}
"""The side for which each role acts; other roles take no step."""

_CTED = frozenset({Side.CTED})
_STATE = frozenset({Side.STATE})
_ANSWER = frozenset({Side.PROVIDER, Side.CTED})
"""A provider's own step; CTED records it where the answer came by letter."""
_NOTE = frozenset({Side.STATE, Side.CTED})
"""A State's own step; CTED records it where it came by note verbale."""
_ALL = frozenset(Side)

TABLE: dict[Step, dict[Step, frozenset[Side]]] = {
    Step.PROPOSED: {Step.STATE_NOTIFIED: _CTED, Step.WITHDRAWN: _CTED},
    Step.STATE_NOTIFIED: {
        Step.NO_OBJECTION: _STATE,
        Step.OBJECTED: _NOTE,
        Step.SENT: _CTED,
        Step.WITHDRAWN: _CTED,
    },
    Step.NO_OBJECTION: {Step.OBJECTED: _NOTE, Step.SENT: _CTED, Step.WITHDRAWN: _CTED},
    Step.SENT: {
        Step.INTERESTED: _ANSWER,
        Step.NEEDS_DETAIL: _ANSWER,
        Step.NEEDS_FUNDS: _ANSWER,
        Step.DECLINED: _ANSWER,
        Step.WITHDRAWN: _NOTE,
        Step.LAPSED: _CTED,
    },
    Step.INTERESTED: {
        Step.NEEDS_DETAIL: _ANSWER,
        Step.NEEDS_FUNDS: _ANSWER,
        Step.DECLINED: _ANSWER,
        Step.SCOPING: _ANSWER,
        Step.WITHDRAWN: _NOTE,
        Step.LAPSED: _CTED,
    },
    Step.NEEDS_DETAIL: {
        Step.SENT: _CTED,
        Step.INTERESTED: _ANSWER,
        Step.NEEDS_FUNDS: _ANSWER,
        Step.DECLINED: _ANSWER,
        Step.WITHDRAWN: _NOTE,
        Step.LAPSED: _CTED,
    },
    Step.NEEDS_FUNDS: {
        Step.INTERESTED: _ANSWER,
        Step.DECLINED: _ANSWER,
        Step.SCOPING: _ANSWER,
        Step.WITHDRAWN: _NOTE,
        Step.LAPSED: _CTED,
    },
    Step.SCOPING: {
        Step.NEEDS_FUNDS: _ANSWER,
        Step.DECLINED: _ANSWER,
        Step.COMMITTED: _ANSWER,
        Step.WITHDRAWN: _NOTE,
        Step.LAPSED: _CTED,
    },
    Step.COMMITTED: {Step.DELIVERING: _ANSWER, Step.WITHDRAWN: _ALL},
    Step.DELIVERING: {Step.DELIVERED: _ANSWER, Step.WITHDRAWN: _ALL},
    Step.DELIVERED: {Step.CHECKED: _ALL},
    Step.OBJECTED: {},
    Step.DECLINED: {},
    Step.CHECKED: {},
    Step.WITHDRAWN: {},
    Step.LAPSED: {},
}
"""From where to where, and whose step it is."""

ENDED = frozenset(step for step, ways in TABLE.items() if not ways)
NOT_AT_WORK = ENDED | {Step.DELIVERED}
"""Where nobody is at work on the need any more."""
BINDING = frozenset({Step.COMMITTED, Step.DELIVERING})
"""Where capacity is taken and can still be given back."""

REASONS: dict[Step, frozenset[Reason]] = {
    Step.OBJECTED: frozenset(
        {
            Reason.ALREADY_SERVED, Reason.CHANGE_OF_GOVERNMENT, Reason.CONFIDENTIALITY, Reason.NOT_A_PRIORITY,
            Reason.OTHER_PROVIDER, Reason.TIMING, Reason.OTHER,
        }
    ),
    Step.DECLINED: frozenset(
        {
            Reason.ALREADY_SERVED, Reason.CHANGE_OF_GOVERNMENT, Reason.CONTACT_MOVED_ON, Reason.HUMAN_RIGHTS_RISK,
            Reason.LANGUAGE, Reason.MONEY_EARMARKED, Reason.NEED_TOO_BROAD, Reason.NO_FORMAL_REQUEST, Reason.NO_ROOM,
            Reason.OUTSIDE_REGION, Reason.OUTSIDE_THEME, Reason.SECURITY_OF_STAFF, Reason.TIMING, Reason.OTHER,
        }
    ),
    Step.WITHDRAWN: frozenset(
        {
            Reason.ALREADY_SERVED, Reason.CHANGE_OF_GOVERNMENT, Reason.CONSENT_ENDED, Reason.FUNDS_LOST,
            Reason.HUMAN_RIGHTS_RISK, Reason.NEED_CHANGED, Reason.NO_FORMAL_REQUEST, Reason.OTHER_PROVIDER,
            Reason.SECURITY_OF_STAFF, Reason.OTHER,
        }
    ),
    Step.LAPSED: frozenset(
        {
            Reason.NO_ANSWER, Reason.CONTACT_MOVED_ON, Reason.CHANGE_OF_GOVERNMENT, Reason.NO_FORMAL_REQUEST,
            Reason.OTHER,
        }
    ),
}  # fmt: skip
"""The reasons that each of these steps takes, and must have."""

TAKES: dict[Step, frozenset[str]] = {
    Step.SENT: frozenset({"detail"}),
    Step.INTERESTED: frozenset({"amount", "unit", "currency"}),
    Step.SCOPING: frozenset({"amount", "unit", "currency"}),
    Step.COMMITTED: frozenset(
        {"amount", "unit", "currency", "starts_on", "ends_on", "covers", "assistance_types"},
    ),
    Step.DELIVERED: frozenset({"amount", "unit", "currency", "delivered_on"}),
    Step.CHECKED: frozenset({"outcome", "side"}),
}
"""The values that a step takes beside a note: a pledge, a commitment and a delivery are kept apart."""
NEEDED: dict[Step, frozenset[str]] = {
    Step.COMMITTED: frozenset({"amount", "unit", "starts_on", "ends_on"}),
    Step.CHECKED: frozenset({"outcome"}),
}

WINDOW_WORKING_DAYS = 5
"""For the State to object: working days of that State."""
DAYS: dict[Step, int] = {
    Step.PROPOSED: 30,
    Step.NO_OBJECTION: 7,
    Step.SENT: 30,
    Step.NEEDS_DETAIL: 14,
    Step.INTERESTED: 60,
    Step.NEEDS_FUNDS: 180,
    Step.SCOPING: 180,
}
"""Calendar days for the other steps that wait for somebody; commitments and deliveries bring their own dates."""
CHECK_AFTER_YEARS = 1

WAITS_FOR: dict[Step, frozenset[Side]] = {
    Step.PROPOSED: _CTED,
    Step.STATE_NOTIFIED: _STATE,
    Step.NO_OBJECTION: _CTED,
    Step.SENT: frozenset({Side.PROVIDER}),
    Step.INTERESTED: _ANSWER,
    Step.NEEDS_DETAIL: _CTED,
    Step.NEEDS_FUNDS: _ANSWER,
    Step.SCOPING: _ANSWER,
    Step.COMMITTED: frozenset({Side.PROVIDER}),
    Step.DELIVERING: frozenset({Side.PROVIDER}),
    Step.DELIVERED: frozenset({Side.STATE, Side.PROVIDER}),
}
"""Whose turn it is."""


def check_step(current: Step, to: Step, side: Side) -> None:
    """Raise `NotAllowed` for a step that this side never takes, `Conflict` for one that does not follow `current`."""
    if not any(side in ways.get(to, ()) for ways in TABLE.values()):
        raise NotAllowed("referral.not_your_step", f"The step {to} is never taken by your side.")
    sides = TABLE[current].get(to)
    if sides is None:
        allowed = ", ".join(TABLE[current]) or "none"
        raise Conflict("referral.no_such_step", f"From {current} these steps follow: {allowed}.")
    if side not in sides:
        raise NotAllowed("referral.not_your_step", f"From {current} the step {to} is for: {', '.join(sorted(sides))}.")


def next_steps(current: Step, side: Side) -> list[Step]:
    """The steps that a side can take next, in the order of the table."""
    return [to for to, sides in TABLE[current].items() if side in sides]


@dataclass(frozen=True, slots=True)
class Dates:
    """The days that a commitment and a delivery bring."""

    starts_on: date | None = None
    ends_on: date | None = None
    delivered_on: date | None = None


def due_on(step: Step, since: date, *, state: str, dates: Dates) -> date | None:
    """The day by which the next step is due; nothing where the referral has ended."""
    match step:
        case Step.STATE_NOTIFIED:
            return calendar.working_day(since, WINDOW_WORKING_DAYS, state)
        case Step.COMMITTED:
            return dates.starts_on
        case Step.DELIVERING:
            return dates.ends_on
        case Step.DELIVERED:
            return calendar.years_after(dates.delivered_on or since, CHECK_AFTER_YEARS)
        case _:
            return since + timedelta(DAYS[step]) if step in DAYS else None


def check_clock(current: Step, to: Step, due: date | None, at: datetime) -> None:
    """Raise `Conflict` for a step whose time has not come: sending within the window, giving up or checking early."""
    if due is None:
        return
    if (current, to) == (Step.STATE_NOTIFIED, Step.SENT) and not calendar.is_over(due, at):
        raise Conflict("referral.window_open", f"The State can object until the end of {due}, wherever that day ends.")
    if to is Step.LAPSED and not calendar.is_over(due, at):
        raise Conflict("referral.not_due", f"An answer is due by {due}; until then the referral cannot lapse.")
    if to is Step.CHECKED and at.date() < due:
        raise Conflict("referral.too_early", f"The result is checked a year after delivery, from {due} on.")


class Taken(Protocol):
    """One step of a history."""

    @property
    def step(self) -> str: ...
    @property
    def side(self) -> str: ...
    @property
    def for_side(self) -> str | None: ...
    @property
    def at(self) -> datetime: ...


def replay(history: Iterable[Taken]) -> Step | None:
    """Where a history leads; raises `Conflict` or `NotAllowed` at the first step that could not be taken, and
    `Conflict` where time runs backwards."""
    current: Step | None = None
    last: datetime | None = None
    checked: frozenset[Side] = frozenset()
    for taken in history:
        step, side = Step(taken.step), Side(taken.side)
        if last is not None and taken.at < last:
            raise Conflict("referral.time_runs_backwards", "A step was taken before the one that it follows.")
        if current is not None:
            check_step(current, step, side)
        elif (step, side) != (Step.PROPOSED, Side.CTED):
            raise Conflict("referral.no_such_step", "A referral begins with a proposal by CTED.")
        if step is Step.CHECKED:
            checked = with_check(checked, side_of(side, taken.for_side))
            step = after_check(checked)
        current, last = step, taken.at
    return current


def side_of(side: Side, for_side: str | None) -> Side:
    """For whom a side acts: CTED can put down what another side told it."""
    return side if for_side is None else Side(for_side)


def with_check(checked: frozenset[Side], side: Side) -> frozenset[Side]:
    """The sides that have checked, with one more; raises `Conflict` where it has checked before."""
    if side in checked:
        raise Conflict("referral.checked_already", "This side has checked the result already.")
    return checked | {side}


def after_check(checked: frozenset[Side]) -> Step:
    """A result is checked once both sides have said what they found."""
    return Step.CHECKED if WAITS_FOR[Step.DELIVERED] <= checked else Step.DELIVERED


def worse(one: Outcome, other: Outcome) -> Outcome:
    """Of two sides' findings the one that claims less."""
    order = list(Outcome)
    return max(one, other, key=order.index)


_IN_DISCUSSION = frozenset({Step.INTERESTED, Step.NEEDS_DETAIL, Step.NEEDS_FUNDS, Step.SCOPING})


def part_of(step: Step, *, covers: Coverage, kinds: Collection[str], outcome: Outcome | None) -> Part:
    """What a referral does for its need. A help that was checked and missed covers nothing; one that met the need
    partly covers it partly and brings it nowhere, so that the need is open again."""
    is_active = step not in NOT_AT_WORK
    if step is Step.SENT:
        return Part(NeedStatus.REFERRED, is_active=is_active)
    if step in _IN_DISCUSSION:
        return Part(NeedStatus.IN_DISCUSSION, is_active=is_active)
    if step in BINDING:
        return Part(NeedStatus.IN_DELIVERY, covers, tuple(kinds), is_active=is_active)
    if step is Step.DELIVERED:
        return Part(NeedStatus.DELIVERED, covers, tuple(kinds), is_active=is_active)
    if outcome is Outcome.MET:
        return Part(NeedStatus.VERIFIED, covers, tuple(kinds), is_active=is_active)
    return Part(None, Coverage.PARTIAL if outcome is Outcome.PARTLY else Coverage.NONE, is_active=is_active)
