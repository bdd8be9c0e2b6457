"""The columns of tables, per kind, in the contract's names; turns a row's cells into a record."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any

from app.access.rules import Level
from app.assessments.rules import Tool
from app.core.errors import Fault, Invalid
from app.exchange.codes import Codes
from app.exchange.rules import Draft, Entry, Kind
from app.exchange.tables import Row
from app.needs.rules import Source
from app.offers.rules import Availability, CapacityUnit, Rule, Status
from app.offers.service import MOST_FAULTS, NOT_CHECKED
from app.reference.rules import Book
from app.visits.rules import Mode, Priority, VisitType

LABELS = "_(label)"
"""How the columns of our exports end that repeat codes in words: an import passes over them."""
LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")


class Wrong(Exception):
    """A cell that cannot be read: a code and what would be right."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


Reader = Callable[[str, Codes], Any]  # what a record holds in one field


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, how a cell is read, and what the template says of it."""

    name: str
    read: Reader
    says: str
    required: bool = False


def as_written(cell: str, _: Codes) -> str:
    """The cell itself."""
    return cell


def _list(cell: str, _: Codes) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _one_of(choices: Sequence[str], cell: str, _: Codes) -> str:
    code = cell.lower().replace(" ", "_").replace("-", "_")
    if code in choices:
        return code
    close = get_close_matches(code[:60], list(choices), n=1, cutoff=0.6)
    hint = f" Did you mean {close[0]}?" if close else ""
    raise Wrong("value.unknown", f"One of: {', '.join(choices)}.{hint}")


def _flag(cell: str, _: Codes) -> bool:
    word = cell.lower()
    if word in ("true", "yes", "1", "x"):
        return True
    if word in ("false", "no", "0"):
        return False
    raise Wrong("value.not_a_flag", "Write true or false.")


def _number(cell: str, _: Codes) -> str:
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", cell):
        raise Wrong("value.not_a_number", "Write a number with digits only, with a point before decimals.")
    return cell


def _ordinal(cell: str, _: Codes) -> int:
    if not re.fullmatch("[0-4]", cell):
        raise Wrong("ordinal.unknown", "Write 0, 1, 2, 3 or 4; leave it empty where the item was not assessed.")
    return int(cell)


def _day(cell: str, _: Codes) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        raise Wrong("value.not_a_date", "Write dates as YYYY-MM-DD.")
    return cell


def _code(kind: str, cell: str, codes: Codes) -> str:
    code = codes.find(kind, cell)
    if code is None:
        raise Wrong(f"{kind}.unknown", f"This is no code or label of a {kind}.{codes.hint(kind, cell)}")
    return code


def _codes(kind: str, cell: str, codes: Codes) -> list[str]:
    return [_code(kind, part, codes) for part in _list(cell, codes)]


def _eligibility(cell: str, codes: Codes) -> list[dict[str, str]]:
    found = []
    for part in _list(cell, codes):
        name, _, value = (piece.strip() for piece in part.partition(":"))
        rule = {"rule": _one_of([rule.value for rule in Rule], name, codes)}
        if value:
            rule["value"] = _code("grouping", value, codes)
        found.append(rule)
    return found


def _existing_help(cell: str, codes: Codes) -> list[dict[str, str]]:
    helps = []
    for part in _list(cell, codes):
        organization, _, until = (piece.strip() for piece in part.partition(":"))
        helps.append({"organization": organization} | ({"until": _day(until, codes)} if until else {}))
    return helps


def choice(words: type[Any]) -> Reader:  # any StrEnum
    """Reads one of the words."""
    return partial(_one_of, [str(word) for word in words])


def choice_says(words: type[Any]) -> str:
    """What the template says of such a column."""
    return "one of: " + ", ".join(str(word) for word in words)


_LIST = "several separated by ;"
_THEMES = Column("themes", partial(_codes, "theme"), f"theme codes or labels, {_LIST}")
_SHARED = (
    _THEMES,
    Column("resolutions", _list, f"such as 2396 or 2396:12 (with paragraph), {_LIST}"),
    Column("assistance_types", partial(_codes, "assistance_type"), f"codes or labels of kinds of help, {_LIST}"),
    Column("target_institutions", partial(_codes, "institution"), f"codes or labels of institutions, {_LIST}"),
)
_STATE = Column("state", partial(_code, "state"), "ISO 3166 alpha-3 code or name", required=True)
_LEVEL = Column("level", choice(Level), "team or committee: an import goes no further")
_DAY = "YYYY-MM-DD"

COLUMNS: Mapping[Kind, tuple[Column, ...]] = {
    Kind.OFFERS: (
        Column("external_id", as_written, "your own number of the offer: it is found again by it", required=True),
        *_SHARED,
        Column("scope.world", _flag, "true where all States may use it"),
        Column("scope.states", partial(_codes, "state"), f"ISO 3166 alpha-3 codes or names, {_LIST}"),
        Column("scope.groupings", partial(_codes, "grouping"), f"codes or labels of groupings, {_LIST}"),
        Column("scope.excluded_states", partial(_codes, "state"), f"States left out, {_LIST}"),
        Column("delivery_languages", _list, f"ISO 639-1 codes, {_LIST}"),
        Column("availability", choice(Availability), choice_says(Availability)),
        Column("opens_on", _day, _DAY),
        Column("closes_on", _day, _DAY),
        Column("capacity.unit", choice(CapacityUnit), choice_says(CapacityUnit)),
        Column("capacity.total", _number, "how much there is; empty where it is not stated"),
        Column("capacity.committed", _number, "how much of it is promised"),
        Column("capacity.unlimited", _flag, "true or false"),
        Column("eligibility", _eligibility, f"rules such as ldc or member_of:igad, {_LIST}"),
        Column("safeguards.human_rights_due_diligence", _flag, "true or false"),
        Column("safeguards.gender_marker", _number, "OECD DAC gender marker: 0, 1 or 2"),
        Column("url", as_written, "address of a page on the offer"),
        Column("last_confirmed_on", _day, _DAY),
        Column("status", choice(Status), "draft, published or withdrawn; empty: published once it can be"),
    ),
    Kind.NEEDS: (
        Column("reference", as_written, "of a need that is recorded already, such as MDV-7KQ3M"),
        _STATE,
        Column("visit", as_written, "id of the visit"),
        Column("recommendation", as_written, "id of the recommendation"),
        Column("source", choice(Source), choice_says(Source)),
        *_SHARED,
        Column("languages", _list, f"ISO 639-1 codes, {_LIST}"),
        Column("priority", choice(Priority), choice_says(Priority)),
        Column("state_priority", _number, "the State's own order, 1 first"),
        Column("agreed_on", _day, _DAY),
        Column("needed_by", _day, _DAY),
        Column("existing_help", _existing_help, f"organization or organization:YYYY-MM-DD (until), {_LIST}"),
        _LEVEL,
    ),
    Kind.VISITS: (
        _STATE,
        Column("mode", choice(Mode), choice_says(Mode), required=True),
        Column("type", choice(VisitType), choice_says(VisitType), required=True),
        Column("starts_on", _day, _DAY, required=True),
        Column("ends_on", _day, _DAY, required=True),
        Column("delegation", _list, f"organization codes, {_LIST}"),
        Column("team", _list, f"account names of officers, {_LIST}"),
        Column("report_adopted_on", _day, _DAY),
        _LEVEL,
    ),
    Kind.ASSESSMENTS: (
        _STATE,
        Column("tool", choice(Tool), choice_says(Tool), required=True),
        Column("tool_version", as_written, "the version of the tool, such as 2021", required=True),
        Column("assessed_on", _day, _DAY, required=True),
        Column("entry", choice(Entry), f"{choice_says(Entry)} (help that the State can give); empty: item"),
        Column("number", as_written, "the tool's own number of the item, such as 1.4"),
        Column("theme", partial(_code, "theme"), "theme code or label", required=True),
        Column("resolution", as_written, "such as 2396:12 (with paragraph)"),
        Column("ordinal", _ordinal, "0 (nothing done) to 4 (done in full); empty: not assessed"),
        Column("label", as_written, "the rating in the tool's own words; of a capacity entry its title"),
        Column(
            "assistance_types", partial(_codes, "assistance_type"), f"of a capacity entry: codes or labels, {_LIST}"
        ),
        Column("languages", _list, f"of a capacity entry: ISO 639-1 codes, {_LIST}"),
        Column("adopted_on", _day, _DAY),
        Column("willing_to_share", _flag, "the mark on the document: true or false"),
        _LEVEL,
    ),
}
NARRATIVES: Mapping[Kind, tuple[str, ...]] = {
    Kind.OFFERS: ("title", "description"),
    Kind.NEEDS: ("title", "description"),
    Kind.VISITS: (),
    Kind.ASSESSMENTS: ("comment",),
}
OPTIONAL_NARRATIVES = frozenset({"comment"})

_NARRATIVE = re.compile(r"(title|description|comment|text)(?:_([a-z]{2,3}))?")


def header_faults(header: Sequence[str], columns: Sequence[Column], texts: Sequence[str]) -> list[Fault]:
    """A fault for each column that is unknown, doubled or missing."""
    known = {_key(column.name): column.name for column in columns} | dict.fromkeys(("lang",) if texts else (), "lang")
    faults, seen = [], set()
    for name in header:
        key = _key(name)
        narrative = _NARRATIVE.fullmatch(key)
        if key in seen:
            faults.append(Fault("", "column.doubled", f"Two columns are named {known.get(key, 'the same')}."))
        elif key.endswith(LABELS):
            continue
        elif key not in known and not (narrative and narrative[1] in texts):
            allowed = [*known.values(), *(f"{text}_{language}" for text in texts for language in LANGUAGES)]
            close = get_close_matches(name[:60].lower(), allowed, n=1, cutoff=0.6)
            hint = f" Did you mean {close[0]}?" if close else ""
            detail = f"Column {header.index(name) + 1} has no name that we know.{hint}"
            faults.append(Fault("", "column.unknown", detail))
        seen.add(key)
    required = [column.name for column in columns if column.required]
    faults += [Fault("", "column.missing", f"Add a column {name}.") for name in required if _key(name) not in seen]
    for text in texts:
        if text not in OPTIONAL_NARRATIVES and not any(re.fullmatch(rf"{text}(_.*)?", key) for key in seen):
            detail = f"Add a column {text}_en (or another language), or {text} with a column lang."
            faults.append(Fault("", "column.missing", detail))
    return faults


def _key(name: str) -> str:
    return re.sub(r"[ .\-]+", "_", name.strip().lower())


def drafts(kind: Kind, header: Sequence[str], rows: Sequence[Row], book: Book) -> list[Draft]:
    """The rows as records; raises `Invalid` where the columns are not those of `kind`."""
    faults = header_faults(header, COLUMNS[kind], NARRATIVES[kind])
    if faults:
        raise Invalid(faults, "import.unreadable")
    return list(read_rows(rows, COLUMNS[kind], book))


def read_rows(rows: Iterable[Row], columns: Sequence[Column], book: Book) -> Iterator[Draft]:
    """The rows as records; after a thousand faults the rest is not read."""
    faults, codes = 0, Codes(book)
    for row in rows:
        draft = draft_of(row, columns, codes) if faults < MOST_FAULTS else Draft(row.number, faults=[NOT_CHECKED])
        faults += len(draft.faults)
        yield draft


def draft_of(row: Row, columns: Sequence[Column], codes: Codes) -> Draft:
    """One row as a record; cells that cannot be read are faults, empty cells leave a field as it is."""
    draft = Draft(row.number)
    cells = {_key(name): cell for name, cell in row.cells.items()}
    for column in columns:
        cell = cells.get(_key(column.name))
        pointer = "/" + column.name.replace(".", "/")
        if cell is None:
            if column.required:
                draft.faults.append(Fault(pointer, "field.missing", "This field is required."))
            continue
        try:
            value = column.read(cell, codes)
        except Wrong as wrong:
            draft.faults.append(Fault(pointer, wrong.code, wrong.detail))
            continue
        _put(draft.fields, column.name, value)
    for key, cell in cells.items():
        narrative = _NARRATIVE.fullmatch(key)
        if narrative:
            language = narrative[2] or cells.get("lang", "und").lower()
            texts = draft.fields.setdefault(narrative[1], {})
            if language in texts:
                detail = f"There are two texts in {language}: lang says the language of the column without one."
                draft.faults.append(Fault(f"/{narrative[1]}", "narrative.doubled", detail))
            texts[language] = cell
    return draft


def _put(fields: dict[str, Any], name: str, value: Any) -> None:
    outer, _, inner = name.partition(".")
    if inner:
        fields.setdefault(outer, {})[inner] = value
    else:
        fields[outer] = value
