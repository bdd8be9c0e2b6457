"""The one shape of every error answer: RFC 9457 `application/problem+json`. No input is echoed."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from app.core import errors

STATUSES: dict[type[errors.Error], tuple[int, str]] = {
    errors.NotFound: (404, "Not found"),
    errors.Stale: (412, "The record has changed"),
    errors.Conflict: (409, "The record's state does not allow this"),
    errors.NotAllowed: (403, "Not allowed"),
    errors.TooBig: (413, "Too big"),
    errors.Invalid: (422, "The input is not valid"),
    errors.Throttled: (429, "Too many requests"),
    errors.Unavailable: (503, "Not available for the moment"),
}


class Unauthenticated(errors.Error):
    """No usable key or session came with the request."""

    def __init__(
        self, code: str = "key.missing", detail: str = "Send a valid key as 'Authorization: Bearer KEY'."
    ) -> None:
        super().__init__(code, detail)


class TooSlow(errors.Error):
    """The body did not arrive in time."""

    def __init__(self) -> None:
        super().__init__("request.too_slow", "The request did not arrive in time.")


class PreconditionMissing(errors.Error):
    """The request must say which version of the record it was made for."""

    def __init__(self) -> None:
        super().__init__("if_match.missing", "Send the ETag that you read as 'If-Match'.")


class FaultRead(BaseModel):
    """One fault of the input."""

    pointer: str
    code: str
    detail: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FaultRead]
    request_id: str


EDGE_STATUSES: dict[type[errors.Error], tuple[int, str]] = {
    Unauthenticated: (401, "Not signed in"),
    TooSlow: (408, "The request took too long"),
    PreconditionMissing: (428, "If-Match is required"),
}


def problem(error: errors.Error, request_id: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """The answer for one of our errors."""
    status, title = _status_of(error)
    headers = dict(headers or {})
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.Unavailable):
        headers["Retry-After"] = str(error.retry_after)
    faults = error.faults if isinstance(error, errors.Invalid) else ()
    return _answer(status, title, error.code, error.detail, faults, request_id, headers)


def _status_of(error: errors.Error) -> tuple[int, str]:
    table = {**EDGE_STATUSES, **STATUSES}
    return next(table[kind] for kind in type(error).__mro__ if kind in table)


def refusal(error: Exception) -> tuple[int, str] | None:
    """Status and code of an error by which a request is refused; nothing for faults of our own or of the database."""
    match error:
        case errors.Unavailable() | Unauthenticated():
            return None
        case errors.Error():
            return _status_of(error)[0], error.code
        case RequestValidationError():
            return 422, "input.invalid"
        case HTTPException(status_code=status) if status < 500:
            return status, "request.malformed"
        case StaleDataError():
            return 412, "record.stale"
        case IntegrityError():
            return 409, "record.collision"
        case DBAPIError() if _is_walled_off(error):
            return 404, "not_found"
    return None


def _is_walled_off(error: DBAPIError) -> bool:
    """Whether the database's own wall refused a row that the reader could not have seen afterwards."""
    # A right that is missing on a table has the same code, and is our own fault.
    place = getattr(error.orig, "diag", None)
    return getattr(place, "source_function", None) == "ExecWithCheckOptions"


def _answer(
    status: int,
    title: str,
    code: str,
    detail: str,
    faults: tuple[errors.Fault, ...],
    request_id: str,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    body = Problem(
        type=f"urn:taysir:problem:{code}",
        title=title,
        status=status,
        detail=detail,
        code=code,
        errors=[FaultRead(pointer=f.pointer, code=f.code, detail=f.detail) for f in faults],
        request_id=request_id,
    )
    return JSONResponse(
        body.model_dump(),
        status,
        {"Cache-Control": "private, no-store", **(headers or {})},
        media_type="application/problem+json",
    )


_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,60}")


