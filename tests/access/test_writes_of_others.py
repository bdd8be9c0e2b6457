"""Every writing address of these rooms, tried by everybody who owns nothing there: no write is accepted."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.world import PEOPLE, Json, World

ABSENT = "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f"
OWNERS: Mapping[str, frozenset[str]] = {
    "visits": frozenset({"officer", "other_officer"}),
    "needs": frozenset({"officer", "other_officer"}),
    "consents": frozenset({"kenya", "officer", "other_officer"}),
    "offers": frozenset({"unodc"}),
    "imports": frozenset({"officer", "other_officer", "unodc", "osce", "canada", "designer", "kenya", "maldives"}),
    "good-practices": frozenset({"officer", "other_officer", "maldives"}),
    "accounts": frozenset({"admin", "second_admin"}),
    "organizations": frozenset({"admin", "second_admin"}),
    "keys": frozenset(PEOPLE),  # each their own
    "session": frozenset({*PEOPLE, "nobody"}),  # whoever signs in or out does so for themself
}
"""By the first word of the address: who may write the records below. Everybody else is not the owner."""
STATES_OWN = {"/visits/{visit_id}/observations", "/visits/{visit_id}/release", "/needs/{need_id}/close"}
"""What Kenya says of its own visit and need."""

RECORDS = ("good_practices", "organizations", "visits", "recommendations", "team_members", "needs", "need_themes",
           "consents", "consent_events", "offers", "verdicts", "imports")  # fmt: skip
FOREIGN: Json = {"id": ABSENT, "created_by": ABSENT, "created_at": "2026-11-01T00:00:00Z", "row_version": 7,
                 "is_sample": True, "owner": "osce", "reference": "KEN-XXXXX", "search_text": "x", "status": "shared",
                 "recorded_by": ABSENT, "on_behalf": False, "revision": 1}  # fmt: skip
"""What is never taken from a body."""


def furnish(world: World) -> Json:
    visit = world.officer.post("/visits", visit_body(level="state"))
    need = world.make_need(visit=visit["id"], level="state")
    return {
        "visit_id": visit["id"],
        "need_id": need["id"],
        "consent_id": world.share(need)["id"],
        "offer_id": world.put_offer("O-1")["id"],
        "organization": "unodc-tpb",
        "external_id": "O-1",
        "practice_id": world.officer.post("/good-practices", practice_body())["id"],
        "account_id": world.admin.get("/accounts")["items"][0]["id"],
        "code": "osce",
        "key_id": ABSENT,
    }


def practice_body() -> Json:
    return {"kind": "state_practice", "state": "MDV", "title": {"en": "T"}, "description": {"en": "D"},
            "publisher": "Maldives", "level": "state"}  # fmt: skip


def visit_body(**changes: Any) -> Json:
    return {"state": "KEN", "mode": "on_site", "type": "focused", "starts_on": "2026-10-05", "ends_on": "2026-10-09",
            **changes}  # fmt: skip


def bodies(world: World, ids: Json) -> Mapping[tuple[str, str], Json]:
    """A body that the owner's request would be taken with."""
    need = {"state": "KEN", "source": "cted", "title": {"en": "T"}, "description": {"en": "D"}}
    consent = {"state": "KEN", "scope": {"needs": [ids["need_id"]]}, "fields": "full",
               "audience": {"organizations": ["osce"]},
               "instrument": {"reference": "N", "date": "2026-11-01"}}  # fmt: skip
    offer = {key: value for key, value in world.offer_body().items() if key != "status"}
    return {
        ("post", "/visits"): visit_body(),
        ("patch", "/visits/{visit_id}"): {"level": "public"},
        ("post", "/visits/{visit_id}/recommendations"): {"number": "9", "text": {"en": "T"}},
        ("post", "/visits/{visit_id}/observations"): {"text": {"en": "T"}},
        ("post", "/visits/{visit_id}/release"): {"extent": "full"},
        ("post", "/needs/{need_id}/close"): {"status": "closed_unmet", "reason": "T"},
        ("post", "/needs/{need_id}/reopen"): {"visit": ids["visit_id"]},
        ("post", "/needs"): need,
        ("patch", "/needs/{need_id}"): {"title": {"en": "Other"}},
        ("put", "/needs/{need_id}/level"): {"level": "public"},
        ("post", "/needs/{need_id}/verdicts"): {"offer": ids["offer_id"], "verdict": "accepted"},
        ("post", "/consents"): consent,
        ("post", "/consents/withdraw-all"): {"state": "KEN"},
        ("post", "/offers"): {**offer, "organization": "unodc-tpb"},
        ("patch", "/offers/{offer_id}"): {"availability": "closed"},
        ("put", "/offers/{organization}/{external_id}"): world.offer_body(),
    }


def writes(world: World) -> list[tuple[str, str]]:
    """Every address that changes something in the rooms of `OWNERS`."""
    described: Json = world.client.get("/api/v1/openapi.json").json()
    return [
        (method, path.removeprefix("/api/v1"))
        for path, verbs in described["paths"].items()
        for method in verbs
        if method not in ("get", "head", "options")
        and path.startswith("/api/v1")
        and not path.endswith("/preview")
        and path.split("/")[3] in OWNERS
    ]


def state_of(engine: Engine) -> dict[str, list[str]]:
    """All rows of all records, as text."""
    with engine.connect() as connection:
        return {t: sorted(map(repr, connection.execute(text(f"SELECT * FROM {t}")))) for t in RECORDS}  # noqa: S608


def test_no_write_of_anybody_but_the_owner_is_accepted(world: World, engine: Engine) -> None:
    ids = furnish(world)
    ready = bodies(world, ids)
    before = state_of(engine)
    tried, accepted = 0, []
    for method, path in writes(world):
        owners = OWNERS[path.split("/")[1]]
        for who in (*PEOPLE, "nobody"):
            if who in owners or (who == "kenya" and path in STATES_OWN):
                continue
            tried += 1
            more: Json = {"json": ready[method, path]} if (method, path) in ready else {}
            tags = [{"If-Match": '"0"'}]
            shown = world.officer.ask("GET", path.format(**ids).removesuffix("/level")).headers.get("etag")
            tags += [{"If-Match": shown}] if shown else []
            for headers in tags:
                answer = getattr(world, who).ask(method.upper(), path.format(**ids), headers=headers, **more)
                if answer.status_code not in (401, 403, 404):
                    accepted.append(f"{who}: {method} {path}: {answer.status_code}")
    assert accepted == []
    assert tried > 100
    assert state_of(engine) == before


@pytest.mark.parametrize("field", sorted(FOREIGN))
def test_what_is_not_the_writers_to_say_is_refused(shared_world: World, field: str) -> None:
    world = shared_world
    need = world.make_need(level="state")
    ids = {"need_id": need["id"], "offer_id": ABSENT, "visit_id": ABSENT}
    ready = bodies(world, ids)
    by = {"/visits": world.officer, "/needs": world.officer, "/consents": world.kenya, "/offers": world.unodc}
    for path, owner in by.items():
        body = {**ready["post", path], field: FOREIGN[field]}
        if path == "/offers" and field == "status":
            continue  # an offer's body says whether it is published
        owner.ask("POST", path, json=body, expect=422)
    world.officer.ask("PATCH", f"/needs/{need['id']}", json={"state": "MDV"}, headers={"If-Match": '"0"'}, expect=422)
    world.officer.ask(
        "PATCH", f"/needs/{need['id']}", json={"level": "public"}, headers={"If-Match": '"0"'}, expect=422
    )
