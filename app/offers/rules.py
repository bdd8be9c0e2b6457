"""Words and decisions of offers: states, what publishing needs, whose they are, what others see of capacity."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.access.rules import Actor, Role
from app.core.errors import Conflict, Fault, Invalid


class Availability(StrEnum):
    """Whether the offer can be taken up by further States."""

    OPEN = "open"
    BY_INVITATION = "by_invitation"
    PLANNED = "planned"
    FULL = "full"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Where the record stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Room(StrEnum):
    """What everybody may know of an offer's capacity."""

    ROOM = "room"
    NO_ROOM = "no_room"
    UNKNOWN = "unknown"


class Rule(StrEnum):
    """Eligibility rules for which data exist."""

    MEMBER_OF = "member_of"
    LDC = "ldc"
    LLDC = "lldc"
    SIDS = "sids"
    VISITED = "visited"
    STATE_REQUEST = "state_request"


class CapacityUnit(StrEnum):
    """What capacity is counted in; money is in US dollars."""

    STATES = "states"
    PLACES = "places"
    DAYS = "days"
    USD = "usd"


def lacks_for_publishing(record: Mapping[str, Any]) -> list[Fault]:
    """What a published offer must say and this one does not: words to be judged by, and where it may be used."""
    scope = record["scope"] or {}
    faults = [
        Fault(f"/{name}", "offer.lacks_text", f"Give a {name} in at least one language.")
        for name in ("title", "description")
        if not record[name]
    ]
    if not (scope.get("world") or scope.get("states") or scope.get("groupings")):
        faults.append(Fault("/scope", "offer.lacks_scope", "Name States or groupings, or say world: true."))
    return faults


def confirmed_too_late(last_confirmed_on: date | None, today: date) -> list[Fault]:
    """A confirmation cannot lie ahead; where the day has begun already, it is tomorrow in UTC."""
    if last_confirmed_on is None or last_confirmed_on <= today + timedelta(days=1):
        return []
    return [Fault("/last_confirmed_on", "offer.confirmed_ahead", "last_confirmed_on must not lie in the future.")]


MOVES = {
    (Status.DRAFT, Status.PUBLISHED),
    (Status.PUBLISHED, Status.WITHDRAWN),
    (Status.DRAFT, Status.WITHDRAWN),
    (Status.WITHDRAWN, Status.PUBLISHED),
}


def check_move(current: str, to: Status) -> None:
    """Raise `Conflict` for a step that an offer cannot take."""
    if current != to and (Status(current), to) not in MOVES:
        raise Conflict("offer.no_such_step", f"An offer that is {current} cannot become {to}.")


def room_of(capacity: Mapping[str, Any] | None) -> Room:
    """Whether there is room left; figures are not told."""
    if capacity is None:
        return Room.UNKNOWN
    if capacity.get("unlimited"):
        return Room.ROOM
    if capacity.get("total") is None:
        return Room.UNKNOWN
    return Room.ROOM if capacity["total"] > capacity.get("committed", 0) else Room.NO_ROOM


Capacity = Mapping[str, Any]  # the JSON of an offer's capacity


def held(put: Capacity | None, current: Capacity | None, *, stated: float, taken: float) -> Capacity | None:
    """The capacity as put by its provider, with nothing given away again that referrals have taken.

    A figure of `committed` that repeats the provider's last one says nothing new: what referrals took since stays on
    top of it. Raises `Invalid` where the record leaves no room for what is taken.
    """
    if not taken or current is None:
        return put
    if put is None or put["unit"] != current["unit"]:
        detail = "Referrals have taken some of the capacity: keep stating it, in its unit."
        raise Invalid([Fault("/capacity/unit", "offer.capacity_taken", detail)])
    committed = current["committed"] if put["committed"] == stated else max(put["committed"], taken)
    if put["total"] is not None and committed > put["total"]:
        raise Invalid([Fault("/capacity/total", "offer.capacity_taken", f"{committed:g} of it are committed already.")])
    return {**put, "committed": committed}


def with_taken(capacity: Capacity, amount: Decimal) -> Capacity:
    """The capacity with so much more committed, or less where `amount` is negative; raises `Conflict` where there is
    not so much left."""
    committed = Decimal(str(capacity["committed"])) + amount
    total = capacity["total"]
    if amount > 0 and total is not None and not capacity["unlimited"] and committed > Decimal(str(total)):
        left = max(Decimal(str(total)) - committed + amount, Decimal(0))
        raise Conflict("offer.no_room", f"Only {float(left):g} {capacity['unit']} of the offer's capacity are left.")
    return {**capacity, "committed": float(max(committed, Decimal(0)))}


def owns(actor: Actor, organization: str) -> bool:
    """Whether the actor writes this organisation's offers."""
    return actor.role in (Role.PROVIDER, Role.DESIGNER) and actor.organization == organization


def sees_figures(actor: Actor, organization: str) -> bool:
    """Figures of capacity are for the owner and CTED."""
    return actor.role is Role.OFFICER or owns(actor, organization)
