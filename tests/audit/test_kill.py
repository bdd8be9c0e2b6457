"""A serving process is killed in the middle of its writes: nothing acknowledged is lost, and the audit agrees."""

from collections.abc import Callable

from sqlalchemy import Engine

from tests import servers
from tests.audit.kills import check_whole, kill_and_look
from tests.world import World

CYCLES = 2


def test_what_was_acknowledged_outlives_a_kill_with_its_audit(
    world: World, engine: Engine, database_url: str, start_server: Callable[..., servers.Server]
) -> None:
    written = kill_and_look(world, database_url, start_server, cycles=CYCLES)
    assert check_whole(engine, database_url, written) >= CYCLES
