"""Drafts, publishes, changes, withdraws and confirms offers; each change of a published one raises the revision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.access import queries as access
from app.access.rules import FACILITATOR, Actor
from app.core import trail
from app.core.errors import Conflict, Fault, Invalid, NotAllowed
from app.offers import queries, rules
from app.offers.models import CatalogueRevision, Offer
from app.offers.rules import Status
from app.offers.schemas import OfferFields, OfferPublicRead, OfferPut, OfferRead, OfferUpdate
from app.reference.rules import Book, check_codes, check_resolutions


def check(fields: OfferFields, book: Book) -> list[Fault]:
    """A fault for each code that is not known."""
    faults = check_codes(book.themes, fields.themes, kind="theme", pointer="/themes")
    faults += check_codes(
        book.assistance_types, fields.assistance_types, kind="assistance_type", pointer="/assistance_types"
    )
    faults += check_codes(
        book.institutions, fields.target_institutions, kind="institution", pointer="/target_institutions"
    )
    faults += check_resolutions(book, fields.resolutions, pointer="/resolutions")
    if fields.scope is not None:
        for name in ("states", "excluded_states"):
            faults += check_codes(book.states, getattr(fields.scope, name), kind="state", pointer=f"/scope/{name}")
        faults += check_codes(book.groupings, fields.scope.groupings, kind="grouping", pointer="/scope/groupings")
    for position, rule in enumerate(fields.eligibility):
        if rule.value is not None:
            faults += check_codes(
                book.groupings, [rule.value], kind="grouping", pointer=f"/eligibility/{position}/value"
            )
    return faults


def own_organization(session: Session, actor: Actor) -> str:
    """The organisation whose offers the actor writes; a facilitator never owns one."""
    if actor.organization is None:
        raise NotAllowed("offer.no_organization", "This account has no organisation to offer for.")
    if access.get_organization(session, actor.organization).role == FACILITATOR:
        raise NotAllowed("offer.facilitator", "A facilitator never owns offers.")
    return actor.organization


def check_own(actor: Actor, organization: str) -> None:
    """Raise `NotAllowed` unless the actor writes this organisation's offers."""
    if not rules.owns(actor, organization):
        raise NotAllowed("offer.not_own", "A provider writes its own organisation's offers only.")


def draft(session: Session, actor: Actor, new: OfferPut, book: Book) -> Offer:
    """A new offer of the actor's organisation; raises `Conflict` if it has one of that external id."""
    organization = own_organization(session, actor)
    if new.organization is not None:
        check_own(actor, new.organization)
    _check(new, book, actor.at)
    if new.external_id and queries.find_by_external_id(session, organization, new.external_id):
        raise Conflict("offer.external_id_taken", "You have an offer of that external id; change that one.")
    return _create(session, actor, new, organization)


def draft_for(session: Session, actor: Actor, new: OfferPut, book: Book, *, organization: str) -> Offer:
    """A draft in the name of an organisation that did not write it: only its owner completes and publishes it."""
    _check(new, book, actor.at)
    if access.get_organization(session, organization).role == FACILITATOR:
        raise NotAllowed("offer.facilitator", "A facilitator never owns offers.")
    return _create(session, actor, new.model_copy(update={"status": None}), organization)


def put(
    session: Session, actor: Actor, new: OfferPut, book: Book, *, organization: str, external_id: str
) -> tuple[Offer, bool]:
    """The offer of that external id as `new` says, and whether it was created."""
    check_own(actor, organization)
    own_organization(session, actor)
    named = {new.organization or organization, organization}, {new.external_id or external_id, external_id}
    if any(len(names) > 1 for names in named):
        fault = Fault("", "offer.other_address", "organization and external_id must be those of the address.")
        raise Invalid([fault])
    _check(new, book, actor.at)
    offer = queries.find_by_external_id(session, organization, external_id)
    if offer is None:
        new = new.model_copy(update={"external_id": external_id})
        return _create(session, actor, new, organization), True
    _apply(session, offer, {**_columns(new), "status": new.status or offer.status})
    return offer, False


def change(session: Session, actor: Actor, offer: Offer, changes: OfferUpdate, book: Book) -> None:
    """Change the fields that were sent."""
    _check(changes, book, actor.at)
    columns = _columns(changes)
    _apply(session, offer, {name: columns[name] for name in changes.model_fields_set})
    if _is_reversed(offer.opens_on, offer.closes_on):
        raise Invalid([Fault("/closes_on", "offer.dates", "closes_on must not be before opens_on.")])


def publish(session: Session, offer: Offer) -> None:
    """Let everybody see and rank the offer; raises `Invalid` naming what it lacks."""
    _apply(session, offer, {"status": Status.PUBLISHED})


