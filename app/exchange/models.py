"""Table of imports: what was handed in, by whom, and what became of each row."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.ids import new_id


class Import(Base):
    """One import; the file itself is not kept, its SHA-256 is."""

    __tablename__ = "imports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    organization: Mapped[str | None] = mapped_column(ForeignKey("organizations.code"))
    kind: Mapped[str]
    format: Mapped[str]
    sha256: Mapped[str]
    is_dry_run: Mapped[bool]
    report: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
