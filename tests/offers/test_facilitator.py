"""A facilitator brings needs and offers together and never owns an offer."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.access import service as access
from app.access.rules import Role
from app.core.errors import Invalid
from tests.world import START, Caller, World


def test_a_facilitator_gets_no_providers_account(engine: Engine) -> None:
    with Session(engine) as session, pytest.raises(Invalid) as refused:
        access.add_account(session, "cted-provider", role=Role.PROVIDER, at=START, organization="cted")
    assert [fault.code for fault in refused.value.faults] == ["organization.facilitator"]


def test_a_facilitators_designer_writes_no_offer(world: World, engine: Engine) -> None:
    with Session(engine) as session:
        account = access.add_account(session, "cted-designer", role=Role.DESIGNER, at=START, organization="cted")
        key = access.issue_key(session, account, at=START)[1]
        session.commit()
    facilitator = Caller(world.client, key)
    facilitator.post("/offers", world.offer_body(), expect=403)
    facilitator.ask("PUT", "/offers/cted/F-1", json=world.offer_body(), expect=403)
    assert world.officer.ids("/offers") == set()


def test_a_designer_without_an_organisation_writes_no_offer(world: World, engine: Engine) -> None:
    with Session(engine) as session:
        account = access.add_account(session, "freelance", role=Role.DESIGNER, at=START)
        key = access.issue_key(session, account, at=START)[1]
        session.commit()
    Caller(world.client, key).post("/offers", world.offer_body(), expect=403)


def test_a_designer_writes_the_offers_of_its_own_organisation(world: World) -> None:
    assert world.designer.post("/offers", world.offer_body())["organization"] == "unoct"
