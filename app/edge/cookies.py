"""The cookies of signed-in browsers: their names, their flags, and what proves that a request is one of our pages'."""

from datetime import timedelta

from fastapi import Request, Response
from starlette.datastructures import URL

from app.core.config import LOOPBACK

SESSION = "taysir"
FLOW = "taysir-sign-in"
"""Ties a sign-in at the provider to the browser that began it."""


def public_url(request: Request) -> URL:
    """The address at which browsers see the service."""
    return URL(str(request.app.state.settings.public_url or request.base_url))


def name_of(request: Request, cookie: str) -> str:
    """The cookie's name: with the prefix that lets no other host and no plain connection set it, where there is TLS."""
    return f"__Host-{cookie}" if is_secure(request) else cookie


def is_secure(request: Request) -> bool:
    """Whether cookies are for TLS alone: always, but on a plain address of this machine itself."""
    seen = public_url(request)
    return not (seen.scheme == "http" and seen.hostname in LOOPBACK)


def find(request: Request, cookie: str) -> str | None:
    """The value that the browser sent."""
    return request.cookies.get(name_of(request, cookie))


def put(request: Request, response: Response, cookie: str, value: str, *, life: timedelta) -> None:
    """Let the browser keep the cookie for itself: no script reads it, no foreign page's form sends it."""
    response.set_cookie(
        name_of(request, cookie), value, max_age=int(life.total_seconds()), path="/",
        secure=is_secure(request), httponly=True, samesite="lax",
    )  # fmt: skip


def clear(request: Request, response: Response, cookie: str) -> None:
    """Let the browser forget the cookie."""
    response.delete_cookie(
        name_of(request, cookie), path="/", secure=is_secure(request), httponly=True, samesite="lax"
    )  # fmt: skip


def is_own_page(request: Request) -> bool:
    """Whether a browser says that one of our own pages sent this; programs say nothing and are let through."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    seen, sender = public_url(request), URL(origin)
    return (sender.scheme, sender.netloc) == (seen.scheme, seen.netloc)
