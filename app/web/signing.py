"""Signing in and out, the language of the pages, and a person's own password, second factor and sessions."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ValidationError

from app.access import service as access
from app.access.rules import SESSION_LIFE, Permission
from app.core.errors import Error, Fault, Invalid, NotAllowed, NotFound, Throttled
from app.edge import cookies
from app.exchange.schemas import faults_of
from app.i18n import LANGUAGES
from app.signin import queries, rules, service
from app.signin.schemas import PasswordChange, Proof, SignIn, TotpCode, TotpOffer
from app.signin.service import Doors, Refused
from app.web import drawing
from app.web.pages import AnyFrame, AnyPage, Frame, Page, Redrawn, go, opened, opened_alone, text_of
from app.web.route import FreePageRoute, PageRoute

free = APIRouter(route_class=FreePageRoute, include_in_schema=False)
whole = APIRouter(route_class=PageRoute, include_in_schema=False)

KEPT = timedelta(days=365)
Next = Annotated[str | None, Query(alias="next", max_length=2000)]


def _doors(request: Request) -> Doors:
    doors: Doors = request.app.state.doors
    return replace(doors, operation=request.state.operation, request_id=request.state.request_id)


OurDoors = Annotated[Doors, Depends(_doors)]
Person = Annotated[Page, Depends(opened(Permission.WRITE_CREDENTIALS))]
PersonAlone = Annotated[Frame, Depends(opened_alone(Permission.WRITE_CREDENTIALS))]


@free.get("/sign-in")
def show_sign_in(frame: AnyFrame, doors: OurDoors, to: Next = None) -> Response:
    """Name and password, or the sign-in provider."""
    return _sign_in_page(frame, doors, to=rules.own_path(to))


def _sign_in_page(
    frame: Frame, doors: Doors, *, to: str, status: int = 200, problem: str | None = None, wait: int = 0
) -> Response:
    return frame.draw(
        "sign_in.html", status=status, to=to, account=text_of(frame.form, "account"), problem=problem, wait=wait,
        has_provider=doors.provider is not None,
    )  # fmt: skip


@free.post("/sign-in")
async def sign_in(request: Request, frame: AnyFrame, doors: OurDoors) -> Response:
    """Open a session, and go on to where the reader wanted to go."""
    if not cookies.is_own_page(request):
        raise NotAllowed("csrf.foreign_page", "Sign in from one of our own pages.")
    to = rules.own_path(text_of(frame.form, "next"))
    try:
        asked = SignIn(
            account=text_of(frame.form, "account"),
            password=str(frame.form.get("password") or ""),
            code=text_of(frame.form, "code").replace(" ", "") or None,
        )
    except ValidationError:
        return _sign_in_page(frame, doors, to=to, status=422, problem="sign_in.incomplete")
    try:
        answer = await service.sign_in(doors, asked, old_token=cookies.find(request, cookies.SESSION))
    except Throttled as throttled:
        wait = -(-throttled.retry_after // 60)
        response = _sign_in_page(frame, doors, to=to, status=429, problem=throttled.code, wait=wait)
        response.headers["Retry-After"] = str(throttled.retry_after)
        return response
    if isinstance(answer, Refused):
        return _sign_in_page(frame, doors, to=to, status=401, problem=answer)
    response = go(to)
    cookies.put(request, response, cookies.SESSION, answer.token, life=SESSION_LIFE)
    return response


@whole.post("/sign-out")
def sign_out(request: Request, page: AnyPage) -> Response:
    """End this session, or all of them."""
    service.sign_out(page.session, page.actor, everywhere=text_of(page.form, "everywhere") == "yes")
    response = go("/sign-in")
    cookies.clear(request, response, cookies.SESSION)
    return response


@whole.post("/language")
def choose_language(request: Request, page: AnyPage) -> Response:
    """Keep the language for the pages that follow: with the account, and in the browser."""
    chosen = text_of(page.form, "language")
    if chosen not in LANGUAGES:
        raise NotFound
    if page.actor.account_id is not None:
        access.choose_language(page.session, page.actor, chosen)
    response = go(rules.own_path(text_of(page.form, "back")))
    cookies.put(request, response, drawing.LANGUAGE, chosen, life=KEPT)
    return response


@whole.get("/account")
def show_account(page: Person) -> Response:
    """The reader's password, second factor and sessions."""
    return _account_page(page)


