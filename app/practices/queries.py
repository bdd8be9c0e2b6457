"""Reads of good practices; each starts from `visible_to(actor)`."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, cast, or_, select, true
from sqlalchemy.orm import Session

from app.access.rules import STATE_AND_WIDER, Actor, Level, Role
from app.core.errors import present
from app.practices.models import GoodPractice


def is_public() -> ColumnElement[bool]:
    """What everybody may see: CTED made it public and, where it is a State's own, the State agreed."""
    agreed = or_(GoodPractice.state.is_(None), GoodPractice.released_at.is_not(None))
    return and_(GoodPractice.level == Level.PUBLIC, agreed)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which good practices the actor may see: public ones, CTED's and the Committee's all, a State's own once it is
    released to it."""
    if actor.role in (Role.OFFICER, Role.SECRETARIAT):
        return true()
    if actor.role is Role.STATE:
        own = and_(GoodPractice.state == actor.state, GoodPractice.level.in_(STATE_AND_WIDER))
        return or_(is_public(), own)
    return is_public()


def list_practices(
    actor: Actor,
    *,
    kind: str | None = None,
    theme: str | None = None,
    resolution: str | None = None,
    state: str | None = None,
) -> Select[GoodPractice]:
    """All good practices that the actor may see."""
    query = select(GoodPractice).where(visible_to(actor))
    if kind is not None:
        query = query.where(GoodPractice.kind == kind)
    if state is not None:
        query = query.where(GoodPractice.state == state)
    themes, resolutions = cast(GoodPractice.themes, String), cast(GoodPractice.resolutions, String)
    if theme is not None:
        named = (themes.contains(f'"{theme}{end}', autoescape=True) for end in ('"', "."))
        query = query.where(or_(*named))
    if resolution is not None:
        named = (resolutions.contains(f'"{resolution}{end}', autoescape=True) for end in ('"', ":"))
        query = query.where(or_(*named))
    return query


def get_practice(session: Session, actor: Actor, practice_id: UUID) -> GoodPractice:
    """One visible good practice; raises `NotFound`."""
    return present(session.scalar(list_practices(actor).where(GoodPractice.id == practice_id)))


def mark(session: Session) -> tuple[tuple[UUID, int], ...]:
    """Ids and versions of all public good practices: equal marks, equal records."""
    query = select(GoodPractice.id, GoodPractice.row_version).where(is_public()).order_by(GoodPractice.id)
    return tuple((row.id, row.row_version) for row in session.execute(query))


def all_public(session: Session) -> list[GoodPractice]:
    """Every public good practice, by id."""
    return list(session.scalars(select(GoodPractice).where(is_public()).order_by(GoodPractice.id)))


def shipped(session: Session) -> dict[str, GoodPractice]:
    """The records that came with the service, by code."""
    rows = session.scalars(select(GoodPractice).where(GoodPractice.code.is_not(None)))
    return {row.code: row for row in rows if row.code is not None}
