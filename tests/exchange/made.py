"""Makes the files that the tests of imports hand in."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from app.core.errors import Invalid

IATI = Path(__file__).parents[2] / "seed_data" / "iati"


def activity(identifier: str = "XI-1", *, inside: str = "", **parts: str) -> str:
    """An activity that can be published, with the fewest surprises; `parts` replace its elements, `""` leaves out."""
    usual = {
        "title": "<title><narrative>Training of financial intelligence units</narrative></title>",
        "description": "<description><narrative>Analysts learn to trace funds and to report.</narrative></description>",
        "status": '<activity-status code="2"/>',
        "dates": '<activity-date type="2" iso-date="2026-01-01"/><activity-date type="3" iso-date="2028-12-31"/>',
        "recipients": '<recipient-country code="KE"/>',
    }
    body = "".join({**usual, **parts}.values())
    return f'<iati-activity xml:lang="en"><iati-identifier>{identifier}</iati-identifier>{body}{inside}</iati-activity>'


def iati(*activities: str, version: str = "2.03", before: str = "") -> bytes:
    """An IATI file with these activities."""
    inside = "".join(activities)
    return f'<?xml version="1.0"?>{before}<iati-activities version="{version}">{inside}</iati-activities>'.encode()


def csv_file(*rows: Sequence[str], delimiter: str = ",") -> bytes:
    """A CSV file; the first row names the columns."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def xlsx_file(*rows: Sequence[Any], sheet: str = "Sheet1", at: tuple[int, int] = (0, 0)) -> bytes:
    """An XLSX file whose first row stands at `at`; a `date` is written as a date."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    page = workbook.add_worksheet(sheet)
    for number, row in enumerate(rows):
        page.write_row(at[0] + number, at[1], row)
    workbook.close()
    return out.getvalue()


_CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
_PADDING = (
    '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/>'
    "</table:table-row>"
)


def ods_file(*rows: Iterable[str], repeated: int = 1) -> bytes:
    """An ODS file with the empty padding that office programs write; the last row is `repeated`."""
    *first, last = [f"{''.join(_CELL.format(cell) for cell in row)}</table:table-row>" for row in rows]
    lines = "".join(f"<table:table-row>{row}" for row in first)
    lines += f'<table:table-row table:number-rows-repeated="{repeated}">{last}{_PADDING}'
    names = 'xmlns:{0}="urn:oasis:names:tc:opendocument:xmlns:{0}:1.0"'
    spaces = " ".join(names.format(name) for name in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="offers">{lines}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return zipped({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A ZIP file; the first member is stored plain, as office formats ask."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for position, (name, content) in enumerate(members.items()):
            file.writestr(name, content, zipfile.ZIP_STORED if position == 0 else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def codes_of(error: Invalid) -> list[str]:
    """The codes of an error's faults."""
    return [fault.code for fault in error.faults]
