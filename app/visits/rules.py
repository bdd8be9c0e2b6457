"""Words and decisions of visits."""

from calendar import monthrange
from datetime import date
from enum import StrEnum


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


MONTHS_TO_RESPOND = 6
"""The State says what it has done within half a year of the final report (S/2020/731)."""


def response_due_on(report_adopted_on: date | None) -> date | None:
    """The day by which the State's response is due; nothing before the report is adopted."""
    if report_adopted_on is None:
        return None
    years, month = divmod(report_adopted_on.month - 1 + MONTHS_TO_RESPOND, 12)
    year = report_adopted_on.year + years
    return date(year, month + 1, min(report_adopted_on.day, monthrange(year, month + 1)[1]))
