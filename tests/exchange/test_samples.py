"""The seed data of a demonstration loads clean, and every need, offer and consent of it is consistent."""

import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.access import service as access
from app.access.models import Account, Consent
from app.access.rules import Actor, ConsentStatus, Role
from app.consents import service as consents
from app.exchange import samples
from app.needs import queries as needs
from app.needs.models import Need
from app.offers.models import Offer
from app.reference.queries import read_book
from app.visits.models import Recommendation, Visit

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def load(session: Session, *, now: datetime = NOW) -> dict[str, int]:
    samples.load_organizations(session)
    officer = session.scalar(select(Account)) or access.add_account(session, "loader", role=Role.OFFICER, at=now)
    return samples.load(session, read_book(session), today=now.date(), now=now, recorded_by=officer.id)


def test_everything_is_loaded_soon_and_only_once(session: Session) -> None:
    start = time.process_time()
    counts = load(session)
    assert time.process_time() - start < 10
    assert counts["programmes"] >= 70
    assert counts["needs"] >= 150
    assert counts["offers"] >= 200
    assert counts["offers from IATI files"] == 25
    assert counts["assessments"] >= 10
    assert len(set(session.scalars(select(Visit.state)))) >= 25
    assert set(load(session).values()) == {0}


def test_what_is_invented_is_marked_and_nothing_else_is(session: Session) -> None:
    load(session)
    for table in (Visit, Recommendation, Need):
        assert session.scalar(select(func.count()).where(table.is_sample.is_(False))) == 0
    for offer in session.scalars(select(Offer)):
        assert offer.is_sample == offer.organization.startswith("inv-")


def test_the_same_sample_has_the_same_id_and_reference_everywhere(engine: Engine) -> None:
    seen = []
    for _ in range(2):
        with Session(engine) as session:
            load(session)
            seen.append(sorted(tuple(row) for row in session.execute(select(Need.id, Need.reference))))
    assert seen[0] == seen[1]


def test_nothing_was_written_in_the_future(session: Session) -> None:
    load(session)
    for table in (Visit, Recommendation, Need, Offer):
        assert max(session.scalars(select(table.created_at))) <= NOW
    for consent in session.scalars(select(Consent)):
        assert consent.recorded_at <= NOW
        assert all(consent.recorded_at < event.at <= NOW for event in consent.events)


def test_consents_of_every_status_are_there(session: Session) -> None:
    load(session)
    actor = Actor(Role.OFFICER, NOW)
    found = {consents.status(consent, actor) for consent in session.scalars(select(Consent))}
    assert found == set(ConsentStatus) - {ConsentStatus.PENDING}


@pytest.mark.parametrize("year", [2026, 2031])
def test_samples_do_not_age(session: Session, year: int) -> None:
    now = NOW.replace(year=year)
    load(session, now=now)
    latest = session.scalar(select(func.max(Visit.starts_on)))
    assert latest is not None
    assert abs((now.date() - latest).days) < 200


@pytest.mark.parametrize(
    "actor",
    [
        Actor(Role.PROVIDER, NOW, organization="inv-un-ojas", organization_kind="un_entity"),
        Actor(Role.PROVIDER, NOW, organization="inv-fjordbistand", organization_kind="donor_programme"),
        Actor(Role.DESIGNER, NOW, organization="unoct", organization_kind="un_entity"),
        Actor(Role.STATE, NOW, state="MDV"),
        Actor(Role.ANONYMOUS, NOW),
    ],
    ids=["a UN entity", "a donor", "the designer", "a State", "nobody"],
)
def test_each_sees_some_needs_and_not_others(session: Session, actor: Actor) -> None:
    load(session)
    everything = session.scalar(select(func.count()).select_from(Need)) or 0
    assert 0 < len(needs.find_all(session, needs.list_needs(actor))) < everything
