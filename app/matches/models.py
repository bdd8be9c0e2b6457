"""The table of adopted recipes: rows are added, never changed; the newest that fits counts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.ids import new_id


class AdoptedRecipe(Base):
    """A recipe that a person adopted, with the figures on which they did."""

    __tablename__ = "recipes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version: Mapped[str]
    base: Mapped[str]
    """Version and digest of the shipped recipe that it was refitted from: beside another, its weights mean nothing."""
    weights: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(unique=True)
    """The catalogue revision from which on it counts."""
    adopted_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    adopted_at: Mapped[datetime]
