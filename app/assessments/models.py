"""Tables of assessments, their items, what States can give, and how tools were renumbered."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base
from app.core.ids import new_id


class Assessment(Base):
    """One desk review of a State with one tool at one date."""

    __tablename__ = "assessments"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state: Mapped[str] = mapped_column(ForeignKey("states.code"), index=True)
    tool: Mapped[str]
    tool_version: Mapped[str]
    assessed_on: Mapped[date]
    adopted_on: Mapped[date | None]
    willing_to_share: Mapped[bool | None]
    """The mark on the document itself: whether the State is willing to share it with other States."""
    shared_at: Mapped[datetime | None]
    """When the State said so here."""
    level: Mapped[str]
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(index=True)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    row_version: Mapped[int] = mapped_column()

    items: Mapped[list["AssessmentItem"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="AssessmentItem.position"
    )
    capacity: Mapped[list["CapacityEntry"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="CapacityEntry.position"
    )

    __mapper_args__ = {"version_id_col": row_version}


class AssessmentItem(Base):
    """One item: how far one paragraph is done, in the tool's own words and as an ordinal 0–4."""

    __tablename__ = "assessment_items"

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessments.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[str | None]
    theme: Mapped[str] = mapped_column(ForeignKey("themes.code"))
    resolution: Mapped[str | None]
    ordinal: Mapped[int | None]
    label: Mapped[str | None]
    comment: Mapped[dict[str, str]]


class CapacityEntry(Base):
    """Help that the assessed State says it could give to others."""

    __tablename__ = "capacity_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessments.id"), index=True)
    position: Mapped[int]
    title: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]]
    themes: Mapped[list[str]]
    assistance_types: Mapped[list[str]]
    languages: Mapped[list[str]]
    offer_id: Mapped[UUID | None] = mapped_column(ForeignKey("offers.id"))


class ToolChange(Base):
    """How the items of one version of a tool are numbered in another."""

    __tablename__ = "tool_changes"
    __table_args__ = (UniqueConstraint("tool", "from_version", "to_version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tool: Mapped[str]
    from_version: Mapped[str]
    to_version: Mapped[str]
    items: Mapped[dict[str, list[str]]]
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}
