"""Records visits and recommendations."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.access.models import Account, Organization
from app.access.rules import Actor, Role
from app.core import trail
from app.core.errors import Conflict, Fault, Invalid
from app.reference.rules import Book, check_codes, check_resolutions
from app.visits import queries
from app.visits.models import Recommendation, TeamMember, Visit
from app.visits.schemas import RecommendationCreate, VisitCreate, VisitRead, VisitUpdate


def record(session: Session, actor: Actor, new: VisitCreate, book: Book) -> Visit:
    """A new visit; the officer who records it is in its team."""
    faults = check_codes(book.states, [new.state], kind="state", pointer="/state")
    team = _team(session, new.team, faults)
    _check_delegation(session, new.delegation, faults)
    visit = Visit(
        state=new.state, mode=new.mode, type=new.type, starts_on=new.starts_on, ends_on=new.ends_on,
        delegation=new.delegation, report_adopted_on=new.report_adopted_on, level=new.level, created_at=actor.at,
        created_by=actor.writer, team=[TeamMember(account_id=a) for a in sorted({*team, actor.writer})],
    )  # fmt: skip
    session.add(visit)
    session.flush()
    trail.acted(session, "visit.recorded", "visit", [visit.id], state=visit.state)
    return visit


def change(session: Session, visit: Visit, update: VisitUpdate) -> Visit:
    """Change the fields that were sent."""
    faults: list[Fault] = []
    sent = update.model_fields_set
    team = _team(session, update.team, faults)
    _check_delegation(session, update.delegation, faults)
    for name in sent - {"team"}:
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
    known = dict.fromkeys(session.scalars(select(Organization.code))) if codes else {}
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
    return VisitRead.model_validate(
        {**{name: getattr(visit, name) for name in VisitRead.model_fields if name != "team"}, "team": team}
    )
