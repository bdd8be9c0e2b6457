"""`taysir import` and `taysir export`: a file into the records, all of it or nothing, and records into a file."""

from pathlib import Path
from typing import Annotated

import typer

from app.access import service as access
from app.access.rules import Role
from app.cli.printing import AsJson, DatabaseUrl, Failed, open_session, print_json, settings_for
from app.core.clock import system_clock
from app.exchange import exports, service
from app.exchange.rules import MOST_EXPORTED, Export, ExportFormat, ExportReason, Kind, Result
from app.exchange.schemas import ImportRead
from app.gaps.service import Wanted
from app.matches.adapter import Matcher
from app.matches.service import Asked
from app.reference.queries import read_book


def import_file(
    kind: Kind,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="IATI .xml, .csv, .xlsx or .ods.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report, and write nothing.")] = False,
    organization: Annotated[str | None, typer.Option(help="Whose offers they are; needed for offers.")] = None,
    state: Annotated[
        str | None, typer.Option(help="For assessments that are a State's own survey (DIS): ISO 3166 alpha-3.")
    ] = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Import offers, needs, visits or assessments: all rows or none."""
    if (kind is Kind.OFFERS) != (organization is not None):
        raise Failed("Offers need --organization, and nothing else takes it.")
    if state is not None and kind is not Kind.ASSESSMENTS:
        raise Failed("Only assessments take --state.")
    settings = settings_for(database_url)
    if file.stat().st_size > settings.import_limit:
        raise Failed(f"{file}: at most {settings.import_limit} bytes are taken.")
    with open_session(settings, "taysir import") as session:
        role = Role.PROVIDER if kind is Kind.OFFERS else Role.STATE if state else Role.OFFICER
        actor = access.operator(session, role, at=system_clock(), organization=organization, state=state)
        work = service.rehearse if dry_run else service.take_in
        done = work(session, actor, read_book(session), file.read_bytes(), kind=kind, filename=file.name,
                    organization=organization)  # fmt: skip
    if as_json:
        print_json(done.model_dump(mode="json"))
    else:
        _print(done)
    if done.counts[Result.REFUSED]:
        raise typer.Exit(1)


def export_file(
    kind: Export,
    file_format: Annotated[ExportFormat, typer.Option("--format")] = ExportFormat.CSV,
    reason: Annotated[ExportReason, typer.Option(help="It stands in the file and in the audit.")] = (
        ExportReason.COORDINATION
    ),
    output: Annotated[Path | None, typer.Option(dir_okay=False, help="Else the kind's own name.")] = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Export needs, offers, gaps or bundles as an officer sees them; gaps and bundles also as IATI activities."""
    with open_session(settings_for(database_url), "taysir export") as session:
        book, now = read_book(session), system_clock()
        actor = access.operator(session, Role.OFFICER, at=now)
        asked = Asked(session, actor, book, Matcher(book), language="en", as_of=now.date())
        made = exports.export(
            asked, Wanted(limit=MOST_EXPORTED), kind=kind, file_format=file_format, reason=reason, ending_within=180
        )
    place = output or Path(made.name)
    place.write_bytes(made.content)
    typer.echo(f"{place}: {len(made.content)} bytes")


def _print(done: ImportRead) -> None:
    for row in done.rows:
        for fault in row.faults:
            typer.echo(f"row {row.row} ({row.identifier or 'no identifier'}) {fault.pointer}: {fault.detail}")
        for note in row.notes:
            typer.echo(f"row {row.row} ({row.identifier or 'no identifier'}): {note.detail}")
    for note in done.notes:
        typer.echo(note.detail)
    counts = ", ".join(f"{number} {result}" for result, number in done.counts.items())
    typer.echo(f"{'Dry run, nothing is written: ' if done.is_dry_run else ''}{counts}")
