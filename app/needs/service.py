"""Records needs and changes them."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.access.models import Organization
from app.access.rules import Actor, Level
from app.core import trail
from app.core.errors import Conflict, Fault, Invalid
from app.core.ids import new_reference
from app.needs import queries, rules
from app.needs.models import Need
from app.needs.queries import Seen
from app.needs.rules import Coverage, Source
from app.needs.schemas import NeedAsked, NeedCreate, NeedFields, NeedHeader, NeedRead, NeedUpdate
from app.reference.rules import Book, check_codes, check_resolutions
from app.visits import queries as visits


def check(session: Session, fields: NeedFields, book: Book) -> list[Fault]:
    """A fault for each code that is not known, organisations among them."""
    faults = check_reference(fields, book)
    if fields.existing_help:
        known = dict.fromkeys(session.scalars(select(Organization.code)))
        codes = [help_.organization for help_ in fields.existing_help]
        faults += check_codes(known, codes, kind="organization", pointer="/existing_help")
    committees = dict.fromkeys(code for codes in book.theme_committees.values() for code in codes)
    named = [sister.committee for sister in fields.sister_references]
    return faults + check_codes(committees, named, kind="committee", pointer="/sister_references")


def check_reference(fields: NeedFields, book: Book) -> list[Fault]:
    """A fault for each code that is not in the reference data."""
    faults = check_codes(book.themes, fields.themes, kind="theme", pointer="/themes")
    faults += check_codes(
        book.assistance_types, fields.assistance_types, kind="assistance_type", pointer="/assistance_types"
    )
    faults += check_codes(
        book.institutions, fields.target_institutions, kind="institution", pointer="/target_institutions"
    )
    return faults + check_resolutions(book, fields.resolutions, pointer="/resolutions")


def record(session: Session, actor: Actor, new: NeedCreate, book: Book) -> Need:
    """A new need. A visit or recommendation that the officer may not see is as absent as any other."""
    visit_id = visit_of(session, actor, new, book)
    check_linked_once(session, actor, new.state, new)
    need = unsaved(new, visit_id=visit_id, reference=new_reference(new.state), at=actor.at, by=actor.writer)
    session.add(need)
    session.flush()
    note_recorded(session, need)
    return need


def visit_of(session: Session, actor: Actor, new: NeedAsked, book: Book) -> UUID | None:
    """The visit that a new need comes from. Raises `Invalid` for faults in the need, `NotFound` for a hidden visit."""
    faults = check_codes(book.states, [new.state], kind="state", pointer="/state")
    faults += check(session, new, book)
    visit_id = new.visit
    if new.recommendation is not None:
        recommendation = visits.get_recommendation(session, actor, new.recommendation)
        if visit_id not in (None, recommendation.visit_id):
            faults.append(Fault("/recommendation", "need.other_visit", "The recommendation is of another visit."))
        visit_id = recommendation.visit_id
    if visit_id is not None and visits.get_visit(session, actor, visit_id).state != new.state:
        faults.append(Fault("/state", "need.other_state", "The visit was to another State."))
    if faults:
        raise Invalid(faults)
    return visit_id


def unsaved(new: NeedCreate, *, visit_id: UUID | None, reference: str, at: datetime, by: UUID) -> Need:
    """The record of a need whose codes have been checked, not saved yet."""
    return Need(
        reference=reference,
        visit_id=visit_id,
        recommendation_id=new.recommendation,
        source=new.source or Source.CTED,
        created_at=at,
        created_by=by,
        search_text=search_text(new.title, new.description),
        **_columns(new, exclude={"visit", "recommendation", "source"}),
    )


def change(session: Session, need: Need, update: NeedUpdate, book: Book) -> bool:
    """Change the fields that were sent, and say whether any was another before."""
    faults = check(session, update, book)
    if faults:
        raise Invalid(faults)
    columns = _columns(update, exclude=set(NeedUpdate.model_fields) - update.model_fields_set)
    if all(getattr(need, name) == value for name, value in columns.items()):
        return False
    for name, value in columns.items():
        setattr(need, name, value)
    need.search_text = search_text(need.title, need.description)
    flag_modified(need, "search_text")  # themes alone would not move the row's version
    session.flush()
    _acted(session, need, "need.changed")
    _note_themes(session, need, "need.changed", "need_changed")
    return True


def set_level(session: Session, need: Need, level: Level) -> None:
    """CTED's one act: the ceiling of this need, and of nothing else."""
    need.level = level
    session.flush()
    _acted(session, need, "need.level_set", level=level)


