"""Tables of organisations, accounts, role grants, keys, sessions and consents."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base
from app.core.ids import new_id


class Organization(Base):
    """An entity that gives, pays for, or facilitates assistance; `state` is set where it is one State's own."""

    __tablename__ = "organizations"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    role: Mapped[str]
    state: Mapped[str | None] = mapped_column(ForeignKey("states.code"))
    url: Mapped[str | None]
    notes: Mapped[str] = mapped_column(default="")
    is_sample: Mapped[bool] = mapped_column(default=False)
    skeleton: Mapped[str | None] = mapped_column(unique=True, index=True)
    """What the name looks like: no two organisations may look alike. Empty until the reference data is loaded anew."""


class Account(Base):
    """A person or a system that uses the service."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    organization: Mapped[str | None] = mapped_column(ForeignKey("organizations.code"))
    state: Mapped[str | None] = mapped_column(ForeignKey("states.code"))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When a second administrator, or the operator, let the account in; before that nothing of it works."""
    disabled_at: Mapped[datetime | None]


class RoleGrant(Base):
    """A role that one administrator asked for and a second one confirms; never changed after that."""

    __tablename__ = "role_grants"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    role: Mapped[str]
    organization: Mapped[str | None] = mapped_column(ForeignKey("organizations.code"))
    state: Mapped[str | None] = mapped_column(ForeignKey("states.code"))
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    requested_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]


class ApiKey(Base):
    """A key of an account; only its SHA-256 is kept, so it is shown once."""

    __tablename__ = "api_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    label: Mapped[str] = mapped_column(default="")
    scope: Mapped[str] = mapped_column(default="read-write")
    permissions: Mapped[list[str] | None]
    """The only permissions the key has, among its role's; empty: all of them."""
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    """The administrator who asked for the key of another account; a second one confirms it."""
    confirmed_at: Mapped[datetime | None]
    last_used_on: Mapped[date | None]


class AccountSession(Base):
    """One sign-in of a person in one browser; only the SHA-256 of its token is kept. A session that ends is deleted."""

    __tablename__ = "account_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class Consent(Base):
    """One permission of a State. Append-only: what happens to it later is a `ConsentEvent`."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "state", "visit_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state: Mapped[str] = mapped_column(ForeignKey("states.code"))
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"))
    fields: Mapped[str]
    covers_future: Mapped[bool]
    is_public: Mapped[bool] = mapped_column(index=True)
    instrument: Mapped[dict[str, Any]]
    effective_from: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    on_behalf: Mapped[bool]
    """Recorded by CTED for the State: it counts only once a second person has confirmed it."""
    supersedes: Mapped[UUID | None] = mapped_column(ForeignKey("consents.id"))

    themes: Mapped[list["ConsentTheme"]] = relationship(lazy="selectin")
    needs: Mapped[list["ConsentNeed"]] = relationship(lazy="selectin")
    audience: Mapped[list["ConsentAudience"]] = relationship(lazy="selectin")
    events: Mapped[list["ConsentEvent"]] = relationship(lazy="selectin", order_by="ConsentEvent.at")


class ConsentTheme(Base):
    """One theme in a consent's scope; the State stands here too, so that needs find it by State and theme."""

    __tablename__ = "consent_themes"
    __table_args__ = (Index(None, "state", "theme"),)

    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"), primary_key=True)
    theme: Mapped[str] = mapped_column(ForeignKey("themes.code"), primary_key=True)
    state: Mapped[str] = mapped_column(ForeignKey("states.code"))


class ConsentNeed(Base):
    """One need in a consent's scope."""

    __tablename__ = "consent_needs"

    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"), primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), primary_key=True, index=True)


class ConsentAudience(Base):
    """One organisation or one class that a consent names."""

    __tablename__ = "consent_audience"
    __table_args__ = (Index(None, "kind", "value"),)

    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """`organization` or `class`."""
    value: Mapped[str] = mapped_column(primary_key=True)


class ConsentEvent(Base):
    """What happened to a consent after it was recorded: `confirmed` or `withdrawn`."""

    __tablename__ = "consent_events"
    __table_args__ = (UniqueConstraint("consent_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str | None]
