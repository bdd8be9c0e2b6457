"""Drafts, publishes, changes, withdraws and confirms offers; each change of a published one raises the revision."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.access import queries as access
from app.access.rules import FACILITATOR, Actor
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
    _check(new, book)
    if new.external_id and queries.find_by_external_id(session, organization, new.external_id):
        raise Conflict("offer.external_id_taken", "You have an offer of that external id; change that one.")
    return _create(session, actor, new, organization)


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
    _check(new, book)
    offer = queries.find_by_external_id(session, organization, external_id)
    if offer is None:
        new = new.model_copy(update={"external_id": external_id})
        return _create(session, actor, new, organization), True
    _apply(session, offer, {**_columns(new), "status": new.status or offer.status})
    return offer, False


def change(session: Session, offer: Offer, changes: OfferUpdate, book: Book) -> None:
    """Change the fields that were sent."""
    _check(changes, book)
    columns = _columns(changes)
    _apply(session, offer, {name: columns[name] for name in changes.model_fields_set})
    if offer.opens_on and offer.closes_on and offer.closes_on < offer.opens_on:
        raise Invalid([Fault("/closes_on", "offer.dates", "closes_on must not be before opens_on.")])


def publish(session: Session, offer: Offer) -> None:
    """Let everybody see and rank the offer; raises `Invalid` naming what it lacks."""
    _apply(session, offer, {"status": Status.PUBLISHED})


def withdraw(session: Session, offer: Offer) -> None:
    """Take the offer out of every ranking from the next request on."""
    _apply(session, offer, {"status": Status.WITHDRAWN})


def confirm(session: Session, actor: Actor, offer: Offer) -> None:
    """The provider says today that the offer still stands."""
    _apply(session, offer, {"last_confirmed_on": actor.at.date()})


def _check(fields: OfferFields, book: Book) -> None:
    faults = check(fields, book)
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
    offer = Offer(
        organization=organization, external_id=new.external_id, status=Status.DRAFT, revision=0,
        created_at=actor.at, **_columns(new),
    )  # fmt: skip
    session.add(offer)
    session.flush()
    if new.status is not None:
        _apply(session, offer, {"status": new.status})
    return offer


def _apply(session: Session, offer: Offer, columns: dict[str, Any]) -> None:
    """Set what differs; nothing moves when nothing does, so putting twice changes nothing."""
    before = offer.status
    rules.check_move(before, Status(columns.get("status", before)))
    different = {name: value for name, value in columns.items() if getattr(offer, name) != value}
    if not different:
        return
    for name, value in different.items():
        setattr(offer, name, value)
    if offer.status == Status.PUBLISHED:
        lacking = rules.lacks_for_publishing({n: getattr(offer, n) for n in ("title", "description", "scope")})
        if lacking:
            raise Invalid(lacking, "offer.incomplete")
    if Status.PUBLISHED in (before, offer.status):
        offer.revision = raise_revision(session)
    session.flush()


def raise_revision(session: Session) -> int:
    """The next catalogue revision. The row stays locked until the commit: order of commit is order of revision."""
    raised = update(CatalogueRevision).values(revision=CatalogueRevision.revision + 1)
    return session.execute(raised.returning(CatalogueRevision.revision)).scalar_one()


def shown(actor: Actor, offer: Offer) -> OfferRead | OfferPublicRead:
    """The offer as the actor may see it."""
    kind = OfferRead if rules.sees_figures(actor, offer.organization) else OfferPublicRead
    fields = {name: getattr(offer, name) for name in kind.model_fields if name != "room"}
    return kind.model_validate({**fields, "room": rules.room_of(offer.capacity)})
