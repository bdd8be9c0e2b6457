"""Every door of the service through which a need could show, and answers without what differs each time."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.world import Caller, Json, World

REFERENCE_DATA = (
    "states", "themes", "institutions", "assistance-types", "resolutions", "groupings", "working-groups", "templates",
)  # fmt: skip
"""Lists that ship with the service; nothing that anybody records changes them."""

MOVED_BY_LOOKING = re.compile(r"^/(health|session|audit)|/access-log$")
"""Doors whose answers change by being asked, or with each sign-in: the tests of those rooms hold them."""

NOTHING = "00000000-0000-4000-8000-000000000000"
"""The id of no record."""

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


def doors(
    world: World, ids: Mapping[str, str], words: Iterable[str] = (), *, only: tuple[str, ...] = ("",)
) -> list[Door]:
    """All GET addresses that the service says it has, filled with `ids`, its filters, and a preview.

    `only`: what addresses begin with. A part that `ids` does not fill becomes the id of nothing.
    """
    filled = defaultdict(lambda: NOTHING, ids)
    found = [Door("GET", path.format_map(filled)) for path in addresses(world)]
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
    found += [
        Door("GET", f"/exports/{kind}?reason=reporting&format={form}")
        for kind in ("needs", "gaps", "bundles")
        for form in ("json", "csv")
    ]
    draft = {key: value for key, value in world.offer_body().items() if key != "status"}
    found.append(Door("POST", "/matches/preview", {"offer": draft}))
    return list({str(door): door for door in found if door.path.startswith(only)}.values())


def addresses(world: World) -> list[str]:
    """Addresses that can be read, less reference data and what tells of the asker's own looking."""
    described: Json = world.client.get("/api/v1/openapi.json").json()
    paths = [path.removeprefix("/api/v1") for path, verbs in described["paths"].items() if "get" in verbs]
    return [path for path in paths if not is_reference_data(path) and not MOVED_BY_LOOKING.search(path)]


def is_reference_data(path: str) -> bool:
    """Whether the address shows such a list, or one entry of it; `/states/{iso3}/matches` does not."""
    parts = path.split("/")[1:]
    return parts[0] in REFERENCE_DATA and (len(parts) < 3 or parts[0] != "states")


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


def tell(differences: list[str]) -> None:
    """Fail with the first few of them."""
    if differences:
        told = "\n".join(differences[:12])
        pytest.fail(f"{len(differences)} differences\n{told}", pytrace=False)


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


def questions(kind: str, key: str, tag: str, visible: str) -> Iterator[Door]:
    """All ways to ask for a record: its address, each verb, its lower addresses, and mentions in bodies and filters."""
    match_it = {"If-Match": tag}
    body: Json = {"state": "KEN", "source": "cted", "title": {"en": "A title"}, "description": {"en": "A description"}}
    grant: Json = {
        "state": "KEN",
        "fields": "full",
        "audience": {"organizations": ["osce"]},
        "instrument": {"reference": "Note 3", "date": "2026-11-02"},
    }
    if kind == "need":
        path = f"/needs/{key}"
        yield Door("GET", path)
        yield Door("GET", path, headers={"If-None-Match": tag})
        yield Door("GET", path, headers={"If-None-Match": "*"})
        yield Door("GET", f"{path}/matches")
        yield Door("GET", f"{path}/nothing")
        yield Door("PATCH", path, {"priority": "low"}, match_it)
        yield Door("PATCH", path, {"priority": "low"})
        yield Door("PATCH", path, {"nothing": 1}, match_it)
        yield Door("PUT", f"{path}/level", {"level": "public"}, match_it)
        yield Door("PUT", f"{path}/level", {"level": "public"})
        yield Door("POST", f"{path}/verdicts", {})
        yield Door("DELETE", path, headers=match_it)
        yield Door("POST", f"{path}/close", {"status": "closed", "reason": "None"}, match_it)
        yield Door("POST", f"{path}/reopen", {"visit": key}, match_it)
        yield Door("POST", "/referrals", {"need": key, "organization": "osce"})
        yield Door("GET", f"/referrals?need={key}")
        yield Door("GET", f"/states/KEN/plan?need={key}")
        yield Door("POST", "/consents", {**grant, "scope": {"needs": [key]}})
        yield Door("POST", "/consents", {**grant, "scope": {"needs": [visible, key]}})
    if kind == "visit":
        path = f"/visits/{key}"
        yield Door("GET", path)
        yield Door("GET", path, headers={"If-None-Match": tag})
        yield Door("GET", f"{path}/recommendations")
        yield Door("PATCH", path, {"mode": "virtual"}, match_it)
        yield Door("PATCH", path, {"mode": "virtual"})
        yield Door("POST", f"{path}/recommendations", {"number": "1", "text": {"en": "Adopt a law."}})
        yield Door("POST", "/needs", {**body, "visit": key})
        yield Door("POST", "/consents", {**grant, "scope": {"visit": key}})
        yield Door("GET", f"/needs?visit={key}")
        yield Door("GET", f"/states/KEN/matches?visit={key}")
    if kind == "recommendation":
        yield Door("POST", "/needs", {**body, "recommendation": key})
    if kind == "consent":
        path = f"/consents/{key}"
        yield Door("GET", path)
        yield Door("POST", f"{path}/confirm", headers=match_it)
        yield Door("POST", f"{path}/confirm")
        yield Door("POST", f"{path}/withdraw", {"reason": "None"}, match_it)
        yield Door("POST", f"{path}/withdraw", {"reason": "None"})
    if kind == "referral":
        path = f"/referrals/{key}"
        yield Door("GET", path)
        yield Door("GET", path, headers={"If-None-Match": tag})
        yield Door("POST", f"{path}/transitions", {"to": "sent"}, match_it)
        yield Door("POST", f"{path}/transitions", {"to": "sent"})
    if kind == "practice":
        path = f"/good-practices/{key}"
        yield Door("GET", path)
        yield Door("PATCH", path, {"level": "public"}, match_it)
        yield Door("PATCH", path, {"level": "public"})
        for verb in ("release", "withhold"):
            yield Door("POST", f"{path}/{verb}", headers=match_it)
            yield Door("POST", f"{path}/{verb}")
    if kind == "offer":
        path = f"/offers/{key}"
        yield Door("GET", path)
        yield Door("GET", f"{path}/matches")
        yield Door("PATCH", path, {"availability": "full"}, match_it)
        yield Door("PATCH", path, {"availability": "full"})
        for verb in ("publish", "withdraw", "confirm"):
            yield Door("POST", f"{path}/{verb}", headers=match_it)
            yield Door("POST", f"{path}/{verb}")
    if kind == "external":
        yield Door("PUT", f"/offers/osce/{key}", {"title": {"en": "Ours"}, "description": {"en": "Ours"}})
