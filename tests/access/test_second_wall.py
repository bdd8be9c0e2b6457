"""On PostgreSQL the database itself holds when the application's filter is gone: nothing of it leaks."""

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access import service as access
from app.access.rules import Role
from app.core import db
from tests import databases, servers
from tests.access.breached import breached
from tests.world import PEOPLE, Caller, Json, World

READERS = (*PEOPLE, "nobody")
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def furnished(world: World) -> Json:
    """Needs at every level with consents of every kind, a visit of a team, verdicts: most of it hidden from most."""
    ids: Json = {"needs": [], "visits": [], "consents": []}
    for level, team in (("team", ["other_officer"]), ("committee", []), ("state", [])):
        visit = world.officer.post("/visits", {
            "state": "KEN", "mode": "on_site", "type": "focused", "starts_on": "2026-10-05", "ends_on": "2026-10-09",
            "team": team, "level": level,
        })  # fmt: skip
        world.officer.post(f"/visits/{visit['id']}/recommendations", {
            "number": "1", "text": {"en": "Adopt the decree."}, "level": level})  # fmt: skip
        ids["visits"].append(visit["id"])
        for own_level in ("team", "committee", "state", "named", "community", "public"):
            ids["needs"].append(world.make_need(visit=visit["id"], level=own_level)["id"])
    ids["needs"].append(world.make_need(state="MDV", level="state")["id"])
    give = {"state": "KEN", "fields": "full", "instrument": {"reference": "Note 12", "date": "2026-11-01"}}
    for scope, audience in (
        ({"needs": ids["needs"][8:10] + ids["needs"][15:16]}, {"organizations": ["unodc-tpb"]}),
        ({"themes": ["cft"]}, {"classes": ["donor"]}),
        ({"themes": ["cft.asset-freezing"]}, {"public": True}),
        ({"visit": ids["visits"][2]}, {"organizations": ["osce"], "classes": ["designer"]}),
    ):
        by = world.officer if "visit" in scope else world.kenya
        ids["consents"].append(by.post("/consents", {**give, "scope": scope, "audience": audience})["id"])
    world.other_officer.step("POST", f"/consents/{ids['consents'][3]}", "/confirm")
    ended = world.kenya.post(
        "/consents", {**give, "scope": {"themes": ["cft"]}, "audience": {"classes": ["un_entity"]}}
    )
    world.kenya.step("POST", f"/consents/{ended['id']}", "/withdraw", {})
    ids["consents"].append(ended["id"])
    world.pass_time(minutes=1)
    ids["needs"] += [world.make_need(visit=v, level="named")["id"] for v in ids["visits"]]  # later than each consent
    ids["referrals"] = []
    for need in ids["needs"][8:11]:
        made = world.officer.post("/referrals", {"need": need, "organization": "unodc-tpb"})
        ids["referrals"].append(made["id"])
    world.officer.step("POST", f"/referrals/{made['id']}", "/transitions", {"to": "state_notified"})
    ids["offers"] = [world.put_offer(by="unodc")["id"], world.put_offer("T-2", by="canada")["id"]]
    return ids


def paths(ids: Json) -> Iterator[str]:
    """Every address that shows needs, visits or consents."""
    yield from ("/needs", "/needs?theme=cft", "/needs?priority=high", "/needs?state=KEN", "/visits", "/consents")
    yield from ("/gaps", "/states/KEN/matches?limit=1", "/states/MDV/matches?limit=1")
    yield from (f"/needs/{i}" for i in ids["needs"])
    yield from (f"/needs/{i}/matches?limit=1" for i in ids["needs"][::4])
    for visit in ids["visits"]:
        yield from (
            f"/visits/{visit}",
            f"/visits/{visit}/recommendations",
            f"/states/KEN/matches?visit={visit}&limit=1",
        )
    yield from ("/referrals", "/referrals?step=proposed", *(f"/referrals/{i}" for i in ids["referrals"]))
    yield from (f"/consents/{i}" for i in ids["consents"])
    yield from (f"/offers/{i}/matches" for i in ids["offers"])
    yield from (f"/needs/{i}/verdicts" for i in ids["needs"][::3])
    yield from ("/audit?limit=200", "/states/KEN/access-log?limit=200", "/states/MDV/access-log?limit=200")


Ask = Callable[[str], Caller]


@pytest.fixture
def asking_the_breached(
    world: World, database_url: str, start_server: Callable[..., servers.Server], tmp_path: Path
) -> Iterator[Ask]:
    """The same people before a service without its filter, over the same database."""
    copy = breached("no_filter", tmp_path / "copy")
    server = start_server(database_url, PYTHONPATH=str(copy))
    with httpx2.Client(base_url=server.url, timeout=30) as client:
        yield lambda name: Caller(client, None if name == "nobody" else world.key(name))


