"""Records desk reviews, sets two editions side by side, and drafts needs and offers from them for people to decide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app import i18n
from app.access.rules import STATE_AND_WIDER, Actor, Level, Role
from app.assessments import queries, rules
from app.assessments.models import Assessment, AssessmentItem, CapacityEntry, ToolChange
from app.assessments.rules import Change, Item, Pair, Tool
from app.assessments.schemas import (
    AssessmentCreate,
    AssessmentName,
    AssessmentRead,
    AssessmentUpdate,
    CapacityRead,
    ComparisonRead,
    DraftedRead,
    ItemRead,
    PairRead,
    ShortfallRead,
    ShortfallsRead,
    ToolChangeCreate,
    ToolChangePut,
    ToolChangeRead,
)
from app.core import trail
from app.core.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from app.i18n import Quoted, Value
from app.matches.service import Asked
from app.needs.rules import Source
from app.needs.schemas import NeedCreate
from app.offers import service as offers
from app.offers.schemas import OfferPut
from app.proposals import adapter as proposals
from app.reference.rules import Book, check_codes, check_resolutions


def record(session: Session, actor: Actor, new: AssessmentCreate, book: Book) -> Assessment:
    """A new edition. Raises `NotAllowed` unless CTED records an OIA or a State its own DIS."""
    check_author(actor, tool=new.tool, state=new.state)
    faults = check_codes(book.states, [new.state], kind="state", pointer="/state")
    faults += check_lists(new, book) + _check_dis(new.tool, new.model_fields_set, new.willing_to_share)
    if faults:
        raise Invalid(faults)
    made = unsaved(new, at=actor.at, by=actor.writer)
    session.add(made)
    session.flush()
    trail.acted(session, "assessment.recorded", "assessment", [made.id], state=made.state)
    return made


def unsaved(new: AssessmentCreate, *, at: datetime, by: UUID) -> Assessment:
    """The record of an edition that has been checked, not saved yet; a DIS has the State's level, whatever is said."""
    return Assessment(
        state=new.state, tool=new.tool, tool_version=new.tool_version, assessed_on=new.assessed_on,
        adopted_on=new.adopted_on, willing_to_share=new.willing_to_share, shared_at=None,
        level=Level.STATE if new.tool is Tool.DIS else new.level, created_at=at, created_by=by,
        items=_items(new), capacity=_capacity(new),
    )  # fmt: skip


def check_author(actor: Actor, *, tool: str, state: str) -> None:
    """Raise `NotAllowed` unless the actor writes this State's assessments with this tool."""
    if tool == Tool.DIS and (actor.role is not Role.STATE or actor.state != state):
        raise NotAllowed("assessment.not_own", "A DIS is for the State alone: it records its own.")
    if tool == Tool.OIA and actor.role is not Role.OFFICER:
        raise NotAllowed("assessment.not_own", "An OIA is recorded by CTED.")


def check_lists(fields: AssessmentCreate | AssessmentUpdate, book: Book) -> list[Fault]:
    """A fault for each code of an item or entry that is not known, and for each number that stands twice."""
    faults: list[Fault] = []
    numbers: set[str] = set()
    for at, item in enumerate(fields.items):
        where = f"/items/{at}"
        faults += _moved(check_codes(book.themes, [item.theme], kind="theme", pointer=""), f"{where}/theme")
        if item.resolution is not None:
            found = check_resolutions(book, [item.resolution], pointer="")
            faults += _moved(found, f"{where}/resolution")
        if item.number is not None and item.number in numbers:
            faults.append(Fault(f"{where}/number", "item.doubled", "Another item has the same number."))
        numbers.add(item.number or "")
    for at, entry in enumerate(fields.capacity):
        where = f"/capacity/{at}"
        faults += check_codes(book.themes, entry.themes, kind="theme", pointer=f"{where}/themes")
        faults += check_codes(
            book.assistance_types, entry.assistance_types, kind="assistance_type", pointer=f"{where}/assistance_types"
        )
    return faults


def _moved(faults: Iterable[Fault], pointer: str) -> list[Fault]:
    return [Fault(pointer, fault.code, fault.detail) for fault in faults]


def _check_dis(tool: str, sent: set[str], willing: bool | None) -> list[Fault]:  # noqa: FBT001  # a mark on paper
    """A DIS goes to nobody but its State, so it has no level and no mark of sharing."""
    if tool != Tool.DIS:
        return []
    detail = "A DIS is for the State alone: leave this out."
    faults = [Fault("/level", "assessment.dis", detail)] if "level" in sent else []
    return faults + ([Fault("/willing_to_share", "assessment.dis", detail)] if willing else [])


