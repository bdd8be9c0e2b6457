"""Verdicts: an officer decides on a match, and what they decided on stays as it was."""

import pytest

from tests.world import World


def decided(world: World, **changes: object) -> tuple[str, str]:
    """A need and an offer that is ranked for it."""
    need, offer = world.make_need(**changes), world.put_offer()
    return need["id"], offer["id"]


def test_a_verdict_keeps_the_match_as_it_stands_in_the_ranking(world: World) -> None:
    need, offer = decided(world)
    ranking = world.officer.get(f"/needs/{need}/matches")
    verdict = world.officer.post(f"/needs/{need}/verdicts", {"offer": offer, "verdict": "accepted"})
    (match,) = ranking["matches"]
    kept = verdict["match"]
    assert kept["offer"] == match["offer"]
    for name in ("score", "ceiling", "serves", "known_share", "findings"):
        assert kept[name] == match[name]
    assert (verdict["recipe"], verdict["revision"], verdict["as_of"]) == (
        ranking["recipe"], ranking["revision"], ranking["as_of"],
    )  # fmt: skip
    assert (verdict["created_by"], verdict["reason"], verdict["state"]) == ("officer", None, "KEN")


def test_a_frozen_match_never_scores_again(world: World) -> None:
    need, offer = decided(world)
    before = world.officer.post(f"/needs/{need}/verdicts", {"offer": offer, "verdict": "accepted"})
    world.put_offer(title={"en": "Aviation security"}, description={"en": "Airport screening."}, themes=[])
    (after,) = world.officer.get(f"/needs/{need}/verdicts")["items"]
    assert after == before


def test_the_sentences_of_a_frozen_match_come_in_the_language_asked_for(world: World) -> None:
    need, offer = decided(world)
    world.officer.post(f"/needs/{need}/verdicts", {"offer": offer, "verdict": "accepted"})
    spoken = {
        language: world.officer.get(f"/needs/{need}/verdicts", headers={"Accept-Language": language})
        for language in ("en", "ru")
    }
    sentences = {language: page["items"][0]["match"]["findings"][0]["sentence"] for language, page in spoken.items()}
    assert sentences["en"] != sentences["ru"]


def test_verdicts_come_latest_first_and_page_by_page(world: World) -> None:
    need, offer = decided(world)
    world.officer.post(f"/needs/{need}/verdicts", {"offer": offer, "verdict": "accepted"})
    world.pass_time(minutes=1)
    body = {"offer": offer, "verdict": "declined", "reason": "timing"}
    world.officer.post(f"/needs/{need}/verdicts", body)
    first = world.officer.get(f"/needs/{need}/verdicts", params={"limit": 1})
    assert [item["verdict"] for item in first["items"]] == ["declined"]
    second = world.officer.get(f"/needs/{need}/verdicts", params={"limit": 1, "cursor": first["next"]})
    assert [item["verdict"] for item in second["items"]] == ["accepted"]


@pytest.mark.parametrize(
    "body",
    [
        {"verdict": "declined"},
        {"verdict": "declined", "reason": "because"},
        {"verdict": "accepted", "reason": "timing"},
        {"verdict": "perhaps"},
        {"verdict": "accepted", "score": 1},
    ],
    ids=["declined without a reason", "an uncoded reason", "accepted with a reason", "no verdict", "an unknown field"],
)
def test_a_malformed_verdict_is_refused(world: World, body: dict[str, object]) -> None:
    need, offer = decided(world)
    world.officer.post(f"/needs/{need}/verdicts", {"offer": offer, **body}, expect=422)


def test_an_offer_that_is_shut_out_cannot_be_decided_on(world: World) -> None:
    need, _ = decided(world)
    closed = world.put_offer("T-2", availability="closed")["id"]
    answer = world.officer.post(f"/needs/{need}/verdicts", {"offer": closed, "verdict": "accepted"}, expect=409)
    assert answer["code"] == "verdict.not_ranked"


def test_a_draft_is_no_offer_to_decide_on(world: World) -> None:
    need, _ = decided(world)
    draft = world.put_offer("T-3", status="draft")["id"]
    world.officer.post(f"/needs/{need}/verdicts", {"offer": draft, "verdict": "accepted"}, expect=422)


@pytest.mark.parametrize("who", ["kenya", "unodc", "designer", "auditor", "admin", "secretariat"])
def test_only_officers_decide(world: World, who: str) -> None:
    need, offer = decided(world)
    getattr(world, who).post(f"/needs/{need}/verdicts", {"offer": offer, "verdict": "accepted"}, expect=403)


def test_a_verdict_on_a_hidden_need_is_as_absent_as_the_need(world: World) -> None:
    need, offer = decided(world, level="team")
    world.officer.post(f"/needs/{need}/verdicts", {"offer": offer, "verdict": "accepted"})
    world.other_officer.get(f"/needs/{need}/verdicts", expect=404)
    world.other_officer.post(f"/needs/{need}/verdicts", {"offer": offer, "verdict": "accepted"}, expect=404)
    world.secretariat.get(f"/needs/{need}/verdicts", expect=404)
