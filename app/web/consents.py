"""Consents: what a State shares with whom, given and withdrawn with a look at who gains or loses sight first."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import ValidationError
from sqlalchemy import select

from app.access.models import Consent, Organization
from app.access.rules import CLASSES, ConsentStatus, Permission, Role
from app.audit import queries as audit_queries
from app.audit import service as audit
from app.audit.models import AuditRecord
from app.consents import queries, service
from app.consents.schemas import ConsentCreate, ConsentRead, Withdrawal
from app.consents.service import Sight
from app.core import trail
from app.core.errors import Fault, Invalid, NotAllowed, NotFound
from app.edge import paging
from app.edge.paging import Paging
from app.needs import queries as needs
from app.needs.models import Need
from app.needs.queries import Seen
from app.reference.schemas import Iso3
from app.visits import queries as visits
from app.visits.models import Visit
from app.web.pages import Page, check_tag, go, opened, text_of, texts_of
from app.web.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Reader = Annotated[Page, Depends(opened(Permission.READ_CONSENTS))]
Giver = Annotated[Page, Depends(opened(Permission.GIVE_CONSENT))]
LogReader = Annotated[Page, Depends(opened(Permission.READ_ACCESS_LOG))]
SHOWN = 100


@router.get("/consents")
def list_consents(page: Reader, status: Annotated[ConsentStatus | None, Query()] = None) -> Response:
    """Consents that the reader may see, the latest first."""
    rows = page.session.scalars(
        queries.list_consents(page.actor).order_by(Consent.recorded_at.desc(), Consent.id).limit(SHOWN)
    )
    shown = [service.shown(page.session, page.actor, row) for row in rows]
    page.know_organizations({code for consent in shown for code in consent.audience.organizations})
    return page.draw(
        "consents.html",
        consents=[consent for consent in shown if status is None or consent.status is status],
        chosen=status,
        gives=page.actor.may(Permission.GIVE_CONSENT),
    )


@router.get("/consents/new")
def start_consent(page: Giver, state: Annotated[Iso3 | None, Query()] = None) -> Response:
    """The form, for the reader's own State or the one that an officer names."""
    chosen = page.actor.state if page.actor.role is Role.STATE else state
    if chosen is None:
        options = sorted({row.state for row in page.session.scalars(visits.list_visits(page.actor))})
        return page.draw("consent_state.html", options=page.by_name("states", options))
    return page.draw("consent_form.html", **_form(page, chosen), typed=_typed(page))


@router.post("/consents/new")
def give(page: Giver) -> Response:
    """Look at who would gain sight, or give the consent."""
    state = text_of(page.form, "state")
    if state not in page.book.states or (page.actor.role is Role.STATE and state != page.actor.state):
        raise NotFound
    act = text_of(page.form, "act")
    try:
        new = ConsentCreate.model_validate(_record(page, state))
        if act != "give":
            sights = service.sight_after(
                page.session, page.actor, state, lambda: service.give(page.session, page.actor, new, page.book)
            )
            return page.draw("consent_form.html", **_form(page, state, sights), typed=_typed(page))
        consent = service.give(page.session, page.actor, new, page.book)
    except (ValidationError, Invalid) as error:
        raise page.again(error, "consent_form.html", **_form(page, state), typed=_typed(page)) from error
    return go(f"/consents/{consent.id}")


FIELDS = ("scope", "visit", "themes", "needs", "fields", "covers_future", "classes", "organizations", "public",
          "reference", "date", "expires_on")  # fmt: skip
SEVERAL = frozenset({"themes", "needs", "classes", "organizations"})


def _typed(page: Page) -> dict[str, Any]:
    typed: dict[str, Any] = {
        name: texts_of(page.form, name) if name in SEVERAL else text_of(page.form, name) for name in FIELDS
    }
    return typed | ({"fields": "header", "scope": "visit"} if not page.form else {})


def _record(page: Page, state: str) -> dict[str, Any]:
    """The consent as the form says it."""
    typed = _typed(page)
    if typed["scope"] not in ("visit", "themes", "needs") or not typed[typed["scope"]]:
        raise Invalid([Fault("/scope", "consent.scope", "Say what is shared: a visit, themes or needs.")])
    expires_on = None
    if typed["expires_on"]:
        try:
            day = date.fromisoformat(typed["expires_on"])
        except ValueError:
            fault = Fault("/expires_on", "field.day", "Write dates as YYYY-MM-DD.")
            raise Invalid([fault]) from None
        expires_on = f"{day.isoformat()}T00:00:00Z"
    return {
        "state": state,
        "scope": {typed["scope"]: typed[typed["scope"]]},
        "fields": typed["fields"],
        "covers_future": typed["covers_future"] == "yes",
        "audience": {
            "organizations": typed["organizations"], "classes": typed["classes"], "public": typed["public"] == "yes",
        },
        "instrument": {"reference": typed["reference"], "date": typed["date"]},
        "expires_at": expires_on,
    }  # fmt: skip


