"""Settings, read once from the environment (prefix `TAYSIR_`) and passed on."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url


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
        False,
        description="For development: serve with a warning where PostgreSQL would be refused, because the service's role"
        " is a superuser or the owner, or because the server does not sync.",
    )
    body_limit: int = Field(1_000_000, gt=0, description="Largest request body, bytes.")
    import_limit: int = Field(10_000_000, gt=0, description="Largest import, bytes.")

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
        faults = [f"TAYSIR_{str(e['loc'][0]).upper()}: {e['msg']}." for e in error.errors()]
        raise BadSettings(" ".join(faults)) from error
