"""Thousands of hostile requests to every address, byte by byte: each is answered with 2xx to 4xx, and soon."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import quote

import pytest

from tests.edge.raw import Answer, ask_within
from tests.house import documents
from tests.world import World

REQUESTS = 2_500
"""On each database."""
SLOWEST_SECONDS = 0.25
SEED = 2396

TEXTS = [
    "",
    " ",
    "x",
    "x" * 5_000,
    "\x00",
    "a\x00b",
    "\u202e",
    "é" * 300,
    "ﷺ" * 200,
    "e" + "\u0301" * 5_000,
    "😀",
    "\ufeff",
    "\ufffe",
    "' OR 1=1 --",
    '"; DROP TABLE needs; --',
    "%",
    "_%",
    "\\",
    "../../../etc/passwd",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "=1+1",
    "\r\nSet-Cookie: a=b",
    "null",
    "NaN",
    "-1",
    "0",
    "1e400",
    "9" * 5_000,
    "٣",
    "²",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "2026-11-23T25:00:00Z",
    "KEN",
    "ken",
    "MDV,KEN",
    "cft",
    "cft.asset-freezing",
    "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f",
    "urn:uuid:0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f",
    "true",
    "WyIwMDAxIl0",
]
RAW_JSON = [
    "NaN",
    "-Infinity",
    "1e400",
    "-1e400",
    "1e-400",
    "9" * 5_000,
    "-0",
    "0.1",
    "9007199254740993",
    "18446744073709551616",
    r'"\ud800"',
    r'"\udc00\ud800"',
    r'"\u0000"',
    r'"\u202e"',
    '"\x7f"',
    "null",
    "true",
    "[]",
    "{}",
    "[[]]",
    "[null]",
    '{"": ""}',
    "[" * 40 + "]" * 40,
    "[" * 20_000,
    '{"a":' * 5_000,
    '{"en": 1}',
    '{"en": ""}',
    '{"en": null}',
    '{"xx-long": "x"}',
    '{"en": "a", "en": "b"}',
    "[" + "1," * 5_000 + "1]",
    "[" + '"cft",' * 500 + '"cft"]',
    '"' + "x" * 100_000 + '"',
    "01",
    "+1",
    ".5",
    "1.",
    "tru",
    "'x'",
    "/* */ 1",
    '"2026-02-30"',
    '"1800000000"',
    '"0001-01-01T00:00:00+14:00"',
    "1800000000",
]
BYTES = [
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    b"\xf4\x90\x80\x80",
    b"%00",
    b"%ff",
    b"%zz",
    b"%",
    b"%u0000",
    b"\x80" * 500,
]
NEED: dict[str, Any] = {
    "state": "KEN",
    "source": "cted",
    "title": {"en": "T"},
    "description": {"en": "D", "ar": "تدريب"},
    "themes": ["cft"],
    "resolutions": ["2396:12"],
    "assistance_types": ["training"],
    "target_institutions": ["fiu"],
    "languages": ["en"],
    "priority": "high",
    "needed_by": "2027-12-31",
    "level": "state",
    "visit": None,
    "existing_help": [{"organization": "osce", "until": "2027-03-31", "note": {"en": "N"}}],
}
OFFER: dict[str, Any] = {
    "title": {"en": "T"},
    "description": {"en": "D"},
    "scope": {"world": True, "states": ["KEN"], "groupings": ["igad"]},
    "capacity": {"unit": "places", "total": 3, "committed": 1},
    "eligibility": [{"rule": "member_of", "value": "igad"}],
    "closes_on": "2028-12-31",
    "availability": "open",
    "safeguards": {"gender_marker": 1},
    "status": "published",
    "url": "https://example.org",
}
BODIES: dict[str, Any] = {
    "/needs": NEED,
    "/needs/{need_id}": {"title": {"en": "T"}, "themes": ["prr"], "priority": None},
    "/needs/{need_id}/level": {"level": "named"},
    "/visits": {
        "state": "KEN",
        "mode": "on_site",
        "type": "focused",
        "starts_on": "2026-10-05",
        "ends_on": "2026-10-09",
        "delegation": ["osce"],
        "team": ["other_officer"],
        "report_adopted_on": "2026-11-01",
        "level": "state",
    },
    "/visits/{visit_id}": {"mode": "virtual", "team": [], "ends_on": "2026-10-19"},
    "/visits/{visit_id}/recommendations": {
        "number": "1",
        "text": {"en": "R"},
        "themes": ["cft"],
        "resolutions": ["1373"],
    },
    "/offers": OFFER,
    "/offers/{organization}/{external_id}": OFFER,
    "/offers/{offer_id}": {"availability": "planned", "scope": {"world": True}},
    "/consents": {
        "state": "KEN",
        "scope": {"themes": ["cft"]},
        "fields": "full",
        "audience": {"classes": ["donor"]},
        "instrument": {"reference": "NV 1", "date": "2026-11-01"},
        "expires_at": "2027-11-01T00:00:00Z",
    },
    "/consents/{consent_id}/withdraw": {"reason": "R"},
    "/good-practices": {
        "kind": "guide",
        "title": {"en": "T"},
        "description": {"en": "D"},
        "publisher": "P",
        "themes": ["cft"],
        "resolutions": ["1373"],
        "year": 2020,
        "url": "https://example.org",
        "symbol": "S/1",
        "level": "public",
    },
    "/good-practices/{practice_id}": {"year": 2021, "title": {"en": "T"}, "level": "committee"},
    "/assessments": {
        "state": "KEN",
        "tool": "oia",
        "tool_version": "2021",
        "assessed_on": "2026-06-01",
        "level": "state",
        "items": [{"number": "1", "theme": "cft", "resolution": "1373:1", "ordinal": 2, "comment": {"en": "C"}}],
        "capacity": [{"title": {"en": "T"}, "description": {"en": "D"}, "themes": ["cft"], "languages": ["en"]}],
    },
    "/assessments/{assessment_id}": {"items": [{"theme": "prr", "ordinal": None}], "adopted_on": "2026-07-01"},
    "/assessments/{assessment_id}/sharing": {"shared": True},
    "/assessments/{assessment_id}/capacity/{entry_id}/offer": {"organization": "osce"},
    "/assessments/tool-changes": {"tool": "oia", "from_version": "1", "to_version": "2", "items": {"A": ["1", "2"]}},
    "/assessments/tool-changes/{change_id}": {"items": {"A": []}},
    "/recommendations/proposals": {
        "state": "KEN",
        "pasted": "1. Adopt a law on freezing terrorist assets.",
        "lang": "en",
    },
    "/matches/preview": {"need": {"state": "KEN", "title": {"en": "T"}, "description": {"en": "D"}}, "limit": 3},
}


@dataclass
class Hostile:
    """One request."""

    method: str
    path: bytes
    query: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    length: int | None = None


class Corpus:
    """Draws hostile requests, the same ones each time."""

    def __init__(self, world: World, ids: dict[str, list[str]]) -> None:
        self._draw = random.Random(SEED)
        self._world = world
        self._ids = ids
        self._operations = [
            (method.upper(), path.removeprefix("/api/v1"), [p["name"] for p in operation.get("parameters", ())])
            for path, operations in documents.openapi()["paths"].items()
            if path.startswith("/api/v1")
            for method, operation in operations.items()
        ]

    def requests(self, count: int) -> Iterator[Hostile]:
        """That many, every operation in turn."""
        for number in range(count):
            yield self._request(*self._operations[number % len(self._operations)])

    def _request(self, method: str, path: str, names: list[str]) -> Hostile:
        draw = self._draw
        if draw.random() < 0.03:
            method = draw.choice(["HEAD", "OPTIONS", "TRACE", "DELETE", "PROPFIND", "get", "X" * 200])
        request = Hostile(method, b"/api/v1" + self._path(path), self._query(names), self._headers())
        if method in ("POST", "PUT", "PATCH") or draw.random() < 0.05:
            request.body = self._body(path)
            request.headers.append((b"content-type", self._content_type(path)))
        if draw.random() < 0.02:
            request.length = draw.choice([0, 1, 60_000_000, 10**30])
        return request

    def _path(self, path: str) -> bytes:
        parts = []
        for part in path.strip("/").split("/"):
            if not part.startswith("{"):
                parts.append(part.encode())
            elif self._draw.random() < 0.5:
                parts.append(quote(self._draw.choice(self._ids.get(part.strip("{}"), ["x"]))).encode())
            elif self._draw.random() < 0.3:
                parts.append(self._draw.choice(BYTES))
            else:
                parts.append(quote(self._draw.choice(TEXTS), safe="").encode())
        return b"/" + b"/".join(parts)

    def _query(self, names: list[str]) -> bytes:
        draw = self._draw
        parts = []
        for _ in range(draw.choice([0, 0, 1, 1, 2, 5])):
            name = draw.choice([*names, *names, "x", "limit"]).encode()
            value = draw.choice(BYTES) if draw.random() < 0.15 else quote(draw.choice(TEXTS)).encode()
            parts.append(name + draw.choice([b"=", b"=", b"", b"[]=", b"=="]) + value)
        return draw.choice([b"&", b"&", b";"]).join(parts)

    def _headers(self) -> list[tuple[bytes, bytes]]:
        draw = self._draw
        headers = []
        if draw.random() < 0.9:
            key = self._world.key(
                draw.choice(["officer", "officer", "unodc", "unodc", "kenya", "designer", "auditor", "admin"])
            )
            headers.append((b"authorization", b"Bearer " + key.encode()))
        elif draw.random() < 0.7:
            headers.append(
                (b"authorization", draw.choice([b"Bearer", b"Bearer \xff", b"Basic Og==", b"x" * 9_000, b""]))
            )
        odd = [b"", b"\xff\xfe", b'"x"', b"*", b'W/"x"', b"x" * 9_000, b"\t", b"a,b;q=nan", "ключ".encode(), b"; drop"]
        names = (
            b"if-match",
            b"idempotency-key",
            b"accept-language",
            b"accept",
            b"x-request-id",
            b"cookie",
            b"range",
        )
        headers.extend((name, draw.choice(odd)) for name in names if draw.random() < 0.3)
        return headers

    def _content_type(self, path: str) -> bytes:
        if self._draw.random() < 0.85:
            return b"multipart/form-data; boundary=b" if path == "/imports" else b"application/json"
        return self._draw.choice(
            [
                b"",
                b"text/plain",
                b"application/xml",
                b"\xff",
                b"application/json; charset=utf-16",
                b"application/problem+json",
                b"multipart/form-data",
                b"multipart/form-data; boundary=" + b"b" * 5_000,
                b"application/x-www-form-urlencoded",
            ]
        )

    def _body(self, path: str) -> bytes:
        draw = self._draw
        if path == "/imports":
            body = self._form()
        else:
            text = json.dumps(self._mutated(BODIES.get(path, {})))
            for number, raw in enumerate(RAW_JSON):
                text = text.replace(f'"raw:{number}"', raw)
            body = text.encode("utf-8", "surrogatepass")
        spoil = draw.random()
        if spoil < 0.05:
            at = draw.randrange(len(body) + 1)
            return body[:at] + draw.choice(BYTES) + body[at:]
        if spoil < 0.08:
            return body[: draw.randrange(len(body) + 1)]
        if spoil < 0.1:
            return draw.choice(
                [body.decode("latin-1").encode("utf-16"), b"\xef\xbb\xbf" + body, body * 2, b"", b"\x00" * 100]
            )
        return body

    def _mutated(self, body: Any) -> Any:
        draw = self._draw
        copy = json.loads(json.dumps(body))
        for _ in range(draw.choice([0, 1, 1, 2, 3])):
            inner = copy
            while isinstance(inner, dict) and inner and draw.random() < 0.6:
                deeper = inner[draw.choice(sorted(inner))]
                if not isinstance(deeper, dict) or not deeper:
                    break
                inner = deeper
            if not isinstance(inner, dict):
                return f"raw:{draw.randrange(len(RAW_JSON))}"
            keys = sorted(inner) or ["x"]
            what = draw.random()
            if what < 0.6:
                inner[draw.choice(keys)] = f"raw:{draw.randrange(len(RAW_JSON))}"
            elif what < 0.75:
                inner[draw.choice(keys)] = draw.choice(TEXTS)
            elif what < 0.85:
                inner.pop(draw.choice(keys), None)
            else:
                inner[draw.choice(TEXTS)] = 1
        return copy

    def _form(self) -> bytes:
        draw = self._draw
        parts = []
        values = {
            "kind": draw.choice(["offers", "needs", "visits", *TEXTS]),
            "dry_run": draw.choice(["true", "false", *TEXTS]),
            draw.choice(["organization", "x", "file"]): draw.choice(TEXTS),
        }
        for name, value in values.items():
            if draw.random() < 0.8:
                parts.append(f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
        name = draw.choice(["a.csv", "a.xlsx", "a.xml", "a.jsonl", "", "../a", "a.exe"])
        content = draw.choice(
            [
                b"",
                b"title_en,description_en\nT,D\n",
                b"<iati-activities/>",
                b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
                b"<a>" * 5_000,
                b"PK\x03\x04" + b"x" * 500,
                b"\xff" * 500,
                b"{}\n{",
                b"\x00" * 200,
                "é;\n".encode("utf-16"),
                b'"' * 999,
                b"," * 9_999,
            ]
        )
        head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        return b"".join(parts) + head.encode() + content + b"\r\n--b--\r\n"


def _ids(world: World) -> dict[str, list[str]]:
    visit = world.officer.post("/visits", BODIES["/visits"])
    need = world.make_need(level="state", visit=visit["id"])
    consent = world.share(need)
    offer = world.put_offer("hostile")
    practice = world.officer.post("/good-practices", BODIES["/good-practices"])
    assessment = world.officer.post("/assessments", BODIES["/assessments"])
    change = world.officer.post("/assessments/tool-changes", BODIES["/assessments/tool-changes"])
    return {
        "practice_id": [practice["id"]],
        "assessment_id": [assessment["id"]],
        "entry_id": [assessment["capacity"][0]["id"]],
        "change_id": [change["id"]],
        "need_id": [need["id"]],
        "visit_id": [visit["id"]],
        "offer_id": [offer["id"]],
        "consent_id": [consent["id"]],
        "iso3": ["KEN", "MDV"],
        "organization": ["unodc-tpb", "osce"],
        "external_id": ["hostile", "X/1"],
        "code": ["osce"],
        "{kind}.{ending}": ["offers.csv", "needs.xlsx"],
    }


# Uploads that are cut off are left to the collector by the framework's form parser.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_every_hostile_request_is_answered_with_2xx_to_4xx_and_soon(world: World) -> None:
    requests = list(Corpus(world, _ids(world)).requests(REQUESTS))
    statuses: Counter[int] = Counter()
    slow: list[tuple[float, Hostile]] = []

    async def ask(request: Hostile) -> tuple[Answer, float]:
        start = perf_counter()
        answer = await ask_within(
            world.app,
            request.method,
            request.path,
            query=request.query,
            headers=request.headers,
            body=request.body,
            length=request.length,
        )
        return answer, perf_counter() - start

    async def ask_all() -> None:
        for request in requests:
            answer, seconds = await ask(request)
            statuses[answer.status] += 1
            assert 200 <= answer.status < 500, (request, answer)
            if answer.status >= 400:
                assert answer.headers[b"content-type"] == b"application/problem+json", (request, answer)
            # The machine may have been busy with something else: the best of four counts.
            tries = 0
            while seconds > SLOWEST_SECONDS and tries < 3:
                seconds = min(seconds, (await ask(request))[1])
                tries += 1
            slow.append((seconds, request))

    start = perf_counter()
    with ThreadPoolExecutor(1) as apart:  # a browser's loop may run in this thread
        apart.submit(asyncio.run, ask_all()).result()
    slowest = max(slow, key=lambda entry: entry[0])
    print(f"{REQUESTS} in {perf_counter() - start:.1f} s, slowest {slowest[0] * 1000:.0f} ms, {dict(statuses)}")  # noqa: T201
    assert sum(statuses.values()) == REQUESTS
    assert statuses.keys() >= {200, 201, 401, 403, 404, 405, 412, 413, 422, 428}
    assert slowest[0] <= SLOWEST_SECONDS, slowest
