"""Lists by keyset: a page starts after the last row shown, so rows that come and go shift nothing."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.errors import Fault, Invalid
from app.edge import strict_json

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None


class PageRequest:
    """How many rows, and after which; the answer names the next page in its `Link` header (RFC 8288)."""

    def __init__(
        self,
        request: Request,
        response: Response,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> None:
        self.limit = limit
        self.cursor = cursor
        self._request, self._response = request, response

    def link_next(self, cursor: str) -> None:
        """Name the page after this one."""
        address = self._request.url.include_query_params(cursor=cursor)
        self._response.headers["Link"] = f'<{address.path}?{address.query}>; rel="next"'


Paging = Annotated[PageRequest, Depends()]


def fetch(
    session: Session,
    query: Select[*tuple[Any, ...]],
    keys: Sequence[InstrumentedAttribute[Any]],
    paging: PageRequest,
    *,
    descending: bool = False,
) -> tuple[list[Any], str | None]:
    """Rows of `query` in the order of `keys` (unique together), and the cursor of the next page, if there is one."""
    if paging.cursor is not None:
        values = _read_cursor(paging.cursor, keys)
        after = tuple_(*(literal(value, key.type) for key, value in zip(keys, values, strict=True)))
        here: ColumnElement[Any] = tuple_(*keys)
        query = query.where(here < after if descending else here > after)
    order = [key.desc() if descending else key.asc() for key in keys]
    rows = list(session.execute(query.order_by(*order).limit(paging.limit + 1)).all())
    if len(rows) <= paging.limit:
        return rows, None
    rows = rows[: paging.limit]
    cursor = _write_cursor([getattr(rows[-1][0], key.key) for key in keys])
    paging.link_next(cursor)
    return rows, cursor


def _write_cursor(values: Sequence[object]) -> str:
    texts = [v.isoformat() if isinstance(v, datetime) else str(v) for v in values]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


def _instant(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    if value.utcoffset() != timedelta(0):
        raise ValueError("cursors name instants in UTC")
    return value


def _read_cursor(cursor: str, keys: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    readers: dict[type, Callable[[str], Any]] = {datetime: _instant, UUID: UUID, str: str}
    try:
        texts = strict_json.parse(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise ValueError("a cursor is a list of texts")
        return [readers[key.type.python_type](text) for key, text in zip(keys, texts, strict=True)]
    except (ValueError, Invalid):
        fault = Fault("query:cursor", "cursor.malformed", "Take the cursor from the 'next' of the page before.")
        raise Invalid([fault]) from None
