"""Who is asking: from the key in the request to the actor, and the refusal of what a role can never do."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.access import service
from app.access.rules import Actor, Permission, Role
from app.core import trail
from app.core.errors import NotAllowed
from app.edge.problems import Unauthenticated
from app.edge.route import RequestSession, answer_again

_bearer = HTTPBearer(auto_error=False, description="An API key, sent as 'Authorization: Bearer KEY'.")


def _actor(
    request: Request,
    session: RequestSession,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Actor:
    anonymous = Actor(Role.ANONYMOUS, request.app.state.clock())
    if credentials is None:
        if "authorization" in request.headers:
            raise Unauthenticated
        request.state.is_anonymous = True  # what nobody may see without a key is told apart from nothing by nobody
        trail.by(session, anonymous)
        service.enter(session, anonymous)
        return anonymous
    actor = service.recognize(session, credentials.credentials, anonymous)
    if actor is None:
        raise Unauthenticated
    trail.by(session, actor)
    service.enter(session, actor)
    return actor


CurrentActor = Annotated[Actor, Depends(_actor)]


def require(permission: Permission) -> Callable[[Actor, Request], Actor]:
    """A dependency that gives the actor, or refuses a role that can never do this."""

    def permitted(actor: CurrentActor, request: Request) -> Actor:
        if actor.may(permission):
            answer_again(request)
            return actor
        if actor.role is Role.ANONYMOUS:
            raise Unauthenticated
        raise NotAllowed("role.not_permitted", f"The role {actor.role} never has the permission {permission}.")

    return permitted
