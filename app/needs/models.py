"""Tables of needs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, event
from sqlalchemy.orm import Mapped, QueryContext, mapped_column, relationship

from app.core import trail
from app.core.db import Base
from app.core.ids import new_id


class Need(Base):
    """One atomic ask of one State."""

    __tablename__ = "needs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(ForeignKey("states.code"), index=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"), index=True)
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
    level: Mapped[str]
    progress: Mapped[str | None]
    """How far referrals have brought it, kept by their room: a status from `referred` to `verified`, or nothing."""
    coverage: Mapped[str] = mapped_column(default="none")
    """How much of it referrals cover, kept by their room."""
    closed_as: Mapped[str | None]
    """`closed_unmet` or `withdrawn`, where a person closed it."""
    closed_on: Mapped[date | None]
    closing_reason: Mapped[str | None]
    reopened_at: Mapped[datetime | None]
    """Help that was delivered before counts no more."""
    reopened_by: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"))
    """The later visit that found the same shortfall."""
    search_text: Mapped[str]
    """All narratives in one lower-case line, for the `q` filter."""
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(index=True)
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


class NeedTheme(Base):
    """One theme of a need, a table of its own because consents and filters join on it."""

    __tablename__ = "need_themes"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), primary_key=True)
    theme: Mapped[str] = mapped_column(ForeignKey("themes.code"), primary_key=True, index=True)
    position: Mapped[int]
