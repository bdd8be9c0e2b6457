"""Reads tables (CSV, XLSX, ODS) into rows by column name; a row whose first cell begins with # is a remark."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from app.core.errors import Fault, Invalid
from app.exchange import rules, workbooks
from app.exchange.rules import Format

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet program may run a cell that begins so."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet program shows it (in CSV, its first line), and its filled cells as text."""

    number: int
    cells: dict[str, str]


def safe_cell(text: str) -> str:
    """The text as it may stand in a table that we write; `read` takes the apostrophe away again."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def format_of(payload: bytes, filename: str) -> Format:
    """The format that the content shows; raises `Invalid` where it is none of ours or not what the name says."""
    start = payload[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if payload.startswith(b"PK\x03\x04"):
        found = Format.ODS if b"opendocument.spreadsheet" in payload[:512] else Format.XLSX
    elif start.startswith(b"<") or payload[:4] in (b"\xff\xfe<\x00", b"\xfe\xff\x00<"):
        found = Format.IATI
    elif b"\x00" in payload[:4096] and payload[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        detail = "Give an IATI file (.xml), or a table as .csv, .xlsx or .ods."
        raise Invalid([Fault("", "file.unknown_type", detail)], "import.unreadable")
    else:
        found = Format.CSV
    ending = filename.rpartition(".")[2].lower()
    named = {"xml": Format.IATI, "csv": Format.CSV, "xlsx": Format.XLSX, "ods": Format.ODS}.get(ending)
    if named not in (None, found):
        detail = f"The name ends in .{named and ending}, and the content is another format: name it as it is."
        raise Invalid([Fault("", "file.wrong_type", detail)], "import.unreadable")
    return found


def read(payload: bytes, kind: str, file_format: Format) -> tuple[list[str], list[Row]]:
    """The column names as written, and the rows that hold anything; raises `Invalid` for what is no table."""
    if len(payload) > rules.MAX_BYTES:
        raise _refusal("file.too_big", f"At most {rules.MAX_BYTES} bytes are taken.")
    if file_format is Format.CSV:
        lines = _csv_lines(payload)
    else:
        lines = list(enumerate(workbooks.first_sheet(payload, kind), start=1))
    filled = [(number, cells) for number, cells in lines if any(cell not in ("", None) for cell in cells)]
    filled = [(number, cells) for number, cells in filled if not str(cells[0]).lstrip().startswith("#")]
    if not filled:
        raise _refusal("file.empty", "The table is empty: its first row names the columns.")
    header = [str(cell).strip() for cell in filled[0][1]]
    while header and not header[-1]:
        header.pop()
    if len(filled) - 1 > rules.MAX_ROWS:
        raise _refusal("file.too_many_rows", f"At most {rules.MAX_ROWS} rows are taken in one file.")
    rows = []
    for number, cells in filled[1:]:
        if any(cell not in ("", None) for cell in cells[len(header) :]):
            raise _refusal("row.too_long", f"Row {number} has more cells than there are columns.")
        values = {name: _value(cell) for name, cell in zip(header, cells, strict=False)}
        rows.append(Row(number, {name: value for name, value in values.items() if value not in ("", None)}))
    return header, rows


def _refusal(code: str, detail: str) -> Invalid:
    return Invalid([Fault("", code, detail)], "import.unreadable")


def _csv_lines(payload: bytes) -> list[tuple[int, list[Any]]]:
    encoding = "utf-16" if payload[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = payload.decode(encoding)
    except UnicodeDecodeError:
        raise _refusal("file.not_utf8", "The table is not in UTF-8: save it as 'CSV UTF-8'.") from None
    if "\x00" in text:
        raise _refusal("file.not_utf8", "The table holds NUL characters: save it as 'CSV UTF-8'.")
    first = text.lstrip().partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=lambda sign: (first.count(sign), sign == ","))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[Any]]] = []
    try:
        while True:
            number = reader.line_num + 1
            cells = next(reader, None)
            if cells is None:
                return lines
            lines.append((number, cells))
    except csv.Error:
        detail = f"Line {reader.line_num} could not be read: check its quotation marks."
        raise _refusal("file.not_csv", detail) from None


def _value(cell: Any) -> str:
    if isinstance(cell, str):
        text = cell.strip()
        return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time | timedelta):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)
