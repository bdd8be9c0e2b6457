"""Recipes: read by every replica from its next request on, and only beside the recipe they were refitted from."""

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.access import service as access
from app.core.errors import Conflict, NotAllowed
from app.matches.adapter import base_of, recipe_in_use
from app.verdicts import service
from app.verdicts.adapter import cases_of
from matching import RECIPE, Recipe
from tests.world import World

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def halved(version: str = "2026.1+half") -> Recipe:
    return replace(
        RECIPE, version=version, settlers=MappingProxyType({name: w / 2 for name, w in RECIPE.settlers.items()})
    )


def adopt(session: Session, recipe: Recipe, *, by: str = "officer", base: str = "") -> None:
    account = access.get_account(session, by)
    service.adopt(
        session, account, weights=recipe.as_mapping(), base=base or base_of(RECIPE), figures={"ndcg_10": 0.9}, at=NOW
    )


def test_the_next_request_ranks_by_the_adopted_recipe(world: World, engine: Engine) -> None:
    need = world.make_need()["id"]
    world.put_offer()
    before = world.officer.get(f"/needs/{need}/matches")
    with Session(engine) as session:
        adopt(session, halved())
        session.commit()
    after = world.officer.get(f"/needs/{need}/matches")
    assert (before["recipe"], after["recipe"]) == (RECIPE.version, "2026.1+half")
    assert after["revision"] > before["revision"]
    assert after["matches"][0]["score"] > before["matches"][0]["score"]


def test_what_was_frozen_keeps_the_recipe_it_was_decided_by(world: World, engine: Engine) -> None:
    need, offer = world.make_need()["id"], world.put_offer()["id"]
    frozen = world.officer.post(f"/needs/{need}/verdicts", {"offer": offer, "verdict": "accepted"})
    with Session(engine) as session:
        adopt(session, halved())
        session.commit()
    (kept,) = world.officer.get(f"/needs/{need}/verdicts")["items"]
    assert kept == frozen


def test_a_recipe_refitted_from_another_shipped_one_no_longer_counts(world: World, session: Session) -> None:
    adopt(session, halved(), base="2025.9 00000000")
    assert recipe_in_use(session) == RECIPE


def test_the_newest_of_several_counts(world: World, session: Session) -> None:
    adopt(session, halved("2026.1+one"))
    adopt(session, halved("2026.1+two"))
    assert recipe_in_use(session).version == "2026.1+two"


def test_the_recipe_in_use_is_not_adopted_twice(world: World, session: Session) -> None:
    adopt(session, halved())
    with pytest.raises(Conflict):
        adopt(session, halved())


@pytest.mark.parametrize("who", ["kenya", "unodc", "designer", "auditor", "secretariat"])
def test_nobody_but_officers_and_administrators_adopts(world: World, session: Session, who: str) -> None:
    with pytest.raises(NotAllowed):
        adopt(session, halved(), by=who)


def verdict(
    need: str, offer: str, ruling: str, reason: str | None = None, at: str = "2026-11-23T09:00"
) -> dict[str, object]:
    findings = [{"criterion": "theme", "value": 0.5}]
    return {"need": need, "state": "KEN", "offer": offer, "verdict": ruling, "reason": reason, "created_at": at,
            "findings": findings}  # fmt: skip


@pytest.mark.pure
def test_the_latest_verdict_on_a_pair_counts() -> None:
    early, late = verdict("n", "o", "accepted"), verdict("n", "o", "declined", "timing", at="2026-11-24T09:00")
    for order in ([early, late], [late, early]):
        ((case),) = cases_of(order)
        assert [one.grade for one in case.graded] == [0]


@pytest.mark.pure
def test_what_does_not_speak_of_the_fit_teaches_nothing() -> None:
    assert cases_of([verdict("n", "o", "declined", "already_helped")]) == ()
