"""`taysir recipe`: the weights in use, a proposal learnt from verdicts, and its adoption by a person."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from app.access import service as access
from app.cli.engine import engine_for, needs_of
from app.cli.printing import AsJson, DatabaseUrl, Failed, open_session, print_json, print_table, settings_for
from app.cli.quality import JUDGED, JUDGED_ON, SETS, evaluate_own, grades_of, read_recipe
from app.core.clock import system_clock
from app.matches.adapter import base_of, recipe_in_use
from app.verdicts import queries, service
from app.verdicts.adapter import cases_of
from app.verdicts.rules import Reason, Ruling
from matching import RECIPE, Case, NotProposed, Recipe, judged_cases
from matching import propose as refit
from matching.learning import GROUPS

recipes = typer.Typer(no_args_is_help=True, help="The weights of the engine.")

Json = dict[str, Any]  # one JSON object

FALLS_FROM = 1e-9
"""A figure that is lower by more than rounding has fallen."""
LEASH = ("ndcg_5", "ndcg_10", "cross_language_recall_10")
"""Figures of the evaluation that no adopted recipe may lower."""


@recipes.command("show")
def show(
    shipped: Annotated[bool, typer.Option("--shipped", help="The one that ships, whatever was adopted.")] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Print the recipe in use as JSON: a file to start from for `evaluate --recipe`."""
    print_json((RECIPE if shipped else _current(database_url)).as_mapping())


def _current(database_url: str | None) -> Recipe:
    with open_session(settings_for(database_url)) as session:
        return recipe_in_use(session)


