"""What every page knows: who reads, in which language, over which data; and how a form is read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.access import queries as people
from app.access import service as access
from app.access.guards import check, identify
from app.access.rules import Actor, Permission, Role, csrf_token
from app.core.db import writing
from app.core.errors import Fault, Invalid
from app.edge import cookies, etags
from app.edge.route import RequestSession
from app.exchange.schemas import faults_of
from app.matches import queries as matches
from app.matches.service import Asked
from app.reference.rules import Book
from app.web import drawing
from app.web.wording import Words, words

MOST_FIELDS = 500


async def _form(request: Request) -> FormData:
    if request.method != "POST":
        return FormData()
    return await request.form(max_files=1, max_fields=MOST_FIELDS)


Form = Annotated[FormData, Depends(_form)]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One way from every page; `permission` says for whom."""

    href: str
    label: str
    permission: Permission
    roles: frozenset[Role] | None = None


READERS_OF_STATES = frozenset({Role.OFFICER, Role.SECRETARIAT, Role.PROVIDER, Role.DESIGNER})
READERS_OF_GAPS = frozenset({Role.OFFICER, Role.SECRETARIAT, Role.DESIGNER})
MENU = (
    MenuItem("/states", "ui.menu.states", Permission.READ_VISITS, READERS_OF_STATES),
    MenuItem("/gaps", "ui.gaps", Permission.READ_GAPS, READERS_OF_GAPS),
    MenuItem("/own/offers", "ui.own_offers", Permission.WRITE_OFFERS),
    MenuItem("/consents", "ui.menu.consents", Permission.GIVE_CONSENT),
    MenuItem("/import", "ui.import", Permission.IMPORT),
    MenuItem("/practices", "ui.practices", Permission.READ_PRACTICES),
    MenuItem("/accounts", "ui.accounts", Permission.READ_ACCOUNTS),
    MenuItem("/keys", "ui.keys", Permission.READ_CREDENTIALS),
    MenuItem("/audit", "ui.audit", Permission.READ_AUDIT, frozenset({Role.ADMIN, Role.AUDITOR})),
    MenuItem("/offers", "ui.menu.offers", Permission.READ_OFFERS),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """Who reads a page, in which language."""

    request: Request
    actor: Actor
    name: str | None
    language: str
    form: FormData

    @property
    def words(self) -> Words:
        """The words of the page's language."""
        return words(self.language)

    @property
    def csrf(self) -> str | None:
        """What the page's forms send beside the cookie."""
        token = cookies.find(self.request, cookies.SESSION)
        return csrf_token(token) if token is not None and self.actor.session_id is not None else None

    @property
    def here(self) -> str:
        """The address of the page, with what it asks."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    def draw(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """The page."""
        role = self.actor.role
        menu = [m for m in MENU if self.actor.may(m.permission) and (m.roles is None or role in m.roles)]
        frame = {
            "name": self.name, "role": None if self.name is None else role, "csrf": self.csrf, "here": self.here,
            "menu": menu, "may": self.actor.may, "P": Permission, "tag": etags.etag, **values,
        }  # fmt: skip
        return drawing.draw(template, self.language, frame, status)


class Redrawn(Invalid):
    """A form with faults: what the request did is undone and recorded as refused, and its page is shown again."""

    def __init__(self, error: Invalid, page: Response) -> None:
        super().__init__(error.faults, error.code)
        self.page = page


@dataclass(frozen=True, slots=True)
class Page(Frame):
    """A page over the request's own transaction."""

    session: Session
    book: Book

    @property
    def asked(self) -> Asked:
        """The reader's question to the engine."""
        matcher = self.request.app.state.matcher
        return Asked(self.session, self.actor, self.book, matcher, self.language, self.actor.at.date())

    def draw(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """The page, whose template may name codes of the reference data and organisations."""
        return Frame.draw(self, template, status=status, label=self.label, org=self.organization, **values)

    def undo(self) -> None:
        """Undo what the request did so far; the reader goes on in a new transaction."""
        self.session.rollback()
        access.enter(self.session, self.actor)

    def again(self, error: Invalid | ValidationError, template: str, **values: Any) -> Redrawn:
        """To be raised: the form once more, with what was typed and what would be right beside each field."""
        self.undo()
        fault = error if isinstance(error, Invalid) else Invalid(faults_of(error))
        shown = {**values, "faults": faults_by_field(fault.faults)}
        return Redrawn(fault, self.draw(template, status=422, **shown))

    def options(self, kind: str, codes: Iterable[str] | None = None) -> list[tuple[str, str]]:
        """Codes of the reference data with what they are called, to choose from."""
        known: Mapping[str, object] = getattr(self.book, kind)
        return [(code, self.label(kind, code)) for code in (known if codes is None else codes)]

    def by_name(self, kind: str, codes: Iterable[str] | None = None) -> list[tuple[str, str]]:
        """The same in the order of their names."""
        return sorted(self.options(kind, codes), key=lambda option: option[1].casefold())

    def label(self, kind: str, code: str) -> str:
        """What a code of the reference data is called."""
        found: Mapping[str, Mapping[str, str]] = getattr(self.book, kind)
        return found.get(code, {}).get(self.language) or code

    def organization(self, code: str) -> str:
        """The name of an organisation."""
        names = self.request.scope["state"].setdefault("organization_names", {})
        if code not in names:
            names |= {code: code, **matches.organization_names(self.session, [code])}
        return str(names[code])

    def know_organizations(self, codes: Iterable[str]) -> None:
        """Read the names of several organisations at once."""
        names = self.request.scope["state"].setdefault("organization_names", {})
        names |= matches.organization_names(self.session, set(codes) - names.keys())


def _page(request: Request, session: RequestSession, form: Form) -> Page:
    actor = identify(request, session, key=None, csrf=_text(form, "csrf"))
    name, language = _reader(request, session, actor)
    return Page(request, actor, name, language, form, session, request.app.state.book)


def _frame(request: Request, form: Form) -> Frame:
    with writing(request.app.state.sessions) as session:
        actor = identify(request, session, key=None, csrf=_text(form, "csrf"))
        return Frame(request, actor, *_reader(request, session, actor), form)


def _reader(request: Request, session: Session, actor: Actor) -> tuple[str | None, str]:
    """The reader's name and language."""
    if actor.account_id is None:
        return None, drawing.language_of(request)
    account = people.get_account(session, actor.account_id)
    return account.name, drawing.language_of(request, account.language)


AnyPage = Annotated[Page, Depends(_page)]
AnyFrame = Annotated[Frame, Depends(_frame)]


def opened(permission: Permission) -> Callable[[Page], Page]:
    """A page for who has the permission; others are asked to sign in, or told that they never may."""

    def open_page(page: AnyPage) -> Page:
        check(page.actor, permission)
        return page

    return open_page


def opened_alone(permission: Permission) -> Callable[[Frame], Frame]:
    """The same, for pages whose service opens its own transactions."""

    def open_page(frame: AnyFrame) -> Frame:
        check(frame.actor, permission)
        return frame

    return open_page


def _text(form: FormData, name: str) -> str | None:
    value = form.get(name)
    return value if isinstance(value, str) else None


def text_of(form: FormData, name: str) -> str:
    """What was typed into a field, without the space around it; nothing where it was left empty."""
    return (_text(form, name) or "").strip()


def texts_of(form: FormData, name: str) -> list[str]:
    """What was chosen in a field that takes several."""
    return [value for value in form.getlist(name) if isinstance(value, str) and value]


def check_tag(form: FormData, shown: BaseModel) -> None:
    """Raise `Stale` unless the form was drawn for the record as it is now."""
    etags.check(_text(form, "tag") or '""', shown)


def faults_by_field(faults: Iterable[Fault]) -> dict[str, list[Fault]]:
    """Faults by the first part of their pointer, which names the field."""
    found: dict[str, list[Fault]] = {}
    for fault in faults:
        found.setdefault(fault.pointer.strip("/").partition("/")[0], []).append(fault)
    return found


def go(path: str, **query: str) -> Response:
    """Go on to another page: repeating it repeats nothing."""
    return RedirectResponse(path + (f"?{urlencode(query)}" if query else ""), 303)
