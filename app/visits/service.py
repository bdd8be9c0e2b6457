"""Records visits and recommendations."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.access import queries as access
from app.access.models import Account
from app.access.rules import Actor, Role
from app.core import calendar, trail
from app.core.errors import Conflict, Fault, Invalid
from app.reference.rules import Book, check_codes, check_resolutions
from app.visits import queries, rules
from app.visits.models import Observation, Recommendation, ReportRelease, TeamMember, Visit
from app.visits.rules import Course, Release, VisitStatus
from app.visits.schemas import (
    ClockRead,
    ObservationRead,
    ObservationsCreate,
    RecommendationCreate,
    ReleaseCreate,
    ReleaseRead,
    VisitCreate,
    VisitRead,
    VisitUpdate,
)


def record(session: Session, actor: Actor, new: VisitCreate, book: Book) -> Visit:
    """A new visit; the officer who records it is in its team."""
    faults = check_codes(book.states, [new.state], kind="state", pointer="/state")
    team = _team(session, new.team, faults)
    _check_delegation(session, new.delegation, faults)
    if new.follows is not None:
        _follow_up(session, actor, new)
    visit = Visit(
        status=status_at_first(new, actor.at.date()), follows=new.follows,
        state=new.state, mode=new.mode, type=new.type, starts_on=new.starts_on, ends_on=new.ends_on,
        delegation=new.delegation, report_adopted_on=new.report_adopted_on, level=new.level, created_at=actor.at,
        created_by=actor.writer, team=[TeamMember(account_id=a) for a in sorted({*team, actor.writer})],
    )  # fmt: skip
    session.add(visit)
    session.flush()
    trail.acted(session, "visit.recorded", "visit", [visit.id], state=visit.state)
    return visit


def status_at_first(new: VisitCreate, today: date) -> VisitStatus:
    """Where a visit stands that is put down on this day."""
    if new.report_adopted_on is not None:
        return VisitStatus.ADOPTED
    return VisitStatus.HELD if new.ends_on < today else VisitStatus.PLANNED


def _follow_up(session: Session, actor: Actor, new: VisitCreate) -> None:
    """The earlier visit is followed up by this one; raises `NotFound` where it is hidden."""
    earlier = queries.get_visit(session, actor, cast(UUID, new.follows))
    if earlier.state != new.state or earlier.ends_on >= new.starts_on:
        raise Invalid([Fault("/follows", "visit.not_earlier", "Name an earlier visit to the same State.")])
    if VisitStatus.FOLLOW_UP in rules.NEXT[status(earlier)]:
        earlier.status = VisitStatus.FOLLOW_UP


def status(visit: Visit) -> VisitStatus:
    """Where the visit stands: the State's observations move a draft on by themselves."""
    if visit.status == VisitStatus.DRAFT and visit.observations:
        return VisitStatus.OBSERVATIONS
    return VisitStatus(visit.status)


def course(visit: Visit) -> Course:
    """The days of the visit's course."""
    observed_on = visit.observations[0].at.date() if visit.observations else None
    return Course(
        visit.starts_on, visit.ends_on, visit.draft_on, observed_on, visit.report_adopted_on, visit.responded_on
    )


def observe(session: Session, actor: Actor, visit: Visit, new: ObservationsCreate) -> None:
    """Take in the State's observations on the draft; raises `Conflict` before there is one and after its 30 days."""
    due = rules.observations_due(course(visit))
    if due is None or visit.report_adopted_on is not None:
        raise Conflict("visit.no_draft", "There is no draft report to observe on.")
    if calendar.is_over(due, actor.at):
        raise Conflict("visit.window_closed", f"Observations were due by {due}.")
    visit.observations.append(Observation(visit_id=visit.id, text=new.text, at=actor.at, by=actor.writer))
    session.flush()
    trail.acted(session, "visit.observed", "visit", [visit.id], state=visit.state)


def release(session: Session, actor: Actor, visit: Visit, new: ReleaseCreate, book: Book) -> None:
    """Put down how much of the adopted report the State lets others read; raises `Conflict` before adoption."""
    faults = check_codes(book.themes, new.parts, kind="theme", pointer="/parts")
    if faults:
        raise Invalid(faults)
    if visit.report_adopted_on is None:
        raise Conflict("visit.not_adopted", "There is no adopted report to release.")
    visit.releases.append(
        ReportRelease(visit_id=visit.id, extent=new.extent, parts=new.parts, at=actor.at, by=actor.writer)
    )
    session.flush()
    trail.acted(session, "visit.report_released", "visit", [visit.id], state=visit.state, extent=new.extent)


