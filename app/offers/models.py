"""Tables of offers and of the revision that says when the published ones last changed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.ids import new_id


class Offer(Base):
    """What a provider is ready to give to further States."""

    __tablename__ = "offers"
    __table_args__ = (UniqueConstraint("organization", "external_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organization: Mapped[str] = mapped_column(ForeignKey("organizations.code"), index=True)
    external_id: Mapped[str | None]
    title: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]]
    themes: Mapped[list[str]]
    resolutions: Mapped[list[str]]
    assistance_types: Mapped[list[str]]
    target_institutions: Mapped[list[str]]
    scope: Mapped[dict[str, Any] | None]
    delivery_languages: Mapped[list[str]]
    availability: Mapped[str]
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    capacity: Mapped[dict[str, Any] | None]
    capacity_stated: Mapped[float] = mapped_column(default=0)
    """What the provider last said was committed."""
    capacity_taken: Mapped[float] = mapped_column(default=0)
    """What referrals have taken of the capacity; `committed` is never less."""
    eligibility: Mapped[list[dict[str, Any]]]
    safeguards: Mapped[dict[str, Any] | None]
    url: Mapped[str | None]
    last_confirmed_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(index=True)
    revision: Mapped[int] = mapped_column(index=True)
    """The catalogue revision at which this offer last changed for rankings; 0 while it never has."""
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(index=True)
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}


class CatalogueRevision(Base):
    """The one row that each change of a published offer raises in the same transaction."""

    __tablename__ = "catalogue_revision"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int]
