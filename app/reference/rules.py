"""The reference data as one immutable book, and the checks of codes against it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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

    def members(self, grouping: str, day: date) -> frozenset[str]:
        """The States that are in `grouping` on `day`."""
        return frozenset(m.state for m in self.memberships if m.grouping == grouping and m.holds_on(day))


def check_codes(known: Mapping[str, object], codes: Iterable[str], *, kind: str, pointer: str) -> list[Fault]:
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
