"""Who changes a record says which representation they read: If-Match, and tags that hidden things do not move."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.needs import service
from app.needs.models import Need
from app.needs.schemas import NeedUpdate
from app.reference.queries import read_book
from tests.world import World

Json = dict[str, Any]

VISIT = {"state": "KEN", "mode": "on_site", "type": "focused", "starts_on": "2026-10-05", "ends_on": "2026-10-09"}


def _need(world: World) -> tuple[str, str, str, Json]:
    return "officer", "PATCH", f"/needs/{world.make_need()['id']}", {"priority": "low"}


def _level(world: World) -> tuple[str, str, str, Json]:
    return "officer", "PUT", f"/needs/{world.make_need()['id']}/level", {"level": "state"}


def _visit(world: World) -> tuple[str, str, str, Json]:
    return "officer", "PATCH", f"/visits/{world.officer.post('/visits', VISIT)['id']}", {"mode": "hybrid"}


def _offer(world: World) -> tuple[str, str, str, Json]:
    return "unodc", "PATCH", f"/offers/{world.put_offer('P-1')['id']}", {"availability": "planned"}


def _withdrawal(world: World) -> tuple[str, str, str, Json]:
    return "unodc", "POST", f"/offers/{world.put_offer('P-2')['id']}/withdraw", {}


def _confirmation(world: World) -> tuple[str, str, str, Json]:
    return "unodc", "POST", f"/offers/{world.put_offer('P-3')['id']}/confirm", {}


def _publication(world: World) -> tuple[str, str, str, Json]:
    return "unodc", "POST", f"/offers/{world.put_offer('P-4', status='draft')['id']}/publish", {}


def _consent(world: World) -> tuple[str, str, str, Json]:
    return "kenya", "POST", f"/consents/{world.share(world.make_need(level='state'))['id']}/withdraw", {}


def _second_person(world: World) -> tuple[str, str, str, Json]:
    consent = world.share(world.make_need(level="state"), by="officer")
    return "other_officer", "POST", f"/consents/{consent['id']}/confirm", {}


CHANGES = [_need, _level, _visit, _offer, _withdrawal, _confirmation, _publication, _consent, _second_person]
Change = Callable[[World], tuple[str, str, str, Json]]


@pytest.mark.parametrize("change", [pytest.param(change, id=change.__name__[1:]) for change in CHANGES])
def test_a_change_needs_the_tag_of_what_was_read(shared_world: World, change: Change) -> None:
    name, method, path, body = change(shared_world)
    caller = getattr(shared_world, name)
    record = "/".join(path.split("/")[:3])
    tag = caller.ask("GET", record, expect=200).headers["etag"]
    caller.ask(method, path, json=body, expect=428)
    for wrong in ('"0"', tag.strip('"'), f"W/{tag}", '"ÿ"'.encode("latin-1").decode("latin-1")):
        caller.ask(method, path, json=body, headers={"If-Match": wrong.encode("latin-1")}, expect=412)
    assert caller.ask("GET", record).headers["etag"] == tag
    changed = caller.ask(method, path, json=body, headers={"If-Match": tag}, expect=200)
    if "/level" not in path:
        assert caller.ask("GET", record).headers["etag"] == changed.headers["etag"]
    if "confirm" not in path or "consents" in path:
        assert caller.ask(method, path, json=body, headers={"If-Match": tag}).status_code == 412


def test_an_upsert_takes_a_tag_and_needs_none(world: World) -> None:
    first = world.unodc.ask("PUT", "/offers/unodc-tpb/U-1", json=world.offer_body(), expect=201)
    body = world.offer_body(availability="planned")
    stale = world.unodc.ask("PUT", "/offers/unodc-tpb/U-1", json=body, headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    tag = {"If-Match": first.headers["etag"]}
    world.unodc.ask("PUT", "/offers/unodc-tpb/U-1", json=body, headers=tag, expect=200)
    world.unodc.ask("PUT", "/offers/unodc-tpb/U-1", json=world.offer_body(), expect=200)


def test_an_upsert_with_a_tag_makes_no_new_offer(world: World) -> None:
    world.unodc.ask("PUT", "/offers/unodc-tpb/U-2", json=world.offer_body(), headers={"If-Match": '"0"'}, expect=412)
    assert world.unodc.ids("/offers") == set()


def test_a_tag_is_of_the_readers_own_representation(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need, fields="header")
    before = world.unodc.ask("GET", f"/needs/{need['id']}").headers["etag"]
    world.officer.step("PATCH", f"/needs/{need['id']}", "", {"title": {"en": "Another title"}})
    after = world.unodc.ask("GET", f"/needs/{need['id']}").headers["etag"]
    assert before == after
    assert after != world.officer.ask("GET", f"/needs/{need['id']}").headers["etag"]


def test_of_two_who_change_the_themes_at_once_one_is_refused(world: World, engine: Engine) -> None:
    need = world.make_need()
    need_id = need["id"]
    with Session(engine) as first, Session(engine) as second:
        books = [read_book(first), read_book(second)]
        needs = [session.query(Need).filter_by(reference=need["reference"]).one() for session in (first, second)]
        assert needs[0].themes == needs[1].themes
        service.change(first, needs[0], NeedUpdate(themes=["border"]), books[0])
        first.commit()
        with pytest.raises((StaleDataError, OperationalError)):
            service.change(second, needs[1], NeedUpdate(themes=["prr"]), books[1])
    assert world.officer.get(f"/needs/{need_id}")["themes"] == ["border"]
