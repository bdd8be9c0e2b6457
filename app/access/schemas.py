"""Shapes of organisations in answers."""

from pydantic import BaseModel, ConfigDict


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
