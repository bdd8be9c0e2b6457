"""The routes of pages: the transactions of the API's routes, the headers of a page, and errors as pages."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from app.core import errors
from app.edge import problems
from app.edge.problems import Unauthenticated
from app.edge.route import FreeRoute, ReadingRoute, Route
from app.web import drawing
from app.web.pages import Redrawn

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    # Not `no-referrer`: browsers would then hide from us that a form is our own page's.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(Route):
    """A page, in one transaction."""

    def get_route_handler(self) -> Handler:
        """The page, or the page of its error."""
        return _showing(super().get_route_handler())


class AskingPageRoute(ReadingRoute):
    """A page whose form only asks."""

    def get_route_handler(self) -> Handler:
        """The page, or the page of its error."""
        return _showing(super().get_route_handler())


class FreePageRoute(FreeRoute):
    """A page whose service opens its own transactions."""

    def get_route_handler(self) -> Handler:
        """The page, or the page of its error."""
        return _showing(super().get_route_handler())


def _showing(handle: Handler) -> Handler:
    async def show(request: Request) -> Response:
        try:
            response = await handle(request)
        except Exception as error:
            shown = await run_in_threadpool(_error_page, request, error)
            if shown is None:
                raise
            response = shown
        response.headers.update(HEADERS)
        return response

    return show


def _error_page(request: Request, error: Exception) -> Response | None:
    """The page of an error; nothing for a fault of our own."""
    if isinstance(error, Redrawn):
        return error.page
    is_nobody = getattr(request.state, "is_anonymous", False)
    if isinstance(error, Unauthenticated) or (isinstance(error, errors.NotFound) and is_nobody):
        return to_sign_in(request)
    status = _status(error)
    if status is None:
        return None
    code = error.code if isinstance(error, errors.Error) else None
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, errors.Unavailable) else {}
    return drawing.error_page(request, status, code, headers)


def _status(error: Exception) -> int | None:
    match error:
        case errors.Error():
            return problems.status_of(error)
        case RequestValidationError():
            return 422
        case HTTPException(status_code=status):
            return status
        case StaleDataError():
            return 412
        case IntegrityError():
            return 409
        case OperationalError() | InterfaceError() | PoolTimeout():
            return 503
    return None


def to_sign_in(request: Request) -> Response:
    """Ask who it is, and come back here."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    query = f"?{urlencode({'next': asked})}" if request.method == "GET" and asked != "/" else ""
    return RedirectResponse(f"/sign-in{query}", 303)
