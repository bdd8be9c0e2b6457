"""Settings, read once from the environment (prefix `TAYSIR_`) and passed on."""

from pathlib import Path
from typing import Self

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


class Settings(BaseSettings):
    """What an operator can set; `docs/settings.md` holds the same table."""

    model_config = SettingsConfigDict(env_prefix="TAYSIR_", extra="ignore")

    database_url: str = Field(
        "sqlite:///var/taysir.db",
        description="Database the service uses: sqlite:///… or postgresql+psycopg://…",
    )
    owner_database_url: str | None = Field(
        None,
        description="The same database as its owner: for migrations and the operator's commands. Service and owner are"
        " two roles on PostgreSQL; none: TAYSIR_DATABASE_URL for both.",
    )
    allow_single_role: bool = Field(
        default=False,
        description="For development: serve with a warning where PostgreSQL would be refused, because the service's"
        " role is a superuser or the owner, or because the server does not sync.",
    )
    body_limit: int = Field(1_000_000, gt=0, description="Largest request body, bytes.")
    import_limit: int = Field(10_000_000, gt=0, description="Largest import, bytes.")
    request_seconds: int = Field(30, gt=0, description="Longest time for one request; then 503.")
    body_seconds: int = Field(20, gt=0, description="Longest time for a body to arrive; then 408.")
    rate_per_minute: int = Field(
        600, ge=0, description="Requests a minute for one key or session, in each process; 0: no limit."
    )
    anonymous_rate_per_minute: int = Field(
        120, ge=0, description="Requests a minute without a valid key for one address, in each process; 0: no limit."
    )
    public_url: AnyHttpUrl | None = Field(
        None, description="Address that browsers use, such as https://taysir.example; else that of each request."
    )
    secret_key: SecretStr | None = Field(
        None, min_length=32, description="Seals second factors in the database; without it none can be set up."
    )
    oidc_issuer: AnyHttpUrl | None = Field(None, description="Sign-in provider (OpenID Connect); else no such sign-in.")
    oidc_client_id: str | None = Field(None, description="Our name at the sign-in provider.")
    oidc_client_secret: SecretStr | None = Field(None, description="Our secret at the sign-in provider.")

    @model_validator(mode="after")
    def _check_provider(self) -> Self:
        if self.oidc_issuer is None:
            return self
        if self.oidc_client_id is None or self.oidc_client_secret is None:
            raise ValueError("TAYSIR_OIDC_CLIENT_ID and TAYSIR_OIDC_CLIENT_SECRET are needed with TAYSIR_OIDC_ISSUER")
        if self.oidc_issuer.scheme != "https" and self.oidc_issuer.host not in LOOPBACK:
            raise ValueError("TAYSIR_OIDC_ISSUER must be an https address")
        return self

    audit_anchor: Path | None = Field(
        None,
        description="File on another volume to which the end of the audit is added every 5 minutes.",
    )
    audit_anchor_every: int = Field(500, gt=0, description="Anchor as well after this many records.")
    audit_syslog: str | None = Field(
        None, description="Where anchors and alarms are sent too: a socket such as /dev/log, or host:port."
    )
    bulk_read_alarm: int = Field(
        200, gt=0, description="More needs than this read by one account within an hour raise an alarm."
    )

    @property
    def operator_url(self) -> str:
        """The address that migrations and the operator's commands use; raises `BadSettings` if it is elsewhere."""
        if self.owner_database_url is None:
            return self.database_url
        owner, service = make_url(self.owner_database_url), make_url(self.database_url)
        if (owner.host, owner.port, owner.database) != (service.host, service.port, service.database):
            raise BadSettings("TAYSIR_OWNER_DATABASE_URL: it names another database than TAYSIR_DATABASE_URL.")
        return self.owner_database_url


class BadSettings(Exception):
    """Settings that cannot be used: one sentence per fault."""


def load_settings() -> Settings:
    """Read the environment; raises `BadSettings` with one sentence per fault."""
    try:
        return Settings()
    except ValidationError as error:
        faults = [_sentence(e["loc"], e["msg"]) for e in error.errors()]
        raise BadSettings(" ".join(faults)) from error


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    message = message.removeprefix("Value error, ")
    return f"TAYSIR_{str(place[0]).upper()}: {message}." if place else f"{message}."
