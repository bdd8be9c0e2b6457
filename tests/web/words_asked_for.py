"""Every code that the pages ask the catalogues for: read from the templates, the modules and the closed lists."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from app.access.rules import CLASSES, AccountStatus, ConsentStatus, KeyStatus, Level, Role, Scope
from app.exchange.rules import Kind, Result
from app.needs.rules import ASKED_FOR, Coverage, Status
from app.offers.rules import Availability, CapacityUnit, Room, Rule
from app.offers.rules import Status as OfferStatus
from app.practices.rules import Kind as PracticeKind
from app.verdicts.rules import Reason, Ruling
from app.visits.rules import Mode, Priority, VisitType
from app.web.auditing import KINDS
from app.web.drawing import KNOWN_ERRORS
from matching.criteria import CRITERIA
from matching.types import Verdict

WEB = Path(__file__).parents[2] / "app" / "web"
APP = WEB.parent

FAMILIES: Mapping[str, Iterable[str]] = {
    "role": [*Role, "operator"],
    "priority": [*Priority, "none"],
    "verdict": Verdict,
    "criterion": [criterion.name for criterion in CRITERIA],
    "availability": Availability,
    "room": Room,
    "rule": Rule,
    "region": ("Africa", "Americas", "Asia", "Europe", "Oceania"),
    "part": ("priority", "agreed", "age", "best_match", "coverage", "shared_by"),
    "practice": PracticeKind,
    "offer_status": OfferStatus,
    "consent": ConsentStatus,
    "consent_fields": ("header", "full"),
    "class": CLASSES,
    "account": AccountStatus,
    "key": KeyStatus,
    "scope": Scope,
    "audited": [f"{kind}s" for kind in KINDS],
    "result": Result,
    "imported": Kind,
    "unit": CapacityUnit,
    "visit_type": VisitType,
    "mode": Mode,
    "need_status": Status,
    "coverage": Coverage,
    "level": Level,
    "ruling": Ruling,
    "decline": Reason,
    "field": ASKED_FOR,
}
"""Closed lists whose members have a word."""


def _read(folder: Path, pattern: str) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in sorted(folder.rglob(pattern)))


def asked_for() -> set[str]:
    """Codes that a page cannot do without."""
    templates, modules = _read(WEB / "templates", "*.html"), _read(WEB, "*.py")
    literal = set(re.findall(r"'(ui\.[a-z0-9_.]*[a-z0-9_])'", templates))
    literal |= set(re.findall(r'"(ui\.[a-z0-9_.]*[a-z0-9_])"', modules))
    words = {f"word.{family}.{member}" for family, members in FAMILIES.items() for member in members}
    home = {f"ui.home.{part}.{role}" for part in ("title", "lead", "next") for role in Role}
    errors = {f"ui.error.{status}{part}" for status in KNOWN_ERRORS for part in ("", ".title")}
    steps = {f"ui.account.step.{step}" for step in re.findall(r'_step_page\(\w+, "(\w+)"', modules)}
    done = {f"ui.account.{name}" for name in ("password_changed", "factor_confirmed", "factor_removed")}
    refused = {f"ui.sign_in.{name}" for name in ("refused", "code_needed", "incomplete")}
    done |= {f"ui.offer.done.{name}" for name in ("save", "publish")}
    return literal | words | home | errors | steps | done | refused | {"fault.other"}


PYDANTIC = ("missing", "string_too_short", "string_too_long", "string_pattern_mismatch", "value_error",
            "number", "too_short", "greater_than_equal", "less_than_equal", "enum", "literal_error")  # fmt: skip
"""Kinds of fault that every form can have."""


def may_be_asked_for() -> set[str]:
    """Faults that a form can show; one without a sentence of its own is told in English."""
    raised = set(re.findall(r'"([a-z_]+\.[a-z_]+)"', _read(APP, "*.py")))
    raised |= {f"{kind}.unknown" for kind in re.findall(r'kind="([a-z_]+)"', _read(APP, "*.py"))}
    return {f"fault.{code}" for code in (raised | {f"field.{kind}" for kind in PYDANTIC})}
