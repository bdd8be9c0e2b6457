"""Shapes of matches."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from app.needs.schemas import NeedAsked
from app.offers.schemas import OfferPut
from app.reference.schemas import Strict


class NeedName(BaseModel):
    """A need named in an answer; the title is null where the State shares the header only."""

    id: UUID | None
    reference: str | None
    state: str
    title: str | None


class OfferName(BaseModel):
    """An offer named in an answer."""

    id: UUID | None
    organization: str
    title: str
    availability: str
    closes_on: date | None


class EvidenceRead(BaseModel):
    """What was compared: codes, or words as they stand in each text."""

    need: list[str]
    offer: list[str]


class FindingRead(BaseModel):
    """What one criterion says of the pair; `value` is 0–1, `cap` the highest score that it leaves."""

    criterion: str
    verdict: str
    value: float
    weight: float
    code: str
    cap: float | None
    evidence: EvidenceRead
    sentence: str


class Scores(BaseModel):
    """A score, 0–1, the score if every unknown were met, and the share of what is known."""

    score: float
    ceiling: float
    serves: bool
    known_share: float
    findings: list[FindingRead]


class MatchRead(Scores):
    """An offer's match for the need."""

    rank: int
    offer: OfferName


class ReverseMatchRead(Scores):
    """A need's match for the offer."""

    rank: int
    need: NeedName


class ChangeRead(BaseModel):
    """The one change of the offer's record that would let it serve; figures of capacity are for its owner and CTED."""

    path: str
    add: str | float | None = None
    remove: str | float | None = None
    set: str | float | None = None


class NearMissRead(BaseModel):
    """An offer that would serve the need after one change."""

    offer: OfferName
    gate: str
    change: ChangeRead
    score_if_changed: float
    sentence: str


class UndecidableRead(BaseModel):
    """An offer about which nothing can be judged."""

    offer: OfferName
    missing: list[str]
    sentence: str


class GoodPracticeName(BaseModel):
    """A good practice named in an answer; `fit` is the share of the need's purpose that it speaks to, 0–1."""

    id: UUID
    kind: str
    title: str
    publisher: str
    year: int | None
    url: str | None
    state: str | None
    fit: float
    sentence: str


class MatchesRead(BaseModel):
    """Ranked offers for one need."""

    need: NeedName
    as_of: date
    recipe: str
    revision: int
    matches: list[MatchRead]
    near_misses: list[NearMissRead]
    undecidable: list[UndecidableRead]
    good_practices: list[GoodPracticeName]
    good_practices_first: bool
    """Whether they come before the offers: no offer serves the need."""


class StateMatchesRead(BaseModel):
    """Ranked offers for each open need of a State, the most important need first."""

    state: str
    as_of: date
    recipe: str
    revision: int
    needs: list[MatchesRead]
    unmet: list[UUID]
    next: str | None


class ReverseMatchesRead(BaseModel):
    """Needs that an offer answers, best first."""

    offer: OfferName
    as_of: date
    recipe: str
    revision: int
    matches: list[ReverseMatchRead]


class Preview(Strict):
    """An unsaved need, or an unsaved offer."""

    need: NeedAsked | None = None
    offer: OfferPut | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.need is None) == (self.offer is None):
            raise ValueError("give either a need or an offer")
        return self
