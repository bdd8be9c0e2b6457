"""Shapes of gaps and bundles."""

from datetime import date

from pydantic import BaseModel

from app.matches.schemas import NeedName, OfferName


class PartsRead(BaseModel):
    """What the rank of a gap is made of, each 0–1; `shared_by` counts States in what you may see. A part that the
    State does not share with you is null. Of a bundle: means over its needs, the age of the oldest."""

    priority: float
    agreed: float | None
    age: float | None
    best_match: float
    coverage: float
    shared_by: int


class RankRange(BaseModel):
    """The best and the worst rank that a gap can have while every weight moves by up to 20 %."""

    best: int
    worst: int


class GapRead(BaseModel):
    """A need that nothing covers enough."""

    rank: int
    need: NeedName
    themes: list[str]
    score: float
    parts: PartsRead
    stability: RankRange
    best_offer: OfferName | None
    sentence: str


class Formula(BaseModel):
    """How gaps are ranked: part of every answer."""

    as_of: date
    recipe: str
    revision: int
    formula: str
    weights: dict[str, float]
    scales: dict[str, str]


class GapsRead(Formula):
    """Gaps, first what matters most."""

    items: list[GapRead]
    next: str | None


class ConceptRead(BaseModel):
    """A concept that texts have in common."""

    id: str
    label: str


class GroupingFit(BaseModel):
    """A grouping that holds all States of a bundle, with the number of its members on the day."""

    code: str
    label: str
    members: int


class StrategyRead(BaseModel):
    """A regional strategy that holds all States of a bundle and speaks of its theme."""

    code: str
    label: str
    organization: str | None


class PartnerRead(BaseModel):
    """An organisation that could carry the project: how near its best offer comes to the needs on average, 0–1."""

    organization: str
    name: str
    nearness: float
    offer: OfferName


class BundleContent(BaseModel):
    """Like needs of several States, and what a project for them would be."""

    theme: str
    grouping: str
    states: list[str]
    needs: list[NeedName]
    assistance_types: list[str]
    concepts: list[ConceptRead]
    groupings: list[GroupingFit]
    strategies: list[StrategyRead]
    working_groups: list[str]
    sister_committees: list[str]
    partners: list[PartnerRead]
    ending_offers: list[OfferName]
    """Offers on the theme, open to one of the States, that end soon."""


class BundleRead(BaseModel):
    """One bundle with its place among bundles."""

    rank: int
    bundle: BundleContent
    score: float
    parts: PartsRead
    sentence: str


class EndingRead(BaseModel):
    """A need that is served today by offers that all end soon."""

    need: NeedName
    offer: OfferName
    closes_on: date
    sentence: str


class BundlesRead(Formula):
    """Bundles, first what matters most, and the needs that are about to become gaps."""

    ending_within: int
    items: list[BundleRead]
    ending: list[EndingRead]
    next: str | None
