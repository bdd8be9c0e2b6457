"""Shapes of imports: what a row must be, and the report on what became of each."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import Fault
from app.exchange.rules import Format, Kind, Result
from app.offers.schemas import OfferPut
from app.reference.schemas import LanguageCode, LongText, Name


class OfferImport(OfferPut):
    """An offer of a file: a draft may come without a description, and the report says that publishing lacks one."""

    description: Annotated[dict[LanguageCode, LongText], Field(max_length=20)] = {}
    external_id: Name


class FaultRead(BaseModel):
    """One fault of a row: where, a stable code, and what would be right."""

    model_config = ConfigDict(from_attributes=True)

    pointer: str
    code: str
    detail: str


class NoteRead(BaseModel):
    """One thing that was read otherwise than it stands in the row, or not at all."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    detail: str


class RowRead(BaseModel):
    """What became of one row; `row` counts as a spreadsheet program does, or activities in their order."""

    row: int
    identifier: str | None
    result: Result
    faults: list[FaultRead] = []
    notes: list[NoteRead] = []


class ReportRead(BaseModel):
    """What became of each row, how many had which result, and notes on the file as a whole."""

    rows: list[RowRead]
    counts: dict[Result, int]
    notes: list[NoteRead] = []


class ImportRead(ReportRead):
    """One import, or a rehearsal of one; of the file only its SHA-256 is kept."""

    id: UUID
    kind: Kind
    format: Format
    organization: str | None
    sha256: str
    is_dry_run: bool
    created_at: datetime


def faults_of(error: ValidationError) -> list[Fault]:
    """Pydantic's faults in our shape."""
    return [
        Fault(_pointer(e["loc"]), f"field.{e['type']}", e["msg"].removeprefix("Value error, ").rstrip(".") + ".")
        for e in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def _pointer(location: Iterable[int | str]) -> str:
    return "".join(f"/{part}" for part in location if part != "[key]")
