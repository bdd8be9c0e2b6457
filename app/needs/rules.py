"""Words and decisions of needs: where a need comes from, its status, how complete its record is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Source(StrEnum):
    """Who says that there is a need."""

    CTED = "cted"
    STATE = "state"
    SISTER_COMMITTEE = "sister_committee"
    PARTNER = "partner"


class Status(StrEnum):
    """Derived from dates, live consent and referrals, never set."""

    RECORDED = "recorded"
    AGREED = "agreed"
    SHARED = "shared"
    REFERRED = "referred"
    IN_DISCUSSION = "in_discussion"
    IN_DELIVERY = "in_delivery"
    DELIVERED = "delivered"
    VERIFIED = "verified"
    CLOSED_UNMET = "closed_unmet"
    WITHDRAWN = "withdrawn"


class Coverage(StrEnum):
    """How far help that is promised covers the need."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


ENDED = frozenset({Status.DELIVERED, Status.VERIFIED, Status.CLOSED_UNMET, Status.WITHDRAWN})
"""A need that is none of these, and not covered in full, is open."""
CLOSED = (Status.CLOSED_UNMET, Status.WITHDRAWN)
"""How people close a need."""


def status_of(*, agreed_on: date | None, is_shared: bool, closed_as: str | None, progress: str | None) -> Status:
    """Closed if somebody closed it, else as far as its referrals have come, else shared while a live consent lets
    somebody beyond the State see it, else agreed once the State agreed."""
    if closed_as is not None:
        return Status(closed_as)
    if progress is not None:
        return Status(progress)
    if is_shared:
        return Status.SHARED
    return Status.AGREED if agreed_on else Status.RECORDED


@dataclass(frozen=True, slots=True)
class Part:
    """What one referral does for a need: how far it has come, how much it covers, and with which kinds of help."""

    status: Status | None
    coverage: Coverage = Coverage.NONE
    kinds: tuple[str, ...] = ()
    is_active: bool = True
    """Whether somebody is still at work: what has ended counts no more once the need is opened again."""


_HELP = (Status.IN_DELIVERY, Status.DELIVERED, Status.VERIFIED)


def standing(parts: Collection[Part], asked: Collection[str]) -> tuple[Status | None, Coverage]:
    """How far its referrals bring a need that asks for these kinds of help, and how much of it they cover.

    Delivered and verified are said of the whole need only: while a part is missing, help is still looked for.
    """
    helping = [part for part in parts if part.status in _HELP]
    coverage = _covered(helping, asked)
    if coverage is Coverage.NONE and any(part.coverage is not Coverage.NONE for part in parts):
        coverage = Coverage.PARTIAL
    for status, counted in ((Status.VERIFIED, _HELP[2:]), (Status.DELIVERED, _HELP[1:])):
        if _covered([part for part in helping if part.status in counted], asked) is Coverage.FULL:
            return status, coverage
    if helping:
        return Status.IN_DELIVERY, coverage
    under_way = {part.status for part in parts}
    return next((s for s in (Status.IN_DISCUSSION, Status.REFERRED) if s in under_way), None), coverage


def _covered(parts: Collection[Part], asked: Collection[str]) -> Coverage:
    if not parts:
        return Coverage.NONE
    if any(part.coverage is Coverage.FULL for part in parts):
        return Coverage.FULL
    together = {kind for part in parts for kind in part.kinds}
    return Coverage.FULL if asked and together >= set(asked) else Coverage.PARTIAL


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a need is about."""

    themes: Collection[str]
    assistance_types: Collection[str]
    institutions: Collection[str]


def is_same(one: Shortfall, other: Shortfall) -> bool:
    """Whether a later need speaks of the same shortfall: a theme, a kind of help and an institution in common, where
    both name any kinds of help and institutions."""
    return bool(set(one.themes) & set(other.themes)) and all(
        not mine or not theirs or set(mine) & set(theirs)
        for mine, theirs in (
            (one.assistance_types, other.assistance_types),
            (one.institutions, other.institutions),
        )
    )


ASKED_FOR = (
    "themes",
    "resolutions",
    "assistance_types",
    "target_institutions",
    "priority",
    "agreed_on",
    "needed_by",
)
"""Optional fields that make a need easier to match and to act on."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """The share, 0–1, of the fields in `ASKED_FOR` that are filled, and those that are not."""

    score: float
    missing: tuple[str, ...]


def completeness(record: Mapping[str, object]) -> Completeness:
    """How complete a need's record is."""
    missing = tuple(name for name in ASKED_FOR if not record[name])
    return Completeness(round(1 - len(missing) / len(ASKED_FOR), 2), missing)
