"""Tables of the audit. Records are only ever added."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class AuditRecord(Base):
    """Who read or did what in one request: codes and ids, no content, no secret."""

    __tablename__ = "audit_records"
    __table_args__ = (
        Index("ix_audit_records_at_id", "at", "id"),
        Index("ix_audit_records_account_id_at_id", "account_id", "at", "id"),
    )

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """Place in the chain, without holes; shown to auditors only, for it tells how busy others are."""
    id: Mapped[UUID] = mapped_column(unique=True)
    at: Mapped[datetime]
    request_id: Mapped[str | None]
    operation: Mapped[str]
    """Method and route, or the command, without values."""
    status: Mapped[int | None]
    code: Mapped[str | None]
    """Why a request was refused."""
    account_id: Mapped[UUID | None]
    role: Mapped[str]
    organization: Mapped[str | None]
    state: Mapped[str | None]
    action: Mapped[str]
    subjects: Mapped[dict[str, list[str]]]
    """Ids by kind."""
    states: Mapped[list[str]]
    facts: Mapped[dict[str, list[str]]]
    """Codes that say more of the act, such as the role that was granted."""
    previous_hash: Mapped[str]
    hash: Mapped[str]


class AuditNeed(Base):
    """One need in a record, for the State's own log; the record names the same ids, and verifying compares the two."""

    __tablename__ = "audit_needs"
    __table_args__ = (Index("ix_audit_needs_state_need_id", "state", "need_id"),)

    number: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audit_records.number"), primary_key=True, autoincrement=False
    )
    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str]


class AuditHead(Base):
    """The end of the chain; its one row is locked by whoever adds to it."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]


class ReadingWindow(Base):
    """Needs that an account has read within the last hour, each with the minute of its last reading."""

    __tablename__ = "reading_windows"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    reads: Mapped[dict[str, str]]
    alarmed_at: Mapped[datetime | None]


RECORDS = Base.metadata.tables[AuditRecord.__tablename__]
NEEDS = Base.metadata.tables[AuditNeed.__tablename__]
HEAD = Base.metadata.tables[AuditHead.__tablename__]
"""The tables themselves: the chain is written and walked below the mapper, which costs a millisecond a request here."""