def _items(fields: AssessmentCreate | AssessmentUpdate) -> list[AssessmentItem]:
    return [
        AssessmentItem(
            position=at, number=item.number, theme=item.theme, resolution=item.resolution, ordinal=item.ordinal,
            label=item.label, comment=item.comment,
        )
        for at, item in enumerate(fields.items, start=1)
    ]  # fmt: skip


def _capacity(fields: AssessmentCreate | AssessmentUpdate) -> list[CapacityEntry]:
    return [CapacityEntry(position=at, **entry.model_dump()) for at, entry in enumerate(fields.capacity, start=1)]


def change(session: Session, actor: Actor, assessment: Assessment, update: AssessmentUpdate, book: Book) -> bool:
    """Change the fields that were sent, and say whether any was another before."""
    check_author(actor, tool=assessment.tool, state=assessment.state)
    sent = update.model_fields_set
    faults = check_lists(update, book) + _check_dis(assessment.tool, sent, update.willing_to_share)
    if faults:
        raise Invalid(faults)
    is_changed = False
    for name in ("tool_version", "adopted_on", "willing_to_share", "level"):
        if name in sent and getattr(assessment, name) != getattr(update, name):
            setattr(assessment, name, getattr(update, name))
            is_changed = True
    if "items" in sent and _said(_items(update)) != _said(assessment.items):
        assessment.items = []
        session.flush()
        assessment.items = _items(update)
        is_changed = True
    if "capacity" in sent and _offered(_capacity(update)) != _offered(assessment.capacity):
        drafted = {_key(entry): entry.offer_id for entry in assessment.capacity}
        assessment.capacity = _capacity(update)
        for entry in assessment.capacity:
            entry.offer_id = drafted.get(_key(entry))
        is_changed = True
    if is_changed:
        flag_modified(assessment, "level")  # items alone would not move the row's version
        session.flush()
        trail.acted(session, "assessment.changed", "assessment", [assessment.id], state=assessment.state)
    return is_changed


def _said(items: Sequence[AssessmentItem]) -> list[tuple[object, ...]]:
    return [(i.position, i.number, i.theme, i.resolution, i.ordinal, i.label, i.comment) for i in items]


def _offered(entries: Sequence[CapacityEntry]) -> list[tuple[object, ...]]:
    return [(e.position, e.title, e.description, e.themes, e.assistance_types, e.languages) for e in entries]


def _key(entry: CapacityEntry) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(entry.title.items()))


def share(session: Session, actor: Actor, assessment: Assessment, *, shared: bool) -> None:
    """The State's own word on whether other States may see its overview; CTED's level decides with it. Raises
    `Conflict` for a DIS and for another State's."""
    if assessment.state != actor.state or assessment.tool == Tool.DIS:
        raise Conflict("assessment.not_shareable", "A State shares its own overview (OIA), and nothing else.")
    if (assessment.shared_at is not None) != shared:
        assessment.shared_at = actor.at if shared else None
        session.flush()
        act = "assessment.shared" if shared else "assessment.withheld"
        trail.acted(session, act, "assessment", [assessment.id], state=assessment.state)


def draft_offer(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    entry: CapacityEntry,
    *,
    organization: str | None,
    book: Book,
) -> DraftedRead:
    """A draft offer of one of the State's own organisations, which completes and publishes it. Raises `Conflict` where
    there is none, where the overview is not yet released to the State, or where it was drafted before."""
    is_own = actor.role is Role.STATE and actor.state == assessment.state
    if not is_own and actor.role is not Role.OFFICER:
        raise NotAllowed("assessment.not_own", "Only CTED and the State itself draft its offers.")
    if not is_own and assessment.level not in STATE_AND_WIDER:
        raise Conflict("assessment.not_released", "Release the overview to the State first: its offers speak of it.")
    if entry.offer_id is not None:
        raise Conflict("capacity.drafted", "An offer was drafted of this entry already.")
    own = queries.organizations_of(session, assessment.state)
    if not own:
        raise Conflict("capacity.no_organization", "The State has no organisation here that could offer help.")
    if organization is None and len(own) > 1:
        raise Invalid([Fault("/organization", "capacity.which_organization", "Name one of the State's organisations.")])
    owner = organization or own[0]
    if owner not in own:
        detail = "Name an organisation of the assessed State."
        raise Invalid([Fault("/organization", "capacity.other_organization", detail)])
    new = OfferPut(title=entry.title, description=entry.description, themes=entry.themes,
                   assistance_types=entry.assistance_types, delivery_languages=entry.languages)  # fmt: skip
    offer = offers.draft_for(session, actor, new, book, organization=owner)
    entry.offer_id = offer.id
    flag_modified(assessment, "level")
    session.flush()
    trail.acted(session, "capacity.drafted", "assessment", [assessment.id], state=assessment.state)
    return DraftedRead(offer=offer.id, organization=owner)


