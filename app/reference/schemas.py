"""The shapes that all records share, and the answers of the reference endpoints."""

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


class Strict(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Category Cc of Unicode but for line feed, carriage return and tab."""
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _no_controls(text: str) -> str:
    if _CONTROLS.search(text):
        raise ValueError("text must not contain control characters")
    if not text.strip():
        raise ValueError("text must not be empty")
    return text


def _no_bidi(text: str) -> str:
    if _BIDI_CONTROLS.intersection(text):
        raise ValueError("names must not contain characters that change the direction of text")
    return text


def _language(code: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", code):
        raise ValueError("a language is an ISO 639-1 code of two small letters, or 639-3 where there is none")
    return code


def _to_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Pydantic reads numbers, in digits too, as instants and dates; the contract speaks of ISO 8601 only. Texts of records
# that are read back are dates already.


def _day_text(value: object) -> object:
    if not isinstance(value, date) and not (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)):
        raise ValueError("write dates as YYYY-MM-DD")
    return value


def _moment_text(value: object) -> object:
    if not isinstance(value, datetime) and not (isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d[Tt ]", value)):
        raise ValueError("write instants as YYYY-MM-DDThh:mm:ssZ")
    return value


def _in_range(value: date) -> date:
    if not 1945 <= value.year <= 2200:
        raise ValueError("dates lie between 1945 and 2200")
    return value


LanguageCode = Annotated[str, AfterValidator(_language)]
Title = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_no_controls)]
LongText = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_no_controls)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_no_controls), AfterValidator(_no_bidi)]
TitleByLanguage = Annotated[dict[LanguageCode, Title], Field(min_length=1, max_length=20)]
TextByLanguage = Annotated[dict[LanguageCode, LongText], Field(min_length=1, max_length=20)]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9._:-]+$")]
Codes = Annotated[list[Code], Field(max_length=100)]
Iso3 = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
ResolutionReference = Annotated[str, Field(pattern=r"^[0-9]{1,4}(:[0-9]{1,3}(\([a-z]{1,2}\))?)?$")]
Resolutions = Annotated[list[ResolutionReference], Field(max_length=100)]
Languages = Annotated[list[LanguageCode], Field(max_length=50)]
Day = Annotated[date, BeforeValidator(_day_text), AfterValidator(_in_range)]
Moment = Annotated[datetime, BeforeValidator(_moment_text), AfterValidator(_in_range), AfterValidator(_to_utc)]


class LabelledRead(BaseModel):
    """A code with its label in the asked language and in all six."""

    code: str
    label: str
    labels: dict[str, str]


class MembershipRead(BaseModel):
    """A dated membership; `until` is the first day on which the State is no member."""

    grouping: str
    state: str
    since: date | None
    until: date | None


class StateRead(BaseModel):
    """A Member State."""

    iso3: str
    iso2: str
    m49: str
    label: str
    labels: dict[str, str]
    region: str
    subregion: str
    regional_group: str
    languages: list[str]


class StateDetail(StateRead):
    """A Member State with its memberships."""

    memberships: list[MembershipRead]


class ThemeRead(LabelledRead):
    """A theme or one of its sub-areas."""

    parent: str | None
    resolutions: list[str]
    strategy_pillars: list[str]
    sister_committees: list[str]


class ResolutionRead(LabelledRead):
    """A resolution of the Security Council; `label` is its subject in our words."""

    year: int
    kind: str
    themes: list[str]
    standing: str


class GroupingRead(LabelledRead):
    """A grouping of States with its dated memberships; of a regional strategy also whose members it is for, what it is
    about and who keeps it."""

    kind: str
    as_of: str
    notes: str
    members_of: str | None
    themes: list[str]
    organization: str | None
    memberships: list[MembershipRead]


class WorkingGroupRead(LabelledRead):
    """A working group of the Compact; chairs are codes of organisations."""

    number: int
    themes: list[str]
    chairs: list[str]
    vice_chairs: list[str]
    since: date | None
    until: date | None
    notes: str
