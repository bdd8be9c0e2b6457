"""Tables of visits and recommendations."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base
from app.core.ids import new_id


class Visit(Base):
    """CTED's assessment visit to a State."""

    __tablename__ = "visits"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state: Mapped[str] = mapped_column(ForeignKey("states.code"), index=True)
    mode: Mapped[str]
    type: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    delegation: Mapped[list[str]]
    report_adopted_on: Mapped[date | None]
    level: Mapped[str]
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    row_version: Mapped[int] = mapped_column()

    team: Mapped[list["TeamMember"]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": row_version}


class TeamMember(Base):
    """One account of a visit's team."""

    __tablename__ = "team_members"

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True, index=True)


class Recommendation(Base):
    """The Committee's words, untouched, with structured fields beside them."""

    __tablename__ = "recommendations"
    __table_args__ = (UniqueConstraint("visit_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    number: Mapped[str]
    text: Mapped[dict[str, str]]
    themes: Mapped[list[str]]
    resolutions: Mapped[list[str]]
    priority: Mapped[str | None]
    level: Mapped[str]
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
