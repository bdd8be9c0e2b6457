"""Entity tags: a hash of what this reader is shown, so a tag tells nothing of what is hidden."""

import hashlib
import hmac
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Response
from pydantic import BaseModel

from app.core.errors import Stale
from app.edge.problems import PreconditionMissing

Shown = TypeVar("Shown", bound=BaseModel)


def etag(shown: BaseModel) -> str:
    """The strong entity tag of a representation."""
    return f'"{hashlib.sha256(shown.model_dump_json().encode()).hexdigest()[:32]}"'


def tagged(response: Response, shown: Shown) -> Shown:
    """Set the `ETag` header for `shown`, and give it back."""
    response.headers["ETag"] = etag(shown)
    return shown


def check(if_match: str | None, shown: BaseModel) -> None:
    """Raise `Stale` unless `if_match` is the tag of `shown`; nothing to check where it is absent."""
    if if_match is not None and not hmac.compare_digest(if_match.strip().encode(), etag(shown).encode()):
        raise Stale


def _required(if_match: Annotated[str | None, Header()] = None) -> str:
    if if_match is None:
        raise PreconditionMissing
    return if_match


IfMatch = Annotated[str, Depends(_required)]
OptionalIfMatch = Annotated[str | None, Header(alias="If-Match")]
