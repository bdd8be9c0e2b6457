"""Shapes of verdicts."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, model_validator

from app.matches.schemas import FindingRead, OfferName
from app.reference.schemas import Strict
from app.verdicts.rules import Reason, Ruling


class VerdictCreate(Strict):
    """A decision on the match of the need with one offer; declining takes a reason, accepting none."""

    offer: UUID
    verdict: Ruling
    reason: Reason | None = None

    @model_validator(mode="after")
    def _has_its_reason(self) -> Self:
        if (self.verdict is Ruling.DECLINED) != (self.reason is not None):
            raise ValueError("give a reason when the verdict is 'declined', and only then")
        return self


class FrozenMatch(BaseModel):
    """The match as it stood when it was decided on."""

    offer: OfferName
    score: float
    ceiling: float
    serves: bool
    known_share: float
    findings: list[FindingRead]


class VerdictRead(BaseModel):
    """A decision, who took it, and the match that it was taken on."""

    id: UUID
    need: UUID
    state: str
    verdict: Ruling
    reason: Reason | None
    match: FrozenMatch
    recipe: str
    revision: int
    as_of: date
    created_at: datetime
    created_by: str
