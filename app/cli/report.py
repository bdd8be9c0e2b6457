"""`taysir report`: the figures, and whether the record of what happened gives the same counters."""

from typing import Annotated

import typer

from app.access import service as access
from app.access.rules import Role
from app.cli.engine import day_of
from app.cli.printing import AsJson, DatabaseUrl, Failed, open_session, print_json, print_table, settings_for
from app.core.clock import system_clock
from app.figures import service
from app.figures.schemas import FiguresRead
from app.matches.adapter import Matcher
from app.matches.service import Asked
from app.reference.queries import read_book


def report(
    since: Annotated[str | None, typer.Option("--from", metavar="DAY", help="Needs recorded on it or later.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Needs recorded on it or earlier.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Rebuild the counters from the audit alone too.")] = False,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Figures of needs and offers by theme, region and month, as the Committee's secretariat sees them."""
    first, last = (None if day is None else day_of(day) for day in (since, until))
    with open_session(settings_for(database_url), "taysir report") as session:
        book, now = read_book(session), system_clock()
        actor = access.operator(session, Role.SECRETARIAT, at=now)
        asked = Asked(session, actor, book, Matcher(book), language="en", as_of=now.date())
        found = service.figures(asked, since=first, until=last)
        differences = service.differences(session, actor) if check else []
    if as_json:
        print_json({**found.model_dump(mode="json"), **({"differences": differences} if check else {})})
    else:
        _print(found)
        if check and not differences:
            typer.echo("The audit alone gives the same counters.")
    if differences:
        raise Failed(f"The audit gives other counters: {'; '.join(differences[:5])}")


def _print(found: FiguresRead) -> None:
    needs, offers = found.needs, found.offers
    typer.echo(
        f"{needs.open} open needs, {needs.agreed} agreed, {needs.shared} shared, {needs.unmet} unmet"
        f" ({needs.unmet_share or 0:.0%}); {offers.published} published offers, {offers.ending} end within 180 days."
    )
    for title, rows in (("theme", found.by_theme), ("region", found.by_region)):
        shown = [(row.code, row.needs, row.unmet, f"{row.unmet_share or 0:.0%}") for row in rows]
        print_table((title, "needs", "unmet", "share"), shown)
    print_table(("month", "needs recorded"), [(row.month, row.needs) for row in found.by_month])
    print_table(("step", "median days", "needs"), [(row.step, row.median_days, row.needs) for row in found.steps])
