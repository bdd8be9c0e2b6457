"""Reads the audit as it stands in the database."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit.models import AuditRecord
from tests.world import World

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def records(world: World, **wanted: object) -> list[AuditRecord]:
    """The records that are as wanted, in the order of the chain."""
    with world.looking() as session:
        return list(session.scalars(select(AuditRecord).filter_by(**wanted).order_by(AuditRecord.number)))


def record_of(world: World, answer: Any) -> AuditRecord | None:
    """The record of the request that was answered so; there must be at most one, alarms aside."""
    found = [r for r in records(world, request_id=answer.headers["x-request-id"]) if r.action != "alarm.bulk_read"]
    assert len(found) <= 1, [r.action for r in found]
    return found[0] if found else None


def account_id(world: World, name: str) -> UUID:
    """The id of a person's account, as the audit shows it to an auditor."""
    items = world.auditor.get("/audit", params={"limit": "200"})["items"]
    return next(UUID(i["account"]["id"]) for i in items if i["account"] and i["account"]["name"] == name)


def ids_in(text: str) -> set[str]:
    """All ids that a text names."""
    return set(_ID.findall(text))