def leaks(world: World, ask: Ask, ids: Json) -> list[str]:
    """Where the breached service says more, or other, than the whole one."""
    # A consent to the public opens needs to everybody, so the database lets everybody's filter read it.
    to_public = ids["consents"][2]
    hidden = {*ids["needs"], *ids["visits"], *ids["consents"], *ids["referrals"]} - {to_public}
    found = []
    for reader in READERS:
        for path in paths(ids):
            if path.endswith(to_public):
                continue
            right, other = getattr(world, reader).ask("GET", path), ask(reader).ask("GET", path)
            more = (set(ID.findall(other.text)) - set(ID.findall(right.text))) & hidden
            if path.startswith("/audit"):
                more -= set(ids["referrals"])  # whoever took a step knows its number, and a record of it holds no more
            if more or right.status_code != other.status_code:
                found.append(f"{reader}: {path}: {right.status_code} became {other.status_code}, {len(more)} ids more")
    return found


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_without_the_filter_nothing_leaks(world: World, furnished: Json, asking_the_breached: Ask) -> None:
    assert leaks(world, asking_the_breached, furnished) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_patch_does_take_the_filter_out(world: World, furnished: Json, asking_the_breached: Ask) -> None:
    assert len(leaks(world, asking_the_breached, furnished)) > 100


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_a_connection_used_again_remembers_nobody(world: World, furnished: Json, asking_the_breached: Ask) -> None:
    right: dict[str, set[str]] = {name: getattr(world, name).ids("/needs") for name in READERS}
    asked = [READERS[position % len(READERS)] for position in range(2000)]

    def is_wrong(reader: str) -> bool:
        page = asking_the_breached(reader).get("/needs", params={"limit": "200"})
        return {str(item["id"]) for item in page["items"]} != right[reader]

    with ThreadPoolExecutor(4) as several:
        assert sum(several.map(is_wrong, asked)) == 0
    assert len({frozenset(seen) for seen in right.values()}) > 5


WALLED = ("needs", "need_themes", "recommendations", "visits", "team_members", "verdicts", "consents",
          "consent_audience", "need_progress", "referrals", "referral_steps", "observations", "report_releases",
          "state_orders", "consent_events", "consent_needs", "consent_themes")  # fmt: skip


def counts(url: str, who: Mapping[str, str]) -> dict[str, int]:
    """How many rows of each walled table are seen by a transaction with these settings."""
    engine = db.make_engine(url)
    try:
        with engine.connect() as connection:
            for name, value in who.items():
                connection.execute(text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value})
            return {table: connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in WALLED}  # noqa: S608
    finally:
        engine.dispose()


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_whoever_forgets_to_say_who_asks_sees_no_row(world: World, furnished: Json, database_url: str) -> None:
    nothing = dict.fromkeys(WALLED, 0)
    assert counts(database_url, {}) == nothing
    assert counts(databases.owner_of(database_url), {}) == nothing
    assert counts(databases.owner_of(database_url), {"taysir.role": "operator"})["needs"] == len(furnished["needs"])


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_the_service_cannot_make_itself_the_operator(world: World, furnished: Json, database_url: str) -> None:
    seen = counts(database_url, {"taysir.role": "operator"})
    assert {table: seen[table] for table in WALLED[:14]} == dict.fromkeys(WALLED[:14], 0)


def test_an_officer_who_would_hide_a_need_from_himself_finds_it_absent(world: World) -> None:
    need = world.make_need()
    world.other_officer.step("PUT", f"/needs/{need['id']}", "/level", {"level": "team"}, expect=404)
    assert world.officer.get(f"/needs/{need['id']}")["level"] == "committee"


def test_the_actors_settings_end_with_the_transaction(world: World, database_url: str, database_kind: str) -> None:
    world.make_need()
    with world.app.state.sessions() as session:
        access.enter(session, access.actor_of(access.get_account(session, "officer"), None, world.now))
        before = _count(session)
        session.commit()
        assert (before, _count(session)) == (1, 0 if database_kind == "postgres" else 1)


def _count(session: Session) -> int:
    return session.scalar(text("SELECT count(*) FROM needs")) or 0


def test_roles_are_those_that_the_policies_name() -> None:
    assert set(Role) == {"admin", "officer", "secretariat", "state", "provider", "designer", "auditor", "anonymous"}
