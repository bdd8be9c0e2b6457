"""Reads of the record of what happened."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditNeed, AuditRecord
from app.figures.rules import Event


def events(session: Session) -> Iterator[Event]:
    """All records that recorded or changed needs, oldest first."""
    states = {
        (number, str(need_id)): state
        for number, need_id, state in session.execute(select(AuditNeed.number, AuditNeed.need_id, AuditNeed.state))
    }
    query = select(AuditRecord).where(AuditRecord.code.is_(None)).order_by(AuditRecord.number)
    for record in session.scalars(query):
        if record.action in ("answer.repeated", "import.rehearsed"):
            continue
        touched = [*record.subjects.get("need_recorded", ()), *record.subjects.get("need_changed", ())]
        if touched:
            named = {need: states[record.number, need] for need in touched}
            actions = [record.action, *record.facts.get("also", ())]
            yield Event(record.at, actions, record.subjects, named)
