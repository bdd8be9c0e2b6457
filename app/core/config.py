"""Settings, read once from the environment (prefix `TAYSIR_`) and passed on."""

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator can set; `docs/settings.md` holds the same table."""

    model_config = SettingsConfigDict(env_prefix="TAYSIR_", extra="ignore")

    database_url: str = Field(
        "sqlite:///var/taysir.db",
        description="Database the service uses: sqlite:///… or postgresql+psycopg://…",
    )
    owner_database_url: str | None = Field(
        None,
        description="Database address of the owning role, for `init` and migrations; else TAYSIR_DATABASE_URL.",
    )
    body_limit: int = Field(1_000_000, gt=0, description="Largest request body, bytes.")
    import_limit: int = Field(10_000_000, gt=0, description="Largest import, bytes.")

    @property
    def migration_url(self) -> str:
        """The address that migrations use."""
        return self.owner_database_url or self.database_url


class BadSettings(Exception):
    """Settings that cannot be used: one sentence per fault."""


def load_settings() -> Settings:
    """Read the environment; raises `BadSettings` with one sentence per fault."""
    try:
        return Settings()
    except ValidationError as error:
        faults = [f"TAYSIR_{str(e['loc'][0]).upper()}: {e['msg']}." for e in error.errors()]
        raise BadSettings(" ".join(faults)) from error
