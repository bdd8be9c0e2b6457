"""Loads the reference data; loading twice changes nothing, and a changed file changes the rows."""

from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.reference import adapter, models, queries
from app.reference.rules import Book

SEED_DATA = Path(__file__).resolve().parents[2] / "seed_data"


def load(session: Session, folder: Path = SEED_DATA / "reference") -> None:
    """Bring the reference tables to what the files of `folder` say; rows that others may point at are never removed."""
    for table, rows in adapter.read(folder):
        if table is models.Membership:  # nothing points at a membership
            session.execute(delete(models.Membership))
            session.flush()
        for row in rows:
            session.merge(table(**row))
        session.flush()


def book_of_files(folder: Path = SEED_DATA / "reference") -> Book:
    """The book that the files of `folder` make, for work without a database."""
    rows = {table: [table(**row) for row in rows] for table, rows in adapter.read(folder)}
    return queries.book_of(lambda table: rows[table])
