"""Kills a serving process in the middle of its writes, and says what is left."""

import random
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import httpx2
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditNeed, AuditRecord
from app.needs.models import Need
from tests import servers
from tests.databases import owner_of
from tests.world import Caller, Json, World

WRITERS = 4
NEED: Json = {
    "state": "KEN",
    "source": "cted",
    "title": {"en": "Freezing of terrorist assets without delay"},
    "description": {"en": "The unit has no procedure to freeze assets of listed persons."},
    "themes": ["cft.asset-freezing"],
}
Start = Callable[..., servers.Server]


@dataclass
class Written:
    """What the service said it has done, by idempotency key, and the keys of requests without an answer."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)


def write(caller: Caller, written: Written, is_over: Event) -> None:
    """Record needs until the service is gone."""
    while not is_over.is_set():
        key = str(uuid4())
        try:
            answer = caller.ask("POST", "/needs", json=NEED, headers={"Idempotency-Key": key})
        except httpx2.TransportError:
            written.unanswered.append(key)
            return
        if answer.status_code == 201:
            written.acknowledged[key] = answer.json()["id"]
        else:
            written.unanswered.append(key)


def kill_and_look(world: World, url: str, start: Start, *, cycles: int, seed: int = 1) -> Written:
    """So many times: serve, write with several at once, kill -9, serve again, and send again what got no answer.

    Returns all that was acknowledged, before a kill or after it. Fails where a key did its work twice.
    """
    draw = random.Random(seed)
    written = Written()
    server = start(url)
    for _ in range(cycles):
        with httpx2.Client(base_url=server.url, timeout=30) as client, ThreadPoolExecutor(WRITERS) as threads:
            caller, is_over = Caller(client, world.key("officer")), Event()
            writers = [threads.submit(write, caller, written, is_over) for _ in range(WRITERS)]
            time.sleep(draw.uniform(0.05, 0.6))
            server.process.kill()
            is_over.set()
            for writer in writers:
                writer.result()
        server.process.wait()
        server = start(url)
        with httpx2.Client(base_url=server.url, timeout=30) as client:
            caller = Caller(client, world.key("officer"))
            for key in written.unanswered:
                made = [caller.post("/needs", NEED, headers={"Idempotency-Key": key})["id"] for _ in range(2)]
                assert made[0] == made[1], "a key did its work twice"
                written.acknowledged[key] = made[0]
            written.unanswered.clear()
    server.process.kill()
    server.process.wait()
    return written


def check_whole(engine: Engine, url: str, written: Written) -> int:
    """Fails unless all that was acknowledged is there, each need with one record of the audit, in a whole chain.

    Returns the number of needs.
    """
    with Session(engine) as session:
        kept = set(session.scalars(select(Need.id)))
        recorded = list(
            session.scalars(
                select(AuditNeed.need_id)
                .join(AuditRecord, AuditRecord.number == AuditNeed.number)
                .where(AuditRecord.action == "need.recorded")
            )
        )
        numbers: Any = session.execute(select(func.count(), func.max(AuditRecord.number))).one()
    assert {UUID(i) for i in written.acknowledged.values()} == kept, "acknowledged and kept are not the same"
    assert sorted(recorded) == sorted(kept), "not every need has its one record"
    assert numbers[0] == numbers[1], "the chain has a hole"
    verify = [str(servers.PROGRAM), "audit", "verify", "--database-url", owner_of(url)]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return len(kept)
