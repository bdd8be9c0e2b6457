"""Organisations, open to all."""

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from app.access import queries
from app.access.models import Organization
from app.access.schemas import OrganizationRead
from app.edge import paging
from app.edge.etags import tagged
from app.edge.paging import Page, Paging
from app.edge.route import RequestSession, Route

router = APIRouter(route_class=Route, tags=["people"])


@router.get("/organizations")
def list_organizations(
    session: RequestSession, page: Paging, request: Request, response: Response
) -> Page[OrganizationRead]:
    """Organisations: who gives, pays for, or facilitates assistance."""
    rows, cursor = paging.fetch(session, select(Organization), [Organization.code], page)
    paging.link_next(request, response, cursor)
    return Page(items=[OrganizationRead.model_validate(row) for (row,) in rows], next=cursor)


@router.get("/organizations/{code}")
def get_organization(code: str, session: RequestSession, response: Response) -> OrganizationRead:
    """One organisation."""
    return tagged(response, OrganizationRead.model_validate(queries.get_organization(session, code)))