def _account_page(page: Page, *, done: str | None = None) -> Response:
    credentials = queries.find_credentials(page.session, page.actor.writer)
    return page.draw(
        "account.html",
        has_password=credentials is not None and credentials.password_hash is not None,
        has_totp=credentials is not None and credentials.totp_confirmed_at is not None,
        has_provider=page.request.app.state.doors.provider is not None,
        done=done,
    )


@whole.get("/account/{done}")
def show_done(page: Person, done: str) -> Response:
    """The same, with word of what was done."""
    if done not in ("password-changed", "factor-confirmed", "factor-removed"):
        raise NotFound
    return _account_page(page, done=done.replace("-", "_"))


def _step_page(frame: Frame, step: str, faults: list[Fault] | None = None, offer: TotpOffer | None = None) -> Response:
    status = 422 if faults else 200
    return frame.draw("account_step.html", status=status, step=step, faults=faults or [], offer=offer)


@free.get("/account/password/change")
def ask_password(frame: PersonAlone) -> Response:
    """A form for a new password."""
    return _step_page(frame, "password")


@free.post("/account/password/change")
async def change_password(request: Request, frame: PersonAlone, doors: OurDoors) -> Response:
    """Set the password; other sessions end."""
    try:
        change = PasswordChange(
            current=str(frame.form.get("current") or "") or None, new=str(frame.form.get("new") or "")
        )
        answer = await service.change_password(doors, frame.actor, change)
    except (ValidationError, Invalid) as error:
        return _step_page(frame, "password", _faults(error))
    if isinstance(answer, Refused):
        return _step_page(frame, "password", [_refusal("/current", answer)])
    response = go("/account/password-changed")
    if answer is not None:
        cookies.put(request, response, cookies.SESSION, answer.token, life=SESSION_LIFE)
    return response


def _faults(error: ValidationError | Invalid) -> list[Fault]:
    return list(error.faults) if isinstance(error, Invalid) else faults_of(error)


def _refusal(pointer: str, refused: Refused) -> Fault:
    return Fault(pointer, refused, "")


@free.get("/account/factor/add")
def ask_factor(frame: PersonAlone) -> Response:
    """A form that begins a second factor."""
    return _step_page(frame, "factor_add")


@free.post("/account/factor/add")
async def add_factor(frame: PersonAlone, doors: OurDoors) -> Response:
    """The secret of a new second factor, shown once, and the form that confirms it."""
    proof = _proof(frame)
    if isinstance(proof, list):
        return _step_page(frame, "factor_add", proof)
    try:
        offer = await service.offer_totp(doors, frame.actor, proof)
    except Throttled:
        raise
    except Error as error:
        return _step_page(frame, "factor_add", [Fault("/password", error.code, error.detail)])
    if isinstance(offer, Refused):
        return _step_page(frame, "factor_add", [_refusal("/password", offer)])
    return _step_page(frame, "factor_confirm", offer=offer)


@whole.post("/account/factor/confirm")
def confirm_factor(page: Person) -> Response:
    """Let the second factor count from now on."""
    doors: Doors = page.request.app.state.doors
    try:
        sent = TotpCode(code=text_of(page.form, "code").replace(" ", ""))
        service.confirm_totp(doors, page.session, page.actor, sent.code)
    except (ValidationError, Invalid) as error:
        faults = _faults(error)
        raise Redrawn(Invalid(faults), _step_page(page, "factor_confirm", faults)) from error
    return go("/account/factor-confirmed")


@free.get("/account/factor/remove")
def ask_factor_removal(frame: PersonAlone) -> Response:
    """A form that takes the second factor off."""
    return _step_page(frame, "factor_remove")


@free.post("/account/factor/remove")
async def remove_factor(frame: PersonAlone, doors: OurDoors) -> Response:
    """Take the second factor off; other sessions end."""
    proof = _proof(frame)
    if isinstance(proof, list):
        return _step_page(frame, "factor_remove", proof)
    answer = await service.remove_totp(doors, frame.actor, proof)
    if isinstance(answer, Refused):
        return _step_page(frame, "factor_remove", [_refusal("/password", answer)])
    return go("/account/factor-removed")


def _proof(frame: Frame) -> Proof | list[Fault]:
    try:
        code = text_of(frame.form, "code").replace(" ", "") or None
        return Proof(password=str(frame.form.get("password") or ""), code=code)
    except ValidationError as error:
        return faults_of(error)


router = APIRouter()
for part in (free, whole):
    router.include_router(part)
