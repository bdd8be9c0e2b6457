"""Every request that shows a need leaves exactly one record of it, whichever route answers; a refused one too."""

import os
import random
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import service
from app.audit.models import AuditRecord
from app.core import trail
from app.needs.models import Need
from tests.audit.trails import ids_in
from tests.world import Caller, Json, World

REQUESTS = int(os.environ.get("AUDIT_REQUESTS", "600"))
"""On each database; the time is the requests' own."""

SHAPES = {"NeedRead", "NeedHeader", "NeedName"}
"""What a need is shown as; an answer that holds one of these shows a need."""


def schemas_in(node: object, components: Json, seen: set[str]) -> Iterator[str]:
    """The names of all schemas that a part of the OpenAPI document leads to."""
    if isinstance(node, list):
        for item in node:
            yield from schemas_in(item, components, seen)
    elif isinstance(node, dict):
        name = str(node.get("$ref", "")).rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            yield name
            yield from schemas_in(components[name], components, seen)
        for item in node.values():
            yield from schemas_in(item, components, seen)


def routes_that_show_needs(world: World) -> set[str]:
    document: Json = world.app.openapi()
    found = set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = [a for status, a in operation["responses"].items() if status.startswith("2")]
            if SHAPES & set(schemas_in(answers, document["components"]["schemas"], set())):
                found.add(f"{method.upper()} {path.removeprefix('/api/v1')}")
    return found


