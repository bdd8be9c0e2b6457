"""A withdrawn consent binds the next request on every replica: three processes over one database."""

from collections.abc import Callable

from tests import servers
from tests.access.withdrawals import withdraw_again_and_again
from tests.world import World

ROUNDS = 24


def test_no_replica_gives_a_stale_answer(
    world: World, database_url: str, start_server: Callable[..., servers.Server]
) -> None:
    counted = withdraw_again_and_again(world, database_url, start_server, rounds=ROUNDS)
    assert (counted.stale, counted.granted) == (0, ROUNDS)
