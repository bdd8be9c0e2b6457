"""Good practices: public ones are everybody's, CTED writes, and a State's own needs both keys."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.practices import service
from app.reference.queries import read_book
from tests.world import START, World

Json = dict[str, Any]

GUIDE: Json = {
    "kind": "guide",
    "title": {"en": "Freezing in practice", "fr": "Le gel en pratique"},
    "description": {"en": "How a financial intelligence unit freezes terrorist assets without delay."},
    "publisher": "An institute",
    "themes": ["cft.asset-freezing"],
    "resolutions": ["1373:1"],
    "year": 2024,
    "url": "https://example.org/guide",
    "level": "public",
}
OWN: Json = GUIDE | {"kind": "state_practice", "state": "KEN", "title": {"en": "A desk that freezes in a day"}}
READERS = ["officer", "other_officer", "secretariat", "kenya", "maldives", "unodc", "canada", "designer", "auditor",
           "admin", "nobody"]  # fmt: skip
COMMITTEE = {"officer", "other_officer", "secretariat"}


def readers_of(world: World, practice: Json) -> set[str]:
    """Who reads it by its address; fails where the list says otherwise."""
    path = f"/good-practices/{practice['id']}"
    found = {name for name in READERS if getattr(world, name).ask("GET", path).status_code == 200}
    for name in READERS:
        assert (practice["id"] in getattr(world, name).ids("/good-practices")) == (name in found), name
    return found


@pytest.mark.parametrize(
    ("body", "readers"),
    [
        pytest.param(GUIDE, set(READERS), id="a public guide: everybody"),
        pytest.param(GUIDE | {"level": "committee"}, COMMITTEE, id="not public yet: the Committee"),
        pytest.param(OWN | {"level": "committee"}, COMMITTEE, id="a State's own, not released to it: the Committee"),
        pytest.param(OWN | {"level": "state"}, {*COMMITTEE, "kenya"}, id="released to its State: that State too"),
        pytest.param(OWN, {*COMMITTEE, "kenya"}, id="public by CTED alone: nobody beyond the State"),
    ],
)
def test_a_good_practice_is_read_by_those_it_is_for(shared_world: World, body: Json, readers: set[str]) -> None:
    assert readers_of(shared_world, shared_world.officer.post("/good-practices", body)) == readers


def test_a_states_own_practice_takes_both_keys_and_either_closes_it(world: World) -> None:
    practice = world.officer.post("/good-practices", OWN)
    path = f"/good-practices/{practice['id']}"
    released = world.kenya.step("POST", path, "/release")
    assert (released["is_public"], released["released_at"]) == (True, "2026-11-23T09:00:00Z")
    assert readers_of(world, practice) == set(READERS)
    world.kenya.step("POST", path, "/withhold")
    assert readers_of(world, practice) == {*COMMITTEE, "kenya"}
    world.kenya.step("POST", path, "/release")
    world.officer.step("PATCH", path, "", {"level": "state"})
    assert readers_of(world, practice) == {*COMMITTEE, "kenya"}


def test_new_words_need_the_agreement_of_the_state_anew(world: World) -> None:
    path = f"/good-practices/{world.officer.post('/good-practices', OWN)['id']}"
    world.kenya.step("POST", path, "/release")
    assert world.officer.step("PATCH", path, "", {"year": 2023})["is_public"]
    assert not world.officer.step("PATCH", path, "", {"description": {"en": "Quite another story."}})["is_public"]
    world.nobody.get(path, expect=401)


def test_others_are_not_told_how_far_a_practice_is_shown(world: World) -> None:
    practice = world.officer.post("/good-practices", GUIDE)
    path = f"/good-practices/{practice['id']}"
    assert practice["level"] == "public"
    for name in ("unodc", "kenya", "nobody"):
        assert {"level", "released_at"} & set(getattr(world, name).get(path)) == set()


@pytest.mark.parametrize("who", [name for name in READERS if name not in ("officer", "other_officer", "nobody")])
def test_only_officers_write(shared_world: World, who: str) -> None:
    path = f"/good-practices/{shared_world.officer.post('/good-practices', GUIDE)['id']}"
    caller = getattr(shared_world, who)
    caller.post("/good-practices", GUIDE, expect=403)
    caller.step("PATCH", path, "", {"year": 2020}, expect=403)


@pytest.mark.parametrize("who", ["officer", "secretariat", "unodc", "designer", "admin", "auditor"])
def test_nobody_agrees_for_a_state(shared_world: World, who: str) -> None:
    practice = shared_world.officer.post("/good-practices", OWN)
    caller = getattr(shared_world, who)
    caller.ask("POST", f"/good-practices/{practice['id']}/release", headers={"If-Match": '"x"'}, expect=403)
    shared_world.nobody.ask("POST", f"/good-practices/{practice['id']}/release", expect=401)


def test_another_state_finds_no_practice_to_release(world: World) -> None:
    practice = world.officer.post("/good-practices", OWN)
    absent = "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f"
    answers = [
        world.maldives.ask("POST", f"/good-practices/{each}/release", headers={"If-Match": '"x"'}, expect=404).json()
        | {"request_id": ""}
        for each in (practice["id"], absent)
    ]
    assert answers[0] == answers[1]
    guide = world.officer.post("/good-practices", GUIDE)
    world.kenya.step("POST", f"/good-practices/{guide['id']}", "/release", expect=409)


def test_a_change_names_the_version_that_it_was_made_for(world: World) -> None:
    path = f"/good-practices/{world.officer.post('/good-practices', GUIDE)['id']}"
    world.officer.ask("PATCH", path, json={"year": 2020}, expect=428)
    world.officer.ask("PATCH", path, json={"year": 2020}, headers={"If-Match": '"old"'}, expect=412)
    changed = world.officer.step("PATCH", path, "", {"year": 2020})
    assert (changed["year"], changed["title"]) == (2020, GUIDE["title"])


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"themes": ["cft.freezing"]}, ["/themes/0"]),
        ({"resolutions": ["9999"]}, ["/resolutions/0"]),
        ({"kind": "poem"}, ["/kind"]),
        ({"state": "KEN"}, [""]),
        ({"kind": "state_practice"}, [""]),
        ({"kind": "state_practice", "state": "XXX"}, ["/state/0"]),
        ({"url": "javascript:alert(1)"}, ["/url"]),
        ({"year": 19}, ["/year"]),
        ({"title": {}}, ["/title"]),
        ({"level": "named"}, ["/level"]),
        ({"released_at": "2026-01-01T00:00:00Z"}, ["/released_at"]),
        ({"publisher": "evil\u202ename"}, ["/publisher"]),
    ],
)
def test_a_practice_that_cannot_be_is_refused(shared_world: World, changes: Json, pointers: list[str]) -> None:
    problem = shared_world.officer.post("/good-practices", GUIDE | changes, expect=422)
    assert [fault["pointer"] for fault in problem["errors"]] == pointers


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("theme=cft", True),
        ("theme=cft.asset-freezing", True),
        ("theme=cft.asset", False),
        ("theme=border", False),
        ("resolution=1373", True),
        ("resolution=137", False),
        ("kind=guide", True),
        ("kind=model_law", False),
        ("state=KEN", False),
    ],
)
def test_a_list_is_narrowed(shared_world: World, query: str, is_found: bool) -> None:
    made = shared_world.officer.post("/good-practices", GUIDE)
    name, _, value = query.partition("=")
    assert (made["id"] in shared_world.nobody.ids("/good-practices", **{name: value})) is is_found


def test_the_shipped_instruments_load_once_and_stay_as_a_person_left_them(world: World, engine: Engine) -> None:
    def load() -> int:
        with Session(engine) as session:
            added = service.load(session, read_book(session), at=START)
            session.commit()
            return added

    assert load() >= 40
    shipped = world.nobody.get("/good-practices?limit=200")["items"]
    assert len(shipped) >= 40
    assert all(one["publisher"] and one["themes"] and one["url"] for one in shipped)
    path = f"/good-practices/{shipped[0]['id']}"
    world.officer.step("PATCH", path, "", {"year": 1999})
    assert load() == 0
    assert world.nobody.get(path)["year"] == 1999
