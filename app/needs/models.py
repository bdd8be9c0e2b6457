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
    search_text: Mapped[str]
    """All narratives in one lower-case line, for the `q` filter."""
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    row_version: Mapped[int] = mapped_column()

    theme_rows: Mapped[list["NeedTheme"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="NeedTheme.position"
    )

    __mapper_args__ = {"version_id_col": row_version}

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
