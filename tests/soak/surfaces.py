"""Every door of the service through which a need could show, and answers without what differs each time."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.world import Caller, Json, World

REFERENCE_DATA = (
    "states", "themes", "institutions", "assistance-types", "resolutions", "groupings", "working-groups", "templates",
)  # fmt: skip
"""Lists that ship with the service; nothing that anybody records changes them."""

EACH_TIME = ("date", "x-request-id")


@dataclass(frozen=True)
class Door:
    """One request."""

    method: str
    path: str
    body: Json | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Answer:
    """What came back, but for the request's own id and date."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str


def knock(caller: Caller, door: Door, *, mask: str = "") -> Answer:
    """Send the request; `mask` is the id that was asked for, which the answer may repeat in a link."""
    more: dict[str, Any] = {} if door.body is None else {"json": door.body}
    answer = caller.ask(door.method, door.path, headers=dict(door.headers), **more)
    text = re.sub(r'"request_id":\s*"[^"]*"', '"request_id":""', answer.text)
    headers = tuple(sorted((name, value) for name, value in answer.headers.items() if name not in EACH_TIME))
    if mask:
        text = text.replace(mask, "ID")
        headers = tuple((name, value.replace(mask, "ID")) for name, value in headers)
    return Answer(answer.status_code, headers, text)


def doors(world: World, ids: Mapping[str, str], words: Iterable[str] = ()) -> list[Door]:
    """All GET addresses that the service says it has, filled with `ids`, its filters, and both previews.

    A new address with a part that nobody filled fails here: say which record it should show.
    """
    described: Json = world.client.get("/api/v1/openapi.json").json()
    found = [
        Door("GET", _fill(path.removeprefix("/api/v1"), ids))
        for path, verbs in described["paths"].items()
        if "get" in verbs and path.startswith("/api/v1/") and not is_reference_data(path) and "/exports/" not in path
    ]
    found += [
        Door("GET", f"/exports/{kind}?reason=reporting&format={form}")
        for kind in ("needs", "gaps", "bundles", "offers")
        for form in ("json", "csv")
    ]
    queries = [
        "limit=2",
        "state=KEN",
        "theme=cft.asset-freezing",
        "priority=high",
        "status=recorded",
        "status=shared",
        f"visit={ids['visit_id']}",
        *(f"q={word}" for word in words),
    ]
    found += [Door("GET", f"/needs?{query}") for query in queries]
    found += [Door("GET", f"/states/{ids['iso3']}/matches?visit={ids['visit_id']}")]
    draft = {key: value for key, value in world.offer_body().items() if key != "status"}
    found.append(Door("POST", "/matches/preview", {"offer": draft}))
    return list({str(door): door for door in found}.values())


def is_reference_data(path: str) -> bool:
    """Whether the address shows such a list, or one entry of it; `/states/{iso3}/matches` does not."""
    parts = path.split("/")[3:]
    return parts[0] in REFERENCE_DATA and (len(parts) < 3 or parts[0] != "states")


def _fill(path: str, ids: Mapping[str, str]) -> str:
    missing = set(re.findall(r"{(\w+)}", path)) - set(ids)
    assert not missing, f"{path}: say which {missing} to ask for"
    return path.format_map(ids)


def poll(callers: Mapping[str, Caller], people: Iterable[str], at: list[Door]) -> dict[tuple[str, str], Answer]:
    """What each of these people is answered at each door."""
    return {(person, str(door)): knock(callers[person], door) for person in people for door in at}


def changed(
    before: Mapping[tuple[str, str], Answer],
    after: Mapping[tuple[str, str], Answer],
    people: Iterable[str],
    *,
    but: str = "",
) -> list[str]:
    """Where the answers differ for these people, each with the first byte that does."""
    wanted = set(people)
    return [
        f"{person}: {door}: {first_difference(before[person, door], after[person, door])}"
        for person, door in before
        if person in wanted and before[person, door] != after[person, door] and not (but and f" {but}" in door)
    ]


def first_difference(one: Answer, other: Answer) -> str:
    """The status, the headers or the first bytes that differ."""
    if one.status != other.status:
        return f"{one.status} became {other.status}"
    if one.body == other.body:
        return f"headers {set(one.headers) ^ set(other.headers)}"
    pairs = enumerate(zip(one.body, other.body, strict=False))
    place = next((i for i, (a, b) in pairs if a != b), min(len(one.body), len(other.body)))
    start = max(0, place - 60)
    return f"…{one.body[start : place + 60]}… became …{other.body[start : place + 60]}…"
