"""Reads of referrals. They hang on needs: who may not see the need sees no referral of it, in lists and filters too."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from app.access.models import Account, Organization
from app.access.rules import Actor, Role
from app.core.errors import present
from app.needs import queries as needs
from app.referrals.models import Referral
from app.referrals.rules import NOT_AT_WORK, Step


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which referrals the actor may see: CTED all, the State its own once notified, the provider its own once sent."""
    of_visible_needs = Referral.need_id.in_(needs.all_visible(actor))
    if actor.role is Role.OFFICER:
        return of_visible_needs
    if actor.role is Role.SECRETARIAT:
        return and_(of_visible_needs, Referral.notified_at.is_not(None))
    if actor.role is Role.STATE:
        return and_(of_visible_needs, Referral.state == actor.state, Referral.notified_at.is_not(None))
    if actor.role in (Role.PROVIDER, Role.DESIGNER):
        return and_(of_visible_needs, Referral.organization == actor.organization, Referral.sent_at.is_not(None))
    return false()


def list_referrals(
    actor: Actor,
    *,
    need: UUID | None = None,
    offer: UUID | None = None,
    state: str | None = None,
    organization: str | None = None,
    step: Step | None = None,
    overdue: bool | None = None,
) -> Select[Referral]:
    """Referrals that the actor may see; `overdue` are those whose day is over in every time zone."""
    query = select(Referral).where(visible_to(actor))
    for column, value in (
        (Referral.need_id, need),
        (Referral.offer_id, offer),
        (Referral.state, state),
        (Referral.organization, organization),
        (Referral.step, step),
    ):
        if value is not None:
            query = query.where(column == value)
    if overdue is not None:
        last_over = (actor.at - timedelta(hours=12)).date()  # as `core.calendar.is_over` decides
        is_overdue = and_(Referral.due_on.is_not(None), Referral.due_on < last_over)
        query = query.where(is_overdue if overdue else or_(Referral.due_on.is_(None), Referral.due_on >= last_over))
    return query


def get_referral(session: Session, actor: Actor, referral_id: UUID) -> Referral:
    """One visible referral; raises `NotFound`."""
    return present(session.scalar(list_referrals(actor).where(Referral.id == referral_id)))


def lock_referral(session: Session, actor: Actor, referral_id: UUID) -> Referral:
    """One visible referral, which nobody else changes until this transaction ends; raises `NotFound`."""
    locked = list_referrals(actor).where(Referral.id == referral_id).with_for_update(of=Referral)
    return present(session.scalar(locked.execution_options(populate_existing=True)))


def of_need(session: Session, need_id: UUID) -> Sequence[Referral]:
    """All referrals of one need that the caller has been shown, oldest first: to decide by, not to show."""
    return session.scalars(
        select(Referral).where(Referral.need_id == need_id).order_by(Referral.created_at, Referral.id)
    ).all()


def at_work(session: Session, actor: Actor, need_ids: Iterable[UUID]) -> Sequence[Referral]:
    """Visible referrals of these needs on which somebody is at work."""
    query = list_referrals(actor).where(Referral.need_id.in_(set(need_ids)), Referral.step.not_in(NOT_AT_WORK))
    return session.scalars(query.order_by(Referral.created_at, Referral.id)).all()


def organization_roles(session: Session) -> dict[str, str]:
    """The role of every organisation by its code."""
    return {row.code: row.role for row in session.execute(select(Organization.code, Organization.role))}


def find_ids(session: Session, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these referrals there are: for the operator's samples."""
    return frozenset(session.scalars(select(Referral.id).where(Referral.id.in_(set(ids)))))


def account_names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of accounts by id."""
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(set(ids))))
    return {row.id: row.name for row in rows}
