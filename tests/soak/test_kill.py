"""Two hundred kills in the middle of writes: 0 acknowledged lost, 0 records without audit, 0 audit without records."""

from collections.abc import Callable

from sqlalchemy import Engine

from tests import servers
from tests.audit.kills import check_whole, kill_and_look
from tests.world import World


def test_what_was_acknowledged_outlives_every_kill_with_its_audit(
    world: World, engine: Engine, database_url: str, start_server: Callable[..., servers.Server], cycles: int, seed: int
) -> None:
    """The same key sent again does its work once."""
    written = kill_and_look(world, database_url, start_server, cycles=cycles, seed=seed)
    kept = check_whole(engine, database_url, written)
    print(f"\n{cycles} kills, {kept} needs acknowledged, none lost")  # noqa: T201 - the figure is what the run is for
