"""Reads a table of recommendations, for needs to be proposed of them; nothing is kept."""

from typing import Any
from uuid import UUID

from pydantic import ValidationError

from app.core.errors import Fault, Invalid
from app.exchange import columns, tables
from app.exchange.columns import Column, as_written
from app.exchange.report import refusal_of, refused, report_of
from app.exchange.rules import Format
from app.exchange.schemas import faults_of
from app.proposals.rules import RECOMMENDATIONS_AT_MOST
from app.proposals.schemas import ProposalsAsk, RecommendationText
from app.reference.rules import Book
from app.visits.rules import Priority

SHEET = "recommendations"
COLUMNS = (
    Column("number", as_written, "the number of the recommendation", required=True),
    Column("priority", columns.choice(Priority), columns.choice_says(Priority)),
)


def read(payload: bytes, filename: str, book: Book, *, state: str, visit: UUID | None) -> ProposalsAsk:
    """The recommendations of a CSV, XLSX or ODS file with the columns number, priority and text_en (or another
    language). Raises `Invalid` naming every row that cannot be read."""
    file_format = tables.format_of(payload, filename)
    if file_format is Format.IATI:
        raise Invalid([Fault("/file", "import.kind", "Give a table of recommendations as .csv, .xlsx or .ods.")])
    header, rows = tables.read(payload, SHEET, file_format)
    faults = columns.header_faults(header, COLUMNS, ("text",))
    if not 1 <= len(rows) <= RECOMMENDATIONS_AT_MOST:
        detail = f"Give 1 to {RECOMMENDATIONS_AT_MOST} recommendations in one file."
        faults.append(Fault("", "file.recommendations", detail))
    if faults:
        raise Invalid(faults, "import.unreadable")
    found: list[dict[str, Any]] = []  # fields of recommendations
    outcomes = []
    for draft in columns.read_rows(rows, COLUMNS, book):
        try:
            RecommendationText.model_validate(draft.fields)
        except ValidationError as error:
            draft.faults += faults_of(error)
        if draft.faults:
            outcomes.append(refused(draft, ()))
        found.append(draft.fields)
    if outcomes:
        raise refusal_of(report_of(outcomes, ()))
    try:
        return ProposalsAsk.model_validate({"state": state, "visit": visit, "recommendations": found})
    except ValidationError as error:
        raise Invalid(faults_of(error)) from None
