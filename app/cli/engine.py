"""`taysir rank` and `taysir evaluate`: the engine on files, without a database."""

import csv
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.printing import AsJson, Failed, console, print_json, print_table, progress
from app.core.clock import system_clock
from app.exchange import files
from app.matches import adapter
from app.reference import service as reference
from matching import Engine, Figure, Match, NeedProfile, OfferProfile, Ranking
from matching import evaluate as measure

AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DAY", help="YYYY-MM-DD; today where left out.")]


class Format(StrEnum):
    """What `rank` prints."""

    TABLE = "table"
    JSON = "json"
    RUN = "run"


def _engine_for(offers: Path) -> tuple[Engine, list[OfferProfile]]:
    book = reference.book_of_files()
    found = files.read_offers(offers)
    profiles = [adapter.file_offer_profile(offer.id, offer, offer.organization or "") for offer in found]
    return adapter.new_engine(book).fit(profiles), profiles


def _needs(needs: Path) -> list[NeedProfile]:
    return [
        adapter.need_profile(need.id, need, source=need.source, visited_on=need.visited_on)
        for need in files.read_needs(needs)
    ]


def _day(as_of: str | None) -> date:
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
    day = _day(as_of)
    engine, _ = _engine_for(offers)
    asked = sorted(_needs(needs), key=lambda need: need.id)
    rankings = [(need, engine.rank(need, as_of=day, limit=limit)) for need in progress(asked, "Ranking")]
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


def evaluate(
    needs: Annotated[Path, typer.Option(exists=True, dir_okay=False)],
    offers: Annotated[Path, typer.Option(exists=True, dir_okay=False)],
    judgements: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="need_id, offer_id, grade 0-3; tabs.")],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """How well the engine puts the right offers first, with 95 % intervals, beside BM25 given the same eligibility."""
    engine, profiles = _engine_for(offers)
    asked = _needs(needs)
    grades = _grades(judgements, {need.id for need in asked}, {offer.id for offer in profiles})
    evaluation = measure(engine, asked, profiles, grades, as_of=_day(as_of))
    if as_json:
        print_json(asdict(evaluation))
        return
    reports = {f"engine, recipe {evaluation.recipe}": evaluation.engine, "BM25": evaluation.bm25}
    both = reports.values()
    rows = [
        *((label, *(_figure(getattr(report, name)) for report in both)) for name, label in _MEASURES.items()),
        ("ineligible in the top 10", *(str(report.ineligible_in_top_10) for report in both)),
        *(
            (f"nDCG@10, needs in {language}", *(_figure(report.by_need_language[language]) for report in both))
            for language in evaluation.engine.by_need_language
        ),
        *(
            (
                f"recall@10, {need} need to {offer} offer",
                *(_figure(report.recall_by_pair[need, offer]) for report in both),
            )
            for need, offer in evaluation.engine.recall_by_pair
        ),
    ]
    print_table(("measure (95 % interval)", *reports), rows)


_MEASURES = {
    "ndcg_5": "nDCG@5",
    "ndcg_10": "nDCG@10",
    "mrr": "MRR",
    "recall_20": "recall@20",
    "same_language_recall_10": "recall@10, same language",
    "cross_language_recall_10": "recall@10, across languages",
}


def _figure(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f}-{figure.high:.3f}, n={figure.count})"


def _grades(file: Path, needs: set[str], offers: set[str]) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    with file.open(encoding="utf-8", newline="") as rows:
        for line, row in enumerate(csv.reader(rows, delimiter="\t"), start=1):
            if len(row) != 3 or row[2] not in {"0", "1", "2", "3"}:
                raise Failed(f"{file}, line {line}: write need_id, offer_id and a grade 0 to 3, with tabs between.")
            if row[0] not in needs or row[1] not in offers:
                raise Failed(f"{file}, line {line}: the need or the offer is in neither file.")
            if row[1] in grades.setdefault(row[0], {}):
                raise Failed(f"{file}, line {line}: the pair is graded twice.")
            grades[row[0]][row[1]] = int(row[2])
    if not grades:
        raise Failed(f"{file}: there are no grades in it.")
    return grades
