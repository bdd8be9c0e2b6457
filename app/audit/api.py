"""The audit over HTTP: what was done, and for each State who saw its needs."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.access.guards import require
from app.access.rules import Actor, Permission, Role
from app.audit import queries, service
from app.audit.models import AuditRecord
from app.audit.schemas import AccessRead, AuditRead, ChainedRead, HeadRead
from app.core.errors import NotAllowed, NotFound
from app.edge import paging
from app.edge.etags import tagged
from app.edge.paging import Page, Paging
from app.edge.route import RequestSession, Route
from app.reference.api import ReferenceBook
from app.reference.schemas import Iso3, Moment

router = APIRouter(route_class=Route, tags=["audit"])

Reader = Annotated[Actor, Depends(require(Permission.READ_AUDIT))]
Auditor = Annotated[Actor, Depends(require(Permission.READ_AUDIT_HEAD))]
LogReader = Annotated[Actor, Depends(require(Permission.READ_ACCESS_LOG))]
Action = Annotated[str | None, Query(max_length=60, pattern=r"^[a-z_]+(\.[a-z_]+)?$")]

# The instant comes first; the random id breaks ties, for a running number would tell how busy others are.
ORDER = [AuditRecord.at, AuditRecord.id]


@router.get("/audit")
def list_audit(
    session: RequestSession,
    actor: Reader,
    page: Paging,
    action: Action = None,
    since: Annotated[Moment | None, Query()] = None,
) -> Page[ChainedRead | AuditRead]:
    """Records of the audit, the latest first: all for auditors, people and keys for administrators, else your own."""
    query = queries.list_records(actor, action=action, since=since)
    rows, cursor = paging.fetch(session, query, ORDER, page, descending=True)
    return Page(items=service.shown(session, actor, [record for (record,) in rows]), next=cursor)


@router.get("/audit/head")
def get_audit_head(session: RequestSession, actor: Auditor, response: Response) -> HeadRead:  # noqa: ARG001
    """The end of the chain: keep it elsewhere, and it proves that nothing was cut or rewritten."""
    head = queries.get_head(session)
    return tagged(response, HeadRead(count=head.count, hash=head.hash))


@router.get("/states/{iso3}/access-log")
def list_accesses(
    iso3: Iso3,
    session: RequestSession,
    actor: LogReader,
    book: ReferenceBook,
    page: Paging,
) -> Page[AccessRead]:
    """Who saw which needs of the State, the latest first: organisation and role, no names, no content."""
    if iso3 not in book.states:
        raise NotFound
    if actor.role is Role.STATE and actor.state != iso3:
        raise NotAllowed("audit.not_own_state", "A State reads who saw its own needs.")
    query = queries.list_accesses(actor, iso3)
    rows, cursor = paging.fetch(session, query, ORDER, page, descending=True)
    return Page(items=service.accesses(session, actor, iso3, [record for (record,) in rows]), next=cursor)
