"""Shapes of organisations, accounts and keys."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from app.access.rules import FACILITATOR, ORGANIZATION_KINDS, AccountStatus, KeyStatus, Permission, Role, Scope
from app.reference.schemas import Iso3

OrganizationCode = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", min_length=2, max_length=60)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Url = Annotated[str, Field(pattern=r"^https?://\S+$", max_length=500)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OrganizationRead(BaseModel):
    """An entity that gives, pays for, or facilitates assistance."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    name: str
    kind: str
    role: str
    state: str | None
    url: str | None
    notes: str
    is_sample: bool


class OrganizationCreate(_Strict):
    """A new organisation. Its kind and role stay: they decide what its accounts may see."""

    code: OrganizationCode
    name: Name
    kind: Annotated[str, Field(pattern=f"^({'|'.join(ORGANIZATION_KINDS)})$")]
    role: Annotated[str, Field(pattern=f"^(provider|delivery partner|{FACILITATOR})$")] = "provider"
    state: Iso3 | None = None
    url: Url | None = None
    notes: Annotated[str, Field(max_length=2000)] = ""


class OrganizationUpdate(_Strict):
    """What may change of an organisation; what is left out stays."""

    name: Name | None = None
    url: Url | None = None
    notes: Annotated[str, Field(max_length=2000)] | None = None


class GrantRead(BaseModel):
    """A role that waits for a second administrator."""

    model_config = ConfigDict(from_attributes=True)

    role: Role
    organization: str | None
    state: str | None
    requested_by: UUID
    requested_at: AwareDatetime


class AccountRead(BaseModel):
    """A person or a system that uses the service."""

    id: UUID
    name: str
    role: Role
    organization: str | None
    state: str | None
    status: AccountStatus
    pending_grant: GrantRead | None
    created_at: AwareDatetime
    disabled_at: AwareDatetime | None


class AccountMade(AccountRead):
    """A new account with its first key, shown once; the key works once a second administrator has confirmed."""

    key: str | None
    key_expires_at: AwareDatetime


class AccountCreate(_Strict):
    """A new account; the role `state` needs a State, `provider` an organisation."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
    role: Role
    organization: OrganizationCode | None = None
    state: Iso3 | None = None


class AccountUpdate(_Strict):
    """Another role, organisation or State, for a second administrator to confirm; or `disabled`, which is at once."""

    role: Role | None = None
    organization: OrganizationCode | None = None
    state: Iso3 | None = None
    disabled: bool | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> "AccountUpdate":
        if self.disabled and len(self.model_fields_set) > 1:
            raise ValueError("disable an account in a request of its own")
        return self


class KeyRead(BaseModel):
    """A key, without the key itself."""

    id: UUID
    account: UUID
    label: str
    scope: Scope
    permissions: list[Permission] | None
    status: KeyStatus
    created_at: AwareDatetime
    expires_at: AwareDatetime
    last_used_on: date | None
    revoked_at: AwareDatetime | None


class KeyMade(KeyRead):
    """A new key, shown once."""

    key: str | None


class KeyCreate(_Strict):
    """A new key: for yourself, or, as an administrator, for another account once a second administrator confirms."""

    account: UUID | None = None
    label: Annotated[str, Field(max_length=100)] = ""
    scope: Scope = Scope.READ_WRITE
    permissions: Annotated[list[Permission], Field(min_length=1, max_length=len(Permission))] | None = None
    expires_at: AwareDatetime | None = None


class KeyUpdate(_Strict):
    """Another label, or an earlier end."""

    label: Annotated[str, Field(max_length=100)] | None = None
    expires_at: AwareDatetime | None = None
