"""Imports a file: all of it or nothing, and a rehearsal is the same work undone."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.access.rules import Actor, Permission
from app.core import trail
from app.core.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from app.exchange import assessments, columns, iati, rules, tables
from app.exchange.models import Import
from app.exchange.report import Outcome, refusal_of, refused, report_of
from app.exchange.rules import Draft, Format, Kind, Note, Result
from app.exchange.schemas import ImportRead, OfferImport, ReportRead, faults_of
from app.needs import queries as need_queries
from app.needs import service as needs
from app.needs.models import Need
from app.needs.schemas import NeedCreate, NeedUpdate
from app.offers import queries as offer_queries
from app.offers import service as offers
from app.reference.rules import Book
from app.visits import queries as visit_queries
from app.visits import service as visits
from app.visits.models import Visit
from app.visits.schemas import VisitCreate, VisitUpdate

NEEDED = {
    Kind.OFFERS: Permission.WRITE_OFFERS,
    Kind.NEEDS: Permission.RECORD_NEEDS,
    Kind.VISITS: Permission.RECORD_VISITS,
    Kind.ASSESSMENTS: Permission.RECORD_ASSESSMENTS,
}


def take_in(
    session: Session,
    actor: Actor,
    book: Book,
    payload: bytes,
    *,
    kind: Kind,
    filename: str = "",
    organization: str | None = None,
) -> ImportRead:
    """Import a file; raises `Invalid` naming every wrong row, and then nothing of it is written."""
    trail.acted(session, "import.made")
    file_format, organization, report = _written(session, actor, book, payload, kind, filename, organization)
    if report.counts[Result.REFUSED]:
        raise refusal_of(report)
    return _keep(session, actor, payload, kind, file_format, organization, report, is_dry_run=False)


def rehearse(
    session: Session,
    actor: Actor,
    book: Book,
    payload: bytes,
    *,
    kind: Kind,
    filename: str = "",
    organization: str | None = None,
) -> ImportRead:
    """What an import of the file would do, row by row; it is undone before this returns."""
    savepoint = session.begin_nested()
    try:
        with trail.rehearsal(session):
            file_format, organization, report = _written(session, actor, book, payload, kind, filename, organization)
    finally:
        savepoint.rollback()
    return _keep(session, actor, payload, kind, file_format, organization, report, is_dry_run=True)


def _written(
    session: Session,
    actor: Actor,
    book: Book,
    payload: bytes,
    kind: Kind,
    filename: str,
    organization: str | None,
) -> tuple[Format, str | None, ReportRead]:
    if not actor.may(NEEDED[kind]):
        raise NotAllowed("role.not_permitted", f"The role {actor.role} never imports {kind}.")
    if kind is Kind.OFFERS:
        organization = organization or offers.own_organization(session, actor)
        offers.check_own(actor, organization)
        offers.own_organization(session, actor)
    elif organization is not None:
        raise Invalid([Fault("/organization", "import.organization", "Only offers belong to an organization.")])
    file_format = tables.format_of(payload, filename)
    notes: Sequence[Note] = ()
    if file_format is Format.IATI:
        if kind is not Kind.OFFERS:
            raise Invalid([Fault("/file", "import.kind", "An IATI file holds activities, which become offers.")])
        drafts, notes = iati.read(payload, book)
    else:
        header, rows = tables.read(payload, kind, file_format)
        drafts = columns.drafts(kind, header, rows, book)
    if kind is Kind.OFFERS:
        outcomes = merge_offers(session, actor, organization or "", drafts, book, from_iati=file_format is Format.IATI)
    elif kind is Kind.NEEDS:
        known_needs = _known_needs(session, actor)
        outcomes = _each(drafts, lambda draft: _need(session, actor, draft, book, known_needs))
    elif kind is Kind.ASSESSMENTS:
        outcomes = assessments.merge(session, actor, drafts, book)
    else:
        known_visits = _known_visits(session, actor)
        outcomes = _each(drafts, lambda draft: _visit(session, actor, draft, book, known_visits))
    return file_format, organization, report_of(outcomes, notes)


def _keep(
    session: Session,
    actor: Actor,
    payload: bytes,
    kind: Kind,
    file_format: Format,
    organization: str | None,
    report: ReportRead,
    *,
    is_dry_run: bool,
) -> ImportRead:
    kept = Import(
        account_id=actor.writer, organization=organization, kind=kind, format=file_format,
        sha256=hashlib.sha256(payload).hexdigest(), is_dry_run=is_dry_run, report=report.model_dump(mode="json"),
        created_at=actor.at,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    act = "import.rehearsed" if is_dry_run else "import.made"
    trail.acted(session, act, "import", [kept.id], kind_imported=kind)
    return shown(kept)


def shown(kept: Import) -> ImportRead:
    """The import with its report."""
    own = {name: getattr(kept, name) for name in ImportRead.model_fields if name not in ReportRead.model_fields}
    return ImportRead.model_validate({**own, **kept.report})


def merge_offers(
    session: Session,
    actor: Actor,
    organization: str,
    drafts: Sequence[Draft],
    book: Book,
    *,
    from_iati: bool = False,
    is_sample: bool = False,
) -> list[Outcome]:
    """Offers of one organisation as the rows say; what the provider said by hand and the row does not say stays."""
    known = offer_queries.by_external_id(session, organization)
    seen: set[str] = set()
    records: dict[int, OfferImport] = {}
    faults = 0
    for position, draft in enumerate(drafts):
        faults += len(draft.faults)
        if faults >= offers.MOST_FAULTS:
            refused(draft, [offers.NOT_CHECKED])
            continue
        external_id = draft.identifier = draft.fields.get("external_id") or None
        if external_id is not None and external_id in seen and not draft.faults:
            draft.faults.append(Fault("/external_id", "row.doubled", "Another row has the same external_id."))
        seen.add(external_id or "")
        existing = known.get(external_id or "")
        if from_iati and existing is not None and "availability" in draft.fields:
            is_confirmed = existing.last_confirmed_on is not None
            if rules.keeps_availability(existing.availability, is_confirmed=is_confirmed):
                said = draft.fields.pop("availability")
                if said != existing.availability:
                    draft.note("availability.kept", f"The provider's word is kept; the activity's status says {said}.")
        try:
            record = OfferImport.model_validate(draft.fields)
        except ValidationError as error:
            faults += len(refused(draft, faults_of(error)).draft.faults)
            continue
        if not draft.faults:
            records[position] = record
    merged = offers.merge_all(
        session, organization, list(records.values()), book, known=known, at=actor.at, is_sample=is_sample
    )
    outcomes = {}
    for position, outcome in zip(records, merged, strict=True):
        draft = drafts[position]
        for fault in outcome.lacking:
            draft.note("offer.draft", f"Kept as a draft. {fault.detail}")
        draft.faults += outcome.faults
        outcomes[position] = Outcome(draft, Result(outcome.result))
    return [outcomes.get(position) or refused(draft, ()) for position, draft in enumerate(drafts)]


def _each(drafts: Sequence[Draft], write: Callable[[Draft], Outcome]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    faults = 0
    for draft in drafts:
        outcomes.append(write(draft) if faults < offers.MOST_FAULTS else refused(draft, [offers.NOT_CHECKED]))
        faults += len(draft.faults)
    return outcomes


Row = TypeVar("Row", Need, Visit)


@dataclass(slots=True)
class _Known(Generic[Row]):
    """The records that a file may speak of, by what tells them apart, and those that it has spoken of."""

    records: dict[object, Row] = field(default_factory=dict)
    written: set[UUID] = field(default_factory=set)


def _known_needs(session: Session, actor: Actor) -> _Known[Need]:
    known = _Known[Need]()
    for seen in need_queries.find_all(session, need_queries.weighing(need_queries.list_needs(actor))):
        known.records[seen.need.reference] = seen.need
        known.records[_need_key(seen.need.state, seen.need.visit_id, seen.need.title)] = seen.need
    return known


def _need_key(state: str, visit: UUID | None, title: dict[str, str]) -> tuple[object, ...]:
    return state, visit, frozenset(title.items())


def _need(session: Session, actor: Actor, draft: Draft, book: Book, known: _Known[Need]) -> Outcome:
    """Record a need, or change the one of that reference, or of that State, visit and title."""
    reference = draft.fields.pop("reference", None)
    draft.identifier = reference
    rules.check_level(draft)
    try:
        new = NeedCreate.model_validate(draft.fields)
    except ValidationError as error:
        return refused(draft, faults_of(error))
    if reference is not None:
        need = known.records.get(reference)
        if need is None or need.state != new.state:
            return refused(draft, [Fault("/reference", "need.unknown", "There is no need of that reference there.")])
    else:
        need = known.records.get(_need_key(new.state, new.visit, new.title))
    if need is not None and need.id in known.written:
        return refused(draft, [Fault("/title", "row.doubled", "Another row of this file is the same need.")])
    if draft.faults:
        return refused(draft, ())
    try:
        if need is None:
            need = needs.record(session, actor, new, book)
            result = Result.CREATED
        else:
            result = _changed_need(session, need, new, book)
    except (Invalid, Conflict, NotFound) as error:
        return refused(draft, _faults(error, "/visit"))
    known.written.add(need.id)
    known.records[_need_key(need.state, need.visit_id, need.title)] = need
    draft.identifier = need.reference
    return Outcome(draft, result)


def _changed_need(session: Session, need: Need, new: NeedCreate, book: Book) -> Result:
    carried = new.model_fields_set & NeedUpdate.model_fields.keys()
    update = NeedUpdate.model_validate(new.model_dump(include=carried))
    trail.read(session, need.id, need.state)
    return Result.CHANGED if needs.change(session, need, update, book) else Result.UNCHANGED


def _known_visits(session: Session, actor: Actor) -> _Known[Visit]:
    found = session.scalars(visit_queries.list_visits(actor))
    return _Known({(visit.state, visit.type, visit.starts_on): visit for visit in found})


def _visit(session: Session, actor: Actor, draft: Draft, book: Book, known: _Known[Visit]) -> Outcome:
    """Record a visit, or change the one of that State, type and first day."""
    rules.check_level(draft)
    try:
        new = VisitCreate.model_validate(draft.fields)
    except ValidationError as error:
        return refused(draft, faults_of(error))
    draft.identifier = f"{new.state} {new.type} {new.starts_on}"
    key = (new.state, new.type, new.starts_on)
    visit = known.records.get(key)
    if visit is not None and visit.id in known.written:
        return refused(draft, [Fault("/starts_on", "row.doubled", "Another row of this file is the same visit.")])
    if draft.faults:
        return refused(draft, ())
    try:
        if visit is None:
            visit = visits.record(session, actor, new, book)
            result = Result.CREATED
        else:
            result = _changed_visit(session, actor, visit, new)
    except (Invalid, Conflict) as error:
        return refused(draft, _faults(error, ""))
    known.written.add(visit.id)
    known.records[key] = visit
    return Outcome(draft, result)


def _changed_visit(session: Session, actor: Actor, visit: Visit, new: VisitCreate) -> Result:
    carried = (new.model_fields_set & VisitUpdate.model_fields.keys()) - {"level"}
    before = visit.row_version, {member.account_id for member in visit.team}
    visits.change(session, actor, visit, VisitUpdate.model_validate(new.model_dump(include=carried)))
    after = visit.row_version, {member.account_id for member in visit.team}
    return Result.UNCHANGED if before == after else Result.CHANGED


def _faults(error: Invalid | Conflict | NotFound, pointer: str) -> Sequence[Fault]:
    if isinstance(error, Invalid):
        return error.faults
    return [Fault(pointer, error.code, error.detail)]
