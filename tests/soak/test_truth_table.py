"""The truth table over many histories: each starts from an empty service and another seed."""

from tests import databases
from tests.access.truth.comparison import compare, judge
from tests.access.truth.stage import set_stage
from tests.world import World

TRIPLES_OF_A_HISTORY = 10_000
MOST_NEEDS = 120


def test_everybody_sees_what_the_matrix_says(
    server_of_databases: databases.Sqlite | databases.Postgres, triples: int, seed: int
) -> None:
    """In both directions: nobody sees too much, and nobody too little."""
    compared = 0
    while compared < triples:
        url = server_of_databases.create_migrated()
        engine = databases.operator_engine(url)
        with World(engine, url) as world:
            wanted = min(TRIPLES_OF_A_HISTORY, triples - compared)
            comparison = compare(set_stage(world, seed), wanted, most_needs=MOST_NEEDS)
        engine.dispose()
        server_of_databases.drop(url)
        judge(comparison, shown_to=())
        compared += comparison.triples
        seed += 1
    print(f"\n{compared} triples, no difference")  # noqa: T201 - the figure is what the run is for
