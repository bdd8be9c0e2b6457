"""Gaps: what matters most first, over what each reader may see and nothing else."""

from typing import Any

from tests.world import World

Json = dict[str, Any]

PRISONS: Json = {
    "title": {"en": "Rehabilitation of violent extremist prisoners"},
    "description": {"en": "Prison staff have no programme for the disengagement of violent extremist inmates."},
    "themes": ["prr.prisons"], "assistance_types": ["training"],
}  # fmt: skip


def named(answer: Json) -> list[str]:
    return [gap["need"]["id"] for gap in answer["items"]]


def test_gaps_of_higher_priority_and_worse_cover_come_first(world: World) -> None:
    low = world.make_need(**PRISONS, priority="low")
    high = world.make_need(**PRISONS, priority="high")
    none = world.make_need(**PRISONS, priority=None)
    medium = world.make_need(**PRISONS, priority="medium")
    answer = world.officer.get("/gaps")
    order = named(answer)
    assert order[:2] == [high["id"], medium["id"]]
    assert set(order[2:]) == {low["id"], none["id"]}
    assert [gap["rank"] for gap in answer["items"]] == [1, 2, 3, 4]


def by_hand(parts: Json, weights: Json) -> float:
    """The formula as the answer prints it."""
    counted = {
        "priority": parts["priority"],
        "agreed": parts["agreed"] or 0,
        "age": parts["age"] or 0,
        "best_match": 1 - parts["best_match"],
        "coverage": 1 - parts["coverage"],
        "shared_by": min(parts["shared_by"] - 1, 4) / 4,
    }
    return float(sum(weights[name] * part for name, part in counted.items()) / sum(weights.values()))


def test_the_answer_holds_its_formula_and_follows_it(world: World) -> None:
    world.make_need(**PRISONS, priority="medium", agreed_on="2026-10-14", state_priority=2)
    world.put_offer("G-0", delivery_languages=["ru"], assistance_types=["equipment"])
    answer = world.officer.get("/gaps")
    assert answer["formula"].startswith("score = sum(weight * part) / sum(weight)")
    (gap,) = answer["items"]
    assert (gap["parts"]["priority"], gap["parts"]["agreed"]) == (0.6, 0.75)
    assert abs(gap["score"] - by_hand(gap["parts"], answer["weights"])) < 1e-3
    assert gap["best_offer"]["organization"] == "unodc-tpb"
    assert "number 2" in gap["sentence"]


def test_weights_are_the_callers_for_one_call(world: World) -> None:
    old = world.make_need(**PRISONS, priority="low")
    world.pass_time(days=300)
    new = world.make_need(**PRISONS, priority="high")
    assert named(world.officer.get("/gaps"))[0] == new["id"]
    answer = world.officer.get("/gaps", params={"weights": "age:5,priority:0.1"})
    assert named(answer)[0] == old["id"]
    assert (answer["weights"]["age"], answer["weights"]["priority"], answer["weights"]["agreed"]) == (5.0, 0.1, 0.15)
    for gap in answer["items"]:
        assert abs(gap["score"] - by_hand(gap["parts"], answer["weights"])) < 1e-3
    for wrong in ("age", "age:x", "age:-1", "age:1000", "age:nan", "kindness:1"):
        world.officer.get("/gaps", params={"weights": wrong}, expect=422)


def test_a_rank_says_how_far_it_can_move(world: World) -> None:
    world.make_need(**PRISONS, priority="high")
    world.make_need(**PRISONS, priority="low", agreed_on="2026-01-01", state_priority=1)
    world.make_need(**PRISONS, priority="low")
    ranges = [gap["stability"] for gap in world.officer.get("/gaps")["items"]]
    assert ranges[2] == {"best": 3, "worst": 3}
    assert [one["best"] for one in ranges[:2]] == [1, 1] or ranges[0]["worst"] == 1
    steady = world.officer.get("/gaps", params={"weights": "agreed:0"})["items"]
    assert steady[0]["stability"] == {"best": 1, "worst": 1}


def test_filters_of_priority_and_day(world: World) -> None:
    old = world.make_need(**PRISONS, priority="low")
    world.pass_time(days=40)
    new = world.make_need(**PRISONS, priority="high", level="state")
    day = world.now.date().isoformat()
    assert named(world.officer.get("/gaps", params={"priority": "low"})) == [old["id"]]
    assert named(world.officer.get("/gaps", params={"since": day})) == [new["id"]]
    world.share(new, fields="header", level="community", audience={"classes": ["designer"]})
    assert named(world.designer.get("/gaps")) == [new["id"]]
    assert named(world.designer.get("/gaps", params={"since": "2026-01-01"})) == []


