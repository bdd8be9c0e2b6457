"""Seals what a transaction read and did into the chain, before its answer leaves; proves the chain whole."""

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.access import service as access
from app.access.rules import Actor, Role
from app.audit import queries, rules
from app.audit.models import HEAD, NEEDS, RECORDS, AuditNeed, AuditRecord, ReadingWindow
from app.audit.rules import Break, Head
from app.audit.schemas import AccessRead, AccountName, AuditRead, ChainedRead, Reader
from app.core import trail
from app.core.errors import Conflict, Unavailable
from app.core.ids import new_id
from app.core.trail import Trail, Who
from app.needs import queries as needs

log = logging.getLogger("taysir.audit")

Columns = dict[str, Any]  # of a record, as the table takes them


def seal(session: Session, *, alarm_at: int) -> UUID | None:
    """Record what the transaction has noted, and give the record's id; nothing where nothing was noted.

    The caller commits. Raises `Unavailable` where nobody is known to have acted: then no answer may leave.
    """
    notes = trail.of(session)
    if notes.is_empty:
        return None
    if notes.who is None:
        raise Unavailable("audit.nobody", "The request cannot be recorded, so it is not answered.")
    record = _record(
        notes,
        notes.who,
        action=notes.actions[0] if notes.actions else notes.reading,
        subjects={"need": [str(i) for i in notes.needs], **notes.subjects} if notes.needs else notes.subjects,
        states=list(dict.fromkeys([*notes.states, *notes.needs.values()])),
        facts={**notes.facts, "also": notes.actions[1:]} if notes.actions[1:] else notes.facts,
    )
    records = [record]
    head = queries.lock_head(session)
    is_reading = notes.needs and not notes.actions  # whoever writes a need knows it already
    if is_reading and notes.who.account_id is not None and _is_bulk(session, notes, notes.who, limit=alarm_at):
        records.append(_alarm(notes, notes.who, alarm_at))
    _append(session, head, records, notes.needs)
    session.info.pop("trail")
    return UUID(str(record["id"]))


def seal_refusal(session: Session, key: str | None, *, at: datetime, status: int, code: str) -> None:
    """Record that a request was refused: who asked for what, not why in words. Nobody's requests leave no record.

    The caller has rolled the request back, and commits this.
    """
    notes = trail.of(session)
    found = access.recognize(session, key, at) if key and notes.who is None else None
    who = notes.who or (found.actor if found else None)
    if who is None or who.account_id is None:
        return
    notes.status = status
    record = _record(notes, who, action="request.refused", subjects=notes.asked, states=[], facts={})
    _append(session, queries.lock_head(session), [{**record, "code": code}], {})


def seal_repetition(session: Session, record_id: UUID | None) -> None:
    """Record that the answer to an earlier request was given once more; the caller commits."""
    notes = trail.of(session)
    first = session.scalar(select(AuditRecord).where(AuditRecord.id == record_id)) if record_id else None
    if first is None:
        return
    again = {name: getattr(first, name) for name in rules.CHAINED if name not in ("number", "previous_hash")}
    again |= {"id": new_id(), "request_id": notes.request_id, "at": notes.at, "action": "answer.repeated"}
    states = session.execute(select(AuditNeed.need_id, AuditNeed.state).where(AuditNeed.number == first.number))
    shown = {row.need_id: row.state for row in states}
    _append(session, queries.lock_head(session), [again], shown)


def _record(
    notes: Trail,
    who: Who,
    *,
    action: str,
    subjects: dict[str, list[str]],
    states: list[str],
    facts: dict[str, list[str]],
) -> Columns:
    return {
        "id": new_id(), "at": who.at, "request_id": notes.request_id, "operation": notes.operation,
        "status": notes.status, "code": None, "account_id": who.account_id, "role": str(who.role),
        "organization": who.organization, "state": who.state, "action": action, "subjects": subjects,
        "states": states, "facts": facts,
    }  # fmt: skip


def _append(session: Session, head: Head, records: Iterable[Columns], shown: dict[UUID, str]) -> None:
    """Add records at the end of the chain; `shown` are the needs of the first."""
    first = head.count + 1
    connection = session.connection()
    for record in records:
        chained = {**record, "number": head.count + 1, "previous_hash": head.hash}
        head = Head(head.count + 1, rules.digest(chained))
        connection.execute(insert(RECORDS), {**chained, "hash": head.hash})
    if shown:
        rows = [{"number": first, "need_id": need_id, "state": state} for need_id, state in shown.items()]
        connection.execute(insert(NEEDS), rows)
    connection.execute(update(HEAD).values(count=head.count, hash=head.hash))


