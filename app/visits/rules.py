"""Words and decisions of visits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.core import calendar
from app.core.errors import Conflict


class Mode(StrEnum):
    """How the visit was held."""

    ON_SITE = "on_site"
    VIRTUAL = "virtual"
    HYBRID = "hybrid"


class VisitType(StrEnum):
    """What the visit was for."""

    COMPREHENSIVE = "comprehensive"
    FOCUSED = "focused"
    REGIONAL = "regional"
    FOLLOW_UP = "follow_up"


class Priority(StrEnum):
    """CTED's order of priority."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


IMPORTANCE: Mapping[str | None, float] = {Priority.HIGH: 1.0, Priority.MEDIUM: 0.6, Priority.LOW: 0.3, None: 0.3}
"""How much a priority weighs. One that is not stated counts as low: unknown is never agreement."""


class VisitStatus(StrEnum):
    """Where a visit stands, from its planning to the visit that follows it up."""

    PLANNED = "planned"
    HELD = "held"
    DRAFT = "draft"
    OBSERVATIONS = "observations"
    ADOPTED = "adopted"
    RESPONSE = "response"
    FOLLOW_UP = "follow_up"


class Release(StrEnum):
    """How much of the report the State lets others read; its recommendations and needs have consents of their own."""

    NONE = "none"
    PART = "part"
    FULL = "full"


NEXT: dict[VisitStatus, frozenset[VisitStatus]] = {
    VisitStatus.PLANNED: frozenset({VisitStatus.HELD}),
    VisitStatus.HELD: frozenset({VisitStatus.DRAFT}),
    VisitStatus.DRAFT: frozenset({VisitStatus.ADOPTED}),
    VisitStatus.OBSERVATIONS: frozenset({VisitStatus.ADOPTED}),
    VisitStatus.ADOPTED: frozenset({VisitStatus.RESPONSE, VisitStatus.FOLLOW_UP}),
    VisitStatus.RESPONSE: frozenset({VisitStatus.FOLLOW_UP}),
    VisitStatus.FOLLOW_UP: frozenset(),
}
"""The steps that CTED takes. A draft comes to `observations` by the State's own act."""

DRAFT_DAYS = 60
"""CTED's own aim for a draft; the other two are rules of the Committee."""
OBSERVATION_DAYS = 30
RESPONSE_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Course:
    """The days of a visit's course; those that have not come are empty."""

    starts_on: date
    ends_on: date
    draft_on: date | None
    observed_on: date | None
    adopted_on: date | None
    responded_on: date | None


def check_move(current: VisitStatus, to: VisitStatus, course: Course, at: datetime) -> None:
    """Raise `Conflict` for a step that does not follow, or comes before the visit or the State's 30 days are over."""
    if to not in NEXT[current]:
        allowed = ", ".join(sorted(NEXT[current])) or "none"
        raise Conflict("visit.no_such_step", f"From {current} these steps follow: {allowed}.")
    if to is VisitStatus.HELD and at.date() + timedelta(1) < course.starts_on:
        raise Conflict("visit.not_begun", "The visit has not begun.")
    due = observations_due(course)
    if current is VisitStatus.DRAFT and due is not None and not calendar.is_over(due, at):
        raise Conflict("visit.window_open", f"The State can send observations until the end of {due}.")


def observations_due(course: Course) -> date | None:
    """The last day for the State's observations on the draft."""
    return course.draft_on + timedelta(OBSERVATION_DAYS) if course.draft_on else None


def response_due(adopted_on: date | None) -> date | None:
    """The last day for the State's response: half a year after the report was adopted (S/2020/731)."""
    return calendar.months_after(adopted_on, RESPONSE_MONTHS) if adopted_on else None


@dataclass(frozen=True, slots=True)
class Clock:
    """One term: its last day, and the day on which what it asks for came."""

    name: str
    due_on: date
    done_on: date | None


def clocks(course: Course) -> list[Clock]:
    """The terms that run or have run, in their order."""
    found = [Clock("draft", course.ends_on + timedelta(DRAFT_DAYS), course.draft_on or course.adopted_on)]
    due = observations_due(course)
    if due is not None:
        found.append(Clock("observations", due, course.observed_on))
    due = response_due(course.adopted_on)
    if due is not None:
        found.append(Clock("response", due, course.responded_on))
    return found


def is_overdue(clock: Clock, at: datetime, *, adopted_on: date | None) -> bool:
    """Whether the last day is over everywhere and nothing came; observations are not waited for after adoption."""
    has_passed = clock.name == "observations" and adopted_on is not None
    return clock.done_on is None and not has_passed and calendar.is_over(clock.due_on, at)
