"""Reads of verdicts. They are read with their need, so whoever may not see the need sees no verdict on it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.access.models import Account
from app.needs.models import Need
from app.verdicts.models import Verdict


def list_verdicts(need_id: UUID) -> Select[Verdict, str, str]:
    """Verdicts on one need, with its State and who decided."""
    return _with_names().where(Verdict.need_id == need_id)


def get_verdict(session: Session, verdict_id: UUID) -> Row[Verdict, str, str]:
    """One verdict, with its State and who decided."""
    return session.execute(_with_names().where(Verdict.id == verdict_id)).one()


def all_verdicts(session: Session) -> Sequence[Row[Verdict, str, str]]:
    """Every verdict, oldest first: for the operator's command line, which learns from them."""
    return session.execute(_with_names().order_by(Verdict.created_at, Verdict.id)).all()


def _with_names() -> Select[Verdict, str, str]:
    return (
        select(Verdict, Need.state, Account.name)
        .join(Need, Need.id == Verdict.need_id)
        .join(Account, Account.id == Verdict.created_by)
    )
