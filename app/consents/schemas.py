"""Shapes of consents."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from app.access.rules import CLASSES, ConsentStatus
from app.reference.schemas import Code, Codes, Day, Iso3, Moment, Name, Strict


class ConsentScope(Strict):
    """What is shared: the needs of one visit, the needs of themes, or listed needs; exactly one of the three."""

    visit: UUID | None = None
    themes: Annotated[list[Code], Field(min_length=1, max_length=100)] | None = None
    needs: Annotated[list[UUID], Field(min_length=1, max_length=500)] | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if sum(part is not None for part in (self.visit, self.themes, self.needs)) != 1:
            raise ValueError("name exactly one of visit, themes and needs")
        return self


class Audience(Strict):
    """With whom: organisations, classes, or the public."""

    organizations: Codes = []
    classes: Annotated[list[Literal[CLASSES]], Field(max_length=len(CLASSES))] = []  # type: ignore[valid-type]
    public: bool = False

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if not (self.organizations or self.classes or self.public):
            raise ValueError("name organizations, classes or public: true")
        return self


class Instrument(Strict):
    """The document in which the State agreed; `sha256` is the hash of its file."""

    reference: Name
    date: Day
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class ConsentCreate(Strict):
    """A permission of a State."""

    state: Iso3
    scope: ConsentScope
    fields: Literal["header", "full"]
    covers_future: bool = False
    audience: Audience
    instrument: Instrument
    effective_from: Moment | None = None
    expires_at: Moment | None = None
    supersedes: UUID | None = None
    """The consent that this one takes the place of, which ends in the same moment."""

    @model_validator(mode="after")
    def _expires_after_taking_effect(self) -> Self:
        if self.effective_from and self.expires_at and self.expires_at <= self.effective_from:
            raise ValueError("expires_at must be after effective_from")
        return self


class Withdrawal(Strict):
    """Why a consent is withdrawn; CTED must say, the State may."""

    reason: Annotated[str, Field(min_length=1, max_length=1000)] | None = None


class WithdrawalOfAll(Withdrawal):
    """Whose consents are all withdrawn at once."""

    state: Iso3


class WithdrawnRead(BaseModel):
    """The consents that were withdrawn."""

    withdrawn: list[UUID]


class ScopeRead(BaseModel):
    """What is shared, as far as the reader may see it."""

    visit: UUID | None = None
    themes: list[str] | None = None
    needs: list[UUID] | None = None


class AudienceRead(BaseModel):
    """With whom, as far as the reader may see it."""

    organizations: list[str]
    classes: list[str]
    public: bool


class InstrumentRead(BaseModel):
    """The document in which the State agreed."""

    reference: str
    date: date
    sha256: str | None


class ConsentRead(BaseModel):
    """A consent as its reader may see it; an organisation in the audience sees its own name in it only."""

    id: UUID
    state: str
    scope: ScopeRead
    fields: str
    covers_future: bool
    audience: AudienceRead
    instrument: InstrumentRead | None
    effective_from: datetime | None
    expires_at: datetime | None
    recorded_at: datetime
    on_behalf: bool
    supersedes: UUID | None
    status: ConsentStatus