def _pointer(location: tuple[int | str, ...]) -> str:
    """JSON pointer of a fault in the body, or the parameter's name; a key that is not a plain word is left out."""
    where, *path = location
    shown = [str(part) if _PLAIN.fullmatch(str(part)) else "?" for part in path]
    return "".join(f"/{part}" for part in shown) if where == "body" else f"{where}:{'/'.join(shown)}"


_MESSAGES = {"uuid_parsing": "Input should be a valid UUID"}
"""In place of messages that repeat part of the input."""


def validation_faults(raised: list[Any]) -> tuple[errors.Fault, ...]:
    """Pydantic's faults in our shape."""
    return tuple(
        errors.Fault(_pointer(e["loc"]), f"field.{e['type']}", _MESSAGES.get(e["type"], e["msg"]).rstrip(".") + ".")
        for e in raised[:50]
    )


def _request_id(request: Request) -> str:
    return str(request.state.request_id)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    error = cast(errors.Error, error)
    if isinstance(error, errors.NotFound) and getattr(request.state, "is_anonymous", False):
        error = Unauthenticated()
    return problem(error, _request_id(request))


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    error = cast(RequestValidationError, error)
    return problem(errors.Invalid(validation_faults(list(error.errors()))), _request_id(request))


async def _http(request: Request, error: Exception) -> JSONResponse:
    error = cast(HTTPException, error)
    if error.status_code == 404:
        return problem(errors.NotFound(), _request_id(request))
    if error.status_code == 405:
        headers = dict(error.headers or {})
        return _answer(
            405, "Method not allowed", "method.not_allowed", "This address does not take this method.", (),
            _request_id(request), headers,
        )  # fmt: skip
    fault = errors.Fault("", "request.malformed", "The request could not be read.")
    return problem(errors.Invalid([fault]), _request_id(request))


async def _stale(request: Request, _error: Exception) -> JSONResponse:
    return problem(errors.Stale(), _request_id(request))


async def _collision(request: Request, _error: Exception) -> JSONResponse:
    error = errors.Conflict("record.collision", "Another request changed the same record; try again.")
    return problem(error, _request_id(request))


async def _database(request: Request, _error: Exception) -> JSONResponse:
    error = errors.Unavailable("database.away", "The database is not available for the moment; try again.")
    return problem(error, _request_id(request))


async def _refused_by_database(request: Request, error: Exception) -> JSONResponse:
    if _is_walled_off(cast(DBAPIError, error)):
        return await _ours(request, errors.NotFound())
    return await _unexpected(request, error)


async def _unexpected(request: Request, _error: Exception) -> JSONResponse:
    return _answer(500, "Internal error", "internal", "Something went wrong on our side.", (), _request_id(request))


def _document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document with problems under their own media type; the framework knows one type per operation."""
    document = FastAPI.openapi(app)
    for operations in document["paths"].values():
        for operation in operations.values():
            for response in operation["responses"].values():
                content = response.get("content", {})
                shape = content.get("application/json", {}).get("schema", {}).get("$ref", "")
                if shape.endswith("/Problem"):
                    content["application/problem+json"] = content.pop("application/json")
    return document


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem, and say so in its OpenAPI document."""
    app.openapi = partial(_document, app)  # type: ignore[method-assign]  # the framework's own way
    handlers: list[tuple[type[Exception], Callable[..., Any]]] = [
        (errors.Error, _ours),
        (RequestValidationError, _malformed),
        (HTTPException, _http),
        (StaleDataError, _stale),
        (IntegrityError, _collision),
        (OperationalError, _database),
        (InterfaceError, _database),
        (PoolTimeout, _database),
        (DBAPIError, _refused_by_database),
        (Exception, _unexpected),
    ]
    for kind, handler in handlers:
        app.add_exception_handler(kind, handler)


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": title}
    for status, title in [*EDGE_STATUSES.values(), *STATUSES.values(), (405, "Method not allowed")]
}
"""For OpenAPI: the problems that any operation may answer with."""
