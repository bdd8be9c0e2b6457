"""Many at once: every record has its place, and the chain holds."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.audit import service
from app.cli.printing import Operator
from app.core import trail
from app.core.db import WRITING
from tests.world import START, World

WRITERS = 6
EACH = 15


def test_writers_at_once_take_their_turns(engine: Engine) -> None:
    def write(_: int) -> None:
        for _ in range(EACH):
            with Session(engine) as session:
                session.connection(execution_options=WRITING)
                trail.begin(session, "GET /needs", at=START)
                trail.by(session, replace(Operator(START), role="officer"))
                trail.read(session, uuid4(), "KEN")
                service.seal(session, alarm_at=1000)
                session.commit()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    with Session(engine) as session:
        assert service.head(session).count == WRITERS * EACH
        assert service.verify(session) is None


def test_readers_and_writers_at_once_are_all_answered_and_recorded(world: World) -> None:
    """SQLite refuses a reading transaction that wants to write once somebody else has written."""
    need = world.make_need()

    def ask(number: int) -> int:
        if number % 3:
            return int(world.officer.ask("GET", f"/needs/{need['id']}").status_code)
        body = {"state": "KEN", "source": "cted", "title": {"en": "New"}, "description": {"en": "Another need"}}
        return int(world.officer.ask("POST", "/needs", json=body).status_code)

    with ThreadPoolExecutor(WRITERS) as pool:
        statuses = list(pool.map(ask, range(60)))
    assert set(statuses) == {200, 201}
    with world.looking() as session:
        assert service.head(session).count == 61
        assert service.verify(session) is None
