"""`taysir audit`: proves the chain of records whole, and anchors its end."""

from pathlib import Path
from typing import Annotated

import typer

from app.audit import service
from app.cli.printing import DatabaseUrl, Failed, open_reading, settings_for
from app.core.clock import system_clock

audit = typer.Typer(no_args_is_help=True, help="The record of who read and did what.")

AnchorFile = Annotated[Path | None, typer.Option("--anchor", help="Anchors kept elsewhere; else TAYSIR_AUDIT_ANCHOR.")]


@audit.command()
def verify(anchor: AnchorFile = None, database_url: DatabaseUrl = None) -> None:
    """Check the whole chain, and that it is the one that was anchored."""
    settings = settings_for(database_url)
    file = anchor or settings.audit_anchor
    if anchor is not None and not anchor.is_file():
        raise typer.BadParameter("there is no such file", param_hint="--anchor")
    with open_reading(settings) as session:
        anchors = service.read_anchors(file) if file is not None and file.is_file() else []
        broken = service.verify(session, anchors)
        head = service.head(session)
    if broken is not None:
        raise Failed(broken.sentence)
    typer.echo(f"The chain holds: {head.count} records, {len(anchors)} anchors. Head: {head.hash}")
    if not anchors:
        typer.echo("Without an anchor kept elsewhere, a cut end or a rewritten whole cannot be told.")


@audit.command("anchor")
def write_anchor(anchor: AnchorFile = None, database_url: DatabaseUrl = None) -> None:
    """Add the end of the chain to the anchor file."""
    settings = settings_for(database_url)
    file = anchor or settings.audit_anchor
    if file is None:
        raise typer.BadParameter("name a file, or set TAYSIR_AUDIT_ANCHOR", param_hint="--anchor")
    with open_reading(settings) as session:
        head = service.anchor(session, file, at=system_clock())
    typer.echo("The end is anchored already." if head is None else f"Anchored: {head.count} records, {head.hash}")
