"""Verdicts of officers on the matches of a need."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.rules import Permission
from app.edge import paging
from app.edge.etags import tagged
from app.edge.paging import Page, Paging
from app.edge.route import Route
from app.matches.api import asking
from app.matches.service import Asked
from app.needs import queries as needs
from app.verdicts import queries, service
from app.verdicts.models import Verdict
from app.verdicts.schemas import VerdictCreate, VerdictRead

router = APIRouter(route_class=Route, tags=["verdicts"])

Judge = Annotated[Asked, Depends(asking(Permission.DECIDE_ON_MATCHES))]
Reader = Annotated[Asked, Depends(asking(Permission.READ_VERDICTS))]


@router.post("/needs/{need_id}/verdicts", status_code=201)
def decide_on_match(need_id: UUID, new: VerdictCreate, asked: Judge, response: Response) -> VerdictRead:
    """Accept or decline an offer that is ranked for the need; its match is kept as it stands now."""
    seen = needs.get_need(asked.session, asked.actor, need_id)
    verdict = service.decide(asked, seen, new)
    _, state, name = queries.get_verdict(asked.session, verdict.id)
    response.headers["Location"] = f"/api/v1/needs/{need_id}/verdicts"
    return tagged(response, service.shown(asked, verdict, state=state, decided_by=name))


@router.get("/needs/{need_id}/verdicts")
def list_verdicts(need_id: UUID, asked: Reader, page: Paging) -> Page[VerdictRead]:
    """Verdicts on the matches of a need, the latest first."""
    needs.get_need(asked.session, asked.actor, need_id)
    query = queries.list_verdicts(need_id)
    rows, cursor = paging.fetch(asked.session, query, [Verdict.created_at, Verdict.id], page, descending=True)
    items = [service.shown(asked, verdict, state=state, decided_by=name) for verdict, state, name in rows]
    return Page(items=items, next=cursor)
