"""Imports with their reports, and the templates to fill in."""

from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Response, UploadFile

from app.access.guards import require
from app.access.rules import Actor, Permission
from app.edge.etags import tagged
from app.edge.language import Language
from app.edge.route import ReadingRoute, RequestSession, Route
from app.exchange import exports, queries, recommendations, service, templates
from app.exchange.rules import MOST_EXPORTED, Export, ExportFormat, ExportReason, Kind
from app.exchange.schemas import ImportRead
from app.gaps.api import wanted_gaps
from app.gaps.service import Wanted
from app.matches.api import asking
from app.matches.service import Asked
from app.proposals import service as proposals
from app.proposals.schemas import ProposalsRead
from app.reference.api import ReferenceBook
from app.reference.schemas import Code, Iso3, Strict

router = APIRouter(route_class=Route, tags=["exchange"])
reading = APIRouter(route_class=ReadingRoute, tags=["exchange"])

Importer = Annotated[Actor, Depends(require(Permission.IMPORT))]


class ImportForm(Strict):
    """A file with what it holds; `dry_run` reports and writes none of it."""

    file: UploadFile
    kind: Kind
    dry_run: bool = False
    organization: Code | None = None


@router.post("/imports", status_code=201, responses={200: {"model": ImportRead, "description": "Dry run"}})
def import_file(
    form: Annotated[ImportForm, Form(media_type="multipart/form-data")],
    session: RequestSession,
    actor: Importer,
    book: ReferenceBook,
    response: Response,
) -> ImportRead:
    """Import an IATI file or a table: all of it or nothing, with a report row by row."""
    done = (service.rehearse if form.dry_run else service.take_in)(
        session, actor, book, form.file.file.read(), kind=form.kind, filename=form.file.filename or "",
        organization=form.organization,
    )  # fmt: skip
    response.status_code = 200 if form.dry_run else 201
    response.headers["Location"] = f"/api/v1/imports/{done.id}"
    return tagged(response, done)


class RecommendationsForm(Strict):
    """A table of recommendations to one State."""

    file: UploadFile
    state: Iso3
    visit: UUID | None = None


@reading.post("/recommendations/proposals/table")
def propose_needs_of_table(
    form: Annotated[RecommendationsForm, Form(media_type="multipart/form-data")],
    asked: Annotated[Asked, Depends(asking(Permission.RECORD_NEEDS))],
) -> ProposalsRead:
    """Needs read out of a table of recommendations (columns number, priority, text_en or another language), as for
    `POST /recommendations/proposals`. Nothing is saved."""
    payload, name = form.file.file.read(), form.file.filename or ""
    ask = recommendations.read(payload, name, asked.book, state=form.state, visit=form.visit)
    return proposals.propose(asked, ask)


@router.get("/imports/{import_id}")
def get_import(import_id: UUID, session: RequestSession, actor: Importer, response: Response) -> ImportRead:
    """The report of an import of yours."""
    return tagged(response, service.shown(queries.get_import(session, actor, import_id)))


Exporting = Annotated[Asked, Depends(asking(Permission.EXPORT))]
ExportWanted = Annotated[Wanted, Depends(wanted_gaps)]


@router.get(
    "/exports/{kind}",
    response_class=Response,
    responses={200: {"content": {name: {} for name in exports.MEDIA_TYPES.values()}, "description": "The file"}},
)
def export_file(
    kind: Export,
    asked: Exporting,
    wanted: ExportWanted,
    reason: Annotated[ExportReason, Query(description="Why the file is taken; it stands in the file and the audit.")],
    file_format: Annotated[ExportFormat, Query(alias="format")] = ExportFormat.CSV,
    ending_within: Annotated[int, Query(ge=0, le=1000)] = 180,
) -> Response:
    """What you may see of a kind as a file: all of it, by the filters of gaps. Gaps and bundles also as IATI."""
    everything = replace(wanted, limit=MOST_EXPORTED)
    made = exports.export(
        asked, everything, kind=kind, file_format=file_format, reason=reason, ending_within=ending_within
    )
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "private, no-store"}
    return Response(made.content, media_type=made.media_type, headers=headers)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get(
    "/templates/{kind}.{ending}",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}, XLSX: {}}, "description": "The template"}},
)
def get_template(kind: Kind, ending: Literal["csv", "xlsx"], book: ReferenceBook, language: Language) -> Response:
    """A table with the columns of a kind and what each takes, to fill in and import."""
    if ending == "csv":
        content, media_type = templates.csv_template(kind), "text/csv; charset=utf-8"
    else:
        content, media_type = templates.xlsx_template(kind, book, language), XLSX
    headers = {"Content-Disposition": f'attachment; filename="{kind}.{ending}"', "Content-Language": language}
    return Response(content, media_type=media_type, headers=headers)


router.include_router(reading)