def test_a_need_that_an_offer_serves_is_no_gap_until_the_offer_is_withdrawn(world: World) -> None:
    need = world.make_need()
    assert named(world.officer.get("/gaps")) == [need["id"]]
    offer = world.put_offer("G-1")
    assert named(world.officer.get("/gaps")) == []
    world.unodc.step("POST", f"/offers/{offer['id']}", "/withdraw", {})
    assert named(world.officer.get("/gaps")) == [need["id"]]


def test_the_designers_gaps_change_in_the_next_request_after_a_withdrawal(world: World) -> None:
    need = world.make_need(**PRISONS, level="state")
    never = world.designer.get("/gaps")
    consent = world.share(need, level="community", audience={"classes": ["designer"]})
    assert named(world.designer.get("/gaps")) == [need["id"]]
    world.kenya.step("POST", f"/consents/{consent['id']}", "/withdraw", {})
    assert world.designer.get("/gaps") == never


def test_the_designers_gaps_change_in_the_next_request_after_a_lower_level(world: World) -> None:
    need = world.make_need(**PRISONS, level="state")
    world.share(need, level="community", audience={"classes": ["designer"]})
    assert named(world.designer.get("/gaps")) == [need["id"]]
    world.officer.step("PUT", f"/needs/{need['id']}", "/level", {"level": "state"})
    assert named(world.designer.get("/gaps")) == []


def test_hidden_needs_change_no_byte_of_what_others_see(world: World) -> None:
    shown = world.make_need(**PRISONS, level="state")
    world.share(shown, level="community", audience={"classes": ["designer", "donor"]})
    asked = [
        (name, path)
        for name in ("designer", "canada", "maldives", "nobody")
        for path in ("/gaps", "/gaps/bundles", "/needs",
                     "/states/KEN/matches", "/states/MDV/matches", f"/needs/{shown['id']}/matches",
                     f"/needs/{shown['id']}", "/offers", "/consents", "/visits")
    ]  # fmt: skip

    def answers() -> list[tuple[int, bytes, str | None]]:
        found = []
        for name, path in asked:
            answer = getattr(world, name).ask("GET", path)
            body = answer.content if answer.status_code == 200 else b""
            found.append((answer.status_code, body, answer.headers.get("etag")))
        return found

    before = answers()
    assert before[0][0] == 200
    for state in ("MDV", "UGA", "SOM"):
        world.make_need(**PRISONS, state=state, priority="high")
    world.make_need(level="team")
    elsewhere = world.make_need(**PRISONS, level="state")
    world.share(elsewhere)
    world.put_offer("G-2", status="draft")
    after = answers()
    assert dict(zip(asked, after, strict=True)) == dict(zip(asked, before, strict=True))


def test_a_header_readers_gaps_come_from_the_header_alone(world: World) -> None:
    need = world.make_need(**PRISONS, level="state", agreed_on="2026-10-01")
    world.share(need, level="community", fields="header", audience={"classes": ["designer"]})
    before = world.designer.get("/gaps")
    (gap,) = before["items"]
    assert gap["need"]["title"] is None
    assert (gap["parts"]["agreed"], gap["parts"]["age"]) == (None, None)
    assert "inmates" not in str(before)
    changes = {"title": {"en": "Something else"}, "description": {"fr": "Autre chose"}, "agreed_on": None,
               "languages": ["fr"], "needed_by": "2027-01-01", "state_priority": 1}  # fmt: skip
    world.officer.step("PATCH", f"/needs/{need['id']}", "", changes)
    assert world.designer.get("/gaps") == before


def test_shared_by_counts_the_states_that_the_reader_may_see(world: World) -> None:
    for state, by in (("KEN", "kenya"), ("MDV", "maldives")):
        need = world.make_need(**PRISONS, state=state, level="state")
        audience = {"classes": ["designer"]} if state == "KEN" else {"organizations": ["unodc-tpb"]}
        world.share(need, by=by, level="community", audience=audience)
    assert {gap["parts"]["shared_by"] for gap in world.officer.get("/gaps")["items"]} == {2}
    assert {gap["parts"]["shared_by"] for gap in world.designer.get("/gaps")["items"]} == {1}


def test_filters_narrow_by_theme_region_and_grouping_of_the_day(world: World) -> None:
    kenya = world.make_need(**PRISONS)
    maldives = world.make_need(**PRISONS, state="MDV")
    niger = world.make_need(state="NER")

    def asked(**filters: str) -> set[str]:
        return set(named(world.officer.get("/gaps", params=filters)))

    assert asked(theme="prr") == {kenya["id"], maldives["id"]}
    assert asked(grouping="igad") == {kenya["id"]}
    assert asked(region=world.nobody.get("/states/MDV")["region"]) == {maldives["id"]}
    assert asked(grouping="ecowas") == set()
    assert asked(grouping="ecowas", as_of="2025-01-28") == {niger["id"]}
    for wrong in ({"theme": "nothing"}, {"region": "Nowhere"}, {"grouping": "nothing"}, {"limit": "0"}):
        world.officer.get("/gaps", params=wrong, expect=422)
