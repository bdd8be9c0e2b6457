"""Gives, confirms and withdraws consents; nothing is ever changed or deleted, only added."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import queries as access
from app.access.models import (
    Consent,
    ConsentAudience,
    ConsentEvent,
    ConsentNeed,
    ConsentTheme,
    Organization,
)
from app.access.rules import Actor, ConsentStatus, Role, consent_status
from app.consents import queries
from app.consents.schemas import AudienceRead, ConsentCreate, ConsentRead, InstrumentRead, ScopeRead
from app.core import trail
from app.core.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from app.needs import queries as needs
from app.reference.rules import Book, check_codes
from app.visits import queries as visits


def give(session: Session, actor: Actor, new: ConsentCreate, book: Book) -> Consent:
    """A new consent. The State's own counts at once; one that CTED records for it waits for a second person.

    Raises `NotFound` for a visit or need that the actor may not see, as for one that does not exist.
    """
    if actor.role is Role.STATE and new.state != actor.state:
        raise NotAllowed("consent.not_own_state", "A State gives consent for its own needs only.")
    _check(session, actor, new, book)
    consent = Consent(
        state=new.state, visit_id=new.scope.visit, fields=new.fields, covers_future=new.covers_future,
        is_public=new.audience.public, instrument=new.instrument.model_dump(mode="json"),
        effective_from=new.effective_from, expires_at=new.expires_at, recorded_at=actor.at,
        recorded_by=actor.writer, on_behalf=actor.role is not Role.STATE, supersedes=new.supersedes,
        themes=[ConsentTheme(theme=code, state=new.state) for code in dict.fromkeys(new.scope.themes or ())],
        needs=[ConsentNeed(need_id=need_id) for need_id in dict.fromkeys(new.scope.needs or ())],
        audience=[
            *(ConsentAudience(kind="organization", value=v) for v in dict.fromkeys(new.audience.organizations)),
            *(ConsentAudience(kind="class", value=v) for v in dict.fromkeys(new.audience.classes)),
        ],
        events=[],
    )  # fmt: skip
    session.add(consent)
    session.flush()
    trail.acted(session, "consent.given", "consent", [consent.id], state=consent.state, fields=consent.fields)
    if not consent.on_behalf:
        _end_superseded(session, actor, consent)
    return consent


def _check(session: Session, actor: Actor, new: ConsentCreate, book: Book) -> None:
    faults = check_codes(book.states, [new.state], kind="state", pointer="/state")
    faults += check_codes(book.themes, new.scope.themes or (), kind="theme", pointer="/scope/themes")
    if new.audience.organizations:
        known = access.organization_codes(session)
        faults += check_codes(known, new.audience.organizations, kind="organization", pointer="/audience/organizations")
    if new.scope.visit is not None and visits.get_visit(session, actor, new.scope.visit).state != new.state:
        faults.append(Fault("/scope/visit", "consent.other_state", "The visit was to another State."))
    wanted = set(new.scope.needs or ())
    if wanted - needs.visible_ids(session, actor, wanted):
        raise NotFound
    if needs.states_of(session, actor, wanted) - {new.state}:
        faults.append(Fault("/scope/needs", "consent.other_state", "All needs must be of the consenting State."))
    if new.supersedes is not None and queries.get_consent(session, actor, new.supersedes).state != new.state:
        faults.append(Fault("/supersedes", "consent.other_state", "The superseded consent is of another State."))
    if new.expires_at is not None and new.expires_at <= actor.at:
        faults.append(Fault("/expires_at", "consent.expired", "expires_at must lie in the future."))
    if faults:
        raise Invalid(faults)


def confirm(session: Session, actor: Actor, consent: Consent) -> None:
    """The second person's word for a consent that CTED recorded: the State's own, or another officer's."""
    if status(consent, actor) is not ConsentStatus.PENDING:
        raise Conflict("consent.not_pending", "Only a pending consent can be confirmed.")
    if consent.recorded_by == actor.writer:
        raise NotAllowed("consent.same_person", "Another person than the one who recorded it must confirm.")
    _add_event(session, actor, consent, "confirmed", None)
    _end_superseded(session, actor, consent)


def withdraw(session: Session, actor: Actor, consent: Consent, reason: str | None) -> None:
    """End a consent: the next request of anybody behaves as if it had never been given."""
    if status(consent, actor) is ConsentStatus.WITHDRAWN:
        raise Conflict("consent.withdrawn", "The consent is withdrawn already.")
    if actor.role is not Role.STATE and reason is None:
        raise Invalid([Fault("/reason", "consent.reason_missing", "CTED says why it withdraws a consent.")])
    _add_event(session, actor, consent, "withdrawn", reason)


def withdraw_all(session: Session, actor: Actor, state: str, reason: str | None) -> list[UUID]:
    """End every consent of a State, pending ones too; the ids of those that had not been withdrawn before."""
    if actor.role is Role.STATE and state != actor.state:
        raise NotAllowed("consent.not_own_state", "A State withdraws its own consents only.")
    query = queries.list_consents(actor).where(Consent.state == state).order_by(Consent.recorded_at, Consent.id)
    left = [one for one in session.scalars(query) if status(one, actor) is not ConsentStatus.WITHDRAWN]
    for consent in left:
        withdraw(session, actor, consent, reason)
    return [consent.id for consent in left]


