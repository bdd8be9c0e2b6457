"""Offers that overlap or complete each other, by theme and by the States of the day."""

from tests.world import World


def test_a_law_and_a_training_in_the_same_states_complete_each_other(world: World) -> None:
    law = world.put_offer("L-1", assistance_types=["legislative"], scope={"groupings": ["igad"]})
    skills = world.put_offer("S-1", by="osce", assistance_types=["training"], scope={"states": ["KEN", "UGA", "MDV"]})
    (found,) = world.designer.get("/synergies")["items"]
    assert (found["code"], found["first"]["id"], found["second"]["id"]) == ("law_skills", law["id"], skills["id"])
    assert found["states"] == ["KEN", "UGA"]
    assert "laws and policy" in found["sentence"]
    for language in ("ar", "es", "fr", "ru", "zh"):
        answer = world.designer.get("/synergies", headers={"Accept-Language": language})
        assert answer["items"][0]["sentence"] != found["sentence"]


def test_the_same_help_in_the_same_states_overlaps(world: World) -> None:
    one = world.put_offer("O-1", scope={"states": ["KEN", "UGA"]})
    other = world.put_offer("O-2", by="osce", scope={"states": ["KEN"]})
    (found,) = world.officer.get("/synergies")["items"]
    assert {found["first"]["id"], found["second"]["id"]} == {one["id"], other["id"]}
    assert (found["code"], found["closeness"]) == ("overlap", 0.5)


def test_one_organisation_offers_that_share_no_state_and_what_is_shut_are_no_synergy(world: World) -> None:
    world.put_offer("O-1", scope={"states": ["KEN"]})
    world.put_offer("O-2", scope={"states": ["KEN"]})
    world.put_offer("O-3", by="osce", scope={"states": ["MDV"]})
    world.put_offer("O-4", by="osce", scope={"states": ["KEN"]}, availability="full")
    world.put_offer("O-5", by="canada", scope={"states": ["KEN"]}, status="draft")
    world.put_offer("O-6", by="canada", scope={"states": ["KEN"]}, closes_on="2026-01-31")
    assert world.officer.get("/synergies")["items"] == []


def test_filters_by_theme_grouping_state_and_code(world: World) -> None:
    world.put_offer("O-1", scope={"states": ["KEN", "NER"]})
    world.put_offer("O-2", by="osce", scope={"states": ["KEN", "NER"]})

    def asked(**filters: str) -> list[list[str]]:
        return [found["states"] for found in world.officer.get("/synergies", params=filters)["items"]]

    assert asked() == [["KEN", "NER"]]
    assert asked(theme="cft") == [["KEN", "NER"]]
    assert asked(theme="border") == asked(code="law_skills") == asked(state="MDV") == []
    assert asked(grouping="igad") == asked(state="KEN") == [["KEN"]]
    assert asked(grouping="ecowas") == []
    assert asked(grouping="ecowas", as_of="2025-01-28") == [["NER"]]
    for wrong in ({"theme": "x"}, {"grouping": "x"}, {"state": "XXX"}, {"code": "x"}):
        world.officer.get("/synergies", params=wrong, expect=422)


def test_who_designs_and_coordinates_sees_synergies_and_nobody_else(world: World) -> None:
    world.secretariat.get("/synergies")
    for name in ("kenya", "unodc", "auditor", "admin"):
        getattr(world, name).get("/synergies", expect=403)
    world.nobody.get("/synergies", expect=401)
