"""Reads of the reference data."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reference import models
from app.reference.rules import Book, Grouping, Membership, WorkingGroup


def read_book(session: Session) -> Book:
    """All reference data that decisions need."""
    return book_of(lambda table: session.scalars(select(table)).all())


def book_of(rows: Callable[[type[Any]], Iterable[Any]]) -> Book:  # rows of whichever table is asked for
    """The book that the rows of the reference tables make."""
    states = list(rows(models.State))
    themes = sorted(rows(models.Theme), key=lambda theme: theme.code)
    resolutions = list(rows(models.Resolution))
    memberships = sorted(
        (Membership(m.grouping, m.state, m.since, m.until) for m in rows(models.Membership)),
        key=lambda m: (m.grouping, m.state, m.since or date.min),
    )
    groupings = list(rows(models.Grouping))
    return Book(
        states={s.code: s.labels for s in states},
        state_languages={s.code: tuple(s.languages) for s in states},
        state_regions={s.code: s.region for s in states},
        iso2={s.iso2: s.code for s in states},
        themes={t.code: t.labels for t in themes},
        theme_parents={t.code: t.parent for t in themes},
        institutions={i.code: i.labels for i in rows(models.Institution)},
        assistance_types={a.code: a.labels for a in rows(models.AssistanceType)},
        resolutions={r.code: r.labels for r in resolutions},
        resolution_themes={r.code: tuple(r.themes) for r in resolutions},
        groupings={g.code: g.labels for g in groupings},
        grouping_facts={
            g.code: Grouping(g.code, g.kind, tuple(g.themes or ()), g.organization)
            for g in sorted(groupings, key=lambda grouping: grouping.code)
        },
        theme_committees={t.code: tuple(t.sister_committees) for t in themes},
        working_groups=tuple(
            WorkingGroup(g.code, g.labels, tuple(g.themes), g.since, g.until)
            for g in sorted(rows(models.WorkingGroup), key=lambda group: group.number)
        ),
        memberships=tuple(memberships),
    )