def withdraw(session: Session, offer: Offer) -> None:
    """Take the offer out of every ranking from the next request on."""
    _apply(session, offer, {"status": Status.WITHDRAWN})


def confirm(session: Session, actor: Actor, offer: Offer) -> None:
    """The provider says today that the offer still stands."""
    trail.acted(session, "offer.confirmed", "offer", [offer.id])
    _apply(session, offer, {"last_confirmed_on": actor.at.date()})


def take(session: Session, offer_id: UUID, amount: Decimal, unit: str) -> Decimal:
    """Commit so much of an offer's capacity, and say how much of it was counted: nothing where the offer states no
    capacity, and all there is to take is taken once, whoever asks at the same time.

    Raises `Conflict` where less is left, `Invalid` for another unit than the capacity's."""
    offer = queries.lock_offer(session, offer_id)
    if offer.capacity is None:
        return Decimal(0)
    if offer.capacity["unit"] != unit:
        detail = f"The offer's capacity is counted in {offer.capacity['unit']}."
        raise Invalid([Fault("/values/unit", "offer.other_unit", detail)])
    _move(session, offer, amount)
    return amount


def give_back(session: Session, offer_id: UUID, amount: Decimal) -> None:
    """Undo what `take` took: the help will not come."""
    offer = queries.lock_offer(session, offer_id)
    if offer.capacity is not None:
        _move(session, offer, -amount)


def _move(session: Session, offer: Offer, amount: Decimal) -> None:
    offer.capacity = dict(rules.with_taken(offer.capacity or {}, amount))
    offer.capacity_taken = float(Decimal(str(offer.capacity_taken)) + amount)
    if offer.status == Status.PUBLISHED:
        offer.revision = raise_revision(session)
    session.flush()
    trail.acted(session, "offer.capacity_changed", "offer", [offer.id])


def _check(fields: OfferFields, book: Book, at: datetime) -> None:
    faults = check(fields, book) + rules.confirmed_too_late(fields.last_confirmed_on, at.date())
    if faults:
        raise Invalid(faults)


_JSON = ("scope", "capacity", "safeguards", "eligibility")
_LISTS = ("themes", "resolutions", "assistance_types", "target_institutions", "delivery_languages")


def _columns(fields: OfferFields) -> dict[str, Any]:
    columns = fields.model_dump(exclude={"organization", "external_id", "status"})
    if "last_confirmed_on" not in fields.model_fields_set:
        del columns["last_confirmed_on"]  # a confirmation outlives a record put without one
    columns |= fields.model_dump(mode="json", include=set(_JSON))
    return columns | {name: list(dict.fromkeys(columns[name])) for name in _LISTS}


def _create(session: Session, actor: Actor, new: OfferPut, organization: str) -> Offer:
    offer = _new(new, organization, at=actor.at)
    session.add(offer)
    session.flush()
    trail.acted(session, "offer.recorded", "offer", [offer.id])
    if new.status is not None:
        _apply(session, offer, {"status": new.status})
    return offer


def _new(new: OfferPut, organization: str, *, at: datetime, is_sample: bool = False) -> Offer:
    columns = _columns(new)
    stated = columns["capacity"]["committed"] if columns["capacity"] else 0.0
    return Offer(
        organization=organization, external_id=new.external_id, status=Status.DRAFT, revision=0,
        created_at=at, is_sample=is_sample, capacity_stated=stated, capacity_taken=0.0, **columns,
    )  # fmt: skip


def _apply(session: Session, offer: Offer, columns: dict[str, Any]) -> None:
    """Set what differs; nothing moves when nothing does, so putting twice changes nothing."""
    different = _different(offer, columns)
    if not different:
        return
    if _alter(offer, different):
        offer.revision = raise_revision(session)
    session.flush()
    act = f"offer.{offer.status}" if "status" in different else "offer.changed"
    trail.acted(session, act, "offer", [offer.id])


def _different(offer: Offer, columns: dict[str, Any]) -> dict[str, Any]:
    if "capacity" in columns:
        put = columns["capacity"]
        kept = rules.held(put, offer.capacity, stated=offer.capacity_stated, taken=offer.capacity_taken)
        columns = columns | {"capacity": kept, "capacity_stated": put["committed"] if put else 0.0}
    return {name: value for name, value in columns.items() if getattr(offer, name) != value}


def _alter(offer: Offer, columns: dict[str, Any]) -> bool:
    """Set the columns, and say whether rankings see it; raises where the offer may not become so."""
    before = offer.status
    rules.check_move(before, Status(columns.get("status", before)))
    for name, value in columns.items():
        setattr(offer, name, value)
    if offer.status == Status.PUBLISHED:
        lacking = _lacking(offer)
        if lacking:
            raise Invalid(lacking, "offer.incomplete")
    return Status.PUBLISHED in (before, offer.status)