class Town:
    """Needs at every level, with and without consent, and an offer to match them."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.put_offer()
        self.offer = world.put_offer("T-2", by="osce", title={"en": "Border screening"})["id"]
        self.visit = world.officer.post("/visits", LATER)["id"]
        self.needs = [world.make_need(**PRISONS, state=state)["id"] for state in ("UGA", "SOM")]
        for level in ("team", "committee", "state", "named", "community", "public"):
            for state in ("KEN", "MDV"):
                need = world.make_need(level=level, state=state)
                self.needs.append(need["id"])
                if state == "KEN" and level not in ("team", "committee"):
                    fields = "header" if level == "named" else "full"
                    world.share(need, level=level, audience=EVERYBODY, scope={"needs": [need["id"]]}, fields=fields)
        self.referrals = {need: self._refer(need, n) for n, need in enumerate(self.needs) if n}

    def _refer(self, need: str, turns: int) -> str:
        """A referral of the need, some way along."""
        made = self.world.officer.post("/referrals", {"need": need, "organization": "unodc-tpb"})
        path = f"/referrals/{made['id']}"
        for who, to in (("officer", "state_notified"), ("kenya", "no_objection"), ("officer", "sent"))[
            : (turns + 3) % 4
        ]:
            caller: Caller = getattr(self.world, who)
            read = caller.ask("GET", path)
            if not read.is_success:
                break
            tag = {"If-Match": read.headers["etag"]}
            if not caller.ask("POST", path + "/transitions", json={"to": to}, headers=tag).is_success:
                break
        return str(made["id"])


LATER = {"state": "KEN", "mode": "virtual", "type": "follow_up", "starts_on": "2027-06-01", "ends_on": "2027-06-02"}
PRISONS: Json = {
    "title": {"en": "Rehabilitation of violent extremist prisoners"},
    "description": {"en": "Prison staff have no programme for the disengagement of violent extremist inmates."},
    "themes": ["prr.prisons"], "assistance_types": ["training"],
}  # fmt: skip
"""What two neighbours need makes a bundle."""
EVERYBODY = {"organizations": ["unodc-tpb"], "classes": ["designer", "regional_org"], "public": True}
NEW = {"state": "KEN", "source": "cted", "title": {"en": "New"}, "description": {"en": "Something new is needed"}}
ANYBODY = ("officer", "other_officer", "secretariat", "kenya", "maldives", "unodc", "osce", "canada", "designer",
           "admin", "auditor", "nobody")  # fmt: skip

Ask = Callable[[Town, Caller, str], Any]


def getting(path: str) -> Ask:
    return lambda town, caller, need: caller.ask("GET", path.format(need=need, offer=town.offer))


def recording(_town: Town, caller: Caller, _need: str) -> Any:
    return caller.ask("POST", "/needs", json=NEW)


def previewing(town: Town, caller: Caller, _need: str) -> Any:
    offer = {name: value for name, value in town.world.offer_body().items() if name != "status"}
    return caller.ask("POST", "/matches/preview", json={"offer": offer, "limit": 3})


def proposing(_town: Town, caller: Caller, _need: str) -> Any:
    text = "Adopt a decree to freeze terrorist assets without delay; train banks and the financial intelligence unit."
    body = {"state": "KEN", "recommendations": [{"number": "1", "text": {"en": text}}]}
    return caller.ask("POST", "/recommendations/proposals", json=body)


def proposing_of_table(_town: Town, caller: Caller, _need: str) -> Any:
    text = "Adopt a decree to freeze terrorist assets without delay; train banks and the financial intelligence unit."
    file = f'number,text_en\n1,"{text}"\n'.encode()
    return caller.ask(
        "POST", "/recommendations/proposals/table", files={"file": ("t.csv", file)}, data={"state": "KEN"}
    )


def changing(method: str, path: str, body: Json) -> Ask:
    def change(_town: Town, caller: Caller, need: str) -> Any:
        tag = caller.ask("GET", f"/needs/{need}").headers.get("etag", '"none"')
        return caller.ask(method, path.format(need=need), json=body, headers={"If-Match": tag})

    return change


def closing(_town: Town, caller: Caller, need: str) -> Any:
    return changing("POST", "/needs/{need}/close", {"status": "withdrawn", "reason": "No."})(_town, caller, need)


def reopening(town: Town, caller: Caller, need: str) -> Any:
    return changing("POST", "/needs/{need}/reopen", {"visit": town.visit})(town, caller, need)


def referring(_town: Town, caller: Caller, need: str) -> Any:
    return caller.ask("POST", "/referrals", json={"need": need, "organization": "osce"})


def reading_a_referral(town: Town, caller: Caller, need: str) -> Any:
    return caller.ask("GET", f"/referrals/{town.referrals.get(need, need)}")


def stepping(town: Town, caller: Caller, need: str) -> Any:
    path = f"/referrals/{town.referrals.get(need, need)}"
    tag = caller.ask("GET", path).headers.get("etag", '"none"')
    body = {"to": "interested"}
    return caller.ask("POST", path + "/transitions", json=body, headers={"If-Match": tag})


ASKED: dict[str, Ask] = {
    "GET /needs": getting("/needs?limit=3"),
    "POST /needs": recording,
    "GET /needs/{need_id}": getting("/needs/{need}"),
    "PATCH /needs/{need_id}": changing("PATCH", "/needs/{need}", {"priority": "low"}),
    "PUT /needs/{need_id}/level": changing("PUT", "/needs/{need}/level", {"level": "state"}),
    "GET /needs/{need_id}/matches": getting("/needs/{need}/matches?limit=2"),
    "GET /states/{iso3}/matches": getting("/states/KEN/matches?limit=1"),
    "GET /offers/{offer_id}/matches": getting("/offers/{offer}/matches?limit=2"),
    "POST /matches/preview": previewing,
    "POST /recommendations/proposals": proposing,
    "POST /recommendations/proposals/table": proposing_of_table,
    "POST /needs/{need_id}/close": closing,
    "POST /needs/{need_id}/reopen": reopening,
    "GET /referrals": getting("/referrals?limit=2"),
    "POST /referrals": referring,
    "GET /referrals/{referral_id}": reading_a_referral,
    "POST /referrals/{referral_id}/transitions": stepping,
    "GET /gaps": getting("/gaps?limit=2"),
    "GET /states/{iso3}/plan": getting("/states/KEN/plan?top=3"),
    "GET /gaps/bundles": getting("/gaps/bundles?limit=2"),
}
"""How each route that shows needs is asked here: a new one has to be added."""

RARE = {
    "GET /states/{iso3}/plan",
    "POST /recommendations/proposals",
    "POST /recommendations/proposals/table",
    "POST /needs",
    "POST /needs/{need_id}/close",
    "POST /needs/{need_id}/reopen",
    "POST /referrals",
    "PUT /needs/{need_id}/level",
    "POST /matches/preview",
    "GET /states/{iso3}/matches",
}


def test_every_route_that_shows_needs_is_asked_below(world: World) -> None:
    assert routes_that_show_needs(world) == set(ASKED)


def test_every_request_that_shows_needs_leaves_one_record_of_just_those(world: World) -> None:
    town = Town(world)
    chance = random.Random(41)
    shown: dict[str, tuple[str, set[str], int, bool]] = {}
    weights = [1 if route in RARE else 6 for route in ASKED]
    asked = [(route, "officer", need) for route in ASKED for need in town.needs[2:10]]
    while len(asked) < REQUESTS:
        (route,) = chance.choices(list(ASKED), weights)
        asked.append((route, chance.choice(ANYBODY), chance.choice(town.needs)))
    for route, who, need in asked:
        answer = ASKED[route](town, getattr(world, who), need)
        if route == "POST /needs" and answer.is_success:
            town.needs.append(answer.json()["id"])
        ids = ids_in(answer.text) & set(town.needs) if answer.is_success else set()
        shown[answer.headers["x-request-id"]] = (route, ids, answer.status_code, who == "nobody")
    with world.looking() as session:
        recorded: dict[str | None, list[AuditRecord]] = {}
        for record in session.scalars(select(AuditRecord)):
            if record.action != "alarm.bulk_read":
                recorded.setdefault(record.request_id, []).append(record)
        assert service.verify(session) is None
    wrong: list[tuple[object, ...]] = []
    for request_id, (route, ids, status, is_nobody) in shown.items():
        records = recorded.get(request_id, [])
        is_refused = status >= 400 and not is_nobody
        if len(records) != (1 if ids or is_refused else 0):
            wrong.append((route, status, "records", len(records)))
        elif records and not is_refused and (set(records[0].subjects["need"]) != ids or records[0].status != status):
            wrong.append((route, status, "ids", len(ids)))
        elif is_refused and (records[0].action, records[0].status) != ("request.refused", status):
            wrong.append((route, status, records[0].action, records[0].status))
    assert wrong == []
    assert {route for route, ids, _, _ in shown.values() if ids} == set(ASKED)
    assert sum(status >= 400 for _, _, status, _ in shown.values()) > REQUESTS / 20


def test_no_need_can_be_loaded_without_being_noted(world: World, session: Session) -> None:
    """A query that goes round every function of ours leaves its trace all the same."""
    need = world.make_need()
    session.scalars(select(Need)).all()
    assert {str(i) for i in trail.of(session).needs} == {need["id"]}
