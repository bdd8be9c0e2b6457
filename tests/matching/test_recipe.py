"""The recipe: one table whose figures add up."""

import json
import re
from dataclasses import replace

import pytest

from matching import BadRecipe
from matching.criteria import CEILINGS, PURPOSE, SETTLERS
from matching.recipe import RECIPE, Recipe

pytestmark = pytest.mark.pure


def test_purpose_carries_the_score() -> None:
    assert sum(RECIPE.purpose.values()) == pytest.approx(1.0)


def test_settlers_together_decide_near_ties_only() -> None:
    assert sum(RECIPE.settlers.values()) <= 0.15


def test_every_criterion_has_its_figure() -> None:
    assert {criterion.name for criterion in PURPOSE} == set(RECIPE.purpose)
    assert {criterion.name for criterion in CEILINGS} == set(RECIPE.ceilings)
    assert {criterion.name for criterion in SETTLERS} == set(RECIPE.settlers)


def test_a_recipe_cannot_be_changed_in_place() -> None:
    with pytest.raises(AttributeError):
        RECIPE.serves_at = 0.1  # type: ignore[misc]
    with pytest.raises(TypeError):
        RECIPE.purpose["theme"] = 1.0  # type: ignore[index]


def test_a_recipe_survives_the_way_into_a_file_and_back() -> None:
    written = json.loads(json.dumps(RECIPE.as_mapping()))
    assert Recipe.from_mapping(written) == RECIPE
    assert Recipe.from_mapping(written).digest == RECIPE.digest


def test_every_figure_moves_the_digest() -> None:
    assert replace(RECIPE, broader=RECIPE.broader / 2).digest != RECIPE.digest


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"serves_att": 0.5}, "`serves_att` is not a field of a recipe"),
        ({"serves_at": None}, "`serves_at` must be a number, 0 or more"),
        ({"serves_at": -0.1}, "`serves_at` must be a number, 0 or more"),
        ({"serves_at": float("nan")}, "`serves_at` must be a number, 0 or more"),
        ({"near_misses": 2.5}, "`near_misses` must be a whole number, 0 or more"),
        ({"version": ""}, "`version` must be a text"),
        (
            {"purpose": {"theme": 1.0}},
            "`purpose` must give a figure for each of substance, theme",
        ),
        ({"purpose": {"theme": 1.0, "substance": "much"}}, "`purpose.substance` must be a number, 0 or more"),
    ],
)
def test_a_bad_recipe_is_refused_with_the_field_named(change: dict[str, object], told: str) -> None:
    with pytest.raises(BadRecipe, match=re.escape(told)):
        Recipe.from_mapping(RECIPE.as_mapping() | change)


def test_a_recipe_that_lacks_a_field_is_refused() -> None:
    given = RECIPE.as_mapping()
    del given["serves_at"]
    with pytest.raises(BadRecipe, match="the field `serves_at` is missing"):
        Recipe.from_mapping(given)
