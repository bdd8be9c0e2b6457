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
    status: Mapped[str]
    """The last step that CTED took; the State's observations stand in a table of their own."""
    draft_on: Mapped[date | None]
    """When the draft report went to the State."""
    report_adopted_on: Mapped[date | None]
    responded_on: Mapped[date | None]
    follows: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"))
    """The earlier visit that this one follows up."""
    level: Mapped[str]
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    row_version: Mapped[int] = mapped_column()

    observations: Mapped[list["Observation"]] = relationship(lazy="selectin", order_by="Observation.at, Observation.id")
    releases: Mapped[list["ReportRelease"]] = relationship(
        lazy="selectin", order_by="ReportRelease.at, ReportRelease.id"
    )
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


class Observation(Base):
    """What the visited State says of the draft report."""

    __tablename__ = "observations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    text: Mapped[dict[str, str]]
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))


class ReportRelease(Base):
    """How much of the report the State lets others read from then on; the last one counts."""

    __tablename__ = "report_releases"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    extent: Mapped[str]
    parts: Mapped[list[str]]
    """Themes that are released, where it is a part."""
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
