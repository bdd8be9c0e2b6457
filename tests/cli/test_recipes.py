"""`taysir recipe`: proposals are refused more readily than they are made, and adopted by name only."""

import json
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from app.cli import cli, recipes
from app.cli.printing import Failed
from app.core.errors import NotFound
from app.matches.adapter import base_of, recipe_in_use
from matching import RECIPE, Recipe
from matching.learning import GROUPS
from tests.databases import owner_of
from tests.world import World

CRITERIA = [name for group in GROUPS for name in getattr(RECIPE, group)]
STEADY = {"development": {side: dict.fromkeys(recipes.LEASH, 0.9) for side in ("before", "after")}}
FALLING = {"development": {"before": dict.fromkeys(recipes.LEASH, 0.9), "after": dict.fromkeys(recipes.LEASH, 0.8)}}


@pytest.fixture(autouse=True)
def no_judged_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the judged pairs takes seconds; what they decide is tested with the learning itself."""
    monkeypatch.setattr(recipes, "_judged", lambda *_: ())
    monkeypatch.setattr(recipes, "_evaluated", lambda *_: STEADY | {"held_out": STEADY["development"]})


def verdicts(folder: Path, *, count: int = 40, seed: int = 1, shuffled: bool = False) -> Path:
    """Verdicts as the API gives them: accepted where the theme is met."""
    random = Random(seed)
    lines = []
    for at in range(count):
        values = {name: round(random.uniform(0.3, 1.0), 3) for name in CRITERIA} | {"theme": 1.0 - at % 2}
        lines.append(json.dumps({
            "need": f"n{at // 2}", "state": ("KEN", "MDV", "PER", "KAZ", "TUN")[at // 2 % 5],
            "verdict": "declined" if at % 2 else "accepted", "reason": "other_purpose" if at % 2 else None,
            "created_at": "2026-11-23T09:00:00Z",
            "match": {"offer": {"id": f"o{at}"}, "findings": [{"criterion": k, "value": v} for k, v in values.items()]},
        }))  # fmt: skip
    if shuffled:
        random.shuffle(lines)
    file = folder / f"verdicts-{shuffled}.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def run(*words: str) -> str:
    done = CliRunner().invoke(cli, ["recipe", *words], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def propose(file: Path, output: Path) -> dict[str, object]:
    run("propose", "--verdicts", str(file), "--output", str(output))
    written: dict[str, object] = json.loads(output.read_text(encoding="utf-8"))
    return written


def test_a_proposal_is_a_file_with_figures_before_and_after(tmp_path: Path) -> None:
    written = propose(verdicts(tmp_path), tmp_path / "r.json")
    recipe = Recipe.from_mapping(written["recipe"])  # type: ignore[arg-type]  # read from JSON
    assert recipe.purpose["theme"] > RECIPE.purpose["theme"]
    assert set(written["figures"]) == {"verdicts", "across_states", "evaluation"}  # type: ignore[call-overload]


def test_the_same_verdicts_in_any_order_make_the_same_file(tmp_path: Path) -> None:
    first = propose(verdicts(tmp_path), tmp_path / "a.json")
    assert propose(verdicts(tmp_path, shuffled=True), tmp_path / "b.json") == first


def test_too_few_verdicts_are_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"30 verdicts .* there are 10\.$"):
        run("propose", "--verdicts", str(verdicts(tmp_path, count=10)), "--output", str(tmp_path / "r.json"))
    assert not (tmp_path / "r.json").exists()


def test_a_falling_evaluation_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "_evaluated", lambda *_: FALLING)
    with pytest.raises(Failed, match=r"the evaluation falls: ndcg_5 0\.900 to 0\.800"):
        run("propose", "--verdicts", str(verdicts(tmp_path)), "--output", str(tmp_path / "r.json"))
    assert not (tmp_path / "r.json").exists()


@pytest.mark.parametrize("line", ["{", "{}", '{"need": 1}', "[]"])
def test_a_bad_line_of_verdicts_is_named(tmp_path: Path, line: str) -> None:
    file = verdicts(tmp_path)
    file.write_text(file.read_text(encoding="utf-8") + "\n" + line, encoding="utf-8")
    with pytest.raises(Failed, match="line 41: "):
        run("propose", "--verdicts", str(file), "--output", str(tmp_path / "r.json"))


def test_an_officer_adopts_a_proposal(tmp_path: Path, world: World, database_url: str, session: Session) -> None:
    file = tmp_path / "r.json"
    propose(verdicts(tmp_path), file)
    run("adopt", str(file), "--by", "officer", "--database-url", owner_of(database_url))
    version = json.loads(file.read_text(encoding="utf-8"))["recipe"]["version"]
    assert recipe_in_use(session).version == version
    assert json.loads(run("show", "--database-url", owner_of(database_url)))["version"] == version
    assert json.loads(run("show", "--shipped"))["version"] == RECIPE.version


def test_nobody_adopts_without_a_name(tmp_path: Path, world: World, database_url: str) -> None:
    file = tmp_path / "r.json"
    propose(verdicts(tmp_path), file)
    with pytest.raises(NotFound):
        run("adopt", str(file), "--by", "nobody-here", "--database-url", owner_of(database_url))


def test_a_proposal_from_another_recipe_is_not_adopted(tmp_path: Path, database_url: str) -> None:
    file = tmp_path / "r.json"
    file.write_text(json.dumps({"recipe": RECIPE.as_mapping(), "base": "2025.1 00000000"}), encoding="utf-8")
    with pytest.raises(Failed, match="propose it anew"):
        run("adopt", str(file), "--by", "officer", "--database-url", owner_of(database_url))
    assert base_of(RECIPE).startswith(RECIPE.version)
