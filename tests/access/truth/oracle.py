"""Who may see what, told from the access matrix and the contract alone.

Nothing here knows how the service decides: this module is compared with it, so the two must not share a thought. It is
written to be read beside the matrix; each rule quotes the line that it comes from.

    effective(p, need, field) = role rule OR ( ceiling(need) admits class(p) AND a live consent of need.state
    covers (need, field, p.org) )
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Generic, TypeVar

T = TypeVar("T")

LEVELS = ("team", "committee", "state", "named", "community", "public")

HEADER_FIELDS = frozenset({"id", "reference", "state", "themes", "assistance_types", "priority"})
"""Contract: `header` shows id, reference, state, themes, assistance_types and priority, not the title."""

FULL_FIELDS = HEADER_FIELDS | {
    "visit",
    "recommendation",
    "source",
    "title",
    "description",
    "resolutions",
    "target_institutions",
    "languages",
    "state_priority",
    "agreed_on",
    "needed_by",
    "existing_help",
    "sister_committees",
    "sister_references",
    "working_groups",
    "closed_on",
    "closing_reason",
    "reopened_on",
    "reopened_by",
    "level",
    "status",
    "coverage",
    "completeness",
    "is_sample",
}
"""Contract: `full` shows all but internal notes."""


class Sight(IntEnum):
    """How much of a need somebody sees; overlapping consents add up, so the greatest counts."""

    NOTHING = 0
    HEADER = 1
    FULL = 2


class Dated(Generic[T]):
    """A value that changes in time."""

    def __init__(self, since: datetime, value: T) -> None:
        self._changes = [(since, value)]

    def change(self, at: datetime, value: T) -> None:
        """From `at` on, it is `value`."""
        self._changes.append((at, value))

    def at(self, instant: datetime) -> T:
        """What it was at that instant."""
        return next(value for since, value in reversed(self._changes) if since <= instant)


@dataclass(frozen=True)
class Person:
    """Somebody who asks; without a role it is somebody without a key."""

    name: str
    role: str | None = None
    organization: str | None = None
    kind: str | None = None
    state: str | None = None

    @property
    def consent_class(self) -> str | None:
        """The class of organisations that a consent can name and this person belongs to.

        Contract: "role `designer` is in class `designer` only; a provider is in the class of its organisation's kind
        (`donor_programme` is `donor`)".
        """
        if self.role == "designer":
            return "designer"
        if self.role == "provider":
            return "donor" if self.kind == "donor_programme" else self.kind
        return None


@dataclass
class Visit:
    """A visit, its own level and its team."""

    id: str
    state: str
    level: Dated[str]
    team: Dated[frozenset[str]]
    adopted: bool


@dataclass
class Need:
    """A need as far as sight depends on it."""

    id: str
    state: str
    author: str
    recorded_at: datetime
    level: Dated[str]
    themes: Dated[frozenset[str]]
    visit: str | None = None


@dataclass
class Consent:
    """A State's permission: what, which fields, to whom, from when until when."""

    id: str
    state: str
    full: bool
    recorded_at: datetime
    visit: str | None = None
    themes: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    covers_future: bool = False
    organizations: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    public: bool = False
    effective_from: datetime | None = None
    expires_at: datetime | None = None
    on_behalf: bool = False
    confirmed_at: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass
class History:
    """All that was recorded; what held at an instant is worked out from it."""

    visits: dict[str, Visit] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)


def may_see(person: Person, need: Need, history: History, at: datetime) -> Sight:
    """How much of the need the person sees at that instant."""
    if sees_by_role(person, need, history, at):
        return Sight.FULL
    return max((sight_by(consent, person, need, at) for consent in history.consents.values()), default=Sight.NOTHING)


def sees_by_role(person: Person, need: Need, history: History, at: datetime) -> bool:
    """The sight that needs no consent; it is of all fields.

    - "any read | level L0 | CO team only | CM – | AD – | SF own – | … | AU – | AN –"; contract: "the team of a need is
      its author and its visit's team".
    - "any read | level L1 | CO yes | CM yes | AD – | SF own – | SF other – | …"
    - "any read | level L2 | CO yes | CM yes | AD – | SF own yes | SF other – | …"
    - "list/get header | none, pending, not yet effective | CO yes | CM yes | AD – | SF own yes | SF other – | …" at L3;
      contract: "A State sees its own needs from level `state` up".
    - "any read | expired or withdrawn | yes | yes | – | yes | – | – | – | – | –": none of them asks for consent.
    - "list/get header, get narrative | live, fields=header | yes | yes | – | yes": a header-only consent takes nothing
      from them.
    """
    level = need.level.at(at)
    match person.role:
        case "officer":
            return level != "team" or person.name in team_of(need, history, at)
        case "secretariat":
            return reaches(level, "committee")
        case "state":
            return person.state == need.state and reaches(level, "state")
        case _:
            return False


