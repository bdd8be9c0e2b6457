"""Table of good practices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.ids import new_id


class GoodPractice(Base):
    """A text on the shelf, or what a State does well."""

    __tablename__ = "good_practices"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str | None] = mapped_column(unique=True)
    """The name under which a shipped record is found again; empty where a person recorded it."""
    kind: Mapped[str]
    title: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]]
    themes: Mapped[list[str]]
    resolutions: Mapped[list[str]]
    publisher: Mapped[str]
    symbol: Mapped[str | None]
    """The document's own symbol, such as S/2018/1177."""
    year: Mapped[int | None]
    url: Mapped[str | None]
    state: Mapped[str | None] = mapped_column(ForeignKey("states.code"), index=True)
    level: Mapped[str]
    released_at: Mapped[datetime | None]
    """When the State whose practice it is agreed to show it."""
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(index=True)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}
