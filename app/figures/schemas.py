"""Shapes of figures."""

from datetime import date

from pydantic import BaseModel


class Counted(BaseModel):
    """Needs under one code, and how many of them no offer serves; `unmet_share` is 0–1."""

    code: str
    label: str
    needs: int
    unmet: int
    unmet_share: float | None


class Recorded(BaseModel):
    """Needs recorded in one month, such as `2026-11`."""

    month: str
    needs: int


class StepTime(BaseModel):
    """How long one step took: the median of days over the needs that took it."""

    step: str
    median_days: float | None
    needs: int


class NeedFigures(BaseModel):
    """Open needs in your sight; `agreed` by their States, `shared` beyond them, `unmet` by every published offer."""

    open: int
    agreed: int
    shared: int
    unmet: int
    unmet_share: float | None


class OfferFigures(BaseModel):
    """Published offers, and those of them that end within 180 days."""

    published: int
    ending: int


class FiguresRead(BaseModel):
    """Figures over what you may see, and nothing else. With a period only needs recorded in it count, and of those only
    needs that you see in full: a header does not tell its day."""

    since: date | None
    until: date | None
    as_of: date
    recipe: str
    revision: int
    needs: NeedFigures
    offers: OfferFigures
    by_theme: list[Counted]
    by_region: list[Counted]
    by_month: list[Recorded]
    steps: list[StepTime]
