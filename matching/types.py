"""The values that go into the engine and come out of it: all frozen, none of them knows a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

Narrative = Mapping[str, str]
"""One text by language: ISO 639-1 code to wording; `und` where the language is not known."""


class Verdict(StrEnum):
    """What a criterion says of one pair. `unknown` is never agreement: it earns nothing."""

    MET = "met"
    PARTLY = "partly"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an offer may be used: everywhere, or in listed States and members of groupings, less the
    exclusions."""

    world: bool = False
    states: tuple[str, ...] = ()
    groupings: tuple[str, ...] = ()
    excluded_states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much an offer holds. `total` in `unit` (states, places, days, usd); `None` is not stated."""

    unit: str = "states"
    total: float | None = None
    committed: float = 0.0
    unlimited: bool = False


@dataclass(frozen=True, slots=True)
class EligibilityRule:
    """One rule of the closed list: member_of (with value), ldc, lldc, sids, visited, state_request."""

    rule: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class NeedProfile:
    """One atomic need as the engine sees it."""

    id: str
    state: str
    title: Narrative
    description: Narrative
    themes: tuple[str, ...] = ()
    resolutions: tuple[str, ...] = ()
    assistance_types: tuple[str, ...] = ()
    target_institutions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    priority: str | None = None
    needed_by: date | None = None
    visited_on: date | None = None
    is_requested: bool | None = None
    """Whether the State itself asked for this help; `None` is not known."""


@dataclass(frozen=True, slots=True)
class OfferProfile:
    """One offer as the engine sees it."""

    id: str
    organization: str
    title: Narrative
    description: Narrative
    themes: tuple[str, ...] = ()
    resolutions: tuple[str, ...] = ()
    assistance_types: tuple[str, ...] = ()
    target_institutions: tuple[str, ...] = ()
    scope: Scope | None = None
    delivery_languages: tuple[str, ...] = ()
    availability: str = "unknown"
    opens_on: date | None = None
    closes_on: date | None = None
    capacity: Capacity | None = None
    eligibility: tuple[EligibilityRule, ...] = ()
    last_confirmed_on: date | None = None
    provider_state: str | None = None
    """The State whose own organisation gives this offer, ISO 3166 alpha-3; `None` for bodies of several
    States."""
    is_facilitator: bool = False
    listed_at: datetime | None = None
    """Since when the catalogue holds it: the oldest of several that are the same stands for them."""


@dataclass(frozen=True, slots=True)
class Membership:
    """One State's membership of one grouping, from the first day on until the first day no longer."""

    grouping: str
    state: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The reference facts that gates and criteria read: no State is a special case in code."""

    state_languages: Mapping[str, tuple[str, ...]]
    """Languages of work by State, best first."""
    memberships: tuple[Membership, ...]
    theme_parents: Mapping[str, str | None]
    """Theme code to the code of its top area; a top area has `None`."""
    resolution_themes: Mapping[str, tuple[str, ...]]
    assistance_types: tuple[str, ...]
    institutions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was compared: codes, or words as they stand in each text."""

    need: tuple[str, ...] = ()
    offer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one criterion says of one pair."""

    criterion: str
    verdict: Verdict
    value: float
    """0–1; 0 where the verdict is `unknown`."""
    weight: float
    code: str
    cap: float | None = None
    """The highest score that this finding lets the pair reach, where it lowers it."""
    evidence: Evidence = field(default_factory=Evidence)
    values: Mapping[str, str | int | float] = field(default_factory=dict)
    """What the sentence of `code` names beside the evidence."""


@dataclass(frozen=True, slots=True)
class Match:
    """An eligible offer's score for a need, 0–1, and why."""

    offer_id: str
    score: float
    ceiling: float
    """The score if every unknown were met."""
    serves: bool
    known_share: float
    findings: tuple[Finding, ...]
    also_offered_by: tuple[str, ...] = ()
    """Offers that are the same programme, where an answer folds them."""


@dataclass(frozen=True, slots=True)
class NeedMatch:
    """A need that an offer answers, and how well."""

    need_id: str
    match: Match


@dataclass(frozen=True, slots=True)
class Change:
    """The one change of an offer's record that would open a gate."""

    path: str
    operation: str
    """`add`, `remove` or `set`."""
    value: str | float | None


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An ineligible offer that would serve the need after one change."""

    offer_id: str
    gate: str
    change: Change | None
    """`None` only when one pair is explained and no single change would open it."""
    score_if_changed: float
    values: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undecidable:
    """An eligible offer about which nothing can be judged, and what it lacks."""

    offer_id: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The engine's answer for one need."""

    need_id: str
    matches: tuple[Match, ...]
    near_misses: tuple[NearMiss, ...]
    undecidable: tuple[Undecidable, ...]
