"""The workflow of a referral: who takes which step, when, with what; and what its need becomes of it."""

from typing import Any
from uuid import UUID

import pytest

from app.referrals import rules
from app.referrals.models import Referral
from tests.referrals.steps import CAPACITY, COMMITMENT, PATH, STEPS, prepared, proposed, take, walk
from tests.world import PEOPLE, World

Json = dict[str, Any]
ABSENT = "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f"
STRANGERS = ["maldives", "osce", "canada", "designer"]


def committed(world: World, referral: Json) -> float:
    figure: float = world.unodc.get(f"/offers/{referral['offer']}")["capacity"]["committed"]
    return figure


def test_a_need_follows_its_referral_from_the_shortlist_to_the_check(world: World) -> None:
    referral = proposed(world)
    path = f"/needs/{referral['need']['id']}"
    seen = [(need["status"], need["coverage"]) for need in [world.officer.get(path)]]
    for who, to, more in PATH:
        referral = take(world, who, referral, to, **more)
        need = world.officer.get(path)
        seen.append((need["status"], need["coverage"]))
    assert seen == [
        *[("shared", "none")] * 3, ("referred", "none"), *[("in_discussion", "none")] * 2,
        *[("in_delivery", "full")] * 2, *[("delivered", "full")] * 2, ("verified", "full"),
    ]  # fmt: skip
    assert (referral["step"], referral["outcome"]) == ("checked", "met")
    history = world.officer.get(f"/referrals/{referral['id']}")["history"]
    assert [one["step"] for one in history] == ["proposed", *STEPS]
    assert [one["by"] for one in history] == ["officer", *(who for who, _, _ in PATH)]
    assert committed(world, referral) == CAPACITY["committed"] + 1


def test_a_history_replays_to_where_the_referral_stands(world: World) -> None:
    referral = walk(world, proposed(world), "checked")
    with world.looking() as session:
        stored = session.get_one(Referral, UUID(referral["id"]))
        assert rules.replay(stored.history) == stored.step == "checked"


def test_the_match_is_frozen_when_the_referral_is_proposed(world: World) -> None:
    need, offer = prepared(world)
    ranking = world.officer.get(f"/needs/{need['id']}/matches")
    referral = world.officer.post("/referrals", {"need": need["id"], "offer": offer["id"]})
    (match,) = ranking["matches"]
    for name in ("offer", "score", "ceiling", "serves", "known_share", "findings"):
        assert referral["match"][name] == match[name]
    assert (referral["recipe"], referral["revision"]) == (ranking["recipe"], ranking["revision"])
    world.put_offer(title={"en": "Aviation security"}, description={"en": "Screening."}, themes=[], capacity=CAPACITY)
    assert world.officer.get(f"/referrals/{referral['id']}") == referral


@pytest.mark.parametrize(("position", "who"), [(n, who) for n in range(len(PATH)) for who in STRANGERS])
def test_nobody_else_sees_a_referral_or_takes_a_step(shared_world: World, position: int, who: str) -> None:
    """Asked at every stage, of a referral that each test finds there or walks there."""
    referral = stage(shared_world, position)
    caller = getattr(shared_world, who)
    answers = [
        caller.ask("GET", f"/referrals/{one}", expect=404).json() | {"request_id": ""} for one in (referral, ABSENT)
    ]
    assert answers[0] == answers[1]
    to = {"to": PATH[position][1], **PATH[position][2]}
    answers = [
        caller.ask("POST", f"/referrals/{one}/transitions", json=to, headers={"If-Match": '"0"'}, expect=404).json()
        | {"request_id": ""}
        for one in (referral, ABSENT)
    ]
    assert answers[0] == answers[1]
    assert referral not in caller.ids("/referrals")
    shared_world.nobody.ask("GET", f"/referrals/{referral}", expect=401)
    for closed in ("auditor", "admin"):
        getattr(shared_world, closed).ask("GET", f"/referrals/{referral}", expect=403)


STAGES: dict[tuple[int, int], str] = {}


def stage(world: World, position: int) -> str:
    """A referral at which the step of this position is next."""
    key = (id(world), position)
    if key not in STAGES:
        referral = proposed(world, capacity={**CAPACITY, "total": 50})
        STAGES[key] = (walk(world, referral, STEPS[position - 1]) if position else referral)["id"]
    return STAGES[key]


SIDES = {"officer": "cted", "kenya": "state", "unodc": "provider"}