_DAYS = {
    VisitStatus.DRAFT: "draft_on",
    VisitStatus.ADOPTED: "report_adopted_on",
    VisitStatus.RESPONSE: "responded_on",
}
"""The day that a step brings."""


def _move(visit: Visit, update: VisitUpdate, at: datetime) -> None:
    """Take the step that was sent; a report put down as adopted is adopted."""
    sent = update.model_fields_set
    if "status" in sent and update.status is not status(visit):
        rules.check_move(status(visit), update.status, course(visit), at)
        visit.status = update.status
        day = _DAYS.get(update.status)
        if day is not None and getattr(update, day) is None:
            setattr(visit, day, at.date())
    elif update.report_adopted_on is not None and visit.report_adopted_on is None:
        visit.status = VisitStatus.ADOPTED


def change(session: Session, actor: Actor, visit: Visit, update: VisitUpdate) -> Visit:
    """Change the fields that were sent, and take the step that was sent; raises `Conflict` for one out of turn."""
    _move(visit, update, actor.at)
    faults: list[Fault] = []
    sent = update.model_fields_set
    team = _team(session, update.team, faults)
    _check_delegation(session, update.delegation, faults)
    kept_days = {day for day in _DAYS.values() if getattr(update, day) is None and "status" in sent}
    for name in sent - {"team", "status"} - kept_days:
        setattr(visit, name, getattr(update, name))
    if visit.ends_on < visit.starts_on:
        raise Invalid([Fault("/ends_on", "visit.dates", "ends_on must not be before starts_on.")])
    if "team" in sent:
        kept = {member.account_id: member for member in visit.team}
        visit.team = [kept.get(a) or TeamMember(account_id=a) for a in sorted({*team, visit.created_by})]
        flag_modified(visit, "level")  # a team alone would not move the row's version
    session.flush()
    trail.acted(session, "visit.changed", "visit", [visit.id], state=visit.state)
    return visit


def _check_delegation(session: Session, codes: list[str], faults: list[Fault]) -> None:
    known = access.organization_codes(session) if codes else ()
    faults += check_codes(known, codes, kind="organization", pointer="/delegation")
    if faults:
        raise Invalid(faults)


def _team(session: Session, names: list[str], faults: list[Fault]) -> list[UUID]:
    officers = {
        a.name: a.id
        for a in session.scalars(select(Account).where(Account.name.in_(names), Account.role == Role.OFFICER))
    }
    faults += [
        Fault(f"/team/{position}", "account.not_an_officer", "Name accounts of officers.")
        for position, name in enumerate(names)
        if name not in officers
    ]
    return list(officers.values())


def recommend(session: Session, actor: Actor, visit: Visit, new: RecommendationCreate, book: Book) -> Recommendation:
    """A new recommendation of a visit; raises `Conflict` if its number is taken."""
    faults = check_codes(book.themes, new.themes, kind="theme", pointer="/themes")
    faults += check_resolutions(book, new.resolutions, pointer="/resolutions")
    if faults:
        raise Invalid(faults)
    if session.scalar(select(Recommendation.id).filter_by(visit_id=visit.id, number=new.number)):
        raise Conflict("recommendation.number_taken", "The visit has a recommendation of that number.")
    recommendation = Recommendation(visit_id=visit.id, created_at=actor.at, created_by=actor.writer, **new.model_dump())
    session.add(recommendation)
    session.flush()
    trail.acted(session, "recommendation.recorded", "recommendation", [recommendation.id], state=visit.state)
    return recommendation


def shown(session: Session, actor: Actor, visit: Visit) -> VisitRead:
    """The visit as the actor may see it."""
    team = None
    if actor.role is Role.OFFICER:
        team = queries.account_names(session, [member.account_id for member in visit.team])
    days = course(visit)
    made: dict[str, object] = {
        "team": team,
        "status": status(visit),
        "follows": next(iter(queries.visible_ids(session, actor, [visit.follows], [])), None),
        "clocks": [
            ClockRead(
                name=clock.name, due_on=clock.due_on, done_on=clock.done_on,
                is_overdue=rules.is_overdue(clock, actor.at, adopted_on=days.adopted_on),
            )
            for clock in rules.clocks(days)
        ],
        "observations": [ObservationRead(text=one.text, at=one.at) for one in visit.observations],
        "release": None,
    }  # fmt: skip
    if visit.releases:
        last = visit.releases[-1]
        made["release"] = ReleaseRead(extent=Release(last.extent), parts=last.parts, at=last.at)
    own = {name: getattr(visit, name) for name in VisitRead.model_fields if name not in made}
    return VisitRead.model_validate({**own, **made})
