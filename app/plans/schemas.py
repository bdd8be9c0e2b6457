"""Shapes of plans."""

from datetime import date

from pydantic import BaseModel

from app.matches.schemas import NeedName, OfferName


class CoveredRead(BaseModel):
    """A need that an offer of the plan covers, with its score."""

    need: NeedName
    score: float


class PlannedOffer(BaseModel):
    """An offer of the plan and what it covers here. `room` is what is left of its capacity, null where it sets no limit
    that can be counted; `places_elsewhere` are needs of other States that it covers in the same plan."""

    offer: OfferName
    room: int | None
    unit: str | None
    covers: list[CoveredRead]
    places_elsewhere: int
    sentence: str


class UnmetRead(BaseModel):
    """A need that the plan leaves open, and why: `plan.no_offer`, `plan.no_offer_nearest`, `plan.no_room` or
    `plan.taken`."""

    need: NeedName
    code: str
    best_offer: OfferName | None
    states: list[str]
    sentence: str


class Proof(BaseModel):
    """What is proven of the plan, over the needs of all States that compete for its places: no plan is worth more than
    `value_bound`, none of this value takes fewer offers than `offers_bound`."""

    value: int
    value_bound: int
    offers: int
    offers_bound: int
    is_proven: bool
    needs: int
    states: int


class PlanRead(BaseModel):
    """The smallest mix of offers that covers the needs, what stays unmet and what is proven."""

    state: str
    as_of: date
    recipe: str
    revision: int
    order: str
    offers: list[PlannedOffer]
    unmet: list[UnmetRead]
    proof: Proof
