"""Shapes of referrals."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from app.matches.schemas import NeedName
from app.needs.rules import Coverage
from app.reference.schemas import Code, Codes, Day, LongText, Strict
from app.referrals.rules import Outcome, Reason, Side, Step
from app.verdicts.schemas import FrozenMatch

Unit = Literal["states", "places", "days", "usd", "money"]
Note = Annotated[LongText, Field(max_length=4_000)]


class ReferralCreate(Strict):
    """A decision to put one need to one provider: to the owner of an offer, or to an organisation without one."""

    need: UUID
    offer: UUID | None = None
    organization: Code | None = None
    note: Note | None = None

    @model_validator(mode="after")
    def _names_one_provider(self) -> Self:
        if (self.offer is None) == (self.organization is None):
            raise ValueError("name either an offer or an organization")
        return self


class StepValues(Strict):
    """What comes with a step; which of it a step takes is in the table of steps.

    `amount` is a decimal string in `unit`; money other than US dollars is `money` with its ISO 4217 `currency`."""

    amount: Annotated[Decimal, Field(gt=0, le=10**12, decimal_places=2)] | None = None
    unit: Unit | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    delivered_on: Day | None = None
    covers: Literal[Coverage.PARTIAL, Coverage.FULL] | None = None
    assistance_types: Codes | None = None
    outcome: Outcome | None = None
    side: Literal[Side.STATE, Side.PROVIDER] | None = None
    detail: Note | None = None
    note: Note | None = None

    @model_validator(mode="after")
    def _is_an_amount(self) -> Self:
        if (self.amount is None) != (self.unit is None):
            raise ValueError("amount and unit come together")
        if (self.unit == "money") != (self.currency is not None):
            raise ValueError("currency is given with the unit 'money', and only then")
        if self.unit in ("states", "places") and self.amount is not None and self.amount % 1:
            raise ValueError("states and places are counted in whole numbers")
        return self

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValueError("ends_on must not be before starts_on")
        return self


class Transition(Strict):
    """The step to take, its reason where it ends the referral, and what comes with it."""

    to: Step
    reason: Reason | None = None
    values: StepValues = StepValues()


class Pledge(BaseModel):
    """What the provider may give; it binds nobody."""

    amount: Decimal
    unit: Unit
    currency: str | None


class Commitment(Pledge):
    """What the provider has promised, and when."""

    starts_on: date
    ends_on: date


class Delivery(BaseModel):
    """What has arrived; `amount` is empty where nobody counted it."""

    amount: Decimal | None
    unit: Unit | None
    currency: str | None
    delivered_on: date


class CheckRead(BaseModel):
    """What one side found a year after delivery."""

    side: Side
    outcome: Outcome
    on: date


class StepRead(BaseModel):
    """One step of the history; reasons and notes are for CTED and the side that gave them."""

    step: Step
    label: str
    side: Side
    for_side: Side | None
    reason: Reason | None
    reason_label: str | None
    note: str | None
    detail: str | None
    due_on: date | None
    at: datetime
    by: str | None


class WarningRead(BaseModel):
    """Somebody who is at work on the need, or on one like it, already."""

    code: str
    organization: str
    referral: UUID | None
    until: date | None
    sentence: str


class ReferralRead(BaseModel):
    """A referral as its reader may see it."""

    id: UUID
    need: NeedName
    organization: str
    offer: UUID | None
    step: Step
    label: str
    reason: Reason | None
    due_on: date | None
    is_overdue: bool
    waits_for: list[Side]
    next_steps: list[Step]
    covers: Coverage
    covered_types: list[str]
    pledge: Pledge | None
    commitment: Commitment | None
    delivery: Delivery | None
    checks: list[CheckRead]
    outcome: Outcome | None
    match: FrozenMatch | None
    recipe: str | None
    revision: int | None
    as_of: date | None
    history: list[StepRead]
    warnings: list[WarningRead]
    is_sample: bool
