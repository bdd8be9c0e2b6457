"""How tables are read, and which spreadsheets are not opened at all."""

import io
import time
import zipfile
from datetime import date

import pytest

from app.core.errors import Invalid
from app.exchange import columns, tables
from app.exchange.rules import Draft, Format, Kind
from app.reference.rules import Book
from app.reference.service import book_of_files
from tests.exchange import made

pytestmark = pytest.mark.pure

HEADER = ("external_id", "title_en", "description_en")
ROW = ("A-1", "Training", "For analysts.")


@pytest.fixture(scope="module")
def book() -> Book:
    return book_of_files()


def read(payload: bytes, book: Book, name: str = "") -> list[Draft]:
    file_format = tables.format_of(payload, name)
    header, rows = tables.read(payload, Kind.OFFERS, file_format)
    return columns.drafts(Kind.OFFERS, header, rows, book)


@pytest.mark.parametrize(
    ("payload", "file_format"),
    [
        pytest.param(made.csv_file(HEADER, ROW), Format.CSV, id="CSV"),
        pytest.param(made.csv_file(HEADER, ROW, delimiter=";"), Format.CSV, id="CSV with semicolons"),
        pytest.param(b"\xef\xbb\xbf" + made.csv_file(HEADER, ROW), Format.CSV, id="CSV with a byte-order mark"),
        pytest.param(made.csv_file(HEADER, ROW).decode().encode("utf-16"), Format.CSV, id="CSV in UTF-16"),
        pytest.param(made.xlsx_file(HEADER, ROW), Format.XLSX, id="XLSX"),
        pytest.param(made.ods_file(HEADER, ROW), Format.ODS, id="ODS"),
    ],
)
def test_the_same_table_reads_the_same_from_every_format(book: Book, payload: bytes, file_format: Format) -> None:
    assert tables.format_of(payload, "") == file_format
    (draft,) = read(payload, book)
    assert draft.fields == {"external_id": "A-1", "title": {"en": "Training"}, "description": {"en": "For analysts."}}
    assert draft.number == 2


def test_cells_are_read_as_what_they_mean(book: Book) -> None:
    header = (
        *HEADER,
        "themes",
        "resolutions",
        "scope.states",
        "scope_world",
        "capacity total",
        "closes_on",
        "eligibility",
    )
    row = (
        *ROW,
        f"cft.fiu; {book.themes['border']['fr'].upper()}",
        1373,
        "KEN;Maldives; ug",
        "no",
        5,
        date(2027, 12, 31),
        "ldc; member_of: igad",
    )
    (draft,) = read(made.xlsx_file(header, row), book)
    assert draft.faults == []
    assert draft.fields["themes"] == ["cft.fiu", "border"]
    assert draft.fields["resolutions"] == ["1373"]
    assert draft.fields["scope"] == {"states": ["KEN", "MDV", "UGA"], "world": False}
    assert draft.fields["capacity"] == {"total": "5"}
    assert draft.fields["closes_on"] == "2027-12-31"
    assert draft.fields["eligibility"] == [{"rule": "ldc"}, {"rule": "member_of", "value": "igad"}]


def test_one_title_column_takes_its_language_from_lang(book: Book) -> None:
    (draft,) = read(
        made.csv_file(("external_id", "title", "lang", "description_fr"), ("1", "Taller", "es", "Atelier")), book
    )
    assert draft.fields["title"] == {"es": "Taller"}
    assert draft.fields["description"] == {"fr": "Atelier"}


@pytest.mark.parametrize(
    ("column", "cell", "code", "hint"),
    [
        ("themes", "cft.fui", "theme.unknown", "cft.fiu"),
        ("themes", "Bordr control", "theme.unknown", ""),
        ("scope.states", "Keniya", "state.unknown", "KEN"),
        ("scope.groupings", "igaad", "grouping.unknown", "igad"),
        ("availability", "opn", "value.unknown", "open"),
        ("closes_on", "31/12/2027", "value.not_a_date", "YYYY-MM-DD"),
        ("capacity.total", "five", "value.not_a_number", ""),
        ("scope.world", "perhaps", "value.not_a_flag", ""),
    ],
)
def test_a_cell_that_cannot_be_read_is_a_fault_that_says_what_was_meant(
    book: Book, column: str, cell: str, code: str, hint: str
) -> None:
    (draft,) = read(made.csv_file((*HEADER, column), (*ROW, cell)), book)
    (fault,) = draft.faults
    assert fault.code == code
    assert hint in fault.detail
    assert fault.pointer.startswith("/" + column.replace(".", "/"))


