"""Shapes of assessments and of their comparison."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from app.access.rules import Level
from app.assessments.rules import Change, MatchedBy, Reason, Tool
from app.needs.schemas import NeedCreate
from app.reference.schemas import (
    Code,
    Codes,
    Day,
    Iso3,
    Languages,
    Name,
    ResolutionReference,
    Strict,
    TextByLanguage,
    TitleByLanguage,
)

ITEMS_AT_MOST = 2_000
Ordinal = Annotated[int, Field(ge=0, le=4, strict=True)]
AnyTextByLanguage = TextByLanguage | Annotated[dict[str, str], Field(max_length=0)]
OiaLevel = Literal[Level.TEAM, Level.COMMITTEE, Level.STATE, Level.COMMUNITY, Level.PUBLIC]


class ItemFields(Strict):
    """One item: `number` is the tool's own, `ordinal` 0 (nothing done) to 4 (done in full), null: not assessed."""

    number: Annotated[Code, Field(max_length=20)] | None = None
    theme: Code
    resolution: ResolutionReference | None = None
    ordinal: Ordinal | None = None
    label: Name | None = None
    comment: AnyTextByLanguage = {}


class CapacityFields(Strict):
    """Help that the assessed State says it could give."""

    title: TitleByLanguage
    description: TextByLanguage
    themes: Codes = []
    assistance_types: Codes = []
    languages: Languages = []


class AssessmentCreate(Strict):
    """One edition. CTED records an OIA, the State its own DIS, whose level is the State's alone."""

    state: Iso3
    tool: Tool
    tool_version: Annotated[Code, Field(max_length=20)]
    assessed_on: Day
    adopted_on: Day | None = None
    willing_to_share: bool | None = None
    level: OiaLevel = Level.COMMITTEE
    items: Annotated[list[ItemFields], Field(max_length=ITEMS_AT_MOST)] = []
    capacity: Annotated[list[CapacityFields], Field(max_length=100)] = []


class AssessmentUpdate(Strict):
    """Changes of an edition; what is left out stays, lists that are sent replace those that were there."""

    tool_version: Annotated[Code, Field(max_length=20)] = ""
    adopted_on: Day | None = None
    willing_to_share: bool | None = None
    level: OiaLevel = Level.COMMITTEE
    items: Annotated[list[ItemFields], Field(max_length=ITEMS_AT_MOST)] = []
    capacity: Annotated[list[CapacityFields], Field(max_length=100)] = []


class SharingChange(Strict):
    """The State's own word on whether other States may see its overview."""

    shared: bool


class AssessmentName(BaseModel):
    """An edition in a list."""

    id: UUID
    state: str
    tool: Tool
    tool_version: str
    assessed_on: date
    adopted_on: date | None
    willing_to_share: bool | None
    shared_at: datetime | None
    level: Level | None
    """For CTED, the Committee and the State itself."""
    is_sample: bool


class ItemRead(BaseModel):
    """One item."""

    position: int
    number: str | None
    theme: str
    theme_label: str
    resolution: str | None
    ordinal: int | None
    label: str | None
    comment: dict[str, str]


class CapacityRead(BaseModel):
    """Help that the State could give; `is_drafted` once an offer was drafted of it."""

    id: UUID
    title: dict[str, str]
    description: dict[str, str]
    themes: list[str]
    assistance_types: list[str]
    languages: list[str]
    is_drafted: bool


class AssessmentRead(AssessmentName):
    """An edition with its items."""

    items: list[ItemRead]
    capacity: list[CapacityRead]


class PairRead(BaseModel):
    """One item in two editions."""

    before: ItemRead | None
    after: ItemRead | None
    matched_by: MatchedBy | None
    reason: Reason | None
    sentence: str


class ComparisonRead(BaseModel):
    """Two editions side by side; `earlier` is null where you see one only."""

    state: str
    tool: Tool
    earlier: AssessmentName | None
    later: AssessmentName
    changes: dict[Change, list[PairRead]]


class ShortfallRead(BaseModel):
    """An item that falls short, and a need drafted of it for a person to correct and send to `POST /needs`."""

    item: ItemRead
    need: NeedCreate
    sentence: str


class ShortfallsRead(BaseModel):
    """The foremost shortfalls of one edition, lowest level first."""

    assessment: AssessmentName
    items: list[ShortfallRead]


class DraftAsk(Strict):
    """Whose offer it becomes; needed where the State has several organisations."""

    organization: Code | None = None


class DraftedRead(BaseModel):
    """The draft offer: its organisation completes and publishes it."""

    offer: UUID
    organization: str


class ToolChangePut(Strict):
    """For items of the earlier version, by number, those of the later; an empty list: dropped."""

    items: Annotated[dict[Code, Annotated[list[Code], Field(max_length=20)]], Field(max_length=ITEMS_AT_MOST)]


class ToolChangeCreate(ToolChangePut):
    """How a tool was renumbered from one version to another."""

    tool: Tool
    from_version: Annotated[Code, Field(max_length=20)]
    to_version: Annotated[Code, Field(max_length=20)]


class ToolChangeRead(BaseModel):
    """How a tool was renumbered."""

    id: UUID
    tool: Tool
    from_version: str
    to_version: str
    items: dict[str, list[str]]
    changed_at: datetime
