"""Tables of referrals and of their histories; a history is added to, never changed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base
from app.core.ids import new_id


class Referral(Base):
    """One need put to one provider. All but the frozen match follows from the history."""

    __tablename__ = "referrals"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), index=True)
    state: Mapped[str] = mapped_column(ForeignKey("states.code"), index=True)
    organization: Mapped[str] = mapped_column(ForeignKey("organizations.code"), index=True)
    offer_id: Mapped[UUID | None] = mapped_column(ForeignKey("offers.id"), index=True)
    step: Mapped[str] = mapped_column(index=True)
    due_on: Mapped[date | None] = mapped_column(index=True)
    notified_at: Mapped[datetime | None]
    """Since when the State sees the referral."""
    sent_at: Mapped[datetime | None]
    """Since when the provider sees it, while consent lets it see the need."""
    covers: Mapped[str]
    covered_types: Mapped[list[str]]
    """Kinds of help that a partial commitment covers."""
    pledge: Mapped[dict[str, Any] | None]
    commitment: Mapped[dict[str, Any] | None]
    delivery: Mapped[dict[str, Any] | None]
    outcome: Mapped[str | None]
    taken: Mapped[float]
    """What the commitment has taken of the offer's capacity, in the capacity's unit."""
    match: Mapped[dict[str, Any] | None]
    """The match as it stood when a person decided on it; nothing where no offer was named."""
    recipe: Mapped[str | None]
    revision: Mapped[int | None]
    as_of: Mapped[date]
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(index=True)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    row_version: Mapped[int] = mapped_column()

    history: Mapped[list["ReferralStep"]] = relationship(lazy="selectin", order_by="ReferralStep.position")

    __mapper_args__ = {"version_id_col": row_version}


class ReferralStep(Base):
    """One step that was taken."""

    __tablename__ = "referral_steps"
    __table_args__ = (UniqueConstraint("referral_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    position: Mapped[int]
    step: Mapped[str]
    side: Mapped[str]
    for_side: Mapped[str | None]
    """For whom CTED put down a check."""
    reason: Mapped[str | None]
    values: Mapped[dict[str, Any]]
    due_on: Mapped[date | None]
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
