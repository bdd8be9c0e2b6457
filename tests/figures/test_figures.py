"""Figures over each reader's own sight, and the counters rebuilt from the record alone."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from app.access.rules import Actor, Role
from app.figures import rules, service
from app.figures.rules import Event
from tests.world import START, Json, World

PRISONS: Json = {"title": {"en": "Rehabilitation of violent extremist prisoners"},
                 "description": {"en": "Prison staff have no programme for violent extremist inmates."},
                 "themes": ["prr.prisons"], "assistance_types": ["training"]}  # fmt: skip


def test_figures_count_what_is_open_and_what_nothing_serves(world: World) -> None:
    world.make_need(**PRISONS, agreed_on="2026-12-03")
    world.make_need(state="MDV")
    world.put_offer("F-1", closes_on="2027-01-31")
    found = world.officer.get("/figures")
    assert found["needs"] == {"open": 2, "agreed": 1, "shared": 0, "unmet": 1, "unmet_share": 0.5}
    assert found["offers"] == {"published": 1, "ending": 1}
    assert {row["code"]: (row["needs"], row["unmet"]) for row in found["by_theme"]} == {"cft": (1, 0), "prr": (1, 1)}
    assert {row["code"] for row in found["by_region"]} == {"Africa", "Asia"}
    assert found["by_month"] == [{"month": "2026-11", "needs": 2}]
    assert found["steps"][1] == {"step": "recorded_to_agreed", "median_days": 10.0, "needs": 1}


def test_a_period_holds_what_was_recorded_in_it(world: World) -> None:
    world.make_need(**PRISONS)
    world.pass_time(days=30)
    world.make_need(**PRISONS)

    def counted(**period: str) -> int:
        found: int = world.officer.get("/figures", params=period)["needs"]["open"]
        return found

    assert counted() == 2
    assert counted(**{"from": "2026-12-01"}) == counted(to="2026-11-30") == 1
    assert counted(**{"from": "2027-01-01"}) == 0
    world.officer.get("/figures", params={"from": "2026-12-02", "to": "2026-12-01"}, expect=422)


def test_hidden_needs_change_no_figure(world: World) -> None:
    need = world.make_need(**PRISONS, level="state")
    world.share(need, level="community", fields="header", audience={"classes": ["designer"]})
    before = {name: getattr(world, name).get("/figures") for name in ("designer", "unodc", "maldives", "nobody")}
    assert before["designer"]["needs"]["open"] == 1
    assert before["nobody"]["needs"] == {"open": 0, "agreed": 0, "shared": 0, "unmet": 0, "unmet_share": None}
    for state in ("KEN", "UGA", "SOM"):
        world.make_need(**PRISONS, state=state, level="state", agreed_on="2026-11-01")
    assert {name: getattr(world, name).get("/figures") for name in before} == before
    assert world.designer.get("/figures", params={"from": "2020-01-01"})["needs"]["open"] == 0
    assert before["designer"]["by_month"] == []


def test_the_record_alone_gives_the_live_counters(world: World) -> None:
    chance = random.Random(3)
    made = []
    for _ in range(12):
        made.append(world.make_need(**PRISONS, state=chance.choice(("KEN", "MDV", "UGA"))))
        world.pass_time(days=chance.randint(0, 25))
    for need in made[:5]:
        themes = chance.sample(["border.maritime", "prr.prisons", "gender", "cft.fiu"], chance.randint(0, 3))
        world.officer.step("PATCH", f"/needs/{need['id']}", "", {"themes": themes})
    key = {"Idempotency-Key": "once"}
    body = {**PRISONS, "state": "KEN", "source": "cted"}
    assert [world.officer.ask("POST", "/needs", json=body, headers=key).status_code for _ in "ab"] == [201, 201]
    world.officer.post("/needs", {**body, "themes": ["nothing"]}, expect=422)
    table = b"state,title_en,description_en,themes,source\nKEN,One,Words,cft.fiu;gender,cted\nMDV,Two,Words,,cted\n"
    for dry in ("true", "false"):
        world.officer.ask("POST", "/imports", files={"file": ("needs.csv", table)},
                          data={"kind": "needs", "dry_run": dry})  # fmt: skip
    with world.looking() as session:
        reader = Actor(Role.SECRETARIAT, world.now)
        live = service.live(session, reader)
        assert service.from_the_record(session, reader) == live
        assert service.differences(session, reader) == []
        assert live.needs == 15
        assert live.by_theme["cft.fiu"] >= 1


@pytest.mark.pure
def test_the_last_change_says_what_a_need_is_about() -> None:
    def event(**subjects: Any) -> Event:
        return Event(datetime(2026, 11, 23, tzinfo=UTC), (), subjects, {"n": "KEN"})

    counters = rules.rebuilt([
        event(need_recorded=["n"], **{"need_on:cft": ["n"], "need_on:hr": ["n"]}),
        event(need_changed=["n"], **{"need_on:hr": ["n"]}),
    ])  # fmt: skip
    assert (counters.needs, dict(counters.by_theme), counters.by_month) == (1, {"hr": 1}, {rules.month(START): 1})
