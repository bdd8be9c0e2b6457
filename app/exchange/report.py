"""The report of an import: what became of each row, and the refusal that names what is wrong."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import Fault, Invalid
from app.exchange import rules
from app.exchange.rules import Draft, Note, Result
from app.exchange.schemas import FaultRead, NoteRead, ReportRead, RowRead


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row and what became of it."""

    draft: Draft
    result: Result


def refused(draft: Draft, faults: Sequence[Fault]) -> Outcome:
    """The outcome of a row with these faults beside those that it has already."""
    draft.faults += [fault for fault in faults if fault not in draft.faults]
    return Outcome(draft, Result.REFUSED)


def report_of(outcomes: Sequence[Outcome], notes: Sequence[Note]) -> ReportRead:
    """The report on all rows, in the order of the file."""
    counts = Counter(outcome.result for outcome in outcomes)
    return ReportRead(
        rows=[_row(outcome) for outcome in outcomes],
        counts={result: counts[result] for result in Result},
        notes=[NoteRead.model_validate(note) for note in notes],
    )


def _row(outcome: Outcome) -> RowRead:
    draft = outcome.draft
    return RowRead(
        row=draft.number,
        identifier=draft.identifier,
        result=outcome.result,
        faults=[FaultRead.model_validate(fault) for fault in draft.faults],
        notes=[NoteRead.model_validate(note) for note in draft.notes],
    )


def refusal_of(report: ReportRead) -> Invalid:
    """The error that says which rows are wrong, and that nothing was written."""
    faults = [
        Fault(f"/rows/{row.row}{fault.pointer}", fault.code, fault.detail)
        for row in report.rows
        for fault in row.faults
    ]
    shown = faults[: rules.MAX_SHOWN_FAULTS]
    if len(faults) > len(shown):
        more = len(faults) - len(shown)
        shown.append(Fault("", "import.more_faults", f"And {more} more: a dry run lists them all."))
    return Invalid(shown, "import.refused")
