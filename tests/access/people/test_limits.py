"""Limits: rates, slow bodies, slow answers, a database that is away (T22)."""

import asyncio
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core import db
from app.core.config import Settings
from app.edge.guard import Guard
from app.edge.limits import Rates
from app.main import create_app
from tests import databases
from tests.conftest import prepare
from tests.world import World


@contextmanager
def limited(world: World, **settings: int) -> Iterator[TestClient]:
    """The service over the world's database, under limits of its own."""
    url = world.app.state.settings.database_url
    with TestClient(create_app(Settings(database_url=url, **settings), clock=lambda: world.now)) as client:  # type: ignore[arg-type]
        yield client


def with_key(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_a_key_has_so_many_requests_a_minute(world: World) -> None:
    with limited(world, rate_per_minute=5, anonymous_rate_per_minute=3) as client:
        answers = [client.get("/api/v1/needs", headers=with_key(world.key("officer"))) for _ in range(7)]
        assert [answer.status_code for answer in answers].count(200) in (5, 6)  # the first one proves the key
        last = answers[-1]
        assert (last.status_code, last.json()["code"]) == (429, "rate.exceeded")
        assert 1 <= int(last.headers["retry-after"]) <= 60
        assert last.headers["ratelimit"].startswith('"key";r=0;t=')
        assert last.headers["ratelimit-policy"] == '"key";q=5;w=60'
        assert client.get("/api/v1/needs", headers=with_key(world.key("auditor"))).status_code != 429


def test_an_address_without_a_key_has_fewer(world: World) -> None:
    with limited(world, rate_per_minute=50, anonymous_rate_per_minute=3) as client:
        statuses = [client.get("/api/v1/themes").status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        assert client.get("/health/ready").status_code == 200
        assert client.get("/api/v1/needs", headers=with_key("made-up")).status_code == 429


def test_made_up_keys_count_for_their_address_and_not_for_good_keys(world: World) -> None:
    with limited(world, rate_per_minute=50, anonymous_rate_per_minute=3) as client:
        good = with_key(world.key("officer"))
        assert client.get("/api/v1/needs", headers=good).status_code == 200
        paths = ("/needs", "/nothing-here", "/needs?unknown=1", "/needs", "/needs")
        statuses = [
            client.get(f"/api/v1{path}", headers=with_key(f"made-up-{n}")).status_code for n, path in enumerate(paths)
        ]
        assert statuses == [401, 404, 422, 429, 429]
        assert client.get("/api/v1/needs", headers=good).status_code == 200


def test_answers_do_not_tell_how_much_was_asked_before(world: World) -> None:
    with limited(world, rate_per_minute=50, anonymous_rate_per_minute=50) as client:
        first, second = (client.get("/api/v1/themes").headers for _ in range(2))
        assert {k: v for k, v in first.items() if k != "x-request-id"} == {
            k: v for k, v in second.items() if k != "x-request-id"
        }


def test_networks_of_one_household_count_together() -> None:
    rates = Rates(per_credential=0, per_address=1)
    scope = {"path": "/", "headers": [], "client": ("2001:db8:1:2::1", 1)}
    assert rates.admit(scope) is None
    assert rates.admit(scope | {"client": ("2001:db8:1:2::ffff", 1)}) is not None
    assert rates.admit(scope | {"client": ("2001:db8:1:3::1", 1)}) is None
    assert rates.admit(scope | {"client": None}) is None


@contextmanager
def served(guard: Guard) -> Iterator[tuple[str, int]]:
    """The guard under a real server, on a free port."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(guard, lifespan="off", log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield listening.getsockname()
    finally:
        server.handle_exit(signal.SIGTERM, None)
        thread.join()
        listening.close()


async def quick(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def guarded(app: ASGIApp, *, body_seconds: float = 5, request_seconds: float = 5) -> Guard:
    rates = Rates(per_credential=0, per_address=0)
    return Guard(app, limits=[("", 1000)], rates=rates, body_seconds=body_seconds, request_seconds=request_seconds)


def test_a_slow_body_is_cut_off() -> None:
    with (
        served(guarded(quick, body_seconds=0.5)) as address,
        socket.create_connection(address, timeout=20) as connection,
    ):
        connection.sendall(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        answer = b""
        while received := connection.recv(65536):  # until the server hangs up
            answer += received
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer.lower()


def test_a_body_that_is_too_big_is_refused_before_it_is_read() -> None:
    with served(guarded(quick)) as address, socket.create_connection(address, timeout=20) as connection:
        connection.sendall(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 60000000\r\n\r\n{")
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


def _call(guard: Guard, *, body: bytes = b"") -> list[Any]:
    """What the guard answers to one POST."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http", "method": "POST", "path": "/x", "raw_path": b"/x", "query_string": b"", "headers": [],
        "client": ("127.0.0.1", 1),
    }  # fmt: skip
    asyncio.run(guard(scope, receive, send))
    return sent


def test_a_slow_answer_is_503_and_what_it_says_later_is_dropped() -> None:
    said = []

    async def slow(_scope: Scope, _receive: Receive, send: Send) -> None:
        try:
            await asyncio.sleep(0.2)
        finally:
            said.append("late")
            await send({"type": "http.response.start", "status": 200, "headers": []})

    sent = _call(guarded(slow, request_seconds=0.05))
    starts = [message for message in sent if message["type"] == "http.response.start"]
    assert [start["status"] for start in starts] == [503]
    assert (b"retry-after", b"5") in starts[0]["headers"]
    assert b"request.too_long" in sent[1]["body"]


def test_while_the_database_is_away_the_answer_is_503_and_then_it_goes_on() -> None:
    with databases.stoppable_postgres(prepare) as (postgres, cluster):
        url = postgres.create_migrated()
        engine = db.make_engine(url)
        with World(engine, url) as world:
            engine.dispose()
            need = world.make_need()
            cluster.stop()
            asked = [
                world.officer.ask("GET", f"/needs/{need['id']}"),
                world.officer.ask("POST", "/needs", json={}),
                world.nobody.ask("GET", "/themes"),
                world.nobody.ask("POST", "/session", json={"account": "x", "password": "y"}),
                world.client.get("/health/ready"),
            ]
            assert [answer.status_code for answer in asked] == [503] * 5
            assert {answer.headers["retry-after"] for answer in asked} == {"5"}
            assert {answer.json()["code"] for answer in asked} == {"database.away"}
            assert world.client.get("/health/live").status_code == 200
            cluster.start()
            assert world.officer.get(f"/needs/{need['id']}")["id"] == need["id"]
        engine.dispose()


def test_postgres_gives_up_a_statement_that_takes_too_long(
    server_of_databases: databases.Postgres, database_kind: str, database_url: str
) -> None:
    engine = db.make_engine(database_url, statement_seconds=1)
    with engine.connect() as connection:
        if database_kind == "postgres":
            with pytest.raises(OperationalError, match="statement timeout"):
                connection.execute(text("SELECT pg_sleep(20)"))
        else:
            assert connection.scalar(text("SELECT 1")) == 1  # SQLite has no such limit; it waits for no other machine
    engine.dispose()
