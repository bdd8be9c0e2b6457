"""Reads needs and offers from files for work without a database: JSON lines, tables, and IATI for offers."""

import copy
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidationError

from app.core.errors import Fault, Invalid
from app.edge import strict_json
from app.exchange import columns, iati, rules, tables
from app.exchange.columns import COLUMNS, NARRATIVES, Column
from app.exchange.rules import Draft, Format, Kind
from app.exchange.schemas import faults_of
from app.needs import service as needs
from app.needs.rules import Source
from app.needs.schemas import ExistingHelp, NeedDraft
from app.offers import service as offers
from app.offers.rules import Status
from app.offers.schemas import OfferDraft
from app.reference.rules import Book, check_codes
from app.reference.schemas import Day, LanguageCode, LongText, Name
from app.reference.service import book_of_files


class FileHelp(ExistingHelp):
    """Help that is already there; who gives it may be any text."""

    organization: Name


class FileNeed(NeedDraft):
    """A need as a file holds it."""

    id: Name
    source: Source | None = None
    visited_on: Day | None = None
    existing_help: Annotated[list[FileHelp], Field(max_length=50)] = []  # type: ignore[assignment]  # only read


class FileOffer(OfferDraft):
    """An offer as a file holds it; who offers may be any text, and an IATI activity may lack a description."""

    id: Name
    organization: Name = ""
    description: Annotated[dict[LanguageCode, LongText], Field(max_length=20)]
    status: Status = Status.PUBLISHED


Told = Callable[[str], None]
Read = TypeVar("Read", FileNeed, FileOffer)

_PASSED_OVER: Mapping[Kind, frozenset[str]] = {
    Kind.NEEDS: frozenset(
        {"reference", "visit", "recommendation", "level", "status", "coverage", "completeness", "is_sample"}
    ),
    Kind.OFFERS: frozenset({"external_id", "room", "is_sample"}),
}
"""Keys of the service's own records that say nothing for a ranking."""

_ID = Column("id", columns.as_written, "how the row is called in the answer", required=True)
_VISITED_ON = replace(next(c for c in COLUMNS[Kind.VISITS] if c.name == "ends_on"), name="visited_on", required=False)
_TABLES: Mapping[Kind, tuple[Column, ...]] = {
    Kind.NEEDS: (_ID, _VISITED_ON, *(c for c in COLUMNS[Kind.NEEDS] if c.name not in _PASSED_OVER[Kind.NEEDS])),
    Kind.OFFERS: (
        _ID,
        Column("organization", columns.as_written, "who offers"),
        *(column for column in COLUMNS[Kind.OFFERS] if column.name not in _PASSED_OVER[Kind.OFFERS]),
    ),
}


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def read_needs(path: Path, *, tell: Told = _tell) -> list[FileNeed]:
    """The needs of a file; raises `Invalid` naming file, line and what would be right. Unknown keys are told."""
    book = book_of_files()

    def check(need: FileNeed) -> list[Fault]:
        faults = check_codes(book.states, [need.state], kind="state", pointer="")
        return [replace(fault, pointer="/state") for fault in faults] + needs.check_reference(need, book)

    return _read(path, Kind.NEEDS, FileNeed, check, book, tell)


def read_offers(path: Path, *, tell: Told = _tell) -> list[FileOffer]:
    """The published offers of a file; raises and tells as `read_needs` does."""
    book = book_of_files()
    found = _read(path, Kind.OFFERS, FileOffer, lambda offer: offers.check(offer, book), book, tell)
    return [offer for offer in found if offer.status is Status.PUBLISHED]


def _read(
    path: Path, kind: Kind, model: type[Read], check: Callable[[Read], list[Fault]], book: Book, tell: Told
) -> list[Read]:
    found: list[Read] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    unknown: Counter[str] = Counter()
    counted = "line"
    for counted, draft in _drafts(path, kind, book, tell):
        here = list(draft.faults)
        fields = _known(draft.fields, kind, model, unknown)
        record, wrong = _validated(fields, model, check)
        while passed_over := [fault for fault in wrong if _ITEM.fullmatch(fault.pointer)]:
            for fault in passed_over:
                tell(f"{_place(path, counted, draft, fault)}: {fault.detail} It was passed over. [{fault.code}]")
            fields = _without(fields, passed_over)
            record, wrong = _validated(fields, model, check)
        here += wrong
        if record is not None:
            if record.id in seen:
                here.append(
                    Fault("/id", "row.doubled", "Another row of this file has the same id: each needs its own.")
                )
            seen.add(record.id)
            found.append(record)
        faults += [Fault(_place(path, counted, draft, fault), fault.code, fault.detail) for fault in here]
    for key, count in sorted(unknown.items()):
        tell(f"{path.name}: the key {key[:60]!a} is not known and was passed over ({count}).")
    if not faults and not found:
        faults.append(Fault(path.name, "file.empty", f"There are no {kind} in the file."))
    if faults:
        shown, more = faults[: rules.MAX_SHOWN_FAULTS], len(faults) - rules.MAX_SHOWN_FAULTS
        if more > 0:
            shown.append(Fault(path.name, "file.more_faults", f"And {more} more."))
        raise Invalid(shown, "file.invalid")
    return found


