"""Reads and locks of credentials, identities and tries."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.access.models import Account, Organization
from app.access.queries import is_active
from app.signin.models import Credentials, Identity, SignInTries


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whom a name may turn out to be; for a name that is nobody's the same shape with nothing in it."""

    account_id: UUID | None = None
    password_hash: str | None = None


def find_candidate(session: Session, name: str) -> Candidate:
    """The active account of that name with its password's hash."""
    row = session.execute(
        select(Account.id, Credentials.password_hash)
        .outerjoin(Credentials, Credentials.account_id == Account.id)
        .where(Account.name == name, is_active())
    ).one_or_none()
    return Candidate() if row is None else Candidate(row[0], row[1])


def find_holder(session: Session, account_id: UUID) -> tuple[Account, Organization | None] | None:
    """The active account with its organisation."""
    row = session.execute(_holders().where(Account.id == account_id)).one_or_none()
    return None if row is None else (row[0], row[1])


def find_identity_holder(session: Session, issuer: str, subject: str) -> tuple[Account, Organization | None] | None:
    """The active account of a person at the sign-in provider."""
    row = session.execute(
        _holders()
        .join(Identity, Identity.account_id == Account.id)
        .where(Identity.issuer == issuer, Identity.subject == subject)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def _holders() -> Select[Account, Organization]:
    return (
        select(Account, Organization)
        .outerjoin(Organization, Organization.code == Account.organization)
        .where(is_active())
    )


def find_credentials(session: Session, account_id: UUID) -> Credentials | None:
    """The account's password and second factor."""
    return session.get(Credentials, account_id, populate_existing=True)


def credentials_of(session: Session, account_id: UUID) -> Credentials:
    """The account's password and second factor, empty where it had none."""
    found = find_credentials(session, account_id)
    if found is None:
        found = Credentials(account_id=account_id, totp_last_step=0)
        session.add(found)
        session.flush()
    return found


def take_step(session: Session, account_id: UUID, step: int) -> bool:
    """Use up the code of a half minute; false where another request was first."""
    taken = session.execute(
        update(Credentials)
        .where(Credentials.account_id == account_id, Credentials.totp_last_step < step)
        .values(totp_last_step=step)
        .returning(Credentials.account_id)
    )
    return taken.first() is not None


def lock_tries(session: Session, digest: str, at: datetime) -> SignInTries:
    """The tries for a name, made where there are none, locked until the transaction ends."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(SignInTries).values(name_digest=digest, tries=[], last_at=at).on_conflict_do_nothing())
    return session.scalars(select(SignInTries).where(SignInTries.name_digest == digest).with_for_update()).one()


def forget_old_tries(session: Session, before: datetime) -> None:
    """Remove the counts that nobody needs any more, but for those that another request holds."""
    old = select(SignInTries.name_digest).where(SignInTries.last_at < before).limit(100)
    session.execute(
        delete(SignInTries)
        .where(SignInTries.name_digest.in_(old.with_for_update(skip_locked=True)))
        .execution_options(synchronize_session=False)
    )


def find_identity(session: Session, issuer: str, subject: str) -> Identity | None:
    """The link of a person at the sign-in provider to an account."""
    return session.get(Identity, (issuer, subject))
