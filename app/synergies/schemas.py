"""Shapes of synergies."""

from datetime import date

from pydantic import BaseModel

from app.matches.schemas import OfferName


class SynergyRead(BaseModel):
    """Two offers of different organisations on one theme in the same States. `code`: `overlap`, or which parts complete
    each other, that of `first` named first; `closeness` is 0–1."""

    code: str
    theme: str
    first: OfferName
    second: OfferName
    states: list[str]
    closeness: float
    sentence: str


class SynergiesRead(BaseModel):
    """Synergies, the closest first."""

    as_of: date
    revision: int
    items: list[SynergyRead]
    next: str | None