def _lacking(offer: Offer) -> list[Fault]:
    return rules.lacks_for_publishing({n: getattr(offer, n) for n in ("title", "description", "scope")})


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of one record of many: with `faults` it was refused, `lacking` says why it stays a draft."""

    result: Literal["created", "changed", "unchanged", "refused"]
    faults: tuple[Fault, ...] = ()
    lacking: tuple[Fault, ...] = ()


MOST_FAULTS = 1_000
"""Checking stops here: looking for what was meant a million times would keep a service busy for hours."""

NOT_CHECKED = Fault("", "row.not_read", f"Not read: the rows before hold {MOST_FAULTS} faults.")


def merge_all(
    session: Session,
    organization: str,
    records: Sequence[OfferPut],
    book: Book,
    *,
    known: Mapping[str, Offer],
    at: datetime,
    is_sample: bool = False,
) -> list[Merged]:
    """Take in many offers of one organisation, raising the revision once.

    Fields that a record does not set stay as they are. A draft that can be published is, unless its record says
    `draft`; an offer that was withdrawn stays so. A refused record may be half set: the caller rolls back.
    """
    outcomes: list[Merged] = []
    made, altered, ranked, faults = [], [], [], 0
    for record in records:
        if faults >= MOST_FAULTS:
            outcomes.append(Merged("refused", (NOT_CHECKED,)))
            continue
        offer = known.get(record.external_id or "")
        is_new = offer is None
        if offer is None:
            offer = _new(record, organization, at=at, is_sample=is_sample)
        outcome, is_ranked = _merge(offer, record, book, at=at, is_new=is_new)
        outcomes.append(outcome)
        faults += len(outcome.faults)
        if outcome.faults:
            continue
        if is_new:
            made.append(offer)
        elif outcome.result == "changed":
            altered.append(offer)
        if is_ranked:
            ranked.append(offer)
    session.add_all(made)
    if ranked:
        revision = raise_revision(session)
        for offer in ranked:
            offer.revision = revision
    session.flush()
    if made or altered:
        trail.acted(session, "offer.merged", "offer", [offer.id for offer in (*made, *altered)])
    return outcomes


def _merge(offer: Offer, record: OfferPut, book: Book, *, at: datetime, is_new: bool) -> tuple[Merged, bool]:
    faults = check(record, book) + rules.confirmed_too_late(record.last_confirmed_on, at.date())
    columns = {name: value for name, value in _columns(record).items() if name in record.model_fields_set}
    planned = {**{name: getattr(offer, name) for name in ("title", "description", "scope", *_DATES)}, **columns}
    if _is_reversed(planned["opens_on"], planned["closes_on"]):
        faults.append(Fault("/closes_on", "offer.dates", "closes_on must not be before opens_on."))
    if faults:
        return Merged("refused", tuple(faults)), False
    lacking: list[Fault] = []
    if record.status is not None:
        columns["status"] = record.status
    elif offer.status == Status.DRAFT:
        lacking = rules.lacks_for_publishing(planned)
        if not lacking:
            columns["status"] = Status.PUBLISHED
    try:
        different = _different(offer, columns)
        is_ranked = bool(different) and _alter(offer, different)
    except Invalid as error:
        return Merged("refused", error.faults), False
    except Conflict as error:
        return Merged("refused", (Fault("/status", error.code, error.detail),)), False
    result: Literal["created", "changed", "unchanged"]
    result = "created" if is_new else "changed" if different else "unchanged"
    return Merged(result, lacking=tuple(lacking)), is_ranked


_DATES = ("opens_on", "closes_on")


def _is_reversed(opens_on: date | None, closes_on: date | None) -> bool:
    return opens_on is not None and closes_on is not None and closes_on < opens_on


def raise_revision(session: Session) -> int:
    """The next catalogue revision. The row stays locked until the commit: order of commit is order of revision."""
    raised = update(CatalogueRevision).values(revision=CatalogueRevision.revision + 1)
    return session.execute(raised.returning(CatalogueRevision.revision)).scalar_one()


def shown(actor: Actor, offer: Offer) -> OfferRead | OfferPublicRead:
    """The offer as the actor may see it."""
    kind = OfferRead if rules.sees_figures(actor, offer.organization) else OfferPublicRead
    fields = {name: getattr(offer, name) for name in kind.model_fields if name != "room"}
    return kind.model_validate({**fields, "room": rules.room_of(offer.capacity)})
