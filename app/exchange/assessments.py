"""Takes in assessments from a table: rows of one State, tool and day are one edition."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.access.rules import Actor
from app.assessments import queries
from app.assessments import service as assessments
from app.assessments.models import Assessment
from app.assessments.schemas import AssessmentCreate, AssessmentUpdate
from app.core.errors import Fault, Invalid, NotAllowed
from app.exchange import rules
from app.exchange.report import Outcome, refused
from app.exchange.rules import Draft, Entry, Result
from app.exchange.schemas import faults_of
from app.reference.rules import Book

EDITION = ("state", "tool", "assessed_on")
SAME_IN_ALL_ROWS = ("tool_version", "adopted_on", "willing_to_share", "level")
_ITEM = ("number", "theme", "resolution", "ordinal", "label", "comment")


def merge(session: Session, actor: Actor, drafts: Sequence[Draft], book: Book) -> list[Outcome]:
    """Record each edition, or bring the one of that State, tool and day to what its rows say. The rows of an edition
    stand or fall together."""
    editions: dict[tuple[Any, ...], list[Draft]] = {}  # cells of any type
    outcomes: dict[int, Outcome] = {}
    for draft in drafts:
        draft.identifier = " ".join(str(draft.fields.get(name, "")) for name in EDITION).strip() or None
        rules.check_level(draft)
        if draft.faults:
            outcomes[draft.number] = refused(draft, ())
        else:
            editions.setdefault(tuple(draft.fields[name] for name in EDITION), []).append(draft)
    for rows in editions.values():
        outcomes |= {outcome.draft.number: outcome for outcome in _edition(session, actor, rows, book)}
    return [outcomes[draft.number] for draft in drafts]


def _edition(session: Session, actor: Actor, rows: Sequence[Draft], book: Book) -> list[Outcome]:
    head: dict[str, Any] = {name: rows[0].fields[name] for name in EDITION}
    for name in SAME_IN_ALL_ROWS:
        values = {str(row.fields[name]): row.fields[name] for row in rows if name in row.fields}
        if len(values) > 1:
            fault = Fault(f"/{name}", "edition.two_values", f"All rows of one edition have the same {name}.")
            return [refused(row, [fault]) for row in rows]
        if values:
            head[name] = next(iter(values.values()))
    kept = {Entry.ITEM: "items", Entry.CAPACITY: "capacity"}
    lists: dict[str, list[Draft]] = {name: [] for name in kept.values()}
    for row in rows:
        lists[kept[row.fields.get("entry", Entry.ITEM)]].append(row)
    fields = head | {"items": [_item(row) for row in lists["items"]], "capacity": [_help(r) for r in lists["capacity"]]}
    try:
        new = AssessmentCreate.model_validate(fields)
        result = _write(session, actor, new, book, has_capacity=bool(lists["capacity"]))
    except ValidationError as error:
        return _spread(rows, lists, faults_of(error))
    except Invalid as error:
        return _spread(rows, lists, error.faults)
    except NotAllowed as error:
        return _spread(rows, lists, [Fault("/tool", error.code, error.detail)])
    return [Outcome(row, result) for row in rows]


def _item(row: Draft) -> dict[str, Any]:
    return {name: row.fields[name] for name in _ITEM if name in row.fields}


def _help(row: Draft) -> dict[str, Any]:
    """A capacity entry: its title is the label, its description the comment, in the comment's languages."""
    said = row.fields.get("comment", {})
    title = {language: row.fields.get("label", "") for language in said}
    lists: dict[str, Any] = {name: row.fields[name] for name in ("assistance_types", "languages") if name in row.fields}
    return {"title": title, "description": said, "themes": [row.fields["theme"]], **lists}


def _write(session: Session, actor: Actor, new: AssessmentCreate, book: Book, *, has_capacity: bool) -> Result:
    known = _known(session, actor, new)
    if known is None:
        assessments.record(session, actor, new, book)
        return Result.CREATED
    carried = (new.model_fields_set & AssessmentUpdate.model_fields.keys()) - {"level"}
    if not has_capacity:
        carried -= {"capacity"}
    update = AssessmentUpdate.model_validate(new.model_dump(include=carried))
    is_changed = assessments.change(session, actor, known, update, book)
    return Result.CHANGED if is_changed else Result.UNCHANGED


def _known(session: Session, actor: Actor, new: AssessmentCreate) -> Assessment | None:
    day: date = new.assessed_on
    found = queries.editions(session, actor, state=new.state, tool=new.tool)
    return next((edition for edition in found if edition.assessed_on == day), None)


def _spread(rows: Sequence[Draft], lists: dict[str, list[Draft]], faults: Sequence[Fault]) -> list[Outcome]:
    """Each fault at the row that it is about, the others at the first row of the edition; none of the rows is taken."""
    by_row: dict[int, list[Fault]] = {row.number: [] for row in rows}
    for fault in faults:
        name, _, rest = fault.pointer.removeprefix("/").partition("/")
        at, _, field = rest.partition("/")
        inside = lists.get(name, [])
        if at.isdecimal() and int(at) < len(inside):
            by_row[inside[int(at)].number].append(Fault(f"/{field}" if field else "", fault.code, fault.detail))
        else:
            by_row[rows[0].number].append(fault)
    outcome = []
    for row in rows:
        own = by_row[row.number] or [Fault("", "edition.refused", "Another row of the same edition is refused.")]
        outcome.append(refused(row, own))
    return outcome
