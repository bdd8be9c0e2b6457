"""The oracle against the access matrix, line by line."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.access.truth.oracle import Consent, Dated, History, Need, Person, Sight, may_see

pytestmark = pytest.mark.pure

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=2)
LATER = NOW + timedelta(hours=1)

PEOPLE = {
    "CO": Person("officer", "officer"),
    "CM": Person("secretariat", "secretariat"),
    "AD": Person("admin", "admin"),
    "own": Person("kenya", "state", state="KEN"),
    "other": Person("maldives", "state", state="MDV"),
    "in": Person("unodc", "provider", "unodc-tpb", "un_entity"),
    "out": Person("osce", "provider", "osce", "regional_org"),
    "UD": Person("designer", "designer", "unoct", "un_entity"),
    "AU": Person("auditor", "auditor"),
    "AN": Person("nobody"),
}

# Who sees what: F in full, h the header, - nothing; the consent names unodc-tpb, its class, or the public.
MATRIX = """
level      consent            CO CM AD own other in out UD AU AN
team       live,full,named    -  -  -  -   -     -  -   -  -  -
committee  live,full,named    F  F  -  -   -     -  -   -  -  -
state      live,full,named    F  F  -  F   -     -  -   -  -  -
named      none               F  F  -  F   -     -  -   -  -  -
named      pending,full,named F  F  -  F   -     -  -   -  -  -
named      early,full,named   F  F  -  F   -     -  -   -  -  -
named      live,header,named  F  F  -  F   -     h  -   -  -  -
named      live,full,named    F  F  -  F   -     F  -   -  -  -
named      over,full,named    F  F  -  F   -     -  -   -  -  -
named      gone,full,named    F  F  -  F   -     -  -   -  -  -
named      live,full,class    F  F  -  F   -     -  -   -  -  -
named      live,full,public   F  F  -  F   -     -  -   -  -  -
community  live,full,named    F  F  -  F   -     F  -   -  -  -
community  live,full,class    F  F  -  F   -     F  -   -  -  -
community  live,full,public   F  F  -  F   -     -  -   -  -  -
public     none               F  F  -  F   -     -  -   -  -  -
public     live,full,named    F  F  -  F   -     F  -   -  -  -
public     live,full,class    F  F  -  F   -     F  -   -  -  -
public     live,full,public   F  F  F  F   F     F  F   F  F  F
public     live,header,public F  F  h  F   h     h  h   h  h  h
public     gone,full,public   F  F  -  F   -     -  -   -  -  -
"""
ROWS = [line.split() for line in MATRIX.strip().splitlines()]
SIGHTS = {"-": Sight.NOTHING, "h": Sight.HEADER, "F": Sight.FULL}


def make_need(level: str, *, author: str = "somebody") -> Need:
    """A need of Kenya."""
    return Need("n", "KEN", author, BEFORE, Dated(BEFORE, level), Dated(BEFORE, frozenset({"cft.fiu"})))


def make_history(told: str) -> History:
    """The one consent that a cell of the matrix tells of."""
    if told == "none":
        return History()
    state, fields, audience = told.split(",")
    consent = Consent(
        "c",
        "KEN",
        full=fields == "full",
        recorded_at=BEFORE,
        needs=frozenset({"n"}),
        organizations=frozenset({"unodc-tpb"} if audience == "named" else ()),
        classes=frozenset({"un_entity"} if audience == "class" else ()),
        public=audience == "public",
        on_behalf=state == "pending",
        effective_from=LATER if state == "early" else None,
        expires_at=BEFORE if state == "over" else None,
        withdrawn_at=BEFORE if state == "gone" else None,
    )
    return History(consents={"c": consent})


@pytest.mark.parametrize("row", ROWS[1:], ids=lambda row: "-".join(row[:2]))
def test_a_line_of_the_matrix(row: list[str]) -> None:
    """Each cell; a designer whose organisation is a UN entity is of the class `designer` only."""
    level, told, *cells = row
    seen = [may_see(PEOPLE[column], make_need(level), make_history(told), NOW) for column in ROWS[0][2:]]
    assert seen == [SIGHTS[cell] for cell in cells]


def test_the_team_is_the_author_and_the_team_of_the_visit() -> None:
    """At the level `team` nobody else sees the need."""
    assert may_see(PEOPLE["CO"], make_need("team", author="officer"), History(), NOW) is Sight.FULL
    assert may_see(PEOPLE["CO"], make_need("team"), History(), NOW) is Sight.NOTHING


@pytest.mark.parametrize(("covers_future", "sight"), [(False, Sight.NOTHING), (True, Sight.FULL)])
def test_a_need_recorded_later_is_covered_only_if_the_consent_says_so(covers_future: bool, sight: Sight) -> None:
    """By theme as by visit."""
    consent = Consent("c", "KEN", full=True, recorded_at=BEFORE - timedelta(days=1), themes=frozenset({"cft"}))
    consent.organizations = frozenset({"unodc-tpb"})
    consent.covers_future = covers_future
    assert may_see(PEOPLE["in"], make_need("named"), History(consents={"c": consent}), NOW) is sight
