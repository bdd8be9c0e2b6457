"""Shapes of offers."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.offers.rules import Availability, CapacityUnit, Room, Rule, Status
from app.reference.schemas import (
    Code,
    Codes,
    Day,
    Iso3,
    Languages,
    Name,
    Resolutions,
    Strict,
    TextByLanguage,
    TitleByLanguage,
)


class Scope(Strict):
    """Where the offer may be used: everywhere, or in States and members of groupings, less the exclusions."""

    world: bool = False
    states: Annotated[list[Iso3], Field(max_length=193)] = []
    groupings: Codes = []
    excluded_states: Annotated[list[Iso3], Field(max_length=193)] = []


class Capacity(Strict):
    """How much the offer holds, in its unit; `total` null is not stated."""

    unit: CapacityUnit = CapacityUnit.STATES
    total: Annotated[float, Field(ge=0, le=1e12)] | None = None
    committed: Annotated[float, Field(ge=0, le=1e12)] = 0
    unlimited: bool = False

    @model_validator(mode="after")
    def _commits_what_there_is(self) -> Self:
        if self.total is not None and self.committed > self.total:
            raise ValueError("committed must not be more than total")
        return self


class EligibilityRule(Strict):
    """One rule a State must meet; `member_of` names a grouping in `value`."""

    rule: Rule
    value: Code | None = None

    @model_validator(mode="after")
    def _names_its_grouping(self) -> Self:
        if (self.rule is Rule.MEMBER_OF) != (self.value is not None):
            raise ValueError("member_of needs a grouping as value, and no other rule takes one")
        return self


class Safeguards(Strict):
    """What the provider says of safeguards; the gender marker is the OECD DAC's, 0–2."""

    human_rights_due_diligence: bool | None = None
    gender_marker: Annotated[int, Field(ge=0, le=2)] | None = None


class OfferFields(Strict):
    """What can be said of an offer beside its title and description."""

    themes: Codes = []
    resolutions: Resolutions = []
    assistance_types: Codes = []
    target_institutions: Codes = []
    scope: Scope | None = None
    delivery_languages: Languages = []
    availability: Availability = Availability.UNKNOWN
    opens_on: Day | None = None
    closes_on: Day | None = None
    capacity: Capacity | None = None
    eligibility: Annotated[list[EligibilityRule], Field(max_length=20)] = []
    safeguards: Safeguards | None = None
    url: Annotated[str, Field(max_length=500, pattern=r"^https?://[^\s<>\"]+$")] | None = None
    last_confirmed_on: Day | None = None

    @model_validator(mode="after")
    def _closes_after_opening(self) -> Self:
        if self.opens_on and self.closes_on and self.closes_on < self.opens_on:
            raise ValueError("closes_on must not be before opens_on")
        return self


class OfferDraft(OfferFields):
    """An offer that need not be saved: enough to rank needs for it."""

    title: TitleByLanguage
    description: TextByLanguage


class OfferPut(OfferDraft):
    """The whole record, as put from the provider's own system; the owner is the key's organisation."""

    organization: Code | None = None
    external_id: Name | None = None
    status: Literal[Status.DRAFT, Status.PUBLISHED, Status.WITHDRAWN] | None = None


class OfferUpdate(OfferFields):
    """Changes of an offer; what is left out stays."""

    title: TitleByLanguage | None = None
    description: TextByLanguage | None = None

    @model_validator(mode="after")
    def _keeps_its_words(self) -> Self:
        for name in ("title", "description", "availability"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} cannot be taken away")
        return self


class OfferPublicRead(BaseModel):
    """An offer as everybody may see it: room or no room, no figures."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")

    id: UUID
    organization: str
    external_id: str | None
    title: dict[str, str]
    description: dict[str, str]
    themes: list[str]
    resolutions: list[str]
    assistance_types: list[str]
    target_institutions: list[str]
    scope: Scope | None
    delivery_languages: list[str]
    availability: Availability
    opens_on: date | None
    closes_on: date | None
    eligibility: list[EligibilityRule]
    safeguards: Safeguards | None
    url: str | None
    last_confirmed_on: date | None
    status: Status
    room: Room
    is_sample: bool


class OfferRead(OfferPublicRead):
    """An offer as its owner and CTED see it."""

    capacity: Capacity | None
