"""Good practices beside the offers of a need: named with the reason, before them where no offer serves."""

from app.i18n import LANGUAGES
from tests.practices.test_practices import GUIDE, OWN
from tests.world import Json, World


def beside(world: World, need: Json, *, by: str = "officer", language: str = "en") -> Json:
    answer: Json = getattr(world, by).get(f"/needs/{need['id']}/matches", headers={"Accept-Language": language})
    return answer


def test_a_practice_of_the_needs_purpose_is_named_with_both_sides(world: World) -> None:
    practice = world.officer.post("/good-practices", GUIDE)
    (named,) = beside(world, world.make_need())["good_practices"]
    assert (named["id"], named["title"]) == (practice["id"], "Freezing in practice")
    assert (named["kind"], named["publisher"], named["year"]) == ("guide", "An institute", 2024)
    assert 0.35 <= named["fit"] <= 1
    assert "Freezing in practice" in named["sentence"]
    assert "financial intelligence unit" in named["sentence"]


def test_it_comes_first_only_where_no_offer_serves(world: World) -> None:
    world.officer.post("/good-practices", GUIDE)
    need = world.make_need()
    without = beside(world, need)
    assert without["good_practices_first"]
    assert without["good_practices"][0]["sentence"].endswith("in the meantime.")
    world.put_offer()
    with_offer = beside(world, need)
    assert not with_offer["good_practices_first"]
    assert "meantime" not in with_offer["good_practices"][0]["sentence"]


def test_one_of_another_subject_is_not_named(world: World) -> None:
    aviation = {"en": "Screening of passengers and baggage at airports, quality control of civil aviation security."}
    world.officer.post("/good-practices", GUIDE | {"description": aviation, "title": {"en": "Airport security"},
                                                   "themes": ["border.aviation"], "resolutions": ["2309"]})  # fmt: skip
    assert beside(world, world.make_need())["good_practices"] == []


def test_what_is_recorded_or_withheld_counts_in_the_next_answer(world: World) -> None:
    need = world.make_need(state="MDV")
    practice = world.officer.post("/good-practices", OWN)
    path = f"/good-practices/{practice['id']}"
    assert beside(world, need)["good_practices"] == []
    world.kenya.step("POST", path, "/release")
    assert [one["id"] for one in beside(world, need)["good_practices"]] == [practice["id"]]
    world.kenya.step("POST", path, "/withhold")
    assert beside(world, need)["good_practices"] == []


def test_a_state_is_not_told_of_its_own_practice(world: World) -> None:
    world.kenya.step("POST", f"/good-practices/{world.officer.post('/good-practices', OWN)['id']}", "/release")
    assert beside(world, world.make_need(state="KEN"))["good_practices"] == []


def test_the_order_is_by_purpose_and_the_same_every_time(world: World) -> None:
    weak = GUIDE | {"title": {"en": "Banks and sanctions"}, "description": {"en": "Sanctions lists for banks."}}
    for body in (weak, GUIDE, GUIDE, GUIDE):
        world.officer.post("/good-practices", body)
    need = world.make_need()
    first = beside(world, need)["good_practices"]
    assert len(first) == 3
    assert [one["fit"] for one in first] == sorted((one["fit"] for one in first), reverse=True)
    assert "Banks and sanctions" not in {one["title"] for one in first}
    assert [one["id"] for one in first] == sorted(one["id"] for one in first)
    assert beside(world, need)["good_practices"] == first


def test_whoever_sees_the_header_only_is_told_by_themes_only(world: World) -> None:
    world.officer.post("/good-practices", GUIDE)
    hidden = "Mombasa warehouse ledger"
    need = world.make_need(title={"en": hidden}, description={"en": f"{hidden}: freezing of terrorist assets."})
    world.share(need, fields="header")
    (named,) = beside(world, need, by="unodc")["good_practices"]
    assert "freezing" in named["sentence"].lower()
    assert "ledger" not in named["sentence"]


def test_the_reason_comes_in_each_of_the_six_languages(world: World) -> None:
    world.officer.post("/good-practices", GUIDE | {"kind": "model_law"})
    need = world.make_need()
    sentences = {
        language: beside(world, need, language=language)["good_practices"][0]["sentence"] for language in LANGUAGES
    }
    assert len(set(sentences.values())) == 6
    assert "Le gel en pratique" in sentences["fr"]
