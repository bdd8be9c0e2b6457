"""Shapes of visits and recommendations."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from app.access.rules import Level
from app.reference.schemas import Code, Codes, Day, Iso3, Name, Resolutions, Strict, TextByLanguage
from app.visits.rules import Mode, Priority, Release, VisitStatus, VisitType


class _VisitDates(Strict):
    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        starts_on, ends_on = getattr(self, "starts_on", None), getattr(self, "ends_on", None)
        if starts_on and ends_on and ends_on < starts_on:
            raise ValueError("ends_on must not be before starts_on")
        return self


class VisitCreate(_VisitDates):
    """A visit as an officer records it; `team` are names of officers' accounts."""

    state: Iso3
    mode: Mode
    type: VisitType
    starts_on: Day
    ends_on: Day
    delegation: Codes = []
    team: Annotated[list[Name], Field(max_length=50)] = []
    report_adopted_on: Day | None = None
    follows: UUID | None = None
    level: Level = Level.COMMITTEE


class VisitUpdate(_VisitDates):
    """Changes of a visit; what is left out stays."""

    mode: Mode = Mode.ON_SITE
    type: VisitType = VisitType.COMPREHENSIVE
    starts_on: Day = date(1945, 1, 1)
    ends_on: Day = date(2200, 1, 1)
    delegation: Codes = []
    team: Annotated[list[Name], Field(max_length=50)] = []
    report_adopted_on: Day | None = None
    status: VisitStatus = VisitStatus.PLANNED
    """The next step; its day is today, unless `draft_on`, `report_adopted_on` or `responded_on` says another."""
    draft_on: Day | None = None
    responded_on: Day | None = None
    level: Level = Level.COMMITTEE


class ObservationsCreate(Strict):
    """The State's observations on the draft report, in its own words."""

    text: TextByLanguage


class ObservationRead(BaseModel):
    """One of the State's observations."""

    text: dict[str, str]
    at: datetime


class ReleaseCreate(Strict):
    """How much of the report others may read: all, the parts on these themes, or nothing any more."""

    extent: Release
    parts: Codes = []

    @model_validator(mode="after")
    def _names_its_parts(self) -> Self:
        if (self.extent is Release.PART) != bool(self.parts):
            raise ValueError("name the themes that are released where the extent is 'part', and only then")
        return self


class ReleaseRead(BaseModel):
    """How much of the report is released, since when."""

    extent: Release
    parts: list[str]
    at: datetime


class ClockRead(BaseModel):
    """One term of the visit's course: `draft`, `observations` (30 days) or `response` (six months)."""

    name: str
    due_on: date
    done_on: date | None
    is_overdue: bool


class VisitRead(BaseModel):
    """A visit as its reader may see it; `team` is for CTED."""

    id: UUID
    state: str
    mode: Mode
    type: VisitType
    starts_on: date
    ends_on: date
    delegation: list[str]
    team: list[str] | None
    status: VisitStatus
    draft_on: date | None
    report_adopted_on: date | None
    responded_on: date | None
    follows: UUID | None
    clocks: list[ClockRead]
    observations: list[ObservationRead]
    release: ReleaseRead | None
    level: Level
    is_sample: bool


class RecommendationCreate(Strict):
    """The Committee's words, and the fields beside them."""

    number: Annotated[Code, Field(max_length=20)]
    text: TextByLanguage
    themes: Codes = []
    resolutions: Resolutions = []
    priority: Priority | None = None
    level: Level = Level.COMMITTEE


class RecommendationRead(BaseModel):
    """One recommendation."""

    id: UUID
    visit: UUID
    number: str
    text: dict[str, str]
    themes: list[str]
    resolutions: list[str]
    priority: Priority | None
    level: Level
    is_sample: bool