@pytest.mark.parametrize("until", ["proposed", *dict.fromkeys(STEPS)])
def test_each_side_takes_only_the_steps_of_the_table(world: World, until: str) -> None:
    """Every step is tried by every side from every stage: what the table does not name changes nothing."""
    referral = proposed(world)
    if until != "proposed":
        referral = walk(world, referral, until)
    current = rules.Step(referral["step"])
    for who, side in SIDES.items():
        caller = getattr(world, who)
        before = caller.ask("GET", f"/referrals/{referral['id']}")
        if before.status_code == 404:
            continue
        for to in rules.Step:
            if rules.Side(side) in rules.TABLE[current].get(to, ()):
                assert to in before.json()["next_steps"]
                continue
            answer = take(world, who, referral, to, expect=rules_answer(current, to, side))
            assert answer["code"] in ("referral.no_such_step", "referral.not_your_step")
        assert caller.get(f"/referrals/{referral['id']}") == before.json()


def rules_answer(current: rules.Step, to: rules.Step, side: str) -> int:
    ever = any(side in ways.get(to, ()) for ways in rules.TABLE.values())
    return 409 if ever and to not in rules.TABLE[current] else 403


@pytest.mark.parametrize("who", [name for name in PEOPLE if name not in ("officer", "other_officer", "second_admin")])
def test_only_officers_propose(shared_world: World, who: str) -> None:
    getattr(shared_world, who).post("/referrals", {"need": ABSENT, "offer": ABSENT}, expect=403)


def test_a_hidden_need_is_as_absent_as_none(world: World) -> None:
    need, offer = world.make_need(level="team"), world.put_offer()
    answers = [
        world.other_officer.post("/referrals", {"need": one, "offer": offer["id"]}, expect=404) | {"request_id": ""}
        for one in (need["id"], ABSENT)
    ]
    assert answers[0] == answers[1]
    referral = world.officer.post("/referrals", {"need": need["id"], "offer": offer["id"]})
    world.other_officer.get(f"/referrals/{referral['id']}", expect=404)
    assert world.other_officer.ids("/referrals", need=need["id"]) == set()


def test_each_side_sees_a_referral_from_its_own_step_on(world: World) -> None:
    referral = proposed(world)
    path = f"/referrals/{referral['id']}"
    for who in ("kenya", "unodc", "secretariat"):
        getattr(world, who).get(path, expect=404)
    take(world, "officer", referral, "state_notified")
    world.unodc.get(path, expect=404)
    assert [one["step"] for one in world.kenya.get(path)["history"]] == ["state_notified"]
    assert world.secretariat.get(path)["next_steps"] == []
    take(world, "kenya", referral, "no_objection", values={"note": "Ours alone."})
    take(world, "officer", referral, "sent", values={"detail": "Ask for the registry.", "note": "CTED's own."})
    mine = world.unodc.get(path)
    assert [(one["step"], one["detail"], one["note"]) for one in mine["history"]] == [
        ("sent", "Ask for the registry.", None)
    ]
    take(world, "unodc", referral, "interested", values={"amount": "20000", "unit": "usd", "note": "Draft only."})
    theirs = world.kenya.get(path)
    assert theirs["pledge"] is None
    assert [one["note"] for one in theirs["history"]] == [None, "Ours alone.", None, None]
    assert [one["detail"] for one in theirs["history"]] == [None] * 4
    assert world.officer.get(path)["pledge"] == {"amount": "20000", "unit": "usd", "currency": None}
    take(world, "unodc", referral, "declined", reason="human_rights_risk")
    assert world.kenya.get(path)["reason"] is None
    assert world.unodc.get(path)["reason"] == "human_rights_risk"