def team_of(need: Need, history: History, at: datetime) -> frozenset[str]:
    """Contract: "the team of a need is its author and its visit's team"."""
    visited = frozenset() if need.visit is None else history.visits[need.visit].team.at(at)
    return visited | {need.author}


def reaches(level: str, least: str) -> bool:
    """Whether a level is as open as `least`, or more."""
    return LEVELS.index(level) >= LEVELS.index(least)


def sight_by(consent: Consent, person: Person, need: Need, at: datetime) -> Sight:
    """What this one consent shows.

    - "list/get header | live, fields=header | DO/IE/UD in audience h", "get narrative | live, fields=header | field
      absent", "get all shared fields | live, full | yes".
    - "any read | expired or withdrawn | DO/IE/UD in audience –", and "–" for none, pending, not yet effective.
    """
    if status(consent, at) == "live" and covers(consent, need, at) and admits(consent, person, need.level.at(at)):
        return Sight.FULL if consent.full else Sight.HEADER
    return Sight.NOTHING


def status(consent: Consent, at: datetime) -> str:
    """The consent's state, from its events and the clock.

    "States: none, pending, live, not-yet-effective, expired, withdrawn"; "confirmed_by (second person when CTED records
    for the State)"; "Every request starting after [the withdrawal] behaves as if the grant had never been".
    """
    if consent.withdrawn_at is not None and consent.withdrawn_at <= at:
        return "withdrawn"
    if consent.expires_at is not None and consent.expires_at <= at:
        return "expired"
    if consent.on_behalf and (consent.confirmed_at is None or consent.confirmed_at > at):
        return "pending"
    if consent.effective_from is not None and consent.effective_from > at:
        return "not_yet_effective"
    return "live" if consent.recorded_at <= at else "none"


def covers(consent: Consent, need: Need, at: datetime) -> bool:
    """Whether the need lies in the consent's scope.

    "a live consent of need.state covers (need, …)"; "`covers_future` (default false: needs recorded later are not
    covered)"; a consent by theme covers a need "as soon as one of the need's themes, or its area, is named".
    """
    recorded_later = need.recorded_at > consent.recorded_at
    return (
        consent.state == need.state
        and (consent.covers_future or not recorded_later)
        and (
            need.id in consent.needs
            or (consent.visit is not None and consent.visit == need.visit)
            or any(names_theme(consent.themes, theme) for theme in need.themes.at(at))
        )
    )


def names_theme(named: Iterable[str], theme: str) -> bool:
    """Whether the theme itself or its area is named: the area of `cft.asset-freezing` is `cft`."""
    return any(theme == code or theme.startswith(f"{code}.") for code in named)


def admits(consent: Consent, person: Person, level: str) -> bool:
    """Whether the ceiling lets this audience in, and the person is of it.

    - L0, L1, L2: "any read | … | DO/IE/UD in audience – even with consent".
    - L3: "+ organisations named in a live consent".
    - L4: "+ all organisations of a class named in a live consent".
    - L5: "anyone, only under a live consent with audience = public"; "public read | L5 + public consent live | yes" in
      every column.
    """
    is_outside = person.role in ("provider", "designer")
    is_named = is_outside and person.organization in consent.organizations
    is_of_class = person.consent_class in consent.classes
    return (
        (reaches(level, "named") and is_named)
        or (reaches(level, "community") and is_of_class)
        or (reaches(level, "public") and consent.public)
    )


def may_see_visit(person: Person, visit: Visit, at: datetime) -> bool:
    """Whether the person sees the visit itself.

    "Visit, report file | read | CO yes (L0 team) | CM adopted only | AD – | SF own, after release to State | DO/IE c
    (file listed in consent) | UD c | AU – | AN –". Released to the State is level `state` or above. No consent can list
    a file yet, so nobody sees a visit by consent.
    """
    level = visit.level.at(at)
    match person.role:
        case "officer":
            return level != "team" or person.name in visit.team.at(at)
        case "secretariat":
            return visit.adopted and reaches(level, "committee")
        case "state":
            return person.state == visit.state and reaches(level, "state")
        case _:
            return False


def may_see_consent(person: Person, consent: Consent, at: datetime) -> bool:
    """Whether the person sees that there is this consent.

    "Consent | read | CO yes | CM yes | AD – | SF own | DO/IE only the part that names it, while live | UD same |
    AU metadata | AN –". What the auditor's metadata are is not said, so no answer is expected for that role.
    """
    match person.role:
        case "officer" | "secretariat":
            return True
        case "state":
            return person.state == consent.state
        case "provider" | "designer":
            named = person.organization in consent.organizations or person.consent_class in consent.classes
            return named and status(consent, at) == "live"
        case _:
            return False
