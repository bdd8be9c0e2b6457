"""Working days of a State, by its own weekend and public holidays, and when a day is over for everybody."""

from datetime import UTC, date, datetime, time, timedelta

import holidays


def working_day(after: date, count: int, state: str) -> date:
    """The `count`-th working day of the State (ISO 3166 alpha-3) after a day.

    Holidays that follow the moon are the estimates of the `holidays` library for years that lie ahead.
    """
    return holidays.country_holidays(state).get_nth_working_day(after, count)


def is_over(day: date, at: datetime) -> bool:
    """Whether a day has ended in every time zone: UTC−12 comes last."""
    return at >= end_of(day)


def end_of(day: date) -> datetime:
    """The instant at which a day has ended in every time zone."""
    return datetime.combine(day + timedelta(1), time(12), UTC)


def years_after(day: date, years: int) -> date:
    """The same day `years` later; 28 February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
