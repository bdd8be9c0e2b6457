"""`taysir rank`: the engine on two files, without a database."""

from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.printing import console, print_json, print_table, progress
from app.core.clock import system_clock
from app.exchange import files
from app.matches import adapter
from app.reference import service as reference
from matching import RECIPE, Engine, Match, NeedProfile, OfferProfile, Ranking, Recipe

AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DAY", help="YYYY-MM-DD; today where left out.")]


class Format(StrEnum):
    """What `rank` prints."""

    TABLE = "table"
    JSON = "json"
    RUN = "run"


def engine_for(offers: Path, recipe: Recipe = RECIPE) -> tuple[Engine, list[OfferProfile]]:
    """An engine over the offers of a file, and those offers."""
    book = reference.book_of_files()
    found = files.read_offers(offers)
    profiles = [adapter.file_offer_profile(offer.id, offer, offer.organization or "") for offer in found]
    return adapter.new_engine(book, recipe).fit(profiles), profiles


def needs_of(needs: Path) -> list[NeedProfile]:
    """The needs of a file."""
    return [
        adapter.need_profile(need.id, need, source=need.source, visited_on=need.visited_on)
        for need in files.read_needs(needs)
    ]


def day_of(as_of: str | None) -> date:
    """The day that the command names, else today."""
    if as_of is None:
        return system_clock().date()
    try:
        return date.fromisoformat(as_of)
    except ValueError:
        raise typer.BadParameter("write the day as YYYY-MM-DD", param_hint="--as-of") from None


def rank(
    needs: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Needs: .jsonl, .csv or .xlsx.")],
    offers: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Offers: those, or IATI .xml.")],
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 20,
    as_of: AsOf = None,
    output: Annotated[Format, typer.Option("--format")] = Format.TABLE,
) -> None:
    """Rank the offers of one file for the needs of another; no database is used."""
    day = day_of(as_of)
    engine, _ = engine_for(offers)
    asked = sorted(needs_of(needs), key=lambda need: need.id)
    ranked = engine.rank if output is Format.RUN else engine.answer
    rankings = [(need, ranked(need, as_of=day, limit=limit)) for need in progress(asked, "Ranking")]
    if output is Format.RUN:
        for need, ranking in rankings:
            for place, match in enumerate(ranking.matches, start=1):
                typer.echo(f"{need.id}\t{match.offer_id}\t{place}\t{match.score:.6f}")
    elif output is Format.JSON:
        print_json([_as_json(need, ranking, engine.recipe.version, day) for need, ranking in rankings])
    else:
        for need, ranking in rankings:
            console.print(
                f"\n{need.id}  {need.state}  {next(iter(need.title.values()), '')}", markup=False, style="bold"
            )
            print_table(
                ("rank", "offer", "score", "ceiling", "serves"),
                [
                    (
                        place,
                        match.offer_id,
                        f"{match.score:.3f}",
                        f"{match.ceiling:.3f}",
                        "yes" if match.serves else "no",
                    )
                    for place, match in enumerate(ranking.matches, start=1)
                ],
            )


def _as_json(need: NeedProfile, ranking: Ranking, recipe: str, as_of: date) -> dict[str, object]:
    return {
        "need": need.id,
        "as_of": as_of,
        "recipe": recipe,
        "matches": [_match(place, match) for place, match in enumerate(ranking.matches, start=1)],
        "near_misses": [asdict(miss) for miss in ranking.near_misses],
        "undecidable": [asdict(entry) for entry in ranking.undecidable],
    }


def _match(place: int, match: Match) -> dict[str, object]:
    return {"rank": place, **asdict(match)}
