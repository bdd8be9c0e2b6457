"""Shapes of good practices."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.access.rules import Level
from app.practices.rules import Kind
from app.reference.schemas import Codes, Iso3, Name, Resolutions, Strict, TextByLanguage, TitleByLanguage

PracticeLevel = Literal[Level.COMMITTEE, Level.STATE, Level.PUBLIC]
Address = Annotated[str, Field(max_length=500, pattern=r"^https?://[^\s<>\"]+$")]
Year = Annotated[int, Field(ge=1945, le=2200)]


class PracticeFields(Strict):
    """What can be said of a good practice beside its title and description."""

    themes: Codes = []
    resolutions: Resolutions = []
    symbol: Name | None = None
    year: Year | None = None
    url: Address | None = None


class PracticeCreate(PracticeFields):
    """A good practice as an officer records it; a `state_practice` names the State, and nothing else does."""

    kind: Kind
    title: TitleByLanguage
    description: TextByLanguage
    publisher: Name
    state: Iso3 | None = None
    level: PracticeLevel = Level.COMMITTEE

    @model_validator(mode="after")
    def _names_its_state(self) -> Self:
        if (self.kind is Kind.STATE_PRACTICE) != (self.state is not None):
            raise ValueError("a state_practice needs its state, and no other kind has one")
        return self


class PracticeUpdate(PracticeFields):
    """Changes of a good practice; what is left out stays. Kind and State stay as they are."""

    title: TitleByLanguage | None = None
    description: TextByLanguage | None = None
    publisher: Name | None = None
    level: PracticeLevel | None = None

    @model_validator(mode="after")
    def _keeps_its_words(self) -> Self:
        for name in ("title", "description", "publisher", "level"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} cannot be taken away")
        return self


class PracticeRead(BaseModel):
    """A good practice; `is_public` says whether everybody may see it."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    kind: Kind
    title: dict[str, str]
    description: dict[str, str]
    themes: list[str]
    resolutions: list[str]
    publisher: str
    symbol: str | None
    year: int | None
    url: str | None
    state: str | None
    is_public: bool
    is_sample: bool


class PracticeOwnRead(PracticeRead):
    """A good practice as CTED and its own State see it."""

    level: Level
    released_at: datetime | None
