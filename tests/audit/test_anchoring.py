"""A running service anchors the end of its audit in a file elsewhere."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from app.audit import service
from app.audit.jobs import Anchoring
from tests.world import START, World


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_end_is_anchored_at_the_start_after_some_records_and_at_the_stop(world: World, tmp_path: Path) -> None:
    file = tmp_path / "anchors"
    anchoring = Anchoring(world.app.state.sessions, file, lambda: START, every_records=2)
    anchoring.start()
    wait_until(file.exists)
    for _ in range(2):
        world.make_need()
        anchoring.sealed()
    wait_until(lambda: service.read_anchors(file)[-1].count == 2)
    world.make_need()
    anchoring.stop()
    assert [head.count for head in service.read_anchors(file)] == [0, 2, 3]


def test_a_file_that_cannot_be_written_is_logged_and_stops_nothing(
    engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    anchoring = Anchoring(sessionmaker(engine), tmp_path / "file" / "anchors", lambda: START, every_records=2)
    anchoring.start()
    anchoring.stop()
    assert "audit.anchor_failed" in caplog.text
