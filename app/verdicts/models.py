"""The table of verdicts: rows are added, never changed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.ids import new_id


class Verdict(Base):
    """One decision on one match, with the match as it stood."""

    __tablename__ = "verdicts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), index=True)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offers.id"), index=True)
    verdict: Mapped[str]
    reason: Mapped[str | None]
    match: Mapped[dict[str, Any]]
    """Score, ceiling and findings in full figures, and the names of need and offer: showing it never scores again."""
    recipe: Mapped[str]
    revision: Mapped[int]
    as_of: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(index=True)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
