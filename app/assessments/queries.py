"""Reads of assessments; each starts from `visible_to(actor)`. A DIS is for its State alone."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from app.access.models import Organization
from app.access.rules import FACILITATOR, STATE_AND_WIDER, Actor, Level, Role
from app.assessments.models import Assessment, CapacityEntry, ToolChange
from app.assessments.rules import Tool
from app.core.errors import present

BEYOND_THE_STATE = (Level.COMMUNITY, Level.PUBLIC)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which assessments the actor may see: a DIS its State; an OIA CTED, the Committee once adopted, its State once
    released to it, and other States where CTED's level and the State's own word both allow."""
    is_oia = Assessment.tool == Tool.OIA
    if actor.role is Role.OFFICER:
        return and_(is_oia, or_(Assessment.level != Level.TEAM, Assessment.created_by == actor.account_id))
    if actor.role is Role.SECRETARIAT:
        return and_(is_oia, Assessment.level != Level.TEAM, Assessment.adopted_on <= actor.at.date())
    if actor.role is Role.STATE:
        own = and_(Assessment.state == actor.state, or_(~is_oia, Assessment.level.in_(STATE_AND_WIDER)))
        shared = and_(is_oia, Assessment.shared_at.is_not(None), Assessment.level.in_(BEYOND_THE_STATE))
        return or_(own, shared)
    return false()


def list_assessments(actor: Actor, *, state: str | None = None, tool: str | None = None) -> Select[Assessment]:
    """All assessments that the actor may see."""
    query = select(Assessment).where(visible_to(actor))
    if state is not None:
        query = query.where(Assessment.state == state)
    if tool is not None:
        query = query.where(Assessment.tool == tool)
    return query


def get_assessment(session: Session, actor: Actor, assessment_id: UUID) -> Assessment:
    """One visible assessment; raises `NotFound`."""
    return present(session.scalar(list_assessments(actor).where(Assessment.id == assessment_id)))


def editions(session: Session, actor: Actor, *, state: str, tool: str) -> list[Assessment]:
    """The visible editions of one tool for one State, the latest first."""
    query = list_assessments(actor, state=state, tool=tool)
    return list(session.scalars(query.order_by(Assessment.assessed_on.desc(), Assessment.id)))


def get_capacity(session: Session, actor: Actor, assessment_id: UUID, entry_id: UUID) -> CapacityEntry:
    """One entry of a visible assessment; raises `NotFound`."""
    return present(
        session.scalar(
            select(CapacityEntry)
            .join(Assessment, Assessment.id == CapacityEntry.assessment_id)
            .where(CapacityEntry.id == entry_id, Assessment.id == assessment_id, visible_to(actor))
        )
    )


def organizations_of(session: Session, state: str) -> list[str]:
    """The State's own organisations that may offer help."""
    query = select(Organization.code).where(Organization.state == state, Organization.role != FACILITATOR)
    return list(session.scalars(query.order_by(Organization.code)))


def list_tool_changes() -> Select[ToolChange]:
    """How tools were renumbered: of no State, so for all who read assessments."""
    return select(ToolChange)


def get_tool_change(session: Session, change_id: UUID) -> ToolChange:
    """One table of renumbering; raises `NotFound`."""
    return present(session.scalar(list_tool_changes().where(ToolChange.id == change_id)))


def find_tool_change(session: Session, *, tool: str, from_version: str, to_version: str) -> ToolChange | None:
    """How items were renumbered from one version to another."""
    return session.scalar(
        list_tool_changes().where(
            ToolChange.tool == tool, ToolChange.from_version == from_version, ToolChange.to_version == to_version
        )
    )
