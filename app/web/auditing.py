"""The audit as pages: all of it for auditors, people and keys for administrators, one's own acts for everybody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.access.rules import Permission
from app.audit import queries, service
from app.audit.models import AuditRecord
from app.edge import paging
from app.edge.paging import Paging
from app.web.pages import Page, opened
from app.web.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Reader = Annotated[Page, Depends(opened(Permission.READ_AUDIT))]
Action = Annotated[str | None, Query(max_length=60, pattern=r"^[a-z_]+(\.[a-z_]+)?$")]
KINDS = ("need", "offer", "visit", "consent", "account", "key", "role", "session", "import")
"""What records are about, by the first part of their action."""


@router.get("/audit")
def list_audit(page: Reader, asked: Paging, action: Action = None) -> Response:
    """Records, the latest first."""
    query = queries.list_records(page.actor, action=action)
    order = [AuditRecord.at, AuditRecord.id]
    rows, cursor = paging.fetch(page.session, query, order, asked, descending=True)
    records = service.shown(page.session, page.actor, [record for (record,) in rows])
    page.know_organizations({record.organization for record in records if record.organization})
    head = queries.get_head(page.session) if page.actor.may(Permission.READ_AUDIT_HEAD) else None
    return page.draw(
        "audit.html", records=records, head=head, action=action, kinds=KINDS, cursor=cursor, first=asked.cursor is None
    )