def test_a_side_checks_before_it_sees_what_the_other_found(world: World) -> None:
    referral = walk(world, proposed(world), "delivering")
    path = f"/referrals/{referral['id']}"
    world.unodc.step(
        "POST", path, "/transitions", {"to": "delivered", "values": {"delivered_on": "2026-11-24"}}, expect=422
    )
    assert take(world, "unodc", referral, "delivered")["due_on"] == "2027-11-23"
    early = take(world, "kenya", referral, "checked", values={"outcome": "not"}, expect=409)
    assert early["code"] == "referral.too_early"
    world.pass_time(days=364)
    take(world, "kenya", referral, "checked", values={"outcome": "not"}, expect=409)
    world.pass_time(hours=15)
    first = take(world, "kenya", referral, "checked", values={"outcome": "not"})
    assert (first["step"], first["waits_for"], [one["side"] for one in first["checks"]]) == (
        "delivered", ["provider"], ["state"],
    )  # fmt: skip
    assert world.unodc.get(path)["checks"] == []
    assert [one["step"] for one in world.unodc.get(path)["history"]][-1] == "delivered"
    again = take(world, "kenya", referral, "checked", values={"outcome": "met"}, expect=409)
    assert again["code"] == "referral.checked_already"
    both = take(world, "officer", referral, "checked", values={"outcome": "met", "side": "provider"})
    assert (both["step"], both["outcome"]) == ("checked", "not")
    assert {one["side"]: one["outcome"] for one in world.unodc.get(path)["checks"]} == {
        "provider": "met", "state": "not",
    }  # fmt: skip
    need = world.officer.get(f"/needs/{referral['need']['id']}")
    assert (need["status"], need["coverage"]) == ("shared", "none")


def test_silence_opens_the_way_only_after_five_working_days_of_the_state(world: World) -> None:
    referral = take(world, "officer", proposed(world), "state_notified")
    assert referral["due_on"] == "2026-11-30"
    world.pass_time(days=8, hours=2)
    early = take(world, "officer", referral, "sent", expect=409)
    assert early["code"] == "referral.window_open"
    world.pass_time(hours=1)
    overdue = world.officer.get(f"/referrals/{referral['id']}")
    assert (overdue["is_overdue"], overdue["waits_for"]) == (True, ["cted"])
    assert world.officer.ids("/referrals", overdue="true") == {referral["id"]}
    assert take(world, "officer", referral, "sent")["step"] == "sent"
    assert world.officer.ids("/referrals", overdue="true") == set()


def test_silence_never_creates_sight(world: World) -> None:
    need, offer = world.make_need(level="named"), world.put_offer()
    referral = world.officer.post("/referrals", {"need": need["id"], "offer": offer["id"]})
    take(world, "officer", referral, "state_notified")
    world.pass_time(days=30)
    refused = take(world, "officer", referral, "sent", expect=409)
    assert refused["code"] == "referral.provider_cannot_see"
    consent = world.share(need)
    assert take(world, "officer", referral, "sent")["step"] == "sent"
    path = f"/referrals/{referral['id']}"
    world.unodc.get(path)
    world.kenya.step("POST", f"/consents/{consent['id']}", "/withdraw", {})
    world.unodc.get(path, expect=404)
    assert world.unodc.ids("/referrals") == set()


def test_a_state_that_may_not_see_the_need_is_not_notified(world: World) -> None:
    need, offer = world.make_need(level="committee"), world.put_offer()
    referral = world.officer.post("/referrals", {"need": need["id"], "offer": offer["id"]})
    assert take(world, "officer", referral, "state_notified", expect=409)["code"] == "referral.state_cannot_see"


def test_a_state_objects_with_a_coded_reason(world: World) -> None:
    referral = take(world, "officer", proposed(world), "state_notified")
    for body in ({}, {"reason": "no_answer"}, {"reason": "timing", "values": {"amount": "1", "unit": "places"}}):
        take(world, "kenya", referral, "objected", expect=422, **body)
    assert take(world, "kenya", referral, "objected", reason="other_provider")["next_steps"] == []
    assert world.officer.get(f"/referrals/{referral['id']}")["reason"] == "other_provider"
    again = {"need": referral["need"]["id"], "offer": referral["offer"]}
    assert world.officer.post("/referrals", again)["step"] == "proposed"


def test_a_header_shows_neither_title_nor_match(world: World) -> None:
    need, offer = world.make_need(), world.put_offer()
    world.share(need, fields="header")
    referral = world.officer.post("/referrals", {"need": need["id"], "offer": offer["id"]})
    walk(world, referral, "sent")
    mine = world.unodc.get(f"/referrals/{referral['id']}")
    assert (mine["need"]["title"], mine["match"], mine["recipe"]) == (None, None, None)


