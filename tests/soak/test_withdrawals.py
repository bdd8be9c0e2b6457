"""Withdrawn is as if never granted: ten thousand times, on every replica, in the very next answer."""

from collections.abc import Callable

from tests import servers
from tests.access.withdrawals import withdraw_again_and_again
from tests.world import World


def test_no_replica_gives_a_stale_answer(
    world: World, database_url: str, start_server: Callable[..., servers.Server], withdrawals: int
) -> None:
    """Three processes over one database."""
    counted = withdraw_again_and_again(world, database_url, start_server, rounds=withdrawals)
    assert (counted.stale, counted.granted) == (0, withdrawals)
    print(f"\n{withdrawals} withdrawals, {counted.after} answers after them, none stale")  # noqa: T201 - the figure
