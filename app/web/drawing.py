"""Draws pages from templates, in the reader's language."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.edge import cookies, language
from app.i18n import LANGUAGES
from app.web.wording import NAMES, direction, words

HERE = Path(__file__).parent
LANGUAGE = "taysir-language"
"""The cookie that keeps the language of the pages."""
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@cache
def static_files() -> dict[str, tuple[bytes, str, str]]:
    """The stylesheet, the script and the icon by name: content, media type and version."""
    found = {}
    for file in sorted((HERE / "static").iterdir()):
        content = file.read_bytes()
        found[file.name] = content, TYPES[file.suffix], hashlib.sha256(content).hexdigest()[:12]
    return found


def address_of(name: str) -> str:
    """The address of a static file; another one for each version, so browsers may keep it for good."""
    return f"/static/{name}?{static_files()[name][2]}"


@cache
def environment() -> Environment:
    """The templates; what is put into them is escaped."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(static=address_of, languages=NAMES)
    return made


def language_of(request: Request, chosen: str | None = None) -> str:
    """The language that the person chose, else the one that the browser keeps for us, else the one that it prefers."""
    kept = chosen or cookies.find(request, LANGUAGE)
    return kept if kept in LANGUAGES else language.choose(request.headers.get("accept-language"))


def draw(template: str, tongue: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """A page. `values` are what its template names beside the words of the language."""
    said = words(tongue)
    shown = environment().get_template(template).render(
        lang=tongue, dir=direction(tongue), t=said.t, word=said.word, day=said.day, moment=said.moment,
        number=said.number, share=said.share, said=said.said,
        language_name=said.name_of_language, fault_text=said.fault, word_options=said.options, **values,
    )  # fmt: skip
    return HTMLResponse(shown, status, {"Content-Language": tongue})


NOBODY: dict[str, Any] = {"name": None, "role": None, "csrf": None, "menu": ()}
"""What the frame of a page needs where it is not known who reads."""

KNOWN_ERRORS = frozenset({403, 404, 405, 409, 412, 413, 422, 429, 503})


def error_page(request: Request, status: int, code: str | None, headers: Mapping[str, str]) -> Response:
    """What went wrong and what the reader can do."""
    known = status if status in KNOWN_ERRORS else 422
    values = {**NOBODY, "here": request.url.path, "known": known, "code": code}
    response = draw("error.html", language_of(request), values, status)
    response.headers.update(headers)
    return response
