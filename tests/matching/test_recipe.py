"""The recipe: one table whose figures add up."""

from dataclasses import fields

import pytest

from matching.criteria import CRITERIA, PURPOSE, SETTLERS
from matching.recipe import RECIPE, Recipe

pytestmark = pytest.mark.pure


def test_purpose_carries_the_score() -> None:
    assert sum(getattr(RECIPE, criterion.name) for criterion in PURPOSE) == pytest.approx(1.0)


def test_settlers_together_decide_near_ties_only() -> None:
    assert sum(getattr(RECIPE, criterion.name) for criterion in SETTLERS) <= 0.15


def test_every_criterion_has_its_figure() -> None:
    assert {criterion.name for criterion in CRITERIA} <= {field.name for field in fields(Recipe)}


def test_a_recipe_cannot_be_changed_in_place() -> None:
    with pytest.raises(AttributeError):
        RECIPE.serves_at = 0.1  # type: ignore[misc]
