"""A withdrawn consent binds the next request on every replica: three processes over one database."""

from collections.abc import Callable

import httpx2
import pytest

from tests import servers
from tests.world import Caller, World

ROUNDS = 200


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_no_replica_gives_a_stale_answer(
    world: World, database_url: str, start_server: Callable[..., servers.Server]
) -> None:
    need = world.make_need(level="named")
    never = world.make_need(level="named", state="MDV")
    offer = world.put_offer()
    addresses = ("/needs", f"/needs/{need['id']}", f"/needs/{need['id']}/matches?limit=1", "/consents",
                 f"/offers/{offer['id']}/matches?limit=1", "/states/KEN/matches?limit=1")  # fmt: skip
    replicas = [start_server(database_url) for _ in range(3)]
    clients = [httpx2.Client(base_url=replica.url, timeout=30) for replica in replicas]
    readers = [Caller(client, world.key("unodc")) for client in clients]
    kenya = [Caller(client, world.key("kenya")) for client in clients]
    absent = readers[0].ask("GET", f"/needs/{never['id']}").status_code
    consent = {
        "state": "KEN", "scope": {"needs": [need["id"]]}, "fields": "full",
        "audience": {"organizations": ["unodc-tpb"]},
        "instrument": {"reference": "Note 12", "date": "2026-11-01"},
    }  # fmt: skip
    stale = seen = 0
    for turn in range(ROUNDS):
        giver = kenya[turn % 3]
        made = giver.post("/consents", consent)
        seen += need["id"] in readers[(turn + 1) % 3].ask("GET", addresses[turn % 6]).text
        giver.step("POST", f"/consents/{made['id']}", "/withdraw", {})
        for position, reader in enumerate(readers):
            answer = reader.ask("GET", addresses[(turn + position) % 6])
            stale += need["id"] in answer.text or (need["reference"] in answer.text)
            stale += (
                addresses[(turn + position) % 6].startswith(f"/needs/{need['id']}") and answer.status_code != absent
            )
    for client in clients:
        client.close()
    assert (stale, seen) == (0, ROUNDS)
