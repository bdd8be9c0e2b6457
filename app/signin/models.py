"""Tables of what proves who a person is, and of failed tries."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class Credentials(Base):
    """The password and second factor of an account."""

    __tablename__ = "credentials"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None]
    """Sealed with TAYSIR_SECRET_KEY."""
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int] = mapped_column(default=0)
    """The half minute of the last code that was taken: no code counts twice."""


class Identity(Base):
    """A person at the sign-in provider, and the account that is theirs here."""

    __tablename__ = "identities"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    linked_at: Mapped[datetime]


class SignInTries(Base):
    """The failed tries of late for one name, whether it is an account's or nobody's."""

    __tablename__ = "sign_in_tries"

    name_digest: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of the name: people type passwords into the wrong field."""
    tries: Mapped[list[str]]
    """Instants, oldest first."""
    last_at: Mapped[datetime] = mapped_column(index=True)
