"""Shapes of signing in."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.access.rules import Permission, Role
from app.signin.rules import LONGEST_PASSWORD

Password = Annotated[str, Field(min_length=1, max_length=LONGEST_PASSWORD, json_schema_extra={"format": "password"})]
Code = Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SignIn(_Strict):
    """Name and password, and the code where the account has a second factor."""

    account: Annotated[str, Field(min_length=1, max_length=100)]
    password: Password
    code: Code | None = None


class SessionRead(BaseModel):
    """Who is asking."""

    account: str
    role: Role
    organization: str | None
    state: str | None
    permissions: list[Permission]
    csrf: str | None
    """Sent back as X-CSRF-Token with everything that changes something; empty for keys, which need none."""
    expires_at: AwareDatetime


class PasswordChange(_Strict):
    """A new password, with the old one where there is one."""

    current: Password | None = None
    new: Password


class Proof(_Strict):
    """The password once more, and the code where there is a second factor."""

    password: Password
    code: Code | None = None


class TotpOffer(BaseModel):
    """A second factor to be set up, shown once; it counts once a code of it has been confirmed."""

    secret: str
    uri: str


class TotpCode(_Strict):
    """A code of the new second factor."""

    code: Code


class FlowStart(BaseModel):
    """Where to go to link a person at the sign-in provider."""

    address: str
