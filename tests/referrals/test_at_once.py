"""Eight officers at the same moment, over real connections: the last place of an offer is committed once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from tests.referrals.steps import COMMITMENT, PATH, take
from tests.world import World

OFFICERS = 8


def at_once(world: World, referrals: list[Any]) -> list[Any]:
    """Everybody reads first; then all commit in the same moment."""
    paths = [f"/referrals/{one['id']}" for one in referrals]
    tags = [world.officer.ask("GET", path, expect=200).headers["etag"] for path in paths]
    barrier = Barrier(len(paths))

    def commit(path: str, tag: str) -> Any:
        barrier.wait()
        body = {"to": "committed", "values": COMMITMENT}
        return world.officer.ask("POST", path + "/transitions", json=body, headers={"If-Match": tag})

    with ThreadPoolExecutor(len(paths)) as threads:
        return list(threads.map(commit, paths, tags))


def scoped(world: World, offer: str) -> Any:
    need = world.make_need()
    world.share(need)
    referral = world.officer.post("/referrals", {"need": need["id"], "offer": offer})
    for who, to, more in PATH[:5]:
        referral = take(world, who, referral, to, **more)
    return referral


def test_eight_officers_commit_the_last_place_and_one_succeeds(world: World) -> None:
    capacity = {"unit": "places", "total": 5, "committed": 4}
    offer = world.put_offer(capacity=capacity)["id"]
    referrals = [scoped(world, offer) for _ in range(OFFICERS)]
    answers = at_once(world, referrals)
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (OFFICERS - 1)
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {(one["code"], one["detail"]) for one in refused} == {
        ("offer.no_room", "Only 0 places of the offer's capacity are left.")
    }
    assert world.unodc.get(f"/offers/{offer}")["capacity"]["committed"] == 5
    steps = [world.officer.get(f"/referrals/{one['id']}") for one in referrals]
    assert sorted(one["step"] for one in steps) == ["committed"] + ["scoping"] * (OFFICERS - 1)
    (winner,) = [one for one in steps if one["step"] == "committed"]
    take(world, "officer", winner, "withdrawn", reason="funds_lost")
    (loser, *_) = [one for one in steps if one["step"] == "scoping"]
    assert take(world, "officer", loser, "committed", values=COMMITMENT)["step"] == "committed"
    assert world.unodc.get(f"/offers/{offer}")["capacity"]["committed"] == 5


def test_eight_officers_take_the_same_step_and_one_succeeds(world: World) -> None:
    offer = world.put_offer(capacity={"unit": "places", "total": 50, "committed": 0})["id"]
    referral = scoped(world, offer)
    answers = at_once(world, [referral] * OFFICERS)
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * (OFFICERS - 1)
    assert world.unodc.get(f"/offers/{offer}")["capacity"]["committed"] == 1
    history = world.officer.get(f"/referrals/{referral['id']}")["history"]
    assert [one["step"] for one in history].count("committed") == 1


def test_eight_officers_propose_the_same_and_one_succeeds(world: World) -> None:
    need, offer = world.make_need()["id"], world.put_offer()["id"]
    barrier = Barrier(OFFICERS)

    def propose(_: int) -> int:
        barrier.wait()
        return int(world.officer.ask("POST", "/referrals", json={"need": need, "offer": offer}).status_code)

    with ThreadPoolExecutor(OFFICERS) as threads:
        assert sorted(threads.map(propose, range(OFFICERS))) == [201] + [409] * (OFFICERS - 1)
    assert len(world.officer.ids("/referrals", need=need)) == 1
