"""Two services over one database, as an operator runs them: what one writes, the other says in its next answer."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx2
import pytest
from sqlalchemy.orm import Session

from app.access import service as access
from app.core import db
from app.core.clock import system_clock
from tests import databases, servers
from tests.world import PEOPLE, Caller

Json = dict[str, Any]


class Replica:
    """One running service, and the people who ask it."""

    def __init__(self, client: httpx2.Client, keys: dict[str, str]) -> None:
        self._client = client
        self._keys = keys

    def __getattr__(self, name: str) -> Caller:
        return Caller(self._client, self._keys[name])


@pytest.fixture(scope="module")
def replicas(
    server_of_databases: databases.Sqlite | databases.Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Replica, Replica]]:
    """Two `taysir serve` over one database, with the same people."""
    url = server_of_databases.create_migrated()
    keys = _people(url)
    folder = tmp_path_factory.mktemp("replicas")
    with ExitStack() as stack, ThreadPoolExecutor(2) as threads:
        starting = [threads.submit(stack.enter_context, servers.running(url, folder)) for _ in range(2)]
        clients = [httpx2.Client(base_url=start.result().url, timeout=30) for start in starting]
        for client in clients:
            stack.callback(client.close)
        yield Replica(clients[0], keys), Replica(clients[1], keys)
    server_of_databases.drop(url)


def _people(url: str) -> dict[str, str]:
    engine = db.make_engine(url)
    at = system_clock()
    with Session(engine) as session:
        accounts = {
            name: access.add_account(session, name, role=role, at=at, organization=organization, state=state)
            for name, (role, organization, state) in PEOPLE.items()
        }
        keys = {name: access.issue_key(session, account, at=at)[1] for name, account in accounts.items()}
        session.commit()
    engine.dispose()
    return keys


NEED: Json = {
    "state": "KEN", "source": "cted", "title": {"en": "Freezing of terrorist assets without delay"},
    "description": {"en": "The financial intelligence unit has no procedure to freeze assets of listed persons."},
    "themes": ["cft.asset-freezing"], "assistance_types": ["training"], "priority": "high", "level": "state",
}  # fmt: skip


def ranked(replica: Replica, need: Json, by: str = "officer") -> list[str]:
    answer = getattr(replica, by).get("/states/KEN/matches")
    (found,) = [one for one in answer["needs"] if one["need"]["id"] == need["id"]]
    return [match["offer"]["id"] for match in found["matches"]]


def test_an_offer_put_on_one_is_in_the_next_ranking_of_the_other_and_gone_once_withdrawn(
    replicas: tuple[Replica, Replica],
) -> None:
    one, other = replicas
    need = one.officer.post("/needs", NEED)
    body = {key: value for key, value in NEED.items() if key in ("title", "description", "themes", "assistance_types")}
    body |= {"scope": {"world": True}, "availability": "open", "status": "published"}
    for turn in range(3):
        offer = one.unodc.ask("PUT", f"/offers/unodc-tpb/H-{turn}", json=body, expect=201).json()
        assert offer["id"] in ranked(other, need)
        assert offer["id"] in ranked(one, need)
        other.unodc.step("POST", f"/offers/{offer['id']}", "/withdraw", {})
        assert offer["id"] not in ranked(one, need)
        assert offer["id"] not in ranked(other, need)
    assert one.officer.get("/states/KEN/matches") == other.officer.get("/states/KEN/matches")


def test_a_consent_given_on_one_and_withdrawn_on_the_other_binds_the_next_request(
    replicas: tuple[Replica, Replica],
) -> None:
    one, other = replicas
    need = one.officer.post("/needs", NEED)
    path = f"/needs/{need['id']}"
    other.officer.step("PUT", path, "/level", {"level": "named"})
    consent = {
        "state": "KEN", "scope": {"needs": [need["id"]]}, "fields": "full",
        "audience": {"organizations": ["unodc-tpb", "unoct"]}, "instrument": {"reference": "NV", "date": "2026-11-01"},
    }  # fmt: skip
    for _ in range(3):
        given = one.kenya.post("/consents", consent)
        assert other.unodc.ids("/needs") == {need["id"]}
        assert [gap["need"]["id"] for gap in other.designer.get("/gaps")["items"]] == [need["id"]]
        other.kenya.step("POST", f"/consents/{given['id']}", "/withdraw", {})
        for replica in replicas:
            assert replica.unodc.ids("/needs") == set()
            replica.unodc.get(path, expect=404)
            assert replica.designer.get("/gaps")["items"] == []


def test_one_key_of_a_repeated_request_does_its_work_once_over_both(replicas: tuple[Replica, Replica]) -> None:
    key = {"Idempotency-Key": "once"}
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(r.officer.ask, "POST", "/needs", json=NEED, headers=key, expect=201) for r in replicas]
        made = [answer.result().json()["id"] for answer in asked]
    assert made[0] == made[1]


def test_errors_look_the_same_over_the_wire(
    replicas: tuple[Replica, Replica],
) -> None:
    answers = [replica.unodc.ask("POST", "/needs", json={}, expect=403) for replica in replicas]
    for answer in answers:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-request-id"] == answer.json()["request_id"]
    assert "server" not in answers[0].headers


def test_the_wire_takes_no_unclean_address_and_no_big_body(replicas: tuple[Replica, Replica]) -> None:
    one, _ = replicas
    one.officer.ask("GET", "/states/%FF", expect=422)
    one.officer.ask("GET", "/states/%00", expect=422)
    one.officer.ask("POST", "/needs", content=b"x" * 1_000_001, expect=413)
    one.officer.ask("GET", "/needs", expect=200)