def record_tool_change(session: Session, actor: Actor, new: ToolChangeCreate) -> ToolChange:
    """How the items of one version are numbered in another. Raises `Conflict` where that was said before."""
    if new.from_version == new.to_version:
        raise Invalid([Fault("/to_version", "tool_change.same_version", "Name two versions of the tool.")])
    if queries.find_tool_change(session, tool=new.tool, from_version=new.from_version, to_version=new.to_version):
        raise Conflict("tool_change.there", "These two versions have a table already; change that one.")
    made = ToolChange(**new.model_dump(), changed_at=actor.at, changed_by=actor.writer)
    session.add(made)
    session.flush()
    trail.acted(session, "tool_change.recorded", "tool_change", [made.id])
    return made


def change_tool_change(session: Session, actor: Actor, found: ToolChange, new: ToolChangePut) -> None:
    """Number the items as `new` says from now on."""
    if found.items != new.items:
        found.items, found.changed_at, found.changed_by = new.items, actor.at, actor.writer
        session.flush()
        trail.acted(session, "tool_change.changed", "tool_change", [found.id])


def shown_tool_change(found: ToolChange) -> ToolChangeRead:
    """How a tool was renumbered."""
    return ToolChangeRead.model_validate({name: getattr(found, name) for name in ToolChangeRead.model_fields})


def named(actor: Actor, assessment: Assessment) -> AssessmentName:
    """The edition without its items, as the actor may see it."""
    is_close = actor.role is not Role.STATE or actor.state == assessment.state
    fields = {name: getattr(assessment, name) for name in AssessmentName.model_fields}
    return AssessmentName.model_validate(fields if is_close else {**fields, "level": None})


def shown(session: Session, actor: Actor, assessment: Assessment, book: Book, language: str) -> AssessmentRead:
    """The edition with its items; that it was read is noted."""
    note(session, [assessment])
    return AssessmentRead.model_validate(
        {
            **named(actor, assessment).model_dump(),
            "items": [_item(item, book, language) for item in assessment.items],
            "capacity": [
                CapacityRead(
                    id=entry.id, title=entry.title, description=entry.description, themes=entry.themes,
                    assistance_types=entry.assistance_types, languages=entry.languages,
                    is_drafted=entry.offer_id is not None,
                )
                for entry in assessment.capacity
            ],
        }
    )  # fmt: skip


def note(session: Session, read: Iterable[Assessment]) -> None:
    """Note that assessments are shown."""
    for assessment in read:
        trail.acted(session, "assessment.read", "assessment", [assessment.id], state=assessment.state)


def _item(item: AssessmentItem, book: Book, language: str) -> ItemRead:
    return ItemRead(
        position=item.position, number=item.number, theme=item.theme, theme_label=book.themes[item.theme][language],
        resolution=item.resolution, ordinal=item.ordinal, label=item.label, comment=item.comment,
    )  # fmt: skip


def _plain(items: Iterable[AssessmentItem]) -> list[Item]:
    return [Item(item.position, item.number, item.theme, item.resolution, item.ordinal) for item in items]


