"""Makes the tables that people fill in: the columns of a kind, what each takes, and all codes."""

import csv
import io
from collections.abc import Iterator

from app.exchange import columns
from app.exchange.columns import Column
from app.exchange.rules import Kind
from app.exchange.tables import safe_cell
from app.reference.rules import Book

_NARRATIVE_SAYS = {
    "title": "the title in this language; at least one language",
    "description": "what is asked for or offered, in this language; at least one language",
}


def _columns(kind: Kind) -> list[Column]:
    texts = [
        Column(f"{name}_{language}", columns.as_written, _NARRATIVE_SAYS[name], required=language == "en")
        for name in columns.NARRATIVES[kind]
        for language in columns.LANGUAGES
    ]
    first, *others = columns.COLUMNS[kind]
    return [first, *texts, *others]


def csv_template(kind: Kind) -> bytes:
    """The column names, and a remark under each, which an import passes over."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    wanted = _columns(kind)
    writer.writerow([column.name for column in wanted])
    remarks = [_remark(column) for column in wanted]
    writer.writerow([safe_cell(text) for text in [f"# {remarks[0]}", *remarks[1:]]])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_template(kind: Kind, book: Book, language: str) -> bytes:
    """A sheet to fill in, a sheet of notes on its columns, and a sheet of codes with their labels."""
    import xlsxwriter  # slow to load, and nothing else needs it

    out = io.BytesIO()
    # Nothing that is written may be taken for a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(out, options)
    bold = workbook.add_format({"bold": True})
    text = workbook.add_format({"num_format": "@"})
    wanted = _columns(kind)
    sheet = workbook.add_worksheet(str(kind))
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(wanted) - 1, 22, text)
    sheet.write_row(0, 0, [column.name for column in wanted], bold)
    notes = workbook.add_worksheet("notes")
    notes.set_column(0, 1, 40)
    notes.write_row(0, 0, ["column", "takes"], bold)
    for position, column in enumerate(wanted, start=1):
        notes.write_row(position, 0, [column.name, _remark(column)])
    codes = workbook.add_worksheet("codes")
    codes.set_column(0, 2, 30)
    codes.write_row(0, 0, ["list", "code", "label"], bold)
    for position, line in enumerate(_codes(book, language), start=1):
        codes.write_row(position, 0, line)
    if language == "ar":
        for each in (sheet, notes, codes):
            each.right_to_left()
    workbook.close()
    return out.getvalue()


def _remark(column: Column) -> str:
    return f"{column.says} (required)" if column.required and "language" not in column.says else column.says


def _codes(book: Book, language: str) -> Iterator[tuple[str, str, str]]:
    lists = {
        "themes": book.themes,
        "assistance_types": book.assistance_types,
        "institutions": book.institutions,
        "resolutions": book.resolutions,
        "states": book.states,
        "groupings": book.groupings,
    }
    for name, known in lists.items():
        for code in sorted(known):
            yield name, code, known[code][language]