_ITEM = re.compile(r"/((?:scope/)?[a-z_]+)/([0-9]+)")
"""A code in a list: one that is not known says nothing for a ranking, so it is told and passed over."""


def _validated(
    fields: dict[str, Any], model: type[Read], check: Callable[[Read], list[Fault]]
) -> tuple[Read | None, list[Fault]]:
    try:
        record = model.model_validate(fields)
    except ValidationError as error:
        return None, faults_of(error)
    return record, check(record)


def _without(fields: dict[str, Any], passed_over: list[Fault]) -> dict[str, Any]:
    left = copy.deepcopy(fields)
    places = {place.groups() for fault in passed_over if (place := _ITEM.fullmatch(fault.pointer))}
    for name, position in sorted(places, key=lambda place: -int(place[1])):
        holder = left["scope"] if name.startswith("scope/") else left
        del holder[name.removeprefix("scope/")][int(position)]
    return left


def _place(path: Path, counted: str, draft: Draft, fault: Fault) -> str:
    return f"{path.name}, {counted} {draft.number}{fault.pointer.replace('/', ', ', 1)}"


def _known(fields: dict[str, Any], kind: Kind, model: type[Read], unknown: Counter[str]) -> dict[str, Any]:
    unknown.update(name for name in fields if name not in model.model_fields and name not in _PASSED_OVER[kind])
    return {name: value for name, value in fields.items() if name in model.model_fields}


def _drafts(path: Path, kind: Kind, book: Book, tell: Told) -> Iterator[tuple[str, Draft]]:
    """What the file calls its parts, and each part as read."""
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        for draft in _json_lines(path):
            yield "line", draft
        return
    try:
        yield from _imported(path, kind, book, tell)
    except Invalid as error:
        raise Invalid([Fault(path.name, fault.code, fault.detail) for fault in error.faults], error.code) from None


def _json_lines(path: Path) -> Iterator[Draft]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            text = line.removeprefix(b"\xef\xbb\xbf").strip()
            if not text:
                continue
            draft = Draft(number)
            try:
                value = strict_json.parse(text)
            except Invalid as error:
                draft.faults += error.faults
                value = None
            if isinstance(value, dict):
                draft.fields = _by_language(value)
            elif not draft.faults:
                draft.faults.append(Fault("", "line.not_an_object", "Write one JSON object a line."))
            if draft.faults:
                raise Invalid([Fault(f"{path.name}, line {number}", f.code, f.detail) for f in draft.faults])
            yield draft


def _by_language(fields: dict[str, Any]) -> dict[str, Any]:
    language = fields.pop("lang", "und")
    if isinstance(fields.get("id"), int):
        fields["id"] = str(fields["id"])
    for name in ("title", "description"):
        if fields.get(name) == "":
            fields[name] = {}
        if isinstance(fields.get(name), str):
            fields[name] = {language: fields[name]} if isinstance(language, str) else fields[name]
    return fields


def _imported(path: Path, kind: Kind, book: Book, tell: Told) -> Iterator[tuple[str, Draft]]:
    payload = path.read_bytes()
    file_format = tables.format_of(payload, path.name)
    if file_format is not Format.IATI:
        header, rows = tables.read(payload, kind, file_format)
        faults = columns.header_faults(header, _TABLES[kind], NARRATIVES[kind])
        for fault in faults:
            if fault.code == "column.unknown":
                tell(f"{path.name}: {fault.detail}")
        faults = [fault for fault in faults if fault.code != "column.unknown"]
        if faults:
            raise Invalid(faults)
        for draft in columns.read_rows(rows, _TABLES[kind], book):
            yield "row", draft
        return
    if kind is not Kind.OFFERS:
        raise Invalid(
            [Fault("", "file.kind", "An IATI file holds activities, which are offers: give needs otherwise.")]
        )
    drafts, notes = iati.read(payload, book)
    told = Counter(note for draft in drafts for note in draft.notes)
    for note, count in [*((note, 0) for note in notes), *sorted(told.items(), key=str)]:
        tell(f"{path.name}: {note.detail}" + (f" ({count})" if count else ""))
    for draft in drafts:
        draft.fields["id"] = draft.fields.pop("external_id")
        yield "activity", draft
