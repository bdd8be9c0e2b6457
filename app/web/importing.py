"""A file of offers, needs or visits: checked row by row, then taken in whole or not at all."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from starlette.datastructures import UploadFile

from app.access.rules import Permission
from app.core.errors import Fault, Invalid, NotFound
from app.exchange import service
from app.exchange.rules import Kind, Result
from app.exchange.schemas import ImportRead
from app.web.pages import Page, opened, text_of
from app.web.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Importer = Annotated[Page, Depends(opened(Permission.IMPORT))]


@router.get("/import")
def start_import(page: Importer) -> Response:
    """A file to choose."""
    return page.draw("import.html", **_form(page), faults={})


def _form(page: Page, report: ImportRead | None = None) -> dict[str, Any]:
    kinds = [kind for kind in Kind if page.actor.may(service.NEEDED[kind])]
    return {"kinds": kinds, "kind": text_of(page.form, "kind"), "report": report, "results": list(Result)}


@router.post("/import")
def import_file(page: Importer) -> Response:
    """Check the file, or take it in; a file with faults is shown with them, and nothing of it is written."""
    file = page.form.get("file")
    act, asked = text_of(page.form, "act"), text_of(page.form, "kind")
    if act not in ("check", "import") or asked not in list(Kind):
        raise NotFound
    if not isinstance(file, UploadFile) or not file.filename:
        fault = Fault("/file", "import.no_file", "Choose a file.")
        raise page.again(Invalid([fault]), "import.html", **_form(page))
    payload, name = file.file.read(), file.filename
    more: dict[str, Any] = {"kind": Kind(asked), "filename": name}
    try:
        if act == "import":
            done = service.take_in(page.session, page.actor, page.book, payload, **more)
        else:
            done = service.rehearse(page.session, page.actor, page.book, payload, **more)
    except Invalid as error:
        if error.code != "import.refused":
            file_faults = Invalid([Fault("/file", fault.code, fault.detail) for fault in error.faults], error.code)
            raise page.again(file_faults, "import.html", **_form(page)) from error
        page.undo()
        done = service.rehearse(page.session, page.actor, page.book, payload, **more)
    return page.draw("import.html", **_form(page, done), faults={})
