"""Reads of imports: everybody sees their own."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rules import Actor
from app.core.errors import present
from app.exchange.models import Import


def get_import(session: Session, actor: Actor, import_id: UUID) -> Import:
    """One import of the actor's own; raises `NotFound`."""
    return present(session.scalar(select(Import).where(Import.id == import_id, Import.account_id == actor.account_id)))
