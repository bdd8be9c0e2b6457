"""Shapes of the audit in answers."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel


class AccountName(BaseModel):
    """Whose act it was."""

    id: UUID
    name: str


class AuditRead(BaseModel):
    """Who read or did what in one request: codes and ids, no content."""

    id: UUID
    at: datetime
    request_id: str | None
    operation: str
    status: int | None
    code: str | None
    account: AccountName | None
    role: str
    organization: str | None
    state: str | None
    action: str
    subjects: dict[str, list[str]]
    states: list[str]
    facts: dict[str, list[str]]


class ChainedRead(AuditRead):
    """A record with its place in the chain, so that an auditor can check the hashes."""

    number: int
    previous_hash: str
    hash: str


class HeadRead(BaseModel):
    """How many records there are, and the hash of the last: what an anchor keeps."""

    count: int
    hash: str


class Reader(BaseModel):
    """Who saw: the role and, where there is one, the organisation or the State."""

    role: str
    organization: str | None
    state: str | None


class AccessRead(BaseModel):
    """One request that showed needs of the State."""

    at: datetime
    action: str
    reader: Reader
    needs: list[UUID]
