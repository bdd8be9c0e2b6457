"""Shapes of gaps."""

from datetime import date

from pydantic import BaseModel

from app.matches.schemas import NeedName, OfferName


class PartsRead(BaseModel):
    """What the rank of a gap is made of, each 0–1; `shared_by` counts States in what you may see. A part that the
    State does not share with you is null."""

    priority: float
    agreed: float | None
    age: float | None
    best_match: float
    coverage: float
    shared_by: int


class GapRead(BaseModel):
    """A need that nothing covers enough."""

    rank: int
    need: NeedName
    themes: list[str]
    score: float
    parts: PartsRead
    best_offer: OfferName | None
    sentence: str


class GapsRead(BaseModel):
    """Gaps, first what matters most."""

    as_of: date
    recipe: str
    revision: int
    formula: str
    weights: dict[str, float]
    items: list[GapRead]
    next: str | None