def test_who_is_at_work_already_is_named(world: World) -> None:
    need = world.make_need(existing_help=[{"organization": "iom", "until": "2027-01-01"}, {"organization": "osce"}])
    world.share(need)
    like = world.make_need(title={"en": "Freezing orders of courts"})
    first, second = world.put_offer()["id"], world.put_offer("T-2", by="canada")["id"]
    world.officer.post("/referrals", {"need": like["id"], "offer": second})
    referral = world.officer.post("/referrals", {"need": need["id"], "offer": first})
    assert [(one["code"], one["organization"]) for one in referral["warnings"]] == [
        ("warning.same_theme", "canada-ctcbp"), ("warning.existing_help", "iom"), ("warning.existing_help", "osce"),
    ]  # fmt: skip
    other = world.officer.post("/referrals", {"need": need["id"], "offer": second})
    assert ("warning.same_need", "unodc-tpb") in [(one["code"], one["organization"]) for one in other["warnings"]]
    world.officer.post("/referrals", {"need": need["id"], "offer": first}, expect=409)
    walk(world, referral, "sent")
    assert world.unodc.get(f"/referrals/{referral['id']}")["warnings"] == []


def test_a_need_can_be_put_to_an_organisation_that_has_no_offer(world: World) -> None:
    need = world.make_need()
    world.share(need, audience={"organizations": ["osce"]})
    body = {"need": need["id"], "organization": "osce"}
    referral = world.officer.post("/referrals", body)
    assert (referral["offer"], referral["match"], referral["as_of"]) == (None, None, None)
    for who, to, more in PATH[:5]:
        take(world, {"unodc": "osce"}.get(who, who), referral, to, **more)
    made = take(world, "osce", referral, "committed", values=COMMITMENT | {"unit": "money", "currency": "EUR"})
    assert made["commitment"] == {
        "amount": "1", "unit": "money", "currency": "EUR", "starts_on": "2025-09-01", "ends_on": "2026-03-31",
    }  # fmt: skip
    for organization in ("cted", "nobody"):
        world.officer.post("/referrals", body | {"organization": organization}, expect=422)


def test_partial_commitments_cover_a_need_together(world: World) -> None:
    need, offer = prepared(world)
    path = f"/needs/{need['id']}"
    halves = []
    for n, kind in enumerate(("legislative", "training")):
        made = world.put_offer(f"H-{n}", capacity=None)["id"]
        referral = world.officer.post("/referrals", {"need": need["id"], "offer": made})
        walk(world, referral, "scoping")
        values = COMMITMENT | {"covers": "partial", "assistance_types": [kind]}
        halves.append(take(world, "unodc", referral, "committed", values=values))
        assert world.officer.get(path)["coverage"] == ("partial", "full")[n]
    assert need["id"] not in [one["need"]["id"] for one in world.officer.get("/states/KEN/matches")["needs"]]
    take(world, "unodc", halves[0], "withdrawn", reason="funds_lost")
    assert world.officer.get(path)["coverage"] == "partial"
    third = world.officer.post("/referrals", {"need": need["id"], "offer": offer["id"]})
    walk(world, third, "scoping")
    take(world, "unodc", third, "committed", values=COMMITMENT | {"assistance_types": ["equipment"]}, expect=422)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        pytest.param({"amount": None, "unit": None}, "/values/amount", id="no amount"),
        pytest.param({"starts_on": None}, "/values/starts_on", id="no first day"),
        pytest.param({"amount": "1.5"}, "/values", id="half a place"),
        pytest.param({"amount": "0"}, "/values/amount", id="nothing at all"),
        pytest.param({"unit": "days"}, "/values/unit", id="another unit than the capacity's"),
        pytest.param({"ends_on": "2025-08-30"}, "/values", id="an end before the start"),
        pytest.param({"delivered_on": "2026-11-30"}, "/values/delivered_on", id="a value of another step"),
        pytest.param({"currency": "EUR"}, "/values", id="places in euros"),
        pytest.param({"by": "me"}, "/values/by", id="an unknown field"),
    ],
)
def test_a_commitment_that_says_too_little_or_too_much_is_refused(
    shared_world: World, changes: Json, pointer: str
) -> None:
    referral = {"id": stage(shared_world, STEPS.index("committed"))}
    values = {name: value for name, value in (COMMITMENT | changes).items() if value is not None}
    problem = take(shared_world, "unodc", referral, "committed", values=values, expect=422)
    assert pointer in [fault["pointer"] for fault in problem["errors"]]