def _is_bulk(session: Session, notes: Trail, who: Who, *, limit: int) -> bool:
    """Whether this request takes the account over the limit of an hour, for the first time in that hour."""
    window = session.get(ReadingWindow, who.account_id)
    if window is None:
        window = ReadingWindow(account_id=who.account_id, reads={}, alarmed_at=None)
        session.add(window)
    slid = rules.slide(window.reads, map(str, notes.needs), at=who.at, limit=limit)
    if window.reads != slid.reads:
        window.reads = slid.reads
    is_new = slid.is_alarm and (window.alarmed_at is None or who.at - window.alarmed_at >= rules.WINDOW)
    if is_new:
        window.alarmed_at = who.at
    session.flush()
    return is_new


def _alarm(notes: Trail, who: Who, limit: int) -> Columns:
    log.warning("alarm.bulk_read account=%s role=%s limit=%d request=%s", who.account_id, who.role, limit,
                notes.request_id)  # fmt: skip
    subjects = {"account": [str(who.account_id)]}
    record = _record(notes, who, action="alarm.bulk_read", subjects=subjects, states=[], facts={"limit": [str(limit)]})
    # The service speaks here: the reader's own log must not tell that it was noticed.
    return {**record, "account_id": None, "role": "service", "organization": None, "state": None}


def verify(session: Session, anchors: Iterable[Head] = ()) -> Break | None:
    """Where the chain does not hold, if anywhere."""
    head, last = queries.get_ends(session)
    return rules.first_break(queries.walk(session, last), head, anchors)


def head(session: Session) -> Head:
    """The end of the chain."""
    return queries.get_head(session)


def read_anchors(file: Path) -> list[Head]:
    """The anchors in a file; raises `Conflict` if it holds anything else."""
    try:
        return rules.read_anchors(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Conflict("audit.anchor_malformed", f"The anchor file cannot be read: {error}.") from error


def anchor(session: Session, file: Path, *, at: datetime) -> Head | None:
    """Add the end of the chain to the file, and give it; nothing where it stands there already.

    Raises `Conflict` where the chain is not the one that was anchored last.
    """
    head = queries.get_head(session)
    known = read_anchors(file) if file.exists() else []
    if known:
        last = max(known, key=lambda known_head: known_head.count)
        if last == head:
            return None
        if last.count and queries.find_hash(session, last.count) != last.hash:
            raise Conflict("audit.anchor_mismatch", "The audit is not the one that was anchored: verify it.")
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as lines:
        lines.write(rules.write_anchor(head, at))
    log.info("audit.anchor count=%d hash=%s", head.count, head.hash)
    return head


def shown(session: Session, actor: Actor, records: list[AuditRecord]) -> list[AuditRead | ChainedRead]:
    """Records as the actor may see them: place and hashes for auditors, and for others no need that is hidden now."""
    names = queries.account_names(session, [record.account_id for record in records])
    is_auditor = actor.role is Role.AUDITOR
    named = {UUID(i) for record in records for i in record.subjects.get("need", ())}
    seen = {str(i) for i in (named if is_auditor or not named else needs.visible_ids(session, actor, named))}
    answers: list[AuditRead | ChainedRead] = []
    for record in records:
        subjects = {k: [i for i in ids if k != "need" or i in seen] for k, ids in record.subjects.items()}
        fields = {name: getattr(record, name) for name in AuditRead.model_fields if hasattr(record, name)}
        fields |= {"subjects": {kind: ids for kind, ids in subjects.items() if ids}}
        name = names.get(record.account_id) if record.account_id else None
        fields |= {"account": AccountName(id=record.account_id, name=name) if record.account_id and name else None}
        if is_auditor:
            chain = {"number": record.number, "previous_hash": record.previous_hash, "hash": record.hash}
            answers.append(ChainedRead(**fields, **chain))
            continue
        if subjects.get("need") != record.subjects.get("need"):
            fields["states"] = []
        answers.append(AuditRead(**fields))
    return answers


def accesses(session: Session, actor: Actor, state: str, records: list[AuditRecord]) -> list[AccessRead]:
    """Who saw which needs of the State: the reader's organisation and role, no names, no content."""
    named = queries.accessed_needs(session, actor, state, [record.number for record in records])
    return [
        AccessRead(
            at=record.at,
            action=record.action,
            reader=Reader(role=record.role, organization=record.organization, state=record.state),
            needs=named[record.number],
        )
        for record in records
    ]
