"""Opens spreadsheets (XLSX, ODS) once it is sure how big they become: the reader itself trusts what a file claims."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from zlib import error as ZlibError  # noqa: N812  # zlib's own name says nothing beside others

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from app.core.errors import Fault, Invalid
from app.exchange import rules

MAX_RATIO = 100
MAX_UNPACKED = 50_000_000
MAX_MEMBERS = 500
MAX_CELLS = 400_000
MAX_CHARACTERS = 20_000_000

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def _refusal(code: str, detail: str) -> Invalid:
    return Invalid([Fault("", code, detail)], "import.unreadable")


def first_sheet(payload: bytes, kind: str) -> list[list[Any]]:  # cells are text, numbers, dates or flags
    """The cells of the sheet named `kind`, else of the first sheet; raises `Invalid` for what is not safe to open."""
    checked = _checked(payload)
    try:
        workbook = CalamineWorkbook.from_object(io.BytesIO(checked))
        names = workbook.sheet_names
        name = next((name for name in names if name.strip().lower() == kind), names[0] if names else "")
        return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except CalamineError:
        raise _refusal("file.not_spreadsheet", "The file could not be read as a spreadsheet: save it anew.") from None


def _checked(payload: bytes) -> bytes:
    """The same spreadsheet, packed anew from what was measured, so that the reader sees nothing else."""
    copy = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as packed, zipfile.ZipFile(copy, "w") as fresh:
            members = packed.infolist()
            _check_claims(members, len(payload))
            contents = {member.filename: packed.read(member) for member in members if not member.is_dir()}
            if sum(map(len, contents.values())) > MAX_UNPACKED:
                raise _refusal("file.unpacks_too_big", f"Unpacked, at most {MAX_UNPACKED} bytes are taken.")
            _check_cells(contents)
            for name, content in contents.items():
                fresh.writestr(name, content)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ZlibError, EOFError, OSError):
        raise _refusal("file.not_spreadsheet", "The file could not be unpacked: save it anew.") from None
    except etree.XMLSyntaxError:
        raise _refusal("file.not_spreadsheet", "A part of the spreadsheet is not well-formed: save it anew.") from None
    return copy.getvalue()


def _check_claims(members: list[zipfile.ZipInfo], size: int) -> None:
    """`zipfile` reads no more of a member than it claims, so the claims bound what is unpacked."""
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED:
        raise _refusal("file.unpacks_too_big", f"Unpacked, at most {MAX_UNPACKED} bytes are taken.")
    if unpacked > MAX_RATIO * size:
        raise _refusal("file.packed_too_tight", f"The file unpacks to more than {MAX_RATIO} times its size.")
    names = [member.filename.lower() for member in members]
    if len(set(names)) < len(names):
        raise _refusal("file.not_spreadsheet", "The file holds two parts of one name: save it anew.")
    if any("vbaproject" in name or name.startswith("basic/") for name in names):
        raise _refusal("file.macros", "Files with macros are not taken: save it as .xlsx or .ods without macros.")
    if any("externallinks/" in name for name in names):
        raise _refusal("file.links", "Files with links to other files are not taken: paste the values instead.")


def _check_cells(contents: dict[str, bytes]) -> None:
    """Refuse sheets that claim a huge rectangle: one cell in the last corner would take gigabytes to read."""
    for name, content in contents.items():
        if not name.endswith((".xml", ".rels")):
            continue
        if name == "content.xml":
            _check_area(*_ods_extent(content))
        elif name.startswith("xl/worksheets/") and name.endswith(".xml"):
            _check_area(*_xlsx_extent(content, _shared_lengths(contents)))


def _check_area(rows: int, columns: int, characters: int) -> None:
    if rows > rules.MAX_ROWS + 10 or rows * columns > MAX_CELLS or characters > MAX_CHARACTERS:
        detail = f"At most {rules.MAX_ROWS} rows and {MAX_CELLS} cells are taken: delete what is far from the table."
        raise _refusal("file.too_many_cells", detail)


def _elements(content: bytes) -> Iterator[tuple[str, etree._Element]]:
    """Start and end of every element, with its local name; the tree is given up as it goes by."""
    parsing = etree.iterparse(
        io.BytesIO(content), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    depth = 0
    for event, element in parsing:
        if event == "start":
            depth += 1
            if depth == 1 and element.getroottree().docinfo.doctype:
                raise _refusal("file.doctype", "A document type declaration is not taken.")
            if depth > rules.MAX_DEPTH:
                raise _refusal("file.too_deep", f"Elements may be nested at most {rules.MAX_DEPTH} deep.")
        yield event, element
        if event == "end":
            depth -= 1
            if _name(element) in ("row", "table-row", "si"):
                element.clear()


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2]


def _shared_lengths(contents: dict[str, bytes]) -> list[int]:
    shared = next((c for name, c in contents.items() if name.lower() == "xl/sharedstrings.xml"), None)
    if shared is None:
        return []
    return [
        sum(len(text) for text in element.itertext())
        for event, element in _elements(shared)
        if event == "end" and _name(element) == "si"
    ]


def _xlsx_extent(content: bytes, shared: list[int]) -> tuple[int, int, int]:
    rows = columns = characters = row = column = 0
    for event, element in _elements(content):
        name = _name(element)
        if event == "start" and name == "row":
            row = _number(element.get("r"), row + 1)
            column = 0
        elif event == "start" and name == "c":
            place = _CELL.fullmatch(element.get("r") or "")
            row, column = (int(place[2]), _column(place[1])) if place else (row, column + 1)
            rows, columns = max(rows, row), max(columns, column)
            if rows * columns > MAX_CELLS:
                break
        elif event == "end" and name == "c" and element.get("t") == "s":
            index = _number("".join(map(str, element.itertext())).strip(), -1)
            characters += shared[index] if 0 <= index < len(shared) else 0
    return rows, columns, characters


def _ods_extent(content: bytes) -> tuple[int, int, int]:
    rows = columns = characters = pending = row_columns = row_characters = column = 0
    for event, element in _elements(content):
        name = _name(element)
        if event == "start" and name == "table":
            pending = 0
        elif event == "start" and name == "table-row":
            column = row_columns = row_characters = 0
        elif event == "end" and name in ("table-cell", "covered-table-cell"):
            repeated = _number(element.get(f"{_TABLE}number-columns-repeated"), 1)
            length = sum(len(text) for text in element.itertext())
            if length or len(element.attrib) > (f"{_TABLE}number-columns-repeated" in element.attrib):
                row_columns = column + repeated
                row_characters += length * repeated
            column += repeated
        elif event == "end" and name == "table-row":
            repeated = _number(element.get(f"{_TABLE}number-rows-repeated"), 1)
            pending += repeated
            if row_characters:
                rows, columns = max(rows, pending), max(columns, row_columns)
                characters += row_characters * repeated
    return rows, columns, characters


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) < 9 else otherwise


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
