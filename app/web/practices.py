"""Good practices: guidance, model laws, and what States do well."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.access.rules import Permission
from app.core.errors import NotFound
from app.edge import paging
from app.edge.paging import Paging
from app.practices import queries, service
from app.practices.models import GoodPractice
from app.practices.rules import Kind
from app.practices.schemas import PracticeOwnRead
from app.reference.schemas import Code
from app.web.pages import Page, check_tag, go, opened, text_of
from app.web.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Reader = Annotated[Page, Depends(opened(Permission.READ_PRACTICES))]
Owner = Annotated[Page, Depends(opened(Permission.RELEASE_PRACTICES))]


@router.get("/practices")
def list_practices(
    page: Reader,
    asked: Paging,
    kind: Annotated[Kind | None, Query()] = None,
    theme: Annotated[Code | None, Query()] = None,
) -> Response:
    """Good practices that the reader may see, by kind and theme."""
    query = queries.list_practices(page.actor, kind=kind, theme=theme, resolution=None, state=None)
    rows, cursor = paging.fetch(page.session, query, [GoodPractice.created_at, GoodPractice.id], asked, descending=True)
    areas = [code for code, parent in page.book.theme_parents.items() if parent is None]
    return page.draw(
        "practices.html", shown=[service.shown(page.actor, practice) for (practice,) in rows], cursor=cursor,
        first=asked.cursor is None, kinds=list(Kind), kind=kind, theme=theme, areas=areas,
    )  # fmt: skip


@router.get("/practices/{practice_id}")
def show_practice(practice_id: UUID, page: Reader) -> Response:
    """One good practice."""
    practice = service.shown(page.actor, queries.get_practice(page.session, page.actor, practice_id))
    own = practice if isinstance(practice, PracticeOwnRead) else None
    releases = page.actor.may(Permission.RELEASE_PRACTICES) and practice.state is not None
    return page.draw(
        "practice.html", practice=practice, own=own, releases=releases and practice.state == page.actor.state
    )


@router.post("/practices/{practice_id}")
def decide(practice_id: UUID, page: Owner) -> Response:
    """The State agrees that its practice is shown, or takes that back."""
    practice = queries.get_practice(page.session, page.actor, practice_id)
    check_tag(page.form, service.shown(page.actor, practice))
    act = text_of(page.form, "act")
    if act not in ("release", "withhold"):
        raise NotFound
    (service.release if act == "release" else service.withhold)(page.session, page.actor, practice)
    return go(f"/practices/{practice_id}")
