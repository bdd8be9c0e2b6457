"""Who is asking: from the key or session in the request to the actor, and the refusal of what a role can never do."""

import hmac
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session

from app.access import queries, service
from app.access.rules import SEEN_EVERY, Actor, Permission, Role, Scope, csrf_token
from app.access.service import Recognized
from app.core import db, trail
from app.core.errors import NotAllowed
from app.edge import cookies
from app.edge.problems import Unauthenticated
from app.edge.route import READING, RequestSession, afterwards, answer_again, changes_records

CSRF_HEADER = "X-CSRF-Token"

_bearer = HTTPBearer(auto_error=False, description="An API key, sent as 'Authorization: Bearer KEY'.")
_cookie = APIKeyCookie(
    name=f"__Host-{cookies.SESSION}",
    auto_error=False,
    description=f"The session of a signed-in browser; what changes something needs its token as '{CSRF_HEADER}' too.",
)


_Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
_SessionCookie = Annotated[str | None, Security(_cookie)]  # read by name in `cookies`; declared for OpenAPI


def _actor(
    request: Request, session: RequestSession, credentials: _Credentials, _session_cookie: _SessionCookie
) -> Actor:
    return _identified(request, session, credentials)


def _actor_alone(request: Request, credentials: _Credentials, _session_cookie: _SessionCookie) -> Actor:
    with db.writing(request.app.state.sessions) as session:
        return _identified(request, session, credentials)


def _identified(request: Request, session: Session, credentials: HTTPAuthorizationCredentials | None) -> Actor:
    if credentials is None and "authorization" in request.headers:
        raise Unauthenticated
    key = credentials.credentials if credentials else None
    return identify(request, session, key=key, csrf=request.headers.get(CSRF_HEADER))


def identify(request: Request, session: Session, *, key: str | None, csrf: str | None) -> Actor:
    """The actor behind the key, else behind the session's cookie, else nobody.

    Raises `Unauthenticated` for a key that does not work, `NotAllowed` for a write with a key that only reads or with
    a session whose page did not prove itself: `csrf` is what it sent, as a header or in its form.
    """
    at = request.app.state.clock()
    token = None if key is not None else cookies.find(request, cookies.SESSION)
    if key is not None:
        found = service.recognize(session, key, at)
        if found is None:
            request.state.is_refused = True
            raise Unauthenticated
    else:
        found = service.recognize_session(session, token, at) if token else None
        if found is None:
            request.state.is_anonymous = True  # what nobody may see without a key is told apart from nothing by nobody
            return _noted(request, session, Actor(Role.ANONYMOUS, at))
    request.scope["state"]["is_recognized"] = True
    _noted(request, session, found.actor)
    if token is not None and request.method not in READING:
        check_own_page(request, token, csrf)
    if found.key is not None and changes_records(request) and found.key.scope == Scope.READ_ONLY:
        raise NotAllowed("key.read_only", "This key only reads.")
    _mark_use(request, session, found)
    return found.actor


def _noted(request: Request, session: Session, actor: Actor) -> Actor:
    trail.by(session, actor)
    request.state.who = actor
    service.enter(session, actor)
    return actor


def check_own_page(request: Request, token: str, csrf: str | None) -> None:
    """Raise `NotAllowed` unless one of our own pages, shown in this session, sent the request."""
    if not cookies.is_own_page(request) or not hmac.compare_digest(csrf_token(token).encode(), (csrf or "").encode()):
        raise NotAllowed("csrf.missing", f"Send the session's token as '{CSRF_HEADER}', from one of our own pages.")


def _mark_use(request: Request, session: Session, found: Recognized) -> None:
    at = found.actor.at
    if found.key is not None and found.key.last_used_on != at.date():
        key_id = found.key.id
        _write(request, session, lambda own: queries.mark_key_used(own, key_id, at.date()))
    if found.session is not None and at - found.session.last_seen_at >= SEEN_EVERY:
        session_id = found.session.id
        _write(request, session, lambda own: queries.mark_session_seen(own, session_id, at))


def _write(request: Request, session: Session, mark: Callable[[Session], None]) -> None:
    if changes_records(request):
        mark(session)
    else:
        afterwards(request, mark)


def require(permission: Permission) -> Callable[[Actor, Request], Actor]:
    """A dependency that gives the actor, or refuses a role or key that can never do this."""

    def permitted(actor: Annotated[Actor, Depends(_actor)], request: Request) -> Actor:
        check(actor, permission)
        answer_again(request)
        return actor

    return permitted


def require_alone(permission: Permission) -> Callable[[Actor], Actor]:
    """The same, in a transaction of its own: for routes that have none."""

    def permitted(actor: Annotated[Actor, Depends(_actor_alone)]) -> Actor:
        return check(actor, permission)

    return permitted


def check(actor: Actor, permission: Permission) -> Actor:
    """The actor, who has the permission; raises `Unauthenticated` or `NotAllowed` otherwise."""
    if actor.may(permission):
        return actor
    if actor.role is Role.ANONYMOUS:
        raise Unauthenticated
    raise NotAllowed("role.not_permitted", f"Your role or key never has the permission {permission}.")
