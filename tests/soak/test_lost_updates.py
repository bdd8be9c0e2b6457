"""Eight writers read, change and write one record over three processes: what is acknowledged is applied."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx2

from tests import servers
from tests.world import Caller, World

WRITERS = 8
REPLICAS = 3


def count_on(caller: Caller, path: str, times: int) -> int:
    """Raise the number in the title so many times; refused tries are made again. Returns how many were refused."""
    refused = applied = 0
    while applied < times:
        read = caller.ask("GET", path, expect=200)
        number = int(read.json()["title"]["en"].split()[-1])
        body = {"title": {"en": f"Number {number + 1}"}}
        answer = caller.ask("PATCH", path, json=body, headers={"If-Match": read.headers["etag"]})
        assert answer.status_code in (200, 412), answer.text
        applied += answer.status_code == 200
        refused += answer.status_code == 412
    return refused


def test_no_acknowledged_change_is_lost(
    world: World, database_url: str, start_server: Callable[..., servers.Server], updates: int
) -> None:
    """A change that rests on an older reading is refused."""
    path = f"/needs/{world.make_need(title={'en': 'Number 0'})['id']}"
    with ExitStack() as stack, ThreadPoolExecutor(WRITERS) as threads:
        clients = [
            stack.enter_context(httpx2.Client(base_url=start_server(database_url).url, timeout=60))
            for _ in range(REPLICAS)
        ]
        writers = [
            threads.submit(count_on, Caller(clients[place % REPLICAS], world.key("officer")), path, updates // WRITERS)
            for place in range(WRITERS)
        ]
        refused = sum(writer.result() for writer in writers)
    applied = updates // WRITERS * WRITERS
    assert world.officer.get(path)["title"] == {"en": f"Number {applied}"}
    print(f"\n{applied} changes acknowledged and applied, {refused} refused as stale")  # noqa: T201 - the figure
