"""Tables of needs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, event
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, QueryContext, mapped_column, relationship

from app.core import trail
from app.core.db import Base
from app.core.ids import new_id


class Need(Base):
    """One atomic ask of one State."""

    __tablename__ = "needs"
    __table_args__ = (
        Index(None, "created_at", "id"),
        Index(None, "visit_id", "level", "created_at", "id"),
        UniqueConstraint("id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(ForeignKey("states.code"), index=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"))
    recommendation_id: Mapped[UUID | None] = mapped_column(ForeignKey("recommendations.id"))
    source: Mapped[str]
    title: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]]
    resolutions: Mapped[list[str]]
    assistance_types: Mapped[list[str]]
    target_institutions: Mapped[list[str]]
    languages: Mapped[list[str]]
    priority: Mapped[str | None]
    state_priority: Mapped[int | None]
    agreed_on: Mapped[date | None]
    needed_by: Mapped[date | None]
    existing_help: Mapped[list[dict[str, Any]]]
    sister_references: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    level: Mapped[str]
    closed_as: Mapped[str | None]
    """`closed_unmet` or `withdrawn`, where a person closed it."""
    closed_on: Mapped[date | None]
    closing_reason: Mapped[str | None]
    reopened_at: Mapped[datetime | None]
    """Help that had ended before counts no more."""
    reopened_by: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"))
    """The later visit that found the same shortfall."""
    search_text: Mapped[str]
    """All narratives in one lower-case line, for the `q` filter."""
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    row_version: Mapped[int] = mapped_column()

    theme_rows: Mapped[list["NeedTheme"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="NeedTheme.position"
    )

    standing: Mapped["NeedProgress | None"] = relationship(lazy="selectin")

    __mapper_args__ = {"version_id_col": row_version}

    @property
    def progress(self) -> str | None:
        """How far referrals have brought it: a status from `referred` to `verified`, or nothing."""
        return self.standing.progress if self.standing else None

    @property
    def coverage(self) -> str:
        """How much of it referrals cover."""
        return self.standing.coverage if self.standing else "none"

    @property
    def themes(self) -> list[str]:
        """Theme codes in the order given."""
        return [row.theme for row in self.theme_rows]

    @themes.setter
    def themes(self, codes: list[str]) -> None:
        kept = {row.theme: row for row in self.theme_rows}
        self.theme_rows = [kept.get(code) or NeedTheme(theme=code) for code in codes]
        for position, row in enumerate(self.theme_rows):
            row.position = position


@event.listens_for(Need, "load")
def _is_read(need: Need, context: QueryContext) -> None:
    """Whoever loads a need reads it, unless the query says that it only weighs: so no endpoint can forget to say."""
    if not context.query.get_execution_options().get("weighed"):
        trail.read(context.session, need.id, need.state)


def _area(context: DefaultExecutionContext) -> str:
    theme: str = context.get_current_parameters()["theme"]  # type: ignore[no-untyped-call] # SQLAlchemy gives no types
    return theme.partition(".")[0]


class NeedTheme(Base):
    """One theme of a need, a table of its own because consents join on State and theme, and filters on theme."""

    __tablename__ = "need_themes"
    __table_args__ = (
        ForeignKeyConstraint(["need_id", "state"], ["needs.id", "needs.state"]),
        Index(None, "state", "theme"),
        Index(None, "state", "area"),
    )

    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str]
    theme: Mapped[str] = mapped_column(ForeignKey("themes.code"), primary_key=True, index=True)
    area: Mapped[str] = mapped_column(default=_area)
    """The theme that this one is part of, or itself: a consent to an area covers all of it."""
    position: Mapped[int]


class NeedProgress(Base):
    """What referrals have made of a need: a row of its own, because a provider's step moves it and nothing else of the
    need, and because it is what steps wait for each other on."""

    __tablename__ = "need_progress"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), primary_key=True)
    progress: Mapped[str | None] = mapped_column(index=True)
    coverage: Mapped[str]
    parts: Mapped[dict[str, Any]]
    """What each referral does for the need, by the referral's id, without saying whose it is."""


class StateOrder(Base):
    """The order in which a State agreed on its needs: added to, never changed; the last one counts."""

    __tablename__ = "state_orders"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state: Mapped[str] = mapped_column(ForeignKey("states.code"), index=True)
    agreed_on: Mapped[date]
    items: Mapped[list[dict[str, Any]]]
    plans: Mapped[list[dict[str, Any]]]
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
