"""Reads of the audit: all of it for auditors, people and roles for administrators, one's own acts for everybody."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.access.models import Account
from app.access.rules import Actor, Role
from app.audit.models import RECORDS, AuditHead, AuditNeed, AuditRecord
from app.audit.rules import Head
from app.core.errors import Unavailable
from app.needs import queries as needs

PEOPLE = ("account.", "key.", "role.", "organization.")
CHUNK = 2000


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which records the actor may see."""
    own = and_(AuditRecord.account_id == actor.account_id, AuditRecord.account_id.is_not(None))
    if actor.role is Role.AUDITOR:
        return AuditRecord.number > 0
    if actor.role is Role.ADMIN:
        return or_(own, *(AuditRecord.action.startswith(prefix) for prefix in PEOPLE))
    return own


def list_records(actor: Actor, *, action: str | None = None, since: datetime | None = None) -> Select[AuditRecord]:
    """Records that the actor may see; `action` is a code or what stands before its dot."""
    query = select(AuditRecord).where(visible_to(actor))
    if action is not None:
        query = query.where(
            or_(AuditRecord.action == action, AuditRecord.action.startswith(action + ".", autoescape=True))
        )
    return query if since is None else query.where(AuditRecord.at >= since)


def list_accesses(actor: Actor, state: str) -> Select[AuditRecord]:
    """Records of requests that showed a need of the State; only of needs that the actor may see."""
    shown = _accessed(actor, state)
    return select(AuditRecord).where(AuditRecord.number.in_(shown.with_only_columns(AuditNeed.number)))


def accessed_needs(session: Session, actor: Actor, state: str, numbers: Iterable[int]) -> dict[int, list[UUID]]:
    """The needs of the State that these records name and the actor may see."""
    shown = _accessed(actor, state).where(AuditNeed.number.in_(set(numbers)))
    rows = session.execute(shown.order_by(AuditNeed.number, AuditNeed.need_id))
    found: dict[int, list[UUID]] = {}
    for number, need_id in rows:
        found.setdefault(number, []).append(need_id)
    return found


def _accessed(actor: Actor, state: str) -> Select[int, UUID]:
    seen = needs.ids_of(actor, state)
    return select(AuditNeed.number, AuditNeed.need_id).where(AuditNeed.state == state, AuditNeed.need_id.in_(seen))


def account_names(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of accounts by id."""
    wanted = {i for i in ids if i is not None}
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted))) if wanted else ()
    return {row.id: row.name for row in rows}


def get_head(session: Session) -> Head:
    """The end of the chain."""
    return _head(session, select(AuditHead.count, AuditHead.hash))


def lock_head(session: Session) -> Head:
    """The end of the chain, for this transaction alone; on SQLite every writing transaction is alone."""
    return _head(session, select(AuditHead.count, AuditHead.hash).with_for_update())


def _head(session: Session, query: Select[int, str]) -> Head:
    row = session.connection().execute(query).one_or_none()
    if row is None:
        raise Unavailable("audit.no_head", "The audit has no head, so nothing can be recorded; tell the operator.")
    count, last_hash = row
    return Head(count, last_hash)


def find_hash(session: Session, number: int) -> str | None:
    """The hash of the record at that place."""
    return session.scalar(select(AuditRecord.hash).where(AuditRecord.number == number))


def get_ends(session: Session) -> tuple[Head, int]:
    """The end of the chain and the place of the last record, of one moment: the service may go on while we look."""
    last = select(func.max(AuditRecord.number)).scalar_subquery()
    row = session.execute(select(AuditHead.count, AuditHead.hash, last)).one_or_none()
    if row is None:
        return Head(0, ""), 0
    count, last_hash, number = row
    return Head(count, last_hash), number or 0


def walk(session: Session, last: int) -> Iterator[tuple[Mapping[str, object], frozenset[str]]]:
    """Records in their order, up to the one at place `last`, each with the needs that the States' logs show for it."""
    first = session.scalar(select(func.min(AuditRecord.number))) or 1
    for start in range(min(first, 1), last + 1, CHUNK):
        here = AuditNeed.number.between(start, min(start + CHUNK - 1, last))
        named: dict[int, set[str]] = {}
        for number, need_id in session.execute(select(AuditNeed.number, AuditNeed.need_id).where(here)):
            named.setdefault(number, set()).add(str(need_id))
        rows = session.execute(
            select(RECORDS)
            .where(RECORDS.c.number.between(start, min(start + CHUNK - 1, last)))
            .order_by(RECORDS.c.number)
        )
        for row in rows.mappings():
            yield dict(row), frozenset(named.get(row["number"], ()))
