"""Signing in and out: a session lives in a browser's cookie, and what changes something needs its token beside it."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.access import queries as people
from app.access.guards import require, require_alone
from app.access.models import AccountSession
from app.access.rules import IDLE_LIMIT, SESSION_LIFE, Actor, Permission, csrf_token
from app.core.errors import Error, NotAllowed
from app.edge import cookies
from app.edge.problems import Unauthenticated
from app.edge.route import FreeRoute, RequestSession, Route
from app.signin import rules, service
from app.signin.schemas import (
    FlowStart,
    PasswordChange,
    Proof,
    SessionRead,
    SignIn,
    TotpCode,
    TotpOffer,
)
from app.signin.service import Doors, Refused, SignedIn

PATH = "/session"
LINKING = "link."
"""Begins the cookie of a flow that links a person to the account that is signed in."""

free = APIRouter(route_class=FreeRoute, prefix=PATH, tags=["session"])
"""Verbs that wait for a hash or for the provider between their transactions."""
whole = APIRouter(route_class=Route, prefix=PATH, tags=["session"])
back = APIRouter(prefix=PATH, tags=["session"])
"""Where the provider sends browsers back to: it adds parameters of its own, so none is refused."""

Reader = Annotated[Actor, Depends(require(Permission.READ_CREDENTIALS))]
Person = Annotated[Actor, Depends(require(Permission.WRITE_CREDENTIALS))]
PersonAlone = Annotated[Actor, Depends(require_alone(Permission.WRITE_CREDENTIALS))]


def _doors(request: Request) -> Doors:
    doors: Doors = request.app.state.doors
    operation = getattr(request.state, "operation", f"{request.method} {request.url.path}")
    return replace(doors, operation=operation, request_id=request.state.request_id)


OurDoors = Annotated[Doors, Depends(_doors)]

_REFUSALS = {
    Refused.WRONG: "Name, password or code is not right.",
    Refused.CODE_NEEDED: "Send the code of your second factor too.",
}


def refusal(refused: Refused) -> Error:
    """The problem to answer with."""
    return Unauthenticated(refused, _REFUSALS[refused])


def set_session(request: Request, response: Response, signed_in: SignedIn) -> None:
    """Give the browser its session."""
    cookies.put(request, response, cookies.SESSION, signed_in.token, life=SESSION_LIFE)


def _shown(actor: Actor, name: str, *, csrf: str | None, expires_at: object) -> SessionRead:
    return SessionRead.model_validate(
        {
            "account": name, "role": actor.role, "organization": actor.organization, "state": actor.state,
            "permissions": [p for p in Permission if actor.may(p)], "csrf": csrf, "expires_at": expires_at,
        }
    )  # fmt: skip


def _shown_new(signed_in: SignedIn) -> SessionRead:
    return _shown(signed_in.actor, signed_in.account, csrf=signed_in.csrf, expires_at=signed_in.expires_at)


@free.post("", status_code=201)
async def sign_in(asked: SignIn, request: Request, response: Response, doors: OurDoors) -> SessionRead:
    """Sign in with name and password, and the code of a second factor where there is one."""
    _from_own_page(request)
    answer = await service.sign_in(doors, asked, old_token=cookies.find(request, cookies.SESSION))
    if isinstance(answer, Refused):
        raise refusal(answer)
    set_session(request, response, answer)
    return _shown_new(answer)


def _from_own_page(request: Request) -> None:
    # A foreign page that signs a reader in as somebody else would collect what the reader writes.
    if not cookies.is_own_page(request):
        raise NotAllowed("csrf.foreign_page", "Sign in from one of our own pages.")


@whole.get("")
def get_session(request: Request, session: RequestSession, actor: Reader) -> SessionRead:
    """Who is asking, what they may do, and the token that changes need."""
    account = people.get_account(session, actor.writer)
    token = cookies.find(request, cookies.SESSION)
    row = session.get(AccountSession, actor.session_id) if actor.session_id else None
    if row is None or token is None:
        return _shown(actor, account.name, csrf=None, expires_at=actor.at + timedelta(days=1))
    expires_at = min(row.created_at + SESSION_LIFE, actor.at + IDLE_LIMIT)
    return _shown(actor, account.name, csrf=csrf_token(token), expires_at=expires_at)


@whole.delete("", status_code=204)
def sign_out(
    request: Request,
    session: RequestSession,
    actor: Person,
    response: Response,
    everywhere: Annotated[bool, Query()] = False,  # noqa: FBT002 - a switch in an address is a Boolean
) -> None:
    """Sign out here, or in every browser."""
    service.sign_out(session, actor, everywhere=everywhere)
    cookies.clear(request, response, cookies.SESSION)


@free.post("/password", status_code=204)
async def change_password(
    change: PasswordChange, actor: PersonAlone, request: Request, response: Response, doors: OurDoors
) -> None:
    """Set your password; every session ends, and a browser that is signed in gets a new one."""
    answer = await service.change_password(doors, actor, change)
    if isinstance(answer, Refused):
        raise refusal(answer)
    if answer is not None:
        set_session(request, response, answer)


@free.post("/totp", status_code=201)
async def offer_totp(proof: Proof, actor: PersonAlone, doors: OurDoors) -> TotpOffer:
    """Begin to set up a second factor: a secret, shown once, for an app that makes codes (RFC 6238)."""
    answer = await service.offer_totp(doors, actor, proof)
    if isinstance(answer, Refused):
        raise refusal(answer)
    return answer


@whole.post("/totp/confirm", status_code=204)
def confirm_totp(sent: TotpCode, session: RequestSession, actor: Person, doors: OurDoors) -> None:
    """Let the second factor count from now on; other sessions end."""
    service.confirm_totp(doors, session, actor, sent.code)


@free.post("/totp/remove", status_code=204)
async def remove_totp(proof: Proof, actor: PersonAlone, doors: OurDoors) -> None:
    """Take the second factor off; other sessions end."""
    answer = await service.remove_totp(doors, actor, proof)
    if isinstance(answer, Refused):
        raise refusal(answer)


@free.get("/provider", status_code=303, response_class=RedirectResponse)
def begin_at_provider(request: Request, doors: OurDoors) -> Response:
    """Go to the sign-in provider."""
    flow, address = service.begin_at_provider(doors, redirect_uri=_return_address(request))
    response = RedirectResponse(address, 303)
    cookies.put(request, response, cookies.FLOW, flow, life=rules.FLOW_LIFE)
    return response


@free.post("/provider/link")
def begin_link(actor: PersonAlone, request: Request, response: Response, doors: OurDoors) -> FlowStart:
    """Begin to link yourself, as the sign-in provider knows you, to the account that is signed in."""
    if actor.session_id is None:
        raise NotAllowed("session.needed", "Sign in with a browser to link it.")
    flow, address = service.begin_at_provider(doors, redirect_uri=_return_address(request))
    cookies.put(request, response, cookies.FLOW, LINKING + flow, life=rules.FLOW_LIFE)
    return FlowStart(address=address)


@back.get("/provider/return", status_code=303, response_class=RedirectResponse)
def return_from_provider(request: Request, doors: OurDoors) -> Response:
    """Where the sign-in provider sends the browser back to; it is of no use without the cookie of the beginning."""
    flow = cookies.find(request, cookies.FLOW)
    token = cookies.find(request, cookies.SESSION)
    if flow is None:
        raise refusal(Refused.WRONG)
    redirect_uri = _return_address(request)
    returned_to = f"{redirect_uri}?{request.url.query}"
    response = RedirectResponse("/", 303)
    cookies.clear(request, response, cookies.FLOW)
    if flow.startswith(LINKING):
        flow = flow.removeprefix(LINKING)
        refused = service.link_from_provider(
            doors, token or "", flow, returned_to=returned_to, redirect_uri=redirect_uri
        )
        if refused is not None:
            raise refusal(refused)
        return response
    answer = service.return_from_provider(
        doors, flow, returned_to=returned_to, redirect_uri=redirect_uri, old_token=token
    )
    if isinstance(answer, Refused):
        raise refusal(answer)
    set_session(request, response, answer)
    return response


def _return_address(request: Request) -> str:
    return str(cookies.public_url(request)).rstrip("/") + f"/api/v1{PATH}/provider/return"


router = APIRouter()
for part in (free, whole, back):
    router.include_router(part)
