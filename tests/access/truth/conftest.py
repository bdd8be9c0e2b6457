"""One service for all tests of a module: a service in use is what hides or leaks."""

import pytest

from tests.access.truth.scene import furnish
from tests.access.truth.stage import Stage, set_stage
from tests.world import World


@pytest.fixture(scope="module")
def stage(shared_world: World) -> Stage:
    """Everybody, before one service."""
    stage = set_stage(shared_world, 1)
    for caller in stage.callers.values():
        caller.ask("GET", "/session")  # the first use of a key shows in the administrators' list of keys
    return stage


@pytest.fixture(scope="module")
def ids(stage: Stage) -> dict[str, str]:
    """A service in use, and the ids with which its addresses are filled."""
    return furnish(stage)
