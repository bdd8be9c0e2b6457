"""Walks referrals along their steps, as the people who take them."""

from typing import Any

from tests.world import World

Json = dict[str, Any]

COMMITMENT: Json = {
    "amount": "1", "unit": "places", "starts_on": "2025-09-01", "ends_on": "2026-03-31", "covers": "full",
}  # fmt: skip
CAPACITY: Json = {"unit": "places", "total": 3, "committed": 1}

PATH: list[tuple[str, str, Json]] = [
    ("officer", "state_notified", {}),
    ("kenya", "no_objection", {}),
    ("officer", "sent", {}),
    ("unodc", "interested", {}),
    ("unodc", "scoping", {}),
    ("unodc", "committed", {"values": COMMITMENT}),
    ("unodc", "delivering", {}),
    ("unodc", "delivered", {"values": {"delivered_on": "2025-11-20", "amount": "1", "unit": "places"}}),
    ("kenya", "checked", {"values": {"outcome": "met"}}),
    ("unodc", "checked", {"values": {"outcome": "met"}}),
]
"""Who takes which step, with what, from a proposal to the check by both sides, put down a year late."""
STEPS = [step for _, step, _ in PATH]


def prepared(world: World, **offer: Any) -> tuple[Json, Json]:
    """A need that is shared with the provider, and its offer."""
    need = world.make_need()
    world.share(need)
    return need, world.put_offer(**{"capacity": CAPACITY} | offer)


def proposed(world: World, **offer: Any) -> Json:
    """A referral of such a need to the offer's owner."""
    need, made = prepared(world, **offer)
    referral: Json = world.officer.post("/referrals", {"need": need["id"], "offer": made["id"]})
    return referral


def take(world: World, who: str, referral: Json, to: str, *, expect: int = 200, **more: Any) -> Json:
    """One step, with the tag that was read."""
    path = f"/referrals/{referral['id']}"
    answer: Json = getattr(world, who).step("POST", path, "/transitions", {"to": to, **more}, expect=expect)
    return answer


def walk(world: World, referral: Json, until: str) -> Json:
    """The referral once the step `until` has been taken as planned."""
    for who, to, more in PATH:
        referral = take(world, who, referral, to, **more)
        if to == until and (to != "checked" or who == "unodc"):
            return referral
    raise AssertionError(until)
