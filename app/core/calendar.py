"""Working days of a State, by its own weekend and public holidays, and when a day is over for everybody."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

import holidays

_ALPHA_2 = {"BGR": "BG", "BHR": "BH", "GTM": "GT", "MAR": "MA", "SWZ": "SZ", "VUT": "VU"}
"""States that the library knows by their shorter code alone."""


def working_day(after: date, count: int, state: str) -> date:
    """The `count`-th working day of the State (ISO 3166 alpha-3) after a day.

    Holidays that follow the moon are the estimates of the `holidays` library for years that lie ahead.
    """
    return holidays.country_holidays(_ALPHA_2.get(state, state)).get_nth_working_day(after, count)


def is_over(day: date, at: datetime) -> bool:
    """Whether a day has ended in every time zone: UTC−12 comes last."""
    return at >= end_of(day)


def end_of(day: date) -> datetime:
    """The instant at which a day has ended in every time zone."""
    return datetime.combine(day + timedelta(1), time(12), UTC)


def months_after(day: date, months: int) -> date:
    """The same day of the month `months` later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_after(day: date, years: int) -> date:
    """The same day `years` later; 28 February where there is no 29th."""
    return months_after(day, 12 * years)