def _form(page: Page, state: str, sights: list[Sight] | None = None) -> dict[str, Any]:
    """What the form offers to choose from, and who would gain sight where that was asked."""
    query = visits.list_visits(page.actor).where(Visit.state == state).order_by(Visit.starts_on.desc(), Visit.id)
    bodies = page.session.execute(select(Organization.code, Organization.name).order_by(Organization.name))
    areas: dict[str, list[str]] = {}
    for code, parent in page.book.theme_parents.items():
        areas.setdefault(parent or code, []).append(code)
    return {
        "state": state, "faults": {}, "areas": areas, "visits": list(page.session.scalars(query)),
        "needs": _needs(page, state), "bodies": [(row.code, row.name) for row in bodies], "classes": CLASSES,
        "sights": None if sights is None else _told(page, state, sights), "on_behalf": page.actor.role is Role.OFFICER,
    }  # fmt: skip


def _needs(page: Page, state: str) -> list[Seen]:
    query = needs.narrowed(needs.list_needs(page.actor), page.actor, state=state)
    trail.reading(page.session, "need.list")
    return needs.find_all(page.session, query.order_by(None))


def _told(page: Page, state: str, sights: list[Sight]) -> list[dict[str, Any]]:
    """Who would see what, by title."""
    named: dict[UUID, Need] = {one.need.id: one.need for one in _needs(page, state)}
    page.know_organizations({sight.value for sight in sights if sight.kind == "organization"})
    order = sorted(named.values(), key=lambda need: need.reference)
    return [
        {
            "kind": sight.kind,
            "value": sight.value,
            "gained": [need for need in order if need.id in sight.gained],
            "lost": [need for need in order if need.id in sight.lost],
        }
        for sight in sights
    ]


def _may_act(page: Page, consent: Consent, shown: ConsentRead) -> dict[str, bool]:
    gives = page.actor.may(Permission.GIVE_CONSENT)
    return {
        "may_withdraw": gives and shown.status is not ConsentStatus.WITHDRAWN,
        "may_confirm": gives and shown.status is ConsentStatus.PENDING and consent.recorded_by != page.actor.account_id,
    }


def _consent_page(page: Page, consent: Consent, **more: Any) -> Response:
    shown = service.shown(page.session, page.actor, consent)
    page.know_organizations(shown.audience.organizations)
    sights: list[Sight] | None = None
    may = _may_act(page, consent, shown)
    values = {"sights": sights, "reason": "", "needs_reason": page.actor.role is not Role.STATE, **may, **more}
    return page.draw("consent.html", consent=shown, **values)


@router.get("/consents/{consent_id}")
def show_consent(consent_id: UUID, page: Reader) -> Response:
    """One consent."""
    return _consent_page(page, queries.get_consent(page.session, page.actor, consent_id))


@router.post("/consents/{consent_id}/confirm")
def confirm(consent_id: UUID, page: Giver) -> Response:
    """The second person's word."""
    consent = queries.get_consent(page.session, page.actor, consent_id)
    check_tag(page.form, service.shown(page.session, page.actor, consent))
    service.confirm(page.session, page.actor, consent)
    return go(f"/consents/{consent_id}")


@router.post("/consents/{consent_id}/withdraw")
def withdraw(consent_id: UUID, page: Giver) -> Response:
    """Look at who would lose sight, or withdraw."""
    consent = queries.get_consent(page.session, page.actor, consent_id)
    check_tag(page.form, service.shown(page.session, page.actor, consent))
    reason = text_of(page.form, "reason")
    if text_of(page.form, "act") != "withdraw":
        sights = service.sight_after(
            page.session,
            page.actor,
            consent.state,
            lambda: service.withdraw(page.session, page.actor, consent, reason or "preview"),
        )
        consent = queries.get_consent(page.session, page.actor, consent_id)
        return _consent_page(page, consent, sights=_told(page, consent.state, sights), reason=reason)
    try:
        withdrawal = Withdrawal(reason=reason or None)
        service.withdraw(page.session, page.actor, consent, withdrawal.reason)
    except (ValidationError, Invalid) as error:
        page.undo()
        kept = queries.get_consent(page.session, page.actor, consent_id)
        shown = service.shown(page.session, page.actor, kept)
        more = {"sights": None, "reason": reason, "needs_reason": True, **_may_act(page, kept, shown)}
        raise page.again(error, "consent.html", consent=shown, **more) from error
    return go(f"/consents/{consent_id}")


@router.get("/states/{iso3}/access-log")
def show_accesses(iso3: Iso3, page: LogReader, asked: Paging) -> Response:
    """Who saw which needs of the State, the latest first."""
    if iso3 not in page.book.states:
        raise NotFound
    if page.actor.role is Role.STATE and page.actor.state != iso3:
        raise NotAllowed("audit.not_own_state", "A State reads who saw its own needs.")
    query = audit_queries.list_accesses(page.actor, iso3)
    order = [AuditRecord.at, AuditRecord.id]
    rows, cursor = paging.fetch(page.session, query, order, asked, descending=True)
    accesses = audit.accesses(page.session, page.actor, iso3, [record for (record,) in rows])
    wanted = {need_id for access in accesses for need_id in access.needs}
    query_needs = needs.weighing(needs.list_needs(page.actor).where(Need.id.in_(wanted)))
    references = {seen.need.id: seen.need.reference for seen in needs.find_all(page.session, query_needs)}
    page.know_organizations({access.reader.organization for access in accesses if access.reader.organization})
    return page.draw("access_log.html", state=iso3, accesses=accesses, references=references, cursor=cursor,
                     first=asked.cursor is None)  # fmt: skip