@recipes.command("propose")
def propose(
    verdicts: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Verdicts as the API gives them, one a line; else the database's."
        ),
    ] = None,
    output: Annotated[Path, typer.Option(dir_okay=False, help="Where the proposed recipe goes.")] = Path(
        "proposed-recipe.json"
    ),
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Refit the weights to the officers' verdicts and write the recipe with its figures before and after.
    Refuses where there are too few verdicts or where the evaluation falls."""
    if verdicts is not None:
        recipe, decided = RECIPE, cases_of(_verdicts_of_file(verdicts))
    else:
        with open_session(settings_for(database_url)) as session:
            recipe = recipe_in_use(session)
            decided = cases_of(_plain(*row) for row in queries.all_verdicts(session))
    try:
        proposal = refit(recipe, [*_judged(recipe), *decided])
    except NotProposed as error:
        raise Failed(f"{error}.") from error
    evaluation = _evaluated(recipe, proposal.recipe)
    figures = {
        "verdicts": proposal.verdicts,
        "across_states": {"before": asdict(proposal.before), "after": asdict(proposal.after)},
        "evaluation": evaluation,
    }
    _refuse_a_fall(evaluation["development"])
    written = {"recipe": proposal.recipe.as_mapping(), "base": base_of(RECIPE), "figures": figures}
    output.write_text(json.dumps(written, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if as_json:
        print_json(written)
    else:
        _print_proposal(recipe, proposal.recipe, figures)
        typer.echo(f"The proposal is in {output}; `taysir recipe adopt {output} --by NAME` puts it to use.")


@recipes.command("adopt")
def adopt(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    by: Annotated[str, typer.Option(help="Account of the officer or administrator who adopts it.")],
    database_url: DatabaseUrl = None,
) -> None:
    """Put a proposed recipe to use. It is measured again, and refused where it does worse than the one in use."""
    proposed = read_recipe(file)
    if json.loads(file.read_text(encoding="utf-8")).get("base") != base_of(RECIPE):
        raise Failed(f"{file}: it was refitted from another recipe than the one that ships; propose it anew.")
    settings = settings_for(database_url)
    evaluation = _evaluated(_current(database_url), proposed)
    _refuse_a_fall(evaluation["development"])
    at = system_clock()
    with open_session(settings) as session:
        account = access.get_account(session, by)
        service.adopt(session, account, weights=proposed.as_mapping(), base=base_of(RECIPE), figures=evaluation, at=at)
    typer.echo(f"Recipe {proposed.version} is in use from the next request on.")


def _judged(recipe: Recipe) -> tuple[Case, ...]:
    """The pairs that the engine is developed on; the held-out ones are never learnt from."""
    needs, judgements = SETS["development"]
    engine, profiles = engine_for(JUDGED / "offers.jsonl", recipe)
    asked = needs_of(needs)
    grades = grades_of(judgements, {need.id for need in asked}, {offer.id for offer in profiles})
    return judged_cases(engine, asked, grades, as_of=JUDGED_ON)


def _evaluated(before: Recipe, after: Recipe) -> Json:
    """Both recipes on both sets of judged pairs."""
    figures: Json = {}
    for name in SETS:
        sides = {"before": before, "after": after}
        reports = {side: evaluate_own(name, recipe=recipe).engine for side, recipe in sides.items()}
        figures[name] = {
            side: {measure: round(getattr(report, measure).value, 6) for measure in (*LEASH, "mrr", "recall_20")}
            for side, report in reports.items()
        }
    return figures


def _refuse_a_fall(figures: Mapping[str, Mapping[str, float]]) -> None:
    before, after = figures["before"], figures["after"]
    fallen = [
        f"{name} {before[name]:.3f} to {after[name]:.3f}" for name in LEASH if after[name] < before[name] - FALLS_FROM
    ]
    if fallen:
        raise Failed(f"The recipe is refused, since the evaluation falls: {', '.join(fallen)}.")


def _plain(verdict: Any, state: str, _decided_by: str) -> Json:  # a row of the database, which is not ours to name here
    return {
        "need": str(verdict.need_id),
        "state": state,
        "offer": str(verdict.offer_id),
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "created_at": verdict.created_at.isoformat(),
        "findings": verdict.match["findings"],
    }


def _verdicts_of_file(file: Path) -> Iterable[Json]:
    """Verdicts as `GET /needs/{id}/verdicts` gives them, one a line. Raises `Failed` naming file and line."""
    found = []
    wanted = {name for group in GROUPS for name in getattr(RECIPE, group)}
    for line, text in enumerate(file.read_bytes().splitlines(), start=1):
        if not text.strip():
            continue
        try:
            given = json.loads(text)
            one: Json = {
                "need": str(given["need"]),
                "state": str(given["state"]),
                "offer": str(given["match"]["offer"]["id"]),
                "verdict": Ruling(given["verdict"]),
                "reason": Reason(given["reason"]) if given.get("reason") else None,
                "created_at": str(given["created_at"]),
                "findings": [
                    {"criterion": str(finding["criterion"]), "value": float(finding["value"])}
                    for finding in given["match"]["findings"]
                ],
            }
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Failed(f"{file}, line {line}: write one verdict as the API gives it, as one JSON object.") from error
        missing = wanted - {finding["criterion"] for finding in one["findings"]}
        if missing:
            raise Failed(f"{file}, line {line}: the findings lack {', '.join(sorted(missing))}.")
        if any(not 0.0 <= finding["value"] <= 1.0 for finding in one["findings"]):
            raise Failed(f"{file}, line {line}: the value of a finding must lie between 0 and 1.")
        found.append(one)
    return found


def _print_proposal(before: Recipe, after: Recipe, figures: Json) -> None:
    rows: list[tuple[object, ...]] = [
        (f"{group}.{name}", f"{value:.3f}", f"{getattr(after, group)[name]:.3f}")
        for group in GROUPS
        for name, value in getattr(before, group).items()
    ]
    across, judged = figures["across_states"], figures["evaluation"]
    rows += [
        (f"across States: {name}", f"{across['before'][name]:.3f}", f"{across['after'][name]:.3f}")
        for name in across["before"]
    ]
    rows += [
        (f"{kind.replace('_', '-')}: {name}", f"{sides['before'][name]:.3f}", f"{sides['after'][name]:.3f}")
        for kind, sides in judged.items()
        for name in sides["before"]
    ]
    print_table(("", f"recipe {before.version}", f"recipe {after.version}"), rows)
    typer.echo(f"Fitted to {figures['verdicts']} verdicts.")
