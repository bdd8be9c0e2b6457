"""Random histories, played over HTTP: each person sees of each need what the matrix says, no more, no less."""

from random import Random

from sqlalchemy import Engine

from tests.access.truth.comparison import compare, judge, judge_log
from tests.access.truth.stage import set_stage
from tests.world import World

TRIPLES = 800
MOST_NEEDS = 40


def test_everybody_sees_what_the_matrix_says_and_the_audit_says_who_saw_what(world: World, engine: Engine) -> None:
    """(person, need, history) after (person, need, history), in both directions; `make soak` plays the long ones."""
    comparison = compare(set_stage(world, Random(1)), TRIPLES, most_needs=MOST_NEEDS)
    judge(comparison)
    judge_log(comparison, engine)