def compare(
    asked: Asked, *, state: str, tool: Tool, earlier: date | None = None, later: date | None = None
) -> ComparisonRead:
    """Two visible editions side by side, the last two where no days are named. Raises `NotFound` where none is."""
    found = queries.editions(asked.session, asked.actor, state=state, tool=tool)
    new = next((one for one in found if later is None or one.assessed_on == later), None)
    if new is None:
        raise NotFound
    old = next(
        (
            one
            for one in found
            if one.id != new.id and one.assessed_on <= new.assessed_on
            and (earlier is None or one.assessed_on == earlier)
        ),
        None,
    )  # fmt: skip
    if old is None and earlier is not None:
        raise NotFound
    note(asked.session, [one for one in (old, new) if one is not None])
    same = old is not None and old.tool_version == new.tool_version
    renumbered = {} if old is None or same else _renumbered(asked.session, tool, old, new)
    before, after = (_plain(one.items) if one is not None else [] for one in (old, new))
    pairs = rules.compare(before, after, same_version=same, renumbered=renumbered)
    olds = {item.position: item for item in old.items} if old is not None else {}
    news = {item.position: item for item in new.items}
    changes: dict[Change, list[PairRead]] = {change_: [] for change_ in Change}
    for pair in pairs:
        changes[pair.change].append(_pair(asked, pair, olds, news))
    return ComparisonRead(
        state=state, tool=tool, earlier=None if old is None else named(asked.actor, old),
        later=named(asked.actor, new), changes=changes,
    )  # fmt: skip


def _renumbered(session: Session, tool: str, old: Assessment, new: Assessment) -> Mapping[str, Sequence[str]]:
    found = queries.find_tool_change(session, tool=tool, from_version=old.tool_version, to_version=new.tool_version)
    return {} if found is None else found.items


def _pair(asked: Asked, pair: Pair, olds: Mapping[int, AssessmentItem], news: Mapping[int, AssessmentItem]) -> PairRead:
    before = olds[pair.before] if pair.before is not None else None
    after = news[pair.after] if pair.after is not None else None
    item = after or before
    values = _subject(asked, item) if item is not None else {}
    for name, side in (("before", before), ("after", after)):
        if side is not None and side.ordinal is not None:
            values[name] = Quoted(side.label) if side.label else str(side.ordinal)
    code = f"assessment.{pair.reason or pair.change}"
    return PairRead(
        before=before and _item(before, asked.book, asked.language),
        after=after and _item(after, asked.book, asked.language),
        matched_by=pair.matched_by, reason=pair.reason, sentence=i18n.render(code, asked.language, values),
    )  # fmt: skip


def _subject(asked: Asked, item: AssessmentItem) -> dict[str, Value]:
    """What an item is about, in words."""
    theme = Quoted(asked.book.themes[item.theme][asked.language])
    if item.resolution is None:
        return {"item": theme}
    number, _, paragraph = item.resolution.partition(":")
    legal = i18n.render("reference.resolution", asked.language, {"number": number, "paragraph": paragraph})
    return {"item": i18n.render("assessment.item", asked.language, {"theme": theme, "basis": legal})}


def shortfalls(asked: Asked, assessment: Assessment, *, limit: int) -> ShortfallsRead:
    """The foremost shortfalls of an edition, each with a need drafted of it; nothing is saved."""
    note(asked.session, [assessment])
    by_position = {item.position: item for item in assessment.items}
    picked = [by_position[one.position] for one in rules.shortfalls(_plain(assessment.items), limit)]
    return ShortfallsRead(
        assessment=named(asked.actor, assessment),
        items=[
            ShortfallRead(
                item=_item(item, asked.book, asked.language),
                need=_need(asked, assessment, item),
                sentence=_short(asked, item),
            )
            for item in picked
        ],
    )


def _short(asked: Asked, item: AssessmentItem) -> str:
    label = Quoted(item.label) if item.label else str(item.ordinal)
    return i18n.render("assessment.shortfall", asked.language, {**_subject(asked, item), "after": label})


def _need(asked: Asked, assessment: Assessment, item: AssessmentItem) -> NeedCreate:
    """A need as far as the item tells it: kinds of help and institutions only as its own words say."""
    said: dict[str, list[str]] = {"assistance_types": [], "target_institutions": []}
    if item.comment:
        engine, _ = asked.matcher.current(asked.session)
        for proposal in proposals.proposals_of(engine, item.comment):
            for name, codes in said.items():
                codes += [code for code in proposal.fields[name] if code not in codes]
    titles = asked.book.themes[item.theme]
    description = item.comment or {language: _short(replace(asked, language=language), item) for language in titles}
    fields: dict[str, Any] = {  # fields of a need
        "state": assessment.state,
        "source": Source.STATE if assessment.tool == Tool.DIS else Source.CTED,
        "title": dict(titles),
        "description": description,
        "themes": [item.theme],
        "resolutions": [item.resolution] if item.resolution else [],
        **said,
    }
    return NeedCreate.model_validate(fields)
