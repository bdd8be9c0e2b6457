"""Random histories, played over HTTP: each person sees of each need what the matrix says, no more, no less."""

from tests.access.truth.comparison import compare, judge
from tests.access.truth.stage import set_stage
from tests.world import World

TRIPLES = 800
MOST_NEEDS = 40


def test_everybody_sees_what_the_matrix_says(world: World) -> None:
    """(person, need, history) after (person, need, history), in both directions; `make soak` plays the long ones."""
    judge(compare(set_stage(world, 1), TRIPLES, most_needs=MOST_NEEDS))
