"""Decisions of imports: kinds and formats, limits on files, how codes of the IATI standard read in our words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.core.errors import Fault

MAX_BYTES = 10_000_000
MAX_DEPTH = 64
MAX_ROWS = 20_000
MAX_SHOWN_FAULTS = 200


class Kind(StrEnum):
    """What an import holds."""

    OFFERS = "offers"
    NEEDS = "needs"
    VISITS = "visits"
    ASSESSMENTS = "assessments"


class Entry(StrEnum):
    """What a row of an assessment holds: an item of the tool, or help that the State can give."""

    ITEM = "item"
    CAPACITY = "capacity"


class Format(StrEnum):
    """How the file is written."""

    IATI = "iati"
    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"


class Result(StrEnum):
    """What became of one row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Note:
    """One thing in a row that was read otherwise than it stands there, or not at all: a stable code, and how."""

    code: str
    detail: str


@dataclass(slots=True)
class Draft:
    """One row as read: `fields` hold only what the row carries, in the contract's names."""

    number: int
    identifier: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)  # JSON has no narrower type
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def note(self, code: str, detail: str) -> None:
        """Add a note, once."""
        if Note(code, detail) not in self.notes:
            self.notes.append(Note(code, detail))


AVAILABILITY_BY_STATUS: Mapping[str, str] = {
    "1": "planned",
    "3": "closed",
    "4": "closed",
    "5": "closed",
    "6": "suspended",
}
"""IATI ActivityStatus. An activity under way (2) says nothing: whether more States can join is the provider's word."""

GIVEN_BY_IMPORT = frozenset({"unknown", *AVAILABILITY_BY_STATUS.values()})


def keeps_availability(current: str, *, is_confirmed: bool) -> bool:
    """Whether an offer's availability is the provider's own word, which an activity file does not overrule."""
    return is_confirmed or current not in GIVEN_BY_IMPORT


WORLD = "world"

DAC_REGIONS: Mapping[str, tuple[str, ...]] = {
    "88": ("western-balkans",),
    "89": ("m49-150",),
    "130": ("m49-015",),
    "189": ("m49-015",),
    "230": ("m49-202",),
    "289": ("m49-202",),
    "298": ("m49-002",),
    "380": ("m49-029",),
    "389": ("m49-013", "m49-029"),
    "489": ("m49-005",),
    "498": ("m49-019",),
    "589": ("m49-145",),
    "619": ("m49-143",),
    "679": ("m49-034",),
    "689": ("m49-034", "m49-143"),
    "789": ("m49-030", "m49-035"),
    "798": ("m49-142",),
    "889": ("m49-009",),
    "998": (WORLD,),
    "1027": ("m49-014",),
    "1028": ("m49-017",),
    "1029": ("m49-018",),
    "1030": ("m49-011",),
    "1031": ("m49-029",),
    "1032": ("m49-013",),
    "1033": ("m49-054",),
    "1034": ("m49-057",),
    "1035": ("m49-061",),
}
"""OECD DAC recipient regions as our groupings; 998 is "developing countries, unspecified"."""


def groupings_of_region(code: str, vocabulary: str, known: Iterable[str]) -> tuple[str, ...]:
    """Our groupings for a region of the DAC's list (vocabulary 1) or of M49 (2); nothing where it cannot be told."""
    if vocabulary == "1":
        return DAC_REGIONS.get(code, ())
    if vocabulary == "2" and re.fullmatch("[0-9]{1,3}", code):
        if int(code) == 1:
            return (WORLD,)
        grouping = f"m49-{int(code):03}"
        return (grouping,) if grouping in set(known) else ()
    return ()


_TERRITORIES = """
AI AQ AS AW AX BL BM BQ BV CC CK CW CX EH FK FO GF GG GI GL GP GS GU HK HM IM IO JE KY MF MO MP MQ MS NC NF NU PF PM PN
PR PS RE SH SJ SX TC TF TK TW UM VA VG VI WF XK YT
"""
NOT_MEMBER_STATES = frozenset(_TERRITORIES.split())
"""Codes that donors' files hold for territories and others that are not Member States: told, and not in any scope."""

HINTS: Mapping[str, str] = {
    "15130": "legal and judicial development",
    "15132": "police",
    "15134": "judicial affairs",
    "15136": "immigration",
    "15137": "prisons",
    "15190": "migration and mobility",
    "15210": "security system management and reform",
    "15220": "civilian peace-building",
    "15240": "small arms and light weapons",
    "24010": "financial policy",
    "21050": "air transport",
}
"""DAC purpose codes near counter-terrorism. The DAC has no code for it: these are told, never taken as a theme."""


def share_of(text: str | None) -> Decimal | None:
    """A percentage as written, or nothing."""
    written = (text or "").strip().removesuffix("%").strip()
    return Decimal(written) if re.fullmatch(r"-?[0-9]{1,6}(\.[0-9]{1,12})?", written) else None


def adds_to_hundred(shares: Iterable[Decimal]) -> bool:
    """Whether shares make a whole, give or take rounding of one in a hundred."""
    return abs(sum(shares, Decimal(0)) - 100) <= 1


LEVELS_BY_IMPORT = ("team", "committee")
"""An import never lets a record out to the State or beyond: that is an act of its own on one record."""


def check_level(draft: Draft) -> None:
    """Add a fault where the row asks for more than an import may set."""
    if draft.fields.get("level", LEVELS_BY_IMPORT[0]) not in LEVELS_BY_IMPORT:
        detail = "An import sets team or committee only: raise the level of each record by itself."
        draft.faults.append(Fault("/level", "level.above_committee", detail))


class Export(StrEnum):
    """What an export holds."""

    NEEDS = "needs"
    OFFERS = "offers"
    GAPS = "gaps"
    BUNDLES = "bundles"


class ExportFormat(StrEnum):
    """How an export is written; IATI is for gaps and bundles, as planned activities."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    IATI = "iati"


class ExportReason(StrEnum):
    """Why somebody takes a file away: a code, so that the record of it holds no words."""

    COORDINATION = "coordination"
    PROJECT_DESIGN = "project_design"
    DELIVERY = "delivery"
    REPORTING = "reporting"
    NATIONAL_USE = "national_use"


MOST_EXPORTED = 5_000