def _end_superseded(session: Session, actor: Actor, consent: Consent) -> None:
    if consent.supersedes is None:
        return
    ended = queries.get_consent(session, actor, consent.supersedes)
    if status(ended, actor) is not ConsentStatus.WITHDRAWN:
        _add_event(session, actor, ended, "withdrawn", f"superseded by {consent.id}")


def _add_event(session: Session, actor: Actor, consent: Consent, kind: str, reason: str | None) -> None:
    consent.events.append(ConsentEvent(consent_id=consent.id, kind=kind, at=actor.at, by=actor.writer, reason=reason))
    session.flush()
    trail.acted(session, f"consent.{kind}", "consent", [consent.id], state=consent.state)


def status(consent: Consent, actor: Actor) -> ConsentStatus:
    """The consent's status at the actor's instant."""
    return consent_status(
        events=[event.kind for event in consent.events],
        on_behalf=consent.on_behalf,
        effective_from=consent.effective_from,
        expires_at=consent.expires_at,
        at=actor.at,
    )


def shown(session: Session, actor: Actor, consent: Consent) -> ConsentRead:
    """The consent as the actor may see it: beyond CTED and the State, only the part that names the actor."""
    insider = actor.role in (Role.OFFICER, Role.SECRETARIAT, Role.STATE)
    organizations = sorted(a.value for a in consent.audience if a.kind == "organization")
    classes = sorted(a.value for a in consent.audience if a.kind == "class")
    listed = sorted(row.need_id for row in consent.needs)
    if not insider:
        organizations = [o for o in organizations if o == actor.organization]
        classes = [c for c in classes if c == actor.audience_class]
    seen = needs.visible_ids(session, actor, listed) if listed else frozenset()
    named = visits.visible_ids(session, actor, [consent.visit_id], [])
    scope = ScopeRead(
        visit=consent.visit_id if consent.visit_id in named else None,
        themes=sorted(row.theme for row in consent.themes) or None,
        needs=[need_id for need_id in listed if need_id in seen] if listed else None,
    )
    return ConsentRead(
        id=consent.id,
        state=consent.state,
        scope=scope,
        fields=consent.fields,
        covers_future=consent.covers_future,
        audience=AudienceRead(organizations=organizations, classes=classes, public=consent.is_public),
        instrument=InstrumentRead.model_validate(consent.instrument) if insider else None,
        effective_from=consent.effective_from,
        expires_at=consent.expires_at,
        recorded_at=consent.recorded_at,
        on_behalf=consent.on_behalf,
        supersedes=consent.supersedes if insider else None,
        status=status(consent, actor),
    )


@dataclass(frozen=True, slots=True)
class Sight:
    """What one audience would gain or lose: `kind` is organization, class or public."""

    kind: str
    value: str
    gained: frozenset[UUID]
    lost: frozenset[UUID]


def sight_after(session: Session, actor: Actor, state: str, act: Callable[[], object]) -> list[Sight]:
    """Who would see more or less of the State's needs after `act`, which is undone. Each audience of a consent of the
    State is looked at as one that is in it and in nothing else; raises what `act` raises."""
    with trail.rehearsal(session):
        savepoint = session.begin_nested()
        try:
            act()
            session.flush()
            audiences = _audiences(session, actor, state)
            after = {key: _seen(session, who, state) for key, who in _readers(session, actor, audiences).items()}
        finally:
            savepoint.rollback()
        before = {key: _seen(session, who, state) for key, who in _readers(session, actor, audiences).items()}
    return [
        Sight(*key, gained=after[key] - before[key], lost=before[key] - after[key])
        for key in sorted(after)
        if after[key] != before[key]
    ]


def _audiences(session: Session, actor: Actor, state: str) -> set[tuple[str, str]]:
    rows = session.execute(
        select(ConsentAudience.kind, ConsentAudience.value)
        .join(Consent, Consent.id == ConsentAudience.consent_id)
        .where(Consent.state == state, queries.visible_to(actor))
    )
    return {(row.kind, row.value) for row in rows} | {("public", "")}


def _readers(session: Session, actor: Actor, audiences: set[tuple[str, str]]) -> dict[tuple[str, str], Actor]:
    kinds = dict(session.execute(select(Organization.code, Organization.kind)).tuples().all())
    found = {}
    for kind, value in audiences:
        if kind == "organization":
            role, organization, body = Role.PROVIDER, value, kinds.get(value)
        elif kind == "class" and value == "designer":
            role, organization, body = Role.DESIGNER, None, None
        elif kind == "class":
            role, organization, body = Role.PROVIDER, None, "donor_programme" if value == "donor" else value
        else:
            role, organization, body = Role.ANONYMOUS, None, None
        found[kind, value] = Actor(role, actor.at, organization=organization, organization_kind=body)
    return found


def _seen(session: Session, reader: Actor, state: str) -> frozenset[UUID]:
    return frozenset(session.scalars(needs.ids_of(reader, state)))
