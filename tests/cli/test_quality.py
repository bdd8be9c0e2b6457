"""The page of figures says what the engine does today, and recipes of files are read with care."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli, quality
from app.cli.printing import Failed
from matching import RECIPE, Evaluation

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "quality.md"
SLACK = 0.01
DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def developing() -> Evaluation:
    return quality.evaluate_own("development")


def newest() -> dict[str, str]:
    return quality.history_of(PAGE.read_text(encoding="utf-8"))[-1]


def test_the_page_is_of_the_recipe_that_ships() -> None:
    assert (newest()["recipe"], newest()["weights"]) == (RECIPE.version, RECIPE.digest), "run `make quality`"


def test_the_figures_have_not_fallen_below_the_page(developing: Evaluation) -> None:
    stored, engine = newest(), developing.engine
    assert engine.ndcg_5.value >= float(stored["nDCG@5"]) - SLACK
    assert engine.ndcg_10.value >= float(stored["nDCG@10"]) - SLACK
    assert engine.mrr.value >= float(stored["MRR"]) - SLACK
    assert engine.recall_20.value >= float(stored["recall@20"]) - SLACK
    assert engine.cross_language_recall_10.value >= float(stored["across"]) - SLACK
    assert engine.ineligible_in_top_10 == 0


def test_a_changed_recipe_leaves_a_row_of_its_own_and_the_same_one_none(developing: Evaluation) -> None:
    own = {"development": developing, "held_out": developing}
    first = quality.page("", own, RECIPE, written_on=DAY)
    assert quality.page(first, own, RECIPE, written_on=DAY) == first
    older = first.replace(f"| {RECIPE.digest} |", "| 00000000 |")
    rows = quality.history_of(quality.page(older, own, RECIPE, written_on=DAY))
    assert [row["weights"] for row in rows] == ["00000000", RECIPE.digest]


def test_the_page_gives_figures_by_theme_language_and_pair(developing: Evaluation) -> None:
    text = quality.page("", {"development": developing, "held_out": developing}, RECIPE, written_on=DAY)
    for part in ("nDCG@10, needs in zh", "nDCG@10, theme cft", "nDCG@10, theme untagged", "offer in ru", "BM25"):
        assert part in text


def test_the_evaluation_can_be_written_as_json(developing: Evaluation) -> None:
    written = json.loads(json.dumps(quality.as_mapping(developing)))
    assert set(written["engine"]["by_need_language"]) == {"ar", "en", "es", "fr", "ru", "zh"}
    assert "fr-en" in written["engine"]["recall_by_pair"]


def put(folder: Path, content: object) -> Path:
    file = folder / "recipe.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def test_a_recipe_file_may_be_the_fields_or_a_proposal(tmp_path: Path) -> None:
    fields = RECIPE.as_mapping()
    assert quality.read_recipe(put(tmp_path, fields)) == RECIPE
    assert quality.read_recipe(put(tmp_path, {"recipe": fields, "figures": {}})) == RECIPE


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("not JSON", "it is not one JSON object"),
        ([1], "it is not one JSON object"),
        ({"serves_at": 0.5}, "the field `version` is missing"),
        (RECIPE.as_mapping() | {"colour": 1}, "`colour` is not a field of a recipe"),
    ],
    ids=["no JSON", "a list", "a missing field", "an unknown field"],
)
def test_a_bad_recipe_file_is_named_with_its_field(tmp_path: Path, content: object, told: str) -> None:
    file = put(tmp_path, content)
    with pytest.raises(Failed) as refused:
        quality.read_recipe(file)
    assert str(file) in str(refused.value)
    assert told in str(refused.value)


def test_some_of_the_three_files_are_not_enough(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["evaluate", "--needs", str(PAGE)])
    assert isinstance(done.exception, Failed)
    assert "together" in str(done.exception)
