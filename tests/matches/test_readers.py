"""Each reader gets their own answer: the same question, over what they may see."""

from typing import Any

import pytest

from tests.world import World

Json = dict[str, Any]


def test_officer_provider_designer_and_state_each_get_an_answer_of_their_own(world: World) -> None:
    for number, (state, by, level, fields, audience) in enumerate(
        (
            ("KEN", "kenya", "named", "full", {"organizations": ["unodc-tpb"]}),
            ("KEN", "kenya", "community", "header", {"classes": ["designer"]}),
            ("MDV", "maldives", "community", "full", {"classes": ["designer", "un_entity"]}),
        )
    ):
        need = world.make_need(state=state, level="state", title={"en": f"Freezing of assets, {number}"})
        world.share(need, by=by, level=level, fields=fields, audience=audience)
    world.make_need(level="state")
    world.make_need()
    needs = {name: world.__getattr__(name).ids("/needs") for name in ("officer", "unodc", "designer", "kenya")}
    assert [len(found) for found in needs.values()] == [5, 2, 2, 3]
    assert len({frozenset(found) for found in needs.values()}) == 4
    gaps = {name: world.__getattr__(name).get("/gaps")["items"] for name in needs}
    assert [len(found) for found in gaps.values()] == [5, 2, 2, 3]
    offer = world.put_offer("A-1")
    reverse = {name: world.__getattr__(name).get(f"/offers/{offer['id']}/matches") for name in ("officer", "unodc")}
    assert len(reverse["officer"]["matches"]) == 5
    assert {match["need"]["id"] for match in reverse["unodc"]["matches"]} == needs["unodc"]


@pytest.mark.parametrize("who", ["osce", "designer", "canada"])
def test_nobody_reads_the_needs_that_another_organisations_offer_answers(shared_world: World, who: str) -> None:
    offer = shared_world.put_offer("A-2")
    getattr(shared_world, who).get(f"/offers/{offer['id']}/matches", expect=403)


def test_a_header_readers_ranking_is_computed_on_the_header_only(world: World) -> None:
    need = world.make_need(level="state", resolutions=["1373"], target_institutions=["fiu"], needed_by="2028-01-01")
    world.share(need, fields="header")
    offer = world.put_offer("A-3", resolutions=["1373"], target_institutions=["fiu"])
    world.put_offer("A-4", by="osce", themes=["border"], description={"en": "Advance passenger information."})
    paths = (f"/needs/{need['id']}/matches", "/states/KEN/matches", f"/offers/{offer['id']}/matches", "/gaps")

    def answers() -> list[Json]:
        return [world.unodc.get(path) for path in paths]

    before = answers()
    assert before[0]["matches"]
    assert before[0]["need"]["title"] is None
    for words in ("designations", "delay", "1373", "fiu"):
        assert words not in str(
            [finding["evidence"]["need"] for m in before[0]["matches"] for finding in m["findings"]]
        )
    world.officer.step("PATCH", f"/needs/{need['id']}", "", {
        "title": {"ar": "مراقبة الحدود"}, "description": {"en": "Nothing of the kind."}, "languages": ["fr"],
        "resolutions": ["2396"], "target_institutions": ["border-police"], "needed_by": "2026-12-01",
        "agreed_on": "2026-11-01", "state_priority": 3,
    })  # fmt: skip
    assert answers() == before


def test_a_full_reader_and_the_officer_get_the_same_ranking(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need)
    world.put_offer("A-5")
    path = f"/needs/{need['id']}/matches"
    assert world.unodc.get(path) == world.officer.get(path)


def test_a_preview_ranks_the_visible_needs_of_its_asker_and_saves_nothing(world: World) -> None:
    shared = world.make_need(level="state")
    world.share(shared)
    world.make_need()
    draft = {key: value for key, value in world.offer_body().items() if key != "status"}
    found = world.unodc.post("/matches/preview", {"offer": draft}, expect=200)
    assert [match["need"]["id"] for match in found["matches"]] == [shared["id"]]
    assert found["offer"]["id"] is None
    assert world.unodc.ids("/offers") == set()
    need = {"state": "KEN", "title": {"en": "Freezing of terrorist assets"}, "description": {"en": "A decree."}}
    world.put_offer("A-6")
    ranked = world.osce.post("/matches/preview", {"need": need}, expect=200)
    assert len(ranked["matches"]) == 1
    assert ranked["need"]["id"] is None
    assert len(world.officer.ids("/needs")) == 2
    for wrong in ({}, {"need": need, "offer": draft}, {"need": need | {"id": "x"}}, {"need": need | {"state": "XXX"}}):
        world.osce.post("/matches/preview", wrong, expect=422)


def test_a_preview_scores_as_the_saved_record_does(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need)
    draft = {key: value for key, value in world.offer_body().items() if key != "status"}
    preview = world.unodc.post("/matches/preview", {"offer": draft}, expect=200)["matches"][0]
    offer = world.put_offer("A-7")
    assert world.unodc.get(f"/offers/{offer['id']}/matches")["matches"][0] == preview
    (match,) = world.unodc.get(f"/needs/{need['id']}/matches")["matches"]
    assert match["score"] == preview["score"]


def test_the_same_question_gets_the_same_bytes(world: World) -> None:
    world.make_need()
    for number in range(4):
        world.put_offer(f"A-{number}")
    first, second = (world.officer.ask("GET", "/states/KEN/matches") for _ in range(2))
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]


def test_anonymous_sees_only_what_is_public_by_consent(world: World) -> None:
    public = world.make_need(level="state")
    world.share(public, level="public", audience={"public": True})
    world.make_need(level="public")
    assert world.nobody.ids("/needs") == {public["id"]}
    answer = world.nobody.get("/states/KEN/matches")
    assert [need["need"]["id"] for need in answer["needs"]] == [public["id"]]


def test_a_state_that_is_none_has_no_matches(shared_world: World) -> None:
    shared_world.officer.get("/states/ZZZ/matches", expect=404)
    shared_world.officer.get("/states/ken/matches", expect=422)
