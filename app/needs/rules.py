"""Words and decisions of needs: where a need comes from, its status, how complete its record is."""

from collections.abc import Mapping
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
    """Derived from dates and live consent, never set."""

    RECORDED = "recorded"
    AGREED = "agreed"
    SHARED = "shared"


class Coverage(StrEnum):
    """How far help that is promised covers the need."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


def status_of(*, agreed_on: date | None, is_shared: bool) -> Status:
    """Shared while a live consent lets somebody beyond the State see it, else agreed once the State agreed."""
    if is_shared:
        return Status.SHARED
    return Status.AGREED if agreed_on else Status.RECORDED


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
