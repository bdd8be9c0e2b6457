"""Records needs and changes them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.access import queries as access
from app.access.rules import Actor, Level, Role
from app.core import trail
from app.core.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from app.core.ids import new_reference
from app.needs import queries, rules
from app.needs.models import Need, NeedProgress, StateOrder
from app.needs.queries import Seen
from app.needs.rules import Coverage, Part, Shortfall, Source, Status
from app.needs.schemas import (
    NeedAsked,
    NeedCreate,
    NeedFields,
    NeedHeader,
    NeedRead,
    NeedUpdate,
    PlanRead,
    PrioritiesPut,
    PrioritiesRead,
    PriorityRead,
)
from app.reference.rules import Book, check_codes, check_resolutions
from app.visits import queries as visits
from app.visits.models import Visit


def check(session: Session, fields: NeedFields, book: Book) -> list[Fault]:
    """A fault for each code that is not known, organisations among them."""
    faults = check_reference(fields, book)
    if fields.existing_help:
        known = access.organization_codes(session)
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
    if visit_id is not None:
        _reopen_like(session, actor, need, visits.get_visit(session, actor, visit_id))
    return need


def _reopen_like(session: Session, actor: Actor, found: Need, visit: Visit) -> None:
    """A later visit found the same shortfall: needs for which help has ended are open again."""
    again = _shortfall(found)
    for seen in queries.ended_of(session, actor, found.state):
        need = seen.need
        is_same = need.id != found.id and rules.is_same(_shortfall(need), again)
        if is_same and need.closed_as != Status.WITHDRAWN and _is_later(session, actor, visit, need):
            _reopen(session, actor, seen, visit.id)


def _shortfall(need: Need) -> Shortfall:
    return Shortfall(need.themes, need.assistance_types, need.target_institutions)


def _is_later(session: Session, actor: Actor, visit: Visit, need: Need) -> bool:
    """Whether a visit was held after the one that found the need, or else after the need was agreed on or recorded."""
    first = visits.find_visit(session, actor, need.visit_id) if need.visit_id else None
    if first is not None:
        return visit.starts_on > first.ends_on
    return visit.ends_on >= (need.agreed_on or need.created_at.date())


def reopen(session: Session, actor: Actor, seen: Seen, visit_id: UUID) -> None:
    """Look for help again after a later visit. Raises `NotFound` for a hidden visit, `Invalid` for one that was not
    later or to another State, `Conflict` where the need is open."""
    visit = visits.get_visit(session, actor, visit_id)
    if visit.state != seen.need.state or not _is_later(session, actor, visit, seen.need):
        raise Invalid([Fault("/visit", "need.not_later", "Name a later visit to the same State.")])
    if _status(seen) not in rules.ENDED:
        raise Conflict("need.open", "Help is still looked for: there is nothing to open again.")
    _reopen(session, actor, seen, visit.id)


def _reopen(session: Session, actor: Actor, seen: Seen, visit_id: UUID) -> None:
    need = seen.noted(session).need
    if need.standing is not None:
        progress = queries.lock_progress(session, actor, need.id)
        progress.parts = {key: part for key, part in progress.parts.items() if part["is_active"]}
        _stand(session, progress, need)
    need.closed_as = need.closed_on = need.closing_reason = None
    need.reopened_at, need.reopened_by = actor.at, visit_id
    session.flush()
    _acted(session, need, "need.reopened")


def close(session: Session, actor: Actor, seen: Seen, status: str, reason: str) -> None:
    """Stop looking for help. CTED closes what stays unmet; the State, or CTED for it, withdraws its own need. Raises
    `Conflict` while a referral is under way or where the need has ended."""
    if actor.role is Role.STATE and (status != Status.WITHDRAWN or seen.need.state != actor.state):
        raise NotAllowed("need.not_yours_to_close", "A State withdraws its own needs, and nothing else.")
    if seen.need.progress is not None or _status(seen) in rules.ENDED:
        raise Conflict("need.not_at_rest", "Only a need without referrals under way can be closed.")
    need = seen.need
    need.closed_as, need.closed_on, need.closing_reason = status, actor.at.date(), reason
    session.flush()
    _acted(session, need, "need.closed", status=status)


def begin_progress(session: Session, need: Need) -> None:
    """Have a row for what referrals make of the need, which is locked."""
    if need.standing is None:
        need.standing = NeedProgress(need_id=need.id, progress=None, coverage=Coverage.NONE, parts={})
        session.flush()


def follow(session: Session, progress: NeedProgress, need: Need, *, referral: UUID, part: Part) -> None:
    """Take over what a referral does for its need; the progress is locked."""
    progress.parts = progress.parts | {str(referral): asdict(part)}
    _stand(session, progress, need)


def _stand(session: Session, progress: NeedProgress, need: Need) -> None:
    parts = [_part(**kept) for kept in progress.parts.values()]
    progress.progress, progress.coverage = rules.standing(parts, need.assistance_types)
    session.flush()


def _part(*, status: str | None, coverage: str, kinds: list[str], is_active: bool) -> Part:
    return Part(Status(status) if status else None, Coverage(coverage), tuple(kinds), is_active=is_active)


def _status(seen: Seen) -> Status:
    need = seen.need
    return rules.status_of(
        agreed_on=need.agreed_on, is_shared=seen.is_shared, closed_as=need.closed_as, progress=need.progress
    )


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
        session,
        actor,
        [visit for s in seen for visit in (s.need.visit_id, s.need.reopened_by)],
        [s.need.recommendation_id for s in seen],
    )
    return [_shown(actor, one.noted(session), named, book, actor.at.date()) for one in seen]


def _shown(actor: Actor, seen: Seen, named: frozenset[object], book: Book, day: date) -> NeedRead | NeedHeader:
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
            "status": _status(seen),
            "closing_reason": need.closing_reason if _is_inside(actor, need) else None,
            "reopened_on": need.reopened_at.date() if need.reopened_at else None,
            "reopened_by": need.reopened_by if need.reopened_by in named else None,
            "completeness": {"score": complete.score, "missing": list(complete.missing)},
        }
    )


def _is_inside(actor: Actor, need: Need) -> bool:
    return actor.role in (Role.OFFICER, Role.SECRETARIAT) or actor.state == need.state


_OWN_COLUMNS = (
    "source", "title", "description", "resolutions", "target_institutions", "languages", "state_priority",
    "agreed_on", "needed_by", "existing_help", "sister_references", "level", "coverage", "closed_on", "is_sample",
)  # fmt: skip


def agree_on_order(session: Session, actor: Actor, state: str, new: PrioritiesPut) -> None:
    """Put the State's needs in its own order; needs that it leaves out have no place in it. Raises `NotFound` for a
    need that the State may not see, `Invalid` for one of another State or an agreement that lies ahead."""
    if new.agreed_on > actor.at.date() + timedelta(1):
        raise Invalid([Fault("/agreed_on", "priorities.ahead", "agreed_on must not lie in the future.")])
    named = {item.need for item in new.items} | {need for plan in new.plans for need in plan.needs}
    own = {seen.need.id: seen.need for seen in queries.of_state(session, actor, state)}
    if named - own.keys():
        if named - own.keys() - queries.visible_ids(session, actor, named):
            raise NotFound
        raise Invalid([Fault("/items", "priorities.other_state", "A State orders its own needs.")])
    places = {item.need: place for place, item in enumerate(new.items, start=1)}
    for need in own.values():
        place = places.get(need.id)
        if place is None and need.state_priority is None:
            continue
        need.state_priority = place
        if place is not None:
            need.agreed_on = new.agreed_on
        trail.read(session, need.id, need.state)
    session.add(
        StateOrder(
            state=state, agreed_on=new.agreed_on, items=[item.model_dump(mode="json") for item in new.items],
            plans=[plan.model_dump(mode="json") for plan in new.plans], at=actor.at, by=actor.writer,
        )
    )  # fmt: skip
    session.flush()
    trail.acted(session, "priorities.agreed", "state", [state], state=state)


def priorities(session: Session, actor: Actor, state: str) -> PrioritiesRead:
    """The State's order as the actor may see it: places are the State's, with gaps where a need is hidden."""
    order = queries.find_order(session, state)
    if order is None:
        return PrioritiesRead(state=state, agreed_on=None, items=[], plans=[])
    seen = {str(one.need.id): one for one in queries.of_state(session, actor, state) if one.is_full}
    plans = [
        PlanRead(agency=plan["agency"], needs=[need for need in plan["needs"] if need in seen]) for plan in order.plans
    ]
    items = []
    for place, item in enumerate(order.items, start=1):
        if item["need"] not in seen:
            continue
        seen[item["need"]].noted(session)
        asked_by = {
            plan["agency"]: plan["needs"].index(item["need"]) + 1
            for plan in order.plans
            if item["need"] in plan["needs"]
        }
        items.append(PriorityRead.model_validate({**item, "state_priority": place, "asked_by": asked_by}))
    return PrioritiesRead(state=state, agreed_on=order.agreed_on, items=items, plans=plans)