def test_capacity_falls_at_commitment_and_comes_back_when_it_is_withdrawn(world: World) -> None:
    referral = walk(world, proposed(world), "scoping")
    too_much = take(world, "unodc", referral, "committed", values=COMMITMENT | {"amount": "3"}, expect=409)
    assert too_much["code"] == "offer.no_room"
    take(world, "unodc", referral, "committed", values=COMMITMENT | {"amount": "2"})
    assert committed(world, referral) == 3
    assert world.officer.get(f"/offers/{referral['offer']}")["room"] == "no_room"
    world.put_offer(capacity=CAPACITY)
    assert committed(world, referral) == 3
    for capacity in ({**CAPACITY, "total": 2}, {**CAPACITY, "unit": "days"}, None):
        body = world.offer_body(capacity=capacity)
        world.unodc.ask("PUT", "/offers/unodc-tpb/T-1", json=body, expect=422)
    world.put_offer(capacity={**CAPACITY, "total": 9, "committed": 4})
    assert committed(world, referral) == 4
    take(world, "unodc", referral, "withdrawn", reason="funds_lost")
    assert committed(world, referral) == 2


def test_a_later_visit_that_finds_the_same_shortfall_opens_the_need_again(world: World) -> None:
    referral = walk(world, proposed(world), "checked")
    path = f"/needs/{referral['need']['id']}"
    assert path.rpartition("/")[2] not in str(world.officer.get("/gaps"))
    visit = world.officer.post("/visits", {
        "state": "KEN", "mode": "on_site", "type": "follow_up", "starts_on": "2028-02-07", "ends_on": "2028-02-11",
        "level": "state",
    })  # fmt: skip
    other = {"themes": ["border.api-pnr"], "visit": visit["id"], "source": None}
    world.make_need(**other)
    assert world.officer.get(path)["status"] == "verified"
    world.make_need(visit=visit["id"], assistance_types=["training"])
    again = world.officer.get(path)
    assert (again["status"], again["coverage"], again["reopened_by"]) == ("shared", "none", visit["id"])
    second = world.officer.post("/referrals", {"need": referral["need"]["id"], "offer": referral["offer"]})
    take(world, "officer", second, "state_notified")
    assert world.officer.get(path)["coverage"] == "none"


def test_a_need_is_closed_unmet_by_cted_and_withdrawn_by_its_state(world: World) -> None:
    need = world.make_need(level="state")
    path = f"/needs/{need['id']}"
    unmet, withdrawn = ({"status": status, "reason": "None"} for status in ("closed_unmet", "withdrawn"))
    world.kenya.step("POST", path, "/close", unmet, expect=403)
    tag = {"If-Match": '"0"'}
    world.maldives.ask("POST", path + "/close", json=withdrawn, headers=tag, expect=404)
    world.unodc.ask("POST", path + "/close", json=withdrawn, headers=tag, expect=403)
    assert world.officer.step("POST", path, "/close", unmet)["status"] == "closed_unmet"
    world.kenya.step("POST", path, "/close", withdrawn, expect=409)
    offer = world.put_offer()["id"]
    assert world.officer.post("/referrals", {"need": need["id"], "offer": offer}, expect=409)["code"] == "need.not_open"
    visit = world.officer.post("/visits", {
        "state": "KEN", "mode": "virtual", "type": "follow_up", "starts_on": "2026-11-25", "ends_on": "2026-11-25",
    })  # fmt: skip
    assert world.officer.step("POST", path, "/reopen", {"visit": visit["id"]})["status"] == "recorded"
    world.officer.step("POST", path, "/reopen", {"visit": visit["id"]}, expect=409)
    assert world.kenya.step("POST", path, "/close", withdrawn)["status"] == "withdrawn"


def test_needs_are_found_by_the_status_that_they_show(world: World) -> None:
    referral = walk(world, proposed(world), "sent")
    quiet = world.make_need()
    assert world.officer.ids("/needs", status="referred") == {referral["need"]["id"]}
    assert world.officer.ids("/needs", status="shared") == set()
    assert world.officer.ids("/needs", status="recorded") == {quiet["id"]}
    for status in ("in_delivery", "closed_unmet", "verified"):
        assert world.officer.ids("/needs", status=status) == set()


def test_a_step_is_refused_without_the_tag_and_with_an_old_one(world: World) -> None:
    referral = proposed(world)
    path = f"/referrals/{referral['id']}/transitions"
    world.officer.post(path, {"to": "state_notified"}, expect=428)
    world.officer.ask("POST", path, json={"to": "state_notified"}, headers={"If-Match": '"old"'}, expect=412)
    for body in ({}, {"to": "nowhere"}, {"to": "sent", "by": "me"}, {"to": "withdrawn", "reason": "because"}):
        world.officer.ask("POST", path, json=body, headers={"If-Match": '"old"'}, expect=422)
