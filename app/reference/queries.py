"""Reads of the reference data."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reference import models
from app.reference.rules import Book, Membership


def read_book(session: Session) -> Book:
    """All reference data that decisions need."""
    states = session.scalars(select(models.State)).all()
    themes = session.scalars(select(models.Theme).order_by(models.Theme.code)).all()
    resolutions = session.scalars(select(models.Resolution)).all()
    return Book(
        states={s.code: s.labels for s in states},
        state_languages={s.code: tuple(s.languages) for s in states},
        state_regions={s.code: s.region for s in states},
        iso2={s.iso2: s.code for s in states},
        themes={t.code: t.labels for t in themes},
        theme_parents={t.code: t.parent for t in themes},
        institutions={i.code: i.labels for i in session.scalars(select(models.Institution))},
        assistance_types={a.code: a.labels for a in session.scalars(select(models.AssistanceType))},
        resolutions={r.code: r.labels for r in resolutions},
        resolution_themes={r.code: tuple(r.themes) for r in resolutions},
        groupings={g.code: g.labels for g in session.scalars(select(models.Grouping))},
        memberships=tuple(
            Membership(m.grouping, m.state, m.since, m.until)
            for m in session.scalars(
                select(models.Membership).order_by(
                    models.Membership.grouping, models.Membership.state, models.Membership.since
                )
            )
        ),
    )
