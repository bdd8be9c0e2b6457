"""The reference data as one immutable book, and the checks of codes against it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from rapidfuzz import fuzz

from app.core.errors import Fault

Labels = Mapping[str, str]
NEAR = 60
"""How alike, of 100, a code must be to be meant."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A State in a grouping from `since` (empty: before our records) until the day before `until`."""

    grouping: str
    state: str
    since: date | None
    until: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the State is a member on `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Grouping:
    """What kind of grouping it is; for a regional strategy also what it is about and who keeps it."""

    code: str
    kind: str
    themes: tuple[str, ...] = ()
    organization: str | None = None


@dataclass(frozen=True, slots=True)
class WorkingGroup:
    """A working group of the Compact with the themes that it deals with, from `since` until the day before `until`."""

    code: str
    labels: Labels
    themes: tuple[str, ...]
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """All reference data that decisions need; read once when the service starts. A book equals itself alone."""

    states: Mapping[str, Labels]
    state_languages: Mapping[str, tuple[str, ...]]
    state_regions: Mapping[str, str]
    themes: Mapping[str, Labels]
    theme_parents: Mapping[str, str | None]
    institutions: Mapping[str, Labels]
    assistance_types: Mapping[str, Labels]
    resolutions: Mapping[str, Labels]
    resolution_themes: Mapping[str, tuple[str, ...]]
    groupings: Mapping[str, Labels]
    memberships: tuple[Membership, ...]
    iso2: Mapping[str, str]
    grouping_facts: Mapping[str, Grouping] = field(default_factory=dict)
    theme_committees: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    working_groups: tuple[WorkingGroup, ...] = ()

    def members(self, grouping: str, day: date) -> frozenset[str]:
        """The States that are in `grouping` on `day`."""
        return frozenset(m.state for m in self.memberships if m.grouping == grouping and m.holds_on(day))

    def members_of_all(self, day: date) -> dict[str, frozenset[str]]:
        """All groupings with the States that are in them on `day`."""
        found: dict[str, set[str]] = {}
        for membership in self.memberships:
            if membership.holds_on(day):
                found.setdefault(membership.grouping, set()).add(membership.state)
        return {grouping: frozenset(states) for grouping, states in found.items()}

    def area_of(self, theme: str) -> str:
        """The theme that a sub-area belongs to; a theme is its own."""
        return self.theme_parents.get(theme) or theme

    def sister_committees(self, themes: Iterable[str]) -> list[str]:
        """The committees 1267, 1988 and 1540 whose mandates these themes touch."""
        return sorted({committee for theme in themes for committee in self.theme_committees.get(theme, ())})

    def groups_to_hear(self, themes: Iterable[str], day: date) -> list[str]:
        """The working groups that deal with these themes on `day`: those that name the sub-area before those that
        name its area."""
        living = [g for g in self.working_groups if (g.since or day) <= day and (g.until is None or day < g.until)]
        found: dict[str, None] = {}
        for theme in themes:
            for code in (theme, self.theme_parents.get(theme)):
                named = [group.code for group in living if code in group.themes]
                if named:
                    found.update(dict.fromkeys(named))
                    break
        return list(found)


def check_codes(known: Collection[str], codes: Iterable[str], *, kind: str, pointer: str) -> list[Fault]:
    """A fault for each code that is not known, with the nearest code that is."""
    return [
        Fault(f"{pointer}/{position}", f"{kind}.unknown", f"This is no code of a {kind}.{nearest(known, code)}")
        for position, code in enumerate(codes)
        if code not in known
    ]


def nearest(known: Iterable[str], code: str) -> str:
    """` Did you mean …?` with the nearest known code, or nothing."""
    by_plain = {each.lower(): each for each in known}
    asked = code[:60].lower()
    score, close = max(((fuzz.ratio(asked, each), each) for each in by_plain), default=(0.0, ""))
    return f" Did you mean {by_plain[close]}?" if score >= NEAR else ""


def check_resolutions(book: Book, references: Iterable[str], *, pointer: str) -> list[Fault]:
    """A fault for each reference that is not `NUMBER` or `NUMBER:PARAGRAPH` of a known resolution."""
    numbers = [reference.partition(":")[0] for reference in references]
    return check_codes(book.resolutions, numbers, kind="resolution", pointer=pointer)