def note_recorded(session: Session, need: Need) -> None:
    """Note that the need is on record now, and what it is about: figures can be rebuilt from that alone."""
    _acted(session, need, "need.recorded")
    _note_themes(session, need, "need.recorded", "need_recorded")


def _note_themes(session: Session, need: Need, action: str, kind: str) -> None:
    for each in (kind, *(f"need_on:{theme}" for theme in need.themes)):
        trail.acted(session, action, each, [need.id])


def _acted(session: Session, need: Need, action: str, **facts: str) -> None:
    trail.read(session, need.id, need.state)
    trail.acted(session, action, **facts)


def _columns(fields: NeedFields, *, exclude: set[str]) -> dict[str, object]:
    columns = fields.model_dump(exclude=exclude)
    if "existing_help" in columns:
        columns["existing_help"] = [h.model_dump(mode="json") for h in fields.existing_help]
    for name in ("themes", "resolutions", "assistance_types", "target_institutions", "languages"):
        if name in columns:
            columns[name] = list(dict.fromkeys(columns[name]))
    return columns


def search_text(*narratives: dict[str, str]) -> str:
    """What the `q` filter looks in."""
    return "\n".join(text for narrative in narratives for text in narrative.values()).casefold()


def check_linked_once(
    session: Session, actor: Actor, state: str, fields: NeedFields, *, need_id: UUID | None = None
) -> None:
    """Raise `Conflict` where another need that the actor may see is linked to the same entry of a sister committee."""
    wanted = {(sister.committee, sister.reference) for sister in fields.sister_references}
    if not wanted:
        return
    query = queries.narrowed(queries.list_needs(actor), actor, state=state)
    for one in queries.find_all(session, queries.weighing(query)):
        held = {(sister["committee"], sister["reference"]) for sister in one.need.sister_references}
        if one.need.id != need_id and one.is_full and held & wanted:
            detail = f"Need {one.need.reference} is linked to that entry already: add to it, or leave the link out."
            raise Conflict("need.linked_already", detail)


def shown(session: Session, actor: Actor, seen: Sequence[Seen], book: Book) -> list[NeedRead | NeedHeader]:
    """Needs as the actor may see them."""
    named = visits.visible_ids(
        session, actor, [s.need.visit_id for s in seen], [s.need.recommendation_id for s in seen]
    )
    return [_shown(one.noted(session), named, book, actor.at.date()) for one in seen]


def _shown(seen: Seen, named: frozenset[object], book: Book, day: date) -> NeedRead | NeedHeader:
    need = seen.need
    header = {name: getattr(need, name) for name in NeedHeader.model_fields if hasattr(need, name)}
    if not seen.is_full:
        return NeedHeader(**header)
    own = {name: getattr(need, name) for name in _OWN_COLUMNS}
    complete = rules.completeness({**header, **own})
    return NeedRead.model_validate(
        {
            **header,
            **own,
            "sister_committees": book.sister_committees(need.themes),
            "working_groups": book.groups_to_hear(need.themes, day),
            "visit": need.visit_id if need.visit_id in named else None,
            "recommendation": need.recommendation_id if need.recommendation_id in named else None,
            "status": rules.status_of(agreed_on=need.agreed_on, is_shared=seen.is_shared),
            "coverage": Coverage.NONE,
            "completeness": {"score": complete.score, "missing": list(complete.missing)},
        }
    )


_OWN_COLUMNS = (
    "source", "title", "description", "resolutions", "target_institutions", "languages", "state_priority",
    "agreed_on", "needed_by", "existing_help", "sister_references", "level", "is_sample",
)  # fmt: skip
