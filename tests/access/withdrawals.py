"""Grants and withdraws over three processes on one database, and counts what is stale."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import httpx2

from tests import servers
from tests.world import Caller, World

REPLICAS = 3
CONSENT = {
    "state": "KEN",
    "fields": "full",
    "audience": {"organizations": ["unodc-tpb"]},
    "instrument": {"reference": "Note 12", "date": "2026-11-01"},
}


@dataclass
class Counted:
    """Answers while a consent lasted that showed the need, answers after its end, and those that still showed it."""

    granted: int = 0
    after: int = 0
    stale: int = 0


def withdraw_again_and_again(world: World, url: str, start: Callable[..., servers.Server], *, rounds: int) -> Counted:
    """Each round: consent on one replica, a look on the next, withdrawal on the first, a look on every one."""
    need = world.make_need(level="named")
    never = world.make_need(level="named", state="MDV")
    offer = world.put_offer()
    path = f"/needs/{need['id']}"
    doors = ("/needs", path, f"{path}/matches?limit=1", "/needs?theme=cft", "/consents", "/gaps",
             f"/offers/{offer['id']}/matches?limit=1", "/states/KEN/matches?limit=1")  # fmt: skip
    counted = Counted()
    with ExitStack() as stack:
        clients = [stack.enter_context(httpx2.Client(base_url=start(url).url, timeout=30)) for _ in range(REPLICAS)]
        readers = [Caller(client, world.key("unodc")) for client in clients]
        givers = [Caller(client, world.key("kenya")) for client in clients]
        absent = readers[0].ask("GET", f"/needs/{never['id']}").status_code
        for turn in range(rounds):
            giver = givers[turn % REPLICAS]
            made = giver.post("/consents", {**CONSENT, "scope": {"needs": [need["id"]]}})
            seen = readers[(turn + 1) % REPLICAS].ask("GET", doors[1 + turn % 2])
            counted.granted += need["id"] in seen.text
            giver.step("POST", f"/consents/{made['id']}", "/withdraw", {})
            for position, reader in enumerate(readers):
                door = doors[(turn + position) % len(doors)]
                answer = reader.ask("GET", door)
                told = need["id"] in answer.text or need["reference"] in answer.text or made["id"] in answer.text
                counted.after += 1
                counted.stale += told or (door.startswith(path) and answer.status_code != absent)
    return counted
