"""Table of answers kept for repeated requests."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.ids import new_id


class KeptAnswer(Base):
    """The answer given to a POST with an idempotency key, kept for 24 hours in the transaction that it answers."""

    __tablename__ = "kept_answers"
    __table_args__ = (UniqueConstraint("principal", "idempotency_key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    principal: Mapped[str]
    """SHA-256 of the credential that asked."""
    idempotency_key: Mapped[str]
    request_digest: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, str]]
    body: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(index=True)
    record_id: Mapped[UUID | None]
    """The audit record of the request: giving its answer again is recorded too."""
