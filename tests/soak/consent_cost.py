"""What consent costs: a list of 50 needs with all its conditions, beside the same list without them.

`python -m tests.soak.consent_cost` fills each kind of database with 20,000 needs and 10,000 consents, asks in turn with
and without, and prints the medians. Without: the same needs chosen by id, and on PostgreSQL as the operator, so without
the second wall too.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.needs import queries
from app.needs.models import Need
from tests import databases
from tests.conftest import prepare
from tests.soak.field import fill
from tests.world import World

READERS = ("officer", "secretariat", "kenya", "unodc", "osce", "canada", "designer", "nobody")
LIMIT = 2.0


@dataclass(frozen=True)
class Cost:
    """Medians of one reader's list, in milliseconds."""

    database: str
    reader: str
    rows: int
    with_consent: float
    without: float

    @property
    def ratio(self) -> float:
        """How many times as much."""
        return self.with_consent / self.without


def measure(kind: str, url: str, *, needs: int, consents: int, rounds: int) -> Iterator[Cost]:
    """The cost for each reader over a prepared database."""
    operator = databases.operator_engine(url)
    world = World(operator, url)
    with Session(operator) as session:
        fill(session, needs=needs, consents=consents)
        session.commit()
        session.execute(text("ANALYZE"))
        session.commit()
    walled, open_to_all = world.app.state.sessions, sessionmaker(operator, expire_on_commit=False)
    with world:
        for reader in READERS:
            ask = getattr(world, reader)
            page = ask.get("/needs", params={"limit": "50"})["items"]
            seen = {"with": list[float](), "without": list[float]()}
            for _ in range(rounds):
                for way, times in seen.items():
                    world.app.state.sessions = walled if way == "with" else open_to_all
                    with _without_consent(page) if way == "without" else _as_it_is():
                        start = time.perf_counter()
                        ask.get("/needs", params={"limit": "50"})
                        times.append(1000 * (time.perf_counter() - start))
            world.app.state.sessions = walled
            medians = {way: statistics.median(times) for way, times in seen.items()}
            yield Cost(kind, reader, len(page), medians["with"], medians["without"])
    operator.dispose()


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def _without_consent(page: list[dict[str, str]]) -> Iterator[None]:
    ids = [UUID(need["id"]) for need in page]
    full = [UUID(need["id"]) for need in page if "title" in need]
    with (
        patch.object(queries, "visible_to", lambda *_: Need.id.in_(ids)),
        patch.object(queries, "is_seen_in_full", lambda _: Need.id.in_(full)),
        patch.object(queries, "is_shared", lambda _: Need.id.in_(ids)),
        patch("app.access.service.enter"),
    ):
        yield


def main() -> None:
    """Measure both databases and print the table; exit 1 where a list costs more than twice as much."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--needs", type=int, default=20_000)
    arguments.add_argument("--consents", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=25)
    arguments.add_argument("--only", choices=("sqlite", "postgres"))
    asked = arguments.parse_args()
    costs: list[Cost] = []
    sizes = {"needs": asked.needs, "consents": asked.consents, "rounds": asked.rounds}
    print(f"{asked.needs} needs, {asked.consents} consents; median of {asked.rounds}, ms")  # noqa: T201
    print("database  reader       needs     with  without  ratio")  # noqa: T201
    with tempfile.TemporaryDirectory() as folder:
        if asked.only != "postgres":
            sqlite = databases.Sqlite(Path(folder), prepare)
            costs += _printed(measure("sqlite", sqlite.create_migrated(), **sizes))
        if asked.only != "sqlite":
            with databases.postgres(prepare) as server:
                costs += _printed(measure("postgres", server.create_migrated(), **sizes))
    worst = max(cost.ratio for cost in costs)
    print(f"worst ratio {worst:.2f}, {LIMIT:.2f} allowed")  # noqa: T201
    raise SystemExit(worst > LIMIT)


def _printed(costs: Iterator[Cost]) -> Iterator[Cost]:
    for cost in costs:
        print(  # noqa: T201
            f"{cost.database:9} {cost.reader:12} {cost.rows:5} {cost.with_consent:8.1f} {cost.without:8.1f}"
            f" {cost.ratio:6.2f}",
            flush=True,
        )
        yield cost


if __name__ == "__main__":
    main()
