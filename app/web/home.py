"""Home: for each role what it can do next, and nothing else."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import func, select

from app.access.models import Account
from app.access.rules import Actor, ConsentStatus, Role
from app.audit import queries as audit
from app.consents import queries as consents
from app.consents import service as consent_service
from app.gaps import service as gaps
from app.gaps.service import Wanted
from app.needs import queries as needs
from app.offers import queries as offers
from app.offers.models import Offer
from app.offers.rules import Status
from app.visits import queries as visits
from app.visits.models import Visit
from app.web.pages import AnyPage, Page
from app.web.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

RECENT = 5


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next: a sentence with its number, and where it is done."""

    code: str
    href: str
    count: int


@router.get("/")
def show_home(page: AnyPage) -> Response:
    """Home."""
    role = page.actor.role
    draws: dict[Role, Any] = {
        Role.OFFICER: _ctc, Role.SECRETARIAT: _ctc, Role.STATE: _state, Role.PROVIDER: _provider,
        Role.DESIGNER: _designer, Role.ADMIN: _admin, Role.AUDITOR: _auditor, Role.ANONYMOUS: _anonymous,
    }  # fmt: skip
    steps, more = draws[role](page)
    template = {"states": None, "gaps": None, **more}
    return page.draw("home.html", steps=[s for s in steps if s.count], who=role, **template)


Drawn = tuple[list[Step], dict[str, Any]]


def _ctc(page: Page) -> Drawn:
    """The States last visited, and the consents that wait for a second person."""
    last = page.session.scalars(
        visits.list_visits(page.actor).order_by(Visit.ends_on.desc(), Visit.id).limit(4 * RECENT)
    )
    states = list(dict.fromkeys(visit.state for visit in last))[:RECENT]
    known = needs.count_by_state(page.session, page.actor)
    pending = _pending_consents(page)
    steps = [Step("ui.home.consents_to_confirm", "/consents?status=pending", pending)]
    return steps, {"states": [(state, known[state]) for state in states]}


def _pending_consents(page: Page) -> int:
    if page.actor.role not in (Role.OFFICER, Role.STATE):
        return 0
    found = page.session.scalars(consents.list_consents(page.actor))
    return sum(
        consent_service.status(one, page.actor) is ConsentStatus.PENDING and one.recorded_by != page.actor.account_id
        for one in found
    )


def _state(page: Page) -> Drawn:
    """What is recorded of the State, and what it has consented to."""
    state = page.actor.state or ""
    recorded = needs.count_by_state(page.session, page.actor)[state]
    return [
        Step("ui.home.consents_to_confirm", "/consents?status=pending", _pending_consents(page)),
        Step("ui.home.recorded_of_us", f"/states/{state}", recorded),
    ], {}


def _provider(page: Page) -> Drawn:
    """The organisation's offers that want something."""
    own = {"drafts": 0, "published": 0}
    if page.actor.organization is not None:
        mine = offers.list_offers(page.actor, organization=page.actor.organization)
        states = Counter(page.session.scalars(mine.with_only_columns(Offer.status)))
        own = {"drafts": states[Status.DRAFT], "published": states[Status.PUBLISHED]}
    return [
        Step("ui.home.drafts", "/own/offers?status=draft", own["drafts"]),
        Step("ui.home.published", "/own/offers", own["published"]),
        Step("ui.home.needs_shared", "/states", needs.count_by_state(page.session, page.actor).total()),
    ], {}


def _designer(page: Page) -> Drawn:
    """The first gaps."""
    answer = gaps.rank(page.asked, Wanted(limit=RECENT))
    return [], {"gaps": answer}


def _admin(page: Page) -> Drawn:
    """Accounts that wait for a second administrator."""
    waiting = page.session.scalar(
        select(func.count()).select_from(Account).where(Account.confirmed_at.is_(None), Account.disabled_at.is_(None))
    )
    return [Step("ui.home.accounts_waiting", "/accounts", waiting or 0)], {}


def _auditor(page: Page) -> Drawn:
    """How long the chain is."""
    return [Step("ui.home.records", "/audit", audit.get_head(page.session).count)], {}


def _anonymous(page: Page) -> Drawn:
    """How much is offered."""
    actor: Actor = page.actor
    published = page.session.scalar(select(func.count()).select_from(offers.list_offers(actor).subquery()))
    return [Step("ui.home.offers", "/offers", published or 0)], {}
