"""Reference endpoints: open to all, labels in six languages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import select

from app.core.errors import NotFound
from app.edge import paging
from app.edge.etags import tagged
from app.edge.language import Language
from app.edge.paging import Page, Paging
from app.edge.route import RequestSession, Route
from app.reference import models
from app.reference.rules import Book
from app.reference.schemas import (
    GroupingRead,
    LabelledRead,
    MembershipRead,
    ResolutionRead,
    StateDetail,
    StateRead,
    ThemeRead,
    WorkingGroupRead,
)

router = APIRouter(route_class=Route, tags=["reference"])


def _book(request: Request) -> Book:
    book: Book = request.app.state.book
    return book


ReferenceBook = Annotated[Book, Depends(_book)]


def _state(row: models.State, language: str) -> StateRead:
    return StateRead(
        iso3=row.code, iso2=row.iso2, m49=row.m49, label=row.labels[language], labels=row.labels, region=row.region,
        subregion=row.subregion, regional_group=row.regional_group, languages=row.languages,
    )  # fmt: skip


@router.get("/states")
def list_states(session: RequestSession, language: Language, page: Paging) -> Page[StateRead]:
    """The 193 Member States."""
    rows, cursor = paging.fetch(session, select(models.State), [models.State.code], page)
    return Page(items=[_state(row, language) for (row,) in rows], next=cursor)


@router.get("/states/{iso3}")
def get_state(
    iso3: str, session: RequestSession, language: Language, book: ReferenceBook, response: Response
) -> StateDetail:
    """One State with its dated memberships."""
    row = session.get(models.State, iso3)
    if row is None:
        raise NotFound
    memberships = [_membership(m) for m in book.memberships if m.state == iso3]
    return tagged(response, StateDetail(**_state(row, language).model_dump(), memberships=memberships))


def _membership(membership: object) -> MembershipRead:
    return MembershipRead.model_validate(membership, from_attributes=True)


@router.get("/themes")
def list_themes(session: RequestSession, language: Language, page: Paging) -> Page[ThemeRead]:
    """Themes and their sub-areas."""
    rows, cursor = paging.fetch(session, select(models.Theme), [models.Theme.code], page)
    items = [
        ThemeRead(
            code=row.code, label=row.labels[language], labels=row.labels, parent=row.parent,
            resolutions=row.resolutions, strategy_pillars=row.strategy_pillars,
            sister_committees=row.sister_committees,
        )
        for (row,) in rows
    ]  # fmt: skip
    return Page(items=items, next=cursor)


@router.get("/institutions")
def list_institutions(session: RequestSession, language: Language, page: Paging) -> Page[LabelledRead]:
    """Kinds of national institutions that help is for."""
    rows, cursor = paging.fetch(session, select(models.Institution), [models.Institution.code], page)
    items = [LabelledRead(code=row.code, label=row.labels[language], labels=row.labels) for (row,) in rows]
    return Page(items=items, next=cursor)


@router.get("/assistance-types")
def list_assistance_types(session: RequestSession, language: Language, page: Paging) -> Page[LabelledRead]:
    """Kinds of help."""
    rows, cursor = paging.fetch(session, select(models.AssistanceType), [models.AssistanceType.code], page)
    items = [LabelledRead(code=row.code, label=row.labels[language], labels=row.labels) for (row,) in rows]
    return Page(items=items, next=cursor)


@router.get("/resolutions")
def list_resolutions(session: RequestSession, language: Language, page: Paging) -> Page[ResolutionRead]:
    """Resolutions of the Security Council on the matter."""
    rows, cursor = paging.fetch(session, select(models.Resolution), [models.Resolution.code], page)
    items = [
        ResolutionRead(
            code=row.code, label=row.labels[language], labels=row.labels, year=row.year, kind=row.kind,
            themes=row.themes, standing=row.standing,
        )
        for (row,) in rows
    ]  # fmt: skip
    return Page(items=items, next=cursor)


@router.get("/groupings")
def list_groupings(
    session: RequestSession,
    language: Language,
    page: Paging,
    book: ReferenceBook,
) -> Page[GroupingRead]:
    """Groupings of States with dated memberships."""
    rows, cursor = paging.fetch(session, select(models.Grouping), [models.Grouping.code], page)
    items = [
        GroupingRead(
            code=row.code, label=row.labels[language], labels=row.labels, kind=row.kind, as_of=row.as_of,
            notes=row.notes, members_of=row.members_of, themes=row.themes, organization=row.organization,
            memberships=[_membership(m) for m in book.memberships if m.grouping == row.code],
        )
        for (row,) in rows
    ]  # fmt: skip
    return Page(items=items, next=cursor)


@router.get("/working-groups")
def list_working_groups(session: RequestSession, language: Language, page: Paging) -> Page[WorkingGroupRead]:
    """Working groups of the Global Counter-Terrorism Coordination Compact, with the themes that each deals with."""
    rows, cursor = paging.fetch(session, select(models.WorkingGroup), [models.WorkingGroup.code], page)
    items = [
        WorkingGroupRead(
            code=row.code, label=row.labels[language], labels=row.labels, number=row.number, themes=row.themes,
            chairs=row.chairs, vice_chairs=row.vice_chairs, since=row.since, until=row.until, notes=row.notes,
        )
        for (row,) in rows
    ]  # fmt: skip
    return Page(items=items, next=cursor)
