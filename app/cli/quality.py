"""`taysir evaluate`: how well the engine does on judged pairs, and the page of figures that each recipe leaves."""

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.engine import AsOf, day_of, engine_for, needs_of
from app.cli.printing import AsJson, Failed, print_json, print_table
from app.core.clock import system_clock
from app.reference.service import SEED_DATA
from matching import RECIPE, BadRecipe, Evaluation, Figure, Recipe, Report
from matching import evaluate as measure
from matching.terms import FOLDER as TERMS

JUDGED = SEED_DATA / "judgements"
JUDGED_ON = date(2026, 11, 23)
"""The day that the project's own pairs were judged for."""
SETS = {
    "development": (JUDGED / "needs.jsonl", JUDGED / "grades.tsv"),
    "held_out": (JUDGED / "heldout-needs.jsonl", JUDGED / "heldout-grades.tsv"),
}
MEASURES = {
    "ndcg_5": "nDCG@5",
    "ndcg_10": "nDCG@10",
    "mrr": "MRR",
    "recall_20": "recall@20",
    "same_language_recall_10": "recall@10, same language",
    "cross_language_recall_10": "recall@10, across languages",
}
HISTORY = ("recipe", "weights", "terms", "day", "nDCG@5", "nDCG@10", "MRR", "recall@20", "across", "ineligible",
           "held-out nDCG@10", "held-out across")  # fmt: skip
"""Columns of the table that keeps one row for each recipe and term list."""

Json = dict[str, Any]  # one JSON object


def evaluate(
    needs: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
    offers: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
    judgements: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="need_id, offer_id, grade 0-3; tabs between.")
    ] = None,
    recipe: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A recipe as JSON; else the one that ships.")
    ] = None,
    as_of: AsOf = None,
    write: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Bring the page of figures to what is measured now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How well the engine puts the right offers first, with 95 % intervals, beside BM25 given the same eligibility.
    Without files, on the project's own judged pairs."""
    used = RECIPE if recipe is None else read_recipe(recipe)
    files = (needs, offers, judgements)
    if needs is not None and offers is not None and judgements is not None:
        if write is not None:
            raise Failed("--write takes the project's own judged pairs: leave out --needs, --offers and --judgements.")
        given = evaluate_files(needs, offers, judgements, recipe=used, as_of=day_of(as_of))
        if as_json:
            print_json(as_mapping(given))
        else:
            print_evaluation(given)
        return
    if any(file is not None for file in files):
        raise Failed("Give --needs, --offers and --judgements together, or none of them for the own judged pairs.")
    day = JUDGED_ON if as_of is None else day_of(as_of)
    own = {name: evaluate_own(name, recipe=used, as_of=day) for name in SETS}
    if write is not None:
        before = write.read_text(encoding="utf-8") if write.exists() else ""
        write.write_text(page(before, own, used, written_on=system_clock().date()), encoding="utf-8")
        typer.echo(f"The figures are in {write}.")
    elif as_json:
        print_json({name: as_mapping(evaluation) for name, evaluation in own.items()})
    else:
        for name, evaluation in own.items():
            typer.echo(name.replace("_", "-"))
            print_evaluation(evaluation)


def evaluate_own(name: str, *, recipe: Recipe = RECIPE, as_of: date = JUDGED_ON) -> Evaluation:
    """One of the project's own sets of judged pairs."""
    needs, grades = SETS[name]
    return evaluate_files(needs, JUDGED / "offers.jsonl", grades, recipe=recipe, as_of=as_of)


def evaluate_files(needs: Path, offers: Path, judgements: Path, *, recipe: Recipe, as_of: date) -> Evaluation:
    """The engine on three files. Raises `Failed` or `Invalid` naming file and line."""
    engine, profiles = engine_for(offers, recipe)
    asked = needs_of(needs)
    grades = grades_of(judgements, {need.id for need in asked}, {offer.id for offer in profiles})
    return measure(engine, asked, profiles, grades, as_of=as_of)


def read_recipe(file: Path) -> Recipe:
    """The recipe of a file: its fields, or the fields under `recipe` beside the figures of a proposal. Raises `Failed`
    naming the file and the field."""
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Failed(f"{file}: it is not one JSON object in UTF-8 that holds the fields of a recipe.") from error
    if isinstance(given, Mapping) and isinstance(given.get("recipe"), Mapping):
        given = given["recipe"]
    if not isinstance(given, Mapping):
        raise Failed(f"{file}: it is not one JSON object in UTF-8 that holds the fields of a recipe.")
    try:
        return Recipe.from_mapping(given)
    except BadRecipe as error:
        raise Failed(f"{file}: {error}.") from error


def grades_of(file: Path, needs: set[str], offers: set[str]) -> dict[str, dict[str, int]]:
    """Grades by need and offer. Raises `Failed` naming file, line and what would be right."""
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


def as_mapping(evaluation: Evaluation) -> Json:
    """The evaluation as JSON holds it: pairs of languages are written `fr-en`, the need's language first."""
    plain = asdict(evaluation)
    for side in ("engine", "bm25"):
        pairs = plain[side]["recall_by_pair"]
        plain[side]["recall_by_pair"] = {"-".join(pair): figure for pair, figure in pairs.items()}
    return plain


