"""The recipe: one table whose figures add up."""

import pytest

from matching.criteria import CEILINGS, PURPOSE, SETTLERS
from matching.recipe import RECIPE

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