@pytest.mark.parametrize(
    ("header", "code", "hint"),
    [
        pytest.param(
            ("external_id", "titel_en", "title_fr", "description_en"), "column.unknown", "title_en", id="misspelt"
        ),
        pytest.param(("external_id", "title_en"), "column.missing", "description", id="missing"),
        pytest.param((*HEADER, "title_en"), "column.doubled", "", id="twice"),
    ],
)
def test_columns_must_be_those_of_the_kind(book: Book, header: tuple[str, ...], code: str, hint: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(made.csv_file(header, ["x"] * len(header)), book)
    assert code in made.codes_of(refused.value)
    assert hint in " ".join(fault.detail for fault in refused.value.faults)


def test_remarks_and_empty_rows_are_passed_over(book: Book) -> None:
    drafts = read(made.csv_file(HEADER, ("# your number", "", ""), ("", "", ""), ROW), book)
    assert [draft.number for draft in drafts] == [4]


def test_an_empty_cell_says_nothing(book: Book) -> None:
    (draft,) = read(made.csv_file((*HEADER, "closes_on", "themes"), (*ROW, "", " ")), book)
    assert draft.fields.keys() == {"external_id", "title", "description"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_a_cell_that_a_program_might_run_is_written_with_an_apostrophe_and_read_without(book: Book, text: str) -> None:
    written = tables.safe_cell(text)
    assert written == f"'{text}"
    (draft,) = read(made.csv_file(HEADER, ("A-1", written, "x")), book)
    assert draft.fields["title"]["en"] == text


def test_a_file_full_of_faults_is_not_read_to_its_end(book: Book) -> None:
    start = time.process_time()
    rows = ((f"A-{n}", "T", "D", f"wrong {n}; worse {n}", f"nowhere {n}") for n in range(20_000))
    drafts = read(made.csv_file((*HEADER, "themes", "scope.states"), *rows), book)
    assert len(drafts) == 20_000
    assert [fault.code for fault in drafts[-1].faults] == ["row.not_read"]
    assert time.process_time() - start < 5


def rezipped(payload: bytes, **members: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(payload)) as file:
        contents: dict[str, str | bytes] = {name: file.read(name) for name in file.namelist()}
    return made.zipped({**contents, **members})


def bomb() -> bytes:
    return rezipped(made.xlsx_file(HEADER, ROW), **{"xl/media/zeros.bin": b"\0" * 49_000_000})


def repeated_strings() -> bytes:
    """Ten thousand cells that all show one long text: a small file, two hundred million characters."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 10_001))
    head = '<?xml version="1.0"?>'
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = f"{head}<worksheet {space}><sheetData>{cells}</sheetData></worksheet>"
    noise = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(20_000))
    strings = f"{head}<sst {space}><si><t>{noise}</t></si></sst>"
    return rezipped(
        made.xlsx_file(HEADER, ROW),
        **{"xl/worksheets/sheet1.xml": sheet.encode(), "xl/sharedStrings.xml": strings.encode()},
    )


def with_doctype() -> bytes:
    sheet = b'<!DOCTYPE a [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>'
    return rezipped(made.xlsx_file(HEADER, ROW), **{"xl/worksheets/sheet1.xml": sheet})


def deep() -> bytes:
    sheet = b"<a>" * 200_000
    return rezipped(made.xlsx_file(HEADER, ROW), **{"xl/worksheets/sheet1.xml": sheet, "noise": bytes(range(256)) * 90})


@pytest.mark.parametrize(
    ("payload", "name", "code"),
    [
        pytest.param(bomb(), "", "file.packed_too_tight", id="a zip bomb"),
        pytest.param(made.xlsx_file(HEADER, at=(1_048_575, 16_381)), "", "file.too_many_cells", id="the last corner"),
        pytest.param(
            made.ods_file(HEADER, ROW, repeated=1_000_000), "", "file.too_many_cells", id="a row a million times"
        ),
        pytest.param(repeated_strings(), "", "file.too_many_cells", id="one text in ten thousand cells"),
        pytest.param(
            rezipped(made.xlsx_file(HEADER, ROW), **{"xl/vbaProject.bin": b"x"}), "", "file.macros", id="macros"
        ),
        pytest.param(
            rezipped(made.xlsx_file(HEADER, ROW), **{"xl/externalLinks/externalLink1.xml": b"<x/>"}),
            "",
            "file.links",
            id="links to other files",
        ),
        pytest.param(with_doctype(), "", "file.doctype", id="a document type inside"),
        pytest.param(deep(), "", "file.too_deep", id="200,000 deep inside"),
        pytest.param(made.xlsx_file(HEADER, ROW)[:-200], "", "file.not_spreadsheet", id="cut off"),
        pytest.param(made.zipped({"a.txt": b"x"}), "", "file.not_spreadsheet", id="another zip"),
        pytest.param(made.xlsx_file(HEADER, ROW), "offers.csv", "file.wrong_type", id="XLSX named CSV"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0", "offers.csv", "file.unknown_type", id="a picture"),
        pytest.param("Référence,é".encode("latin-1"), "", "file.not_utf8", id="not UTF-8"),
        pytest.param(b'a,b\n"x', "", "file.not_csv", id="an open quotation mark"),
        pytest.param(b"\n\n", "", "file.empty", id="empty"),
        pytest.param(made.csv_file(HEADER, (*ROW, "more")), "", "row.too_long", id="more cells than columns"),
        pytest.param(made.csv_file(HEADER, ("A", "t" * 1_000_000, "x")), "", "file.not_csv", id="a text of a million"),
    ],
)
def test_what_is_not_safe_or_not_clean_is_refused_at_once(book: Book, payload: bytes, name: str, code: str) -> None:
    start = time.process_time()
    with pytest.raises(Invalid) as refused:
        read(payload, book, name)
    assert code in made.codes_of(refused.value)
    assert time.process_time() - start < 1
