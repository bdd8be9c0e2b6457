"""Shapes of needs."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.access.rules import Level
from app.needs.rules import CLOSED, Coverage, Source, Status
from app.reference.schemas import (
    Code,
    Codes,
    Day,
    Iso3,
    Languages,
    LongText,
    Name,
    Resolutions,
    Strict,
    TextByLanguage,
    TitleByLanguage,
)
from app.visits.rules import Priority


class ExistingHelp(Strict):
    """Help that is already there: who gives it and until when."""

    organization: Code
    until: Day | None = None
    note: TextByLanguage | None = None


class SisterReference(Strict):
    """Where a sister committee (1267, 1988, 1540) holds the same need: it is linked, not copied."""

    committee: Code
    reference: Name


class NeedFields(Strict):
    """What can be said of a need beside its title and description."""

    themes: Codes = []
    resolutions: Resolutions = []
    assistance_types: Codes = []
    target_institutions: Codes = []
    languages: Languages = []
    priority: Priority | None = None
    state_priority: Annotated[int, Field(ge=1, le=1000)] | None = None
    agreed_on: Day | None = None
    needed_by: Day | None = None
    existing_help: Annotated[list[ExistingHelp], Field(max_length=50)] = []
    sister_references: Annotated[list[SisterReference], Field(max_length=10)] = []


class NeedDraft(NeedFields):
    """A need that need not be saved: enough to rank offers for it."""

    state: Iso3
    title: TitleByLanguage
    description: TextByLanguage


class NeedAsked(NeedDraft):
    """A need to rank offers for, that may say as much as one that is recorded."""

    visit: UUID | None = None
    recommendation: UUID | None = None
    source: Source | None = None
    level: Level = Level.COMMITTEE


class NeedCreate(NeedAsked):
    """A need as an officer records it; one of visit, recommendation and source says where it comes from."""

    @model_validator(mode="after")
    def _says_where_from(self) -> Self:
        if self.visit is None and self.recommendation is None and self.source is None:
            raise ValueError("name a visit, a recommendation or a source")
        return self


class NeedUpdate(NeedFields):
    """Changes of a need; what is left out stays. The level has its own address."""

    title: TitleByLanguage | None = None
    description: TextByLanguage | None = None

    @model_validator(mode="after")
    def _keeps_its_words(self) -> Self:
        for name in ("title", "description"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} cannot be taken away")
        return self


class Closing(Strict):
    """That no help is looked for any more, although none was delivered, and why."""

    status: Literal[CLOSED]  # type: ignore[valid-type]
    reason: Annotated[LongText, Field(max_length=1000)]


class Reopening(Strict):
    """The later visit that found the same shortfall."""

    visit: UUID


class LevelChange(Strict):
    """CTED's ceiling for one need."""

    level: Level


class CompletenessRead(BaseModel):
    """How complete the record is, 0–1, and what is missing."""

    score: float
    missing: list[str]


class NeedHeader(BaseModel):
    """What a reader sees of a need whose State agreed to share its header only."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    reference: str
    state: str
    themes: list[str]
    assistance_types: list[str]
    priority: Priority | None


class NeedRead(NeedHeader):
    """A need in full; a visit or recommendation that the reader may not see is not named."""

    visit: UUID | None
    recommendation: UUID | None
    source: Source
    title: dict[str, str]
    description: dict[str, str]
    resolutions: list[str]
    target_institutions: list[str]
    languages: list[str]
    state_priority: int | None
    agreed_on: date | None
    needed_by: date | None
    existing_help: list[ExistingHelp]
    sister_committees: list[str]
    """Committees 1267, 1988, 1540 whose mandates the themes touch."""
    working_groups: list[str]
    """Working groups of the Compact that should hear of it, by its themes."""
    sister_references: list[SisterReference]
    level: Level
    status: Status
    coverage: Coverage
    closed_on: date | None
    closing_reason: str | None
    """For CTED, the Committee and the State."""
    reopened_on: date | None
    reopened_by: UUID | None
    completeness: CompletenessRead
    is_sample: bool


class OrderedNeed(Strict):
    """One need in the agreed order, with the agency of the State that leads on it."""

    need: UUID
    lead_agency: Name | None = None
    note: TextByLanguage | None = None


class AgencyPlan(Strict):
    """The order that one agency of the State had asked for."""

    agency: Name
    needs: Annotated[list[UUID], Field(min_length=1, max_length=500)]


class PrioritiesPut(Strict):
    """The State's agreed order of its needs, first what matters most, and the agencies' plans that it settles."""

    agreed_on: Day
    items: Annotated[list[OrderedNeed], Field(max_length=500)]
    plans: Annotated[list[AgencyPlan], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _names_each_need_once(self) -> Self:
        for listed in ([item.need for item in self.items], *(plan.needs for plan in self.plans)):
            if len(set(listed)) < len(listed):
                raise ValueError("an order must not name a need twice")
        return self


class PlanRead(BaseModel):
    """An agency's plan, as far as its needs may be seen."""

    agency: str
    needs: list[UUID]


class PriorityRead(BaseModel):
    """A need's place in the agreed order, and the places that the agencies' plans gave it."""

    need: UUID
    state_priority: int
    lead_agency: str | None
    note: dict[str, str] | None
    asked_by: dict[str, int]


class PrioritiesRead(BaseModel):
    """A State's agreed order, as far as its needs may be seen; empty while there is none."""

    state: str
    agreed_on: date | None
    items: list[PriorityRead]
    plans: list[PlanRead]
