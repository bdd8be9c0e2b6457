"""Organisations: the known ones of the seed data, and those that administrators add."""

import csv
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import queries
from app.access.models import Organization
from app.access.schemas import OrganizationCreate, OrganizationUpdate
from app.core import names, trail
from app.core.errors import Conflict, Fault, Invalid
from app.reference.rules import Book, check_codes
from app.reference.service import SEED_DATA


def load_organizations(session: Session, file: Path = SEED_DATA / "reference" / "organizations.csv") -> None:
    """Bring the known organisations to what the file says."""
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            put_organization(session, row, is_sample=False)
    for older in session.scalars(select(Organization).where(Organization.skeleton.is_(None))):
        shape = names.skeleton(older.name)
        if queries.find_look_alike(session, shape) is None:
            older.skeleton = shape
            session.flush()


def put_organization(session: Session, row: Mapping[str, str | None], *, is_sample: bool) -> None:
    """Add or change one organisation of the seed data."""
    session.merge(
        Organization(
            code=row["code"], name=row["name"], kind=row["kind"], role=row.get("role") or "provider",
            state=row.get("state") or None, url=row.get("url") or None, notes=row.get("notes") or "",
            is_sample=is_sample, skeleton=names.skeleton(row["name"] or ""),
        )
    )  # fmt: skip
    session.flush()


def add_organization(session: Session, new: OrganizationCreate, book: Book) -> Organization:
    """A new organisation; raises `Conflict` where the code is taken or the name looks like another's."""
    if new.state is not None:
        faults = check_codes(book.states, [new.state], kind="state", pointer="/state")
        if faults:
            raise Invalid(faults)
    shape = _shape(session, new.name)
    if session.get(Organization, new.code) is not None:
        raise Conflict("organization.taken", "There is an organisation of that code already.")
    organization = Organization(**new.model_dump(), skeleton=shape)
    session.add(organization)
    session.flush()
    trail.acted(session, "organization.added", "organization", [organization.code])
    return organization


def change_organization(session: Session, organization: Organization, changes: OrganizationUpdate) -> None:
    """Change the fields that were sent; raises `Conflict` where the name looks like another's."""
    sent = changes.model_dump(exclude_unset=True)
    if changes.name is not None:
        organization.skeleton = _shape(session, changes.name, but=organization.code)
    for name, value in sent.items():
        if value is not None or name == "url":
            setattr(organization, name, value)
    session.flush()
    trail.acted(session, "organization.changed", "organization", [organization.code])


def _shape(session: Session, name: str, *, but: str | None = None) -> str:
    if names.has_invisible(name):
        raise Invalid([Fault("/name", "name.invisible", "A name must not hold characters that nobody sees.")])
    shape = names.skeleton(name)
    if not shape:
        raise Invalid([Fault("/name", "name.empty", "A name needs letters or digits.")])
    if queries.find_look_alike(session, shape, but=but) is not None:
        raise Conflict("organization.look_alike", "The name looks like that of another organisation.")
    return shape
