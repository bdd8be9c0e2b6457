"""All pages, and the page for addresses that have none."""

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from app.web import (
    auditing,
    consents,
    drawing,
    gaps,
    home,
    importing,
    needs,
    offering,
    offers,
    people,
    practices,
    signing,
    states,
    statics,
)
from app.web.route import HEADERS

PAGES = (
    statics,
    signing,
    home,
    states,
    needs,
    offers,
    offering,
    importing,
    consents,
    people,
    auditing,
    practices,
    gaps,
)
NOT_PAGES = ("/api/", "/health/", "/metrics")


def install(app: FastAPI) -> None:
    """Add the pages, and let a browser that asks for an address without one see a page that says so."""
    for room in PAGES:
        app.include_router(room.router)
    as_problem = app.exception_handlers[HTTPException]

    async def no_such_page(request: Request, error: Exception) -> Response:
        is_browser = "text/html" in request.headers.get("accept", "")
        if request.url.path.startswith(NOT_PAGES) or not is_browser or not isinstance(error, HTTPException):
            answer: Response = await as_problem(request, error)  # type: ignore[misc]  # ours is asynchronous
            return answer
        response = await run_in_threadpool(drawing.error_page, request, error.status_code, None, {})
        response.headers.update(HEADERS)
        return response

    app.add_exception_handler(HTTPException, no_such_page)