def rows_of(evaluation: Evaluation) -> list[tuple[str, str, str]]:
    """Every measure with the engine's and BM25's figure."""
    ours, plain = evaluation.engine, evaluation.bm25
    rows = [(label, _figure(getattr(ours, name)), _figure(getattr(plain, name))) for name, label in MEASURES.items()]
    rows.append(("ineligible in the top 10", str(ours.ineligible_in_top_10), str(plain.ineligible_in_top_10)))
    for key, figure in ours.by_need_language.items():
        rows.append((f"nDCG@10, needs in {key}", _figure(figure), _figure(plain.by_need_language[key])))
    for key, figure in ours.by_theme.items():
        rows.append((f"nDCG@10, theme {key}", _figure(figure), _figure(plain.by_theme[key])))
    for pair, figure in ours.recall_by_pair.items():
        label = f"recall@10, {pair[0]} need to {pair[1]} offer"
        rows.append((label, _figure(figure), _figure(plain.recall_by_pair[pair])))
    return rows


def print_evaluation(evaluation: Evaluation) -> None:
    """A table for people."""
    columns = ("measure (95 % interval)", f"engine, recipe {evaluation.recipe}", "BM25")
    print_table(columns, rows_of(evaluation))


def _figure(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f}-{figure.high:.3f}, n={figure.count})"


def terms_digest(folder: Path = TERMS) -> str:
    """Eight letters that move with every row of the term list and of the frequencies beside it."""
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.csv"), *folder.parent.glob("*.csv")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def history_of(text: str) -> list[dict[str, str]]:
    """The rows of the page's table of recipes, oldest first."""
    lines = text.splitlines()
    head = _line(HISTORY)
    if head not in lines:
        return []
    rows = []
    for line in lines[lines.index(head) + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(dict(zip(HISTORY, re.split(r"\s*\|\s*", line.strip("| ")), strict=True)))
    return rows


def history_row(own: Mapping[str, Evaluation], recipe: Recipe, *, written_on: date) -> dict[str, str]:
    """What the page keeps of one recipe with one term list."""
    developing, held_out = own["development"].engine, own["held_out"].engine
    cells = (
        recipe.version,
        recipe.digest,
        terms_digest(),
        written_on.isoformat(),
        *(f"{getattr(developing, name).value:.3f}" for name in ("ndcg_5", "ndcg_10", "mrr", "recall_20")),
        f"{developing.cross_language_recall_10.value:.3f}",
        str(developing.ineligible_in_top_10 + held_out.ineligible_in_top_10),
        f"{held_out.ndcg_10.value:.3f}",
        f"{held_out.cross_language_recall_10.value:.3f}",
    )
    return dict(zip(HISTORY, cells, strict=True))


def page(before: str, own: Mapping[str, Evaluation], recipe: Recipe, *, written_on: date) -> str:
    """The page with the figures of this recipe and term list: a row of its own where one of the two has changed."""
    row = history_row(own, recipe, written_on=written_on)
    key = ("recipe", "weights", "terms")
    kept = [old for old in history_of(before) if any(old[name] != row[name] for name in key)]
    baseline = {name: evaluation.bm25.ndcg_10.value for name, evaluation in own.items()}
    parts = [
        "# Quality",
        "Written by `taysir evaluate --write docs/quality.md` (`make quality`); not edited by hand.",
        "The pairs are the project's own, in `seed_data/judgements/`, with the rules by which they were graded. The"
        " engine is developed on two thirds of the needs; the held-out third is only reported.\n"
        "Eligibility is given to BM25 for free. Intervals are 95 % bootstrap intervals over needs.",
        "## Recipes",
        "A new row for each change of a weight or of the term list, the latest last. `weights` and `terms` are digests;"
        " `across` is recall@10 of right offers in another language than the need's.",
        "\n".join([_line(HISTORY), _line(["---"] * len(HISTORY)), *(_line(old.values()) for old in [*kept, row])]),
        f"BM25: nDCG@10 {baseline['development']:.3f}, held-out {baseline['held_out']:.3f}.",
    ]
    for name, evaluation in own.items():
        parts.append(f"## {_TITLES[name]}")
        parts.append(_table(("measure", f"engine, recipe {recipe.version}", "BM25"), rows_of(evaluation)))
        parts.append(_pairs(evaluation.engine))
    return "\n\n".join(parts) + "\n"


_TITLES = {"development": "Pairs it is developed on", "held_out": "Held-out pairs"}


def _pairs(report: Report) -> str:
    """Recall@10 by language pair as a square."""
    needs = sorted({pair[0] for pair in report.recall_by_pair})
    offers = sorted({pair[1] for pair in report.recall_by_pair})
    rows = [
        (f"need in {need}", *(_share(report.recall_by_pair.get((need, offer))) for offer in offers)) for need in needs
    ]
    return "Right offers found in the top 10, by language of need and offer:\n\n" + _table(
        ("", *(f"offer in {offer}" for offer in offers)), rows
    )


def _share(figure: Figure | None) -> str:
    return "" if figure is None else f"{figure.value:.2f} of {figure.count}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join([_line(columns), _line(["---"] * len(columns)), *(_line(row) for row in rows)])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
