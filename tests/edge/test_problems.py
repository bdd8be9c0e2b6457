"""Every error has the one shape, its own code, and nothing of the input in it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from app.edge.problems import Problem
from tests import databases
from tests.edge.raw import ask
from tests.world import World

ABSENT = "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f"
MARK = "Zz9-marker"

Ask = Callable[[World], Any]


def _stale(world: World) -> Any:
    need = world.make_need()
    return world.officer.ask("PATCH", f"/needs/{need['id']}", json={}, headers={"If-Match": '"old"'})


def _conflict(world: World) -> Any:
    offer = world.put_offer("C-1")
    tag = world.unodc.ask("GET", f"/offers/{offer['id']}").headers["etag"]
    body = world.offer_body(status="draft")
    return world.unodc.ask("PUT", "/offers/unodc-tpb/C-1", json=body, headers={"If-Match": tag})


CASES: list[Any] = [
    pytest.param(lambda w: w.nobody.ask("POST", "/needs", json={}), 401, "key.missing", id="no key"),
    pytest.param(
        lambda w: w.nobody.ask("GET", "/needs", headers={"Authorization": "Bearer " + MARK}), 401, "key.missing",
        id="an unknown key",
    ),
    pytest.param(
        lambda w: w.nobody.ask("GET", "/needs", headers={"Authorization": "Basic " + MARK}), 401, "key.missing",
        id="another scheme than Bearer",
    ),
    pytest.param(lambda w: w.unodc.ask("POST", "/needs", json={}), 403, "role.not_permitted", id="a role that may not"),
    pytest.param(lambda w: w.officer.ask("GET", f"/needs/{ABSENT}"), 404, "not_found", id="an absent record"),
    pytest.param(lambda w: w.officer.ask("GET", "/nothing-" + MARK), 404, "not_found", id="an unknown address"),
    pytest.param(lambda w: w.officer.ask("DELETE", "/needs"), 405, "method.not_allowed", id="an unknown method"),
    pytest.param(_conflict, 409, "offer.no_such_step", id="a step that the state does not allow"),
    pytest.param(_stale, 412, "record.stale", id="an old tag"),
    pytest.param(
        lambda w: w.officer.ask("POST", "/needs", content=b" " * 1_000_001), 413, "input.too_big", id="a big body"
    ),
    pytest.param(
        lambda w: w.officer.ask("POST", "/needs", json={"title": MARK}), 422, "input.invalid", id="a malformed body"
    ),
    pytest.param(
        lambda w: w.officer.ask("PATCH", f"/needs/{w.make_need()['id']}", json={}), 428, "if_match.missing",
        id="no tag",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("made", "status", "code"), CASES)
def test_an_error_is_a_problem_with_its_status_and_code(shared_world: World, made: Ask, status: int, code: str) -> None:
    answer = made(shared_world)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "private, no-store"
    problem = answer.json()
    assert set(problem) == set(Problem.model_fields)
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:taysir:problem:{code}"
    assert problem["title"]
    assert problem["detail"].endswith(".")
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert MARK not in answer.text
    assert ("www-authenticate" in answer.headers) == (status == 401)


def test_the_database_away_is_503_with_a_time_to_try_again(
    world: World, database_url: str, server_of_databases: databases.Sqlite | databases.Postgres, tmp_path: Path
) -> None:
    if isinstance(server_of_databases, databases.Sqlite):
        # A file that is open already stays readable when it is removed, so the next one is asked for elsewhere.
        world.app.state.sessions = sessionmaker(create_engine(f"sqlite:///{tmp_path}/absent/taysir.db"))
    else:
        server_of_databases.drop(database_url)
    answer = world.officer.ask("GET", "/needs", expect=503)
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["code"] == "database.away"
    assert world.client.get("/health/ready").status_code == 503
    assert world.client.get("/health/live").status_code == 200


def test_each_fault_names_its_place_and_code(shared_world: World) -> None:
    body = {"state": "XXX", "source": "cted", "title": {"en": "T"}, "description": {"en": "D"}, "themes": ["cft.x"]}
    problem = shared_world.officer.post("/needs", body, expect=422)
    faults = {(fault["pointer"], fault["code"]) for fault in problem["errors"]}
    assert faults == {("/state/0", "state.unknown"), ("/themes/0", "theme.unknown")}


@pytest.mark.parametrize(
    "request_of",
    [
        pytest.param({"method": "GET", "path": "/needs", "params": {"limit": MARK}}, id="in a query parameter"),
        pytest.param({"method": "GET", "path": "/needs", "params": {MARK: "1"}}, id="as a query parameter's name"),
        pytest.param({"method": "GET", "path": "/needs", "params": {"cursor": MARK}}, id="in a cursor"),
        pytest.param({"method": "GET", "path": f"/needs/{MARK}"}, id="in an id"),
        pytest.param({"method": "GET", "path": f"/states/{MARK}/matches"}, id="in a State"),
        pytest.param({"method": "POST", "path": "/needs", "json": {"state": MARK}}, id="in a field"),
        pytest.param({"method": "POST", "path": "/needs", "json": {f"<{MARK}>": 1}}, id="as a field's name"),
        pytest.param({"method": "POST", "path": "/needs", "json": {"title": {f"<{MARK}>": "x"}}}, id="as a language"),
        pytest.param({"method": "POST", "path": "/needs", "json": {"visit": MARK}}, id="in an id of the body"),
        pytest.param({"method": "POST", "path": "/needs", "json": {"needed_by": MARK}}, id="in a date"),
        pytest.param({"method": "POST", "path": "/needs", "content": f'{{"a": "{MARK}'.encode()}, id="in broken JSON"),
        pytest.param(
            {"method": "POST", "path": "/needs", "json": {}, "headers": {"Idempotency-Key": MARK * 40}},
            id="in the key of a repeated request",
        ),
        pytest.param(
            {"method": "PUT", "path": f"/needs/{ABSENT}/level", "json": {"level": MARK}, "headers": {"If-Match": MARK}},
            id="in a tag",
        ),
        pytest.param({"method": "GET", "path": "/needs", "headers": {"Accept-Language": MARK}}, id="in a language"),
    ],
)
def test_nothing_of_the_input_comes_back(shared_world: World, request_of: dict[str, Any]) -> None:
    answer = shared_world.officer.ask(**request_of)
    assert MARK not in answer.text
    assert MARK not in str(answer.headers)


def test_a_wrong_character_in_an_id_does_not_come_back(shared_world: World) -> None:
    assert "¤" not in shared_world.officer.ask("GET", "/needs/¤", expect=422).text


def test_half_a_body_is_no_request(shared_world: World) -> None:
    reached = []

    async def disconnect() -> None:
        messages = [{"type": "http.request", "body": b"{}", "more_body": True}, {"type": "http.disconnect"}]

        async def receive() -> Any:
            return messages.pop(0)

        async def send(message: Any) -> None:
            reached.append(message)

        scope = {"type": "http", "method": "POST", "path": "/api/v1/needs", "raw_path": b"/api/v1/needs",
                 "query_string": b"", "headers": []}  # fmt: skip
        await shared_world.app(scope, receive, send)

    import asyncio

    asyncio.run(disconnect())
    assert reached == []


def test_a_body_that_claims_to_be_big_is_refused_before_it_is_read(shared_world: World) -> None:
    answer = ask(shared_world.app, "POST", b"/api/v1/needs", body=b"{}", length=60_000_000)
    assert (answer.status, json.loads(answer.body)["code"]) == (413, "input.too_big")


def test_an_answer_is_kept_by_nobody_on_the_way(shared_world: World) -> None:
    for path in ("/needs", "/offers", "/states/KEN", "/states/KEN/matches"):
        answer = shared_world.officer.ask("GET", path, expect=200)
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
