"""Short random histories: where one differs from the oracle, Hypothesis looks for the shortest that does."""

from random import Random

from hypothesis import HealthCheck, given, settings, strategies

from tests import databases
from tests.access.truth.comparison import compare, judge
from tests.access.truth.stage import set_stage
from tests.world import World

MOST_NEEDS = 4
STEPS = 8


def test_no_short_history_differs(sqlite: databases.Sqlite, histories: int) -> None:
    """Each from an empty service; what happens is drawn by Hypothesis, so it can be shrunk."""

    @given(strategies.randoms(use_true_random=False))
    @settings(max_examples=histories, deadline=None, suppress_health_check=list(HealthCheck))
    def play(draw: Random) -> None:
        url = sqlite.create_migrated()
        engine = databases.operator_engine(url)
        with World(engine, url) as world:
            judge(compare(set_stage(world, draw), 1, most_needs=MOST_NEEDS, steps=STEPS), shown_to=())
        engine.dispose()
        sqlite.drop(url)

    play()
