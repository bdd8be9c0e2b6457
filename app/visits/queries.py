"""Reads of visits and recommendations; each starts from `visible_to(actor)`."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from app.access.models import Account
from app.access.rules import STATE_AND_WIDER, Actor, Level, Role
from app.core.errors import NotFound, present
from app.visits.models import Recommendation, TeamMember, Visit


def in_team(actor: Actor, visit_id: SQLColumnExpression[UUID | None]) -> ColumnElement[bool]:
    """Whether the actor is in the team of that visit."""
    return exists().where(TeamMember.visit_id == visit_id, TeamMember.account_id == actor.account_id)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which visits the actor may see: CTED's own, the Committee's once adopted, the State's once released to it."""
    if actor.role is Role.OFFICER:
        mine = or_(Visit.created_by == actor.account_id, in_team(actor, Visit.id))
        return or_(Visit.level != Level.TEAM, mine)
    if actor.role is Role.SECRETARIAT:
        return and_(Visit.level != Level.TEAM, Visit.report_adopted_on.is_not(None))
    if actor.role is Role.STATE:
        return and_(Visit.state == actor.state, Visit.level.in_(STATE_AND_WIDER))
    return false()


def recommendation_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which recommendations of visible visits the actor may see, by their own level."""
    if actor.role is Role.OFFICER:
        return or_(
            Recommendation.level != Level.TEAM,
            Recommendation.created_by == actor.account_id,
            in_team(actor, Recommendation.visit_id),
        )
    if actor.role is Role.SECRETARIAT:
        return Recommendation.level != Level.TEAM
    if actor.role is Role.STATE:
        return Recommendation.level.in_(STATE_AND_WIDER)
    return false()


def list_visits(actor: Actor) -> Select[Visit]:
    """All visits that the actor may see."""
    return select(Visit).where(visible_to(actor))


def find_visit(session: Session, actor: Actor, visit_id: UUID) -> Visit | None:
    """One visit, if it is visible."""
    return session.scalar(list_visits(actor).where(Visit.id == visit_id))


def get_visit(session: Session, actor: Actor, visit_id: UUID) -> Visit:
    """One visible visit; raises `NotFound`."""
    visit = find_visit(session, actor, visit_id)
    if visit is None:
        raise NotFound
    return visit


def list_recommendations(actor: Actor, visit_id: UUID) -> Select[Recommendation]:
    """The visible recommendations of one visit."""
    return select(Recommendation).where(Recommendation.visit_id == visit_id, recommendation_visible_to(actor))


def get_recommendation(session: Session, actor: Actor, recommendation_id: UUID) -> Recommendation:
    """One visible recommendation of a visible visit; raises `NotFound`."""
    return present(
        session.scalar(
            select(Recommendation)
            .join(Visit, Visit.id == Recommendation.visit_id)
            .where(Recommendation.id == recommendation_id, visible_to(actor), recommendation_visible_to(actor))
        )
    )


def visible_ids(
    session: Session, actor: Actor, visits: Iterable[UUID | None], recommendations: Iterable[UUID | None]
) -> frozenset[UUID]:
    """Which of these visits and recommendations the actor may see: others are not named inside other records."""
    wanted_visits = {v for v in visits if v}
    wanted = {r for r in recommendations if r}
    seen = set(session.scalars(select(Visit.id).where(Visit.id.in_(wanted_visits), visible_to(actor))))
    if wanted:
        seen |= set(
            session.scalars(
                select(Recommendation.id)
                .join(Visit, Visit.id == Recommendation.visit_id)
                .where(Recommendation.id.in_(wanted), visible_to(actor), recommendation_visible_to(actor))
            )
        )
    return frozenset(seen)


def account_names(session: Session, ids: Sequence[UUID]) -> list[str]:
    """Names of accounts, sorted."""
    return sorted(session.scalars(select(Account.name).where(Account.id.in_(ids))))
