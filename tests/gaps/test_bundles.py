"""Bundles: like needs of several States, over what the reader may see; and help that is about to end."""

from tests.world import Json, World

PRISONS: Json = {
    "title": {"en": "Rehabilitation of violent extremist prisoners"},
    "description": {"en": "Prison staff have no programme for the disengagement of violent extremist inmates."},
    "themes": ["prr.prisons"], "assistance_types": ["training"],
}  # fmt: skip
EAST = ("KEN", "UGA", "SOM")


def test_like_needs_of_neighbours_become_one_project(world: World) -> None:
    made = [world.make_need(**PRISONS, state=state) for state in (*EAST, "MDV")]
    world.make_need(**{**PRISONS, "themes": ["border.maritime"]}, state="KEN")
    answer = world.officer.get("/gaps/bundles")
    (found,) = answer["items"]
    bundle = found["bundle"]
    assert bundle["states"] == sorted(EAST)
    assert {need["id"] for need in bundle["needs"]} == {need["id"] for need in made[:3]}
    assert bundle["grouping"] == "igad"
    assert "igad" in [fit["code"] for fit in bundle["groupings"]]
    assert [strategy["code"] for strategy in bundle["strategies"]] == ["igad-pcve-strategy"]
    assert bundle["concepts"]
    assert bundle["working_groups"] == ["justice-financing"]
    assert found["parts"]["shared_by"] == 3
    assert "IGAD" in found["sentence"] or "Intergovernmental" in found["sentence"]


def test_needs_that_ask_for_other_things_stay_apart(world: World) -> None:
    world.make_need(**PRISONS, state="KEN")
    other = {"title": {"en": "Perimeter cameras"}, "description": {"en": "Cameras and locks for two blocks."},
             "themes": ["prr.prisons"], "assistance_types": ["equipment"]}  # fmt: skip
    world.make_need(**other, state="UGA")
    assert world.officer.get("/gaps/bundles")["items"] == []


def test_partners_are_those_whose_offers_come_near(world: World) -> None:
    for state in EAST:
        world.make_need(**PRISONS, state=state, languages=["fr"])
    near = {**PRISONS, "delivery_languages": ["ru"], "scope": {"world": True}}
    offer = world.put_offer("N-1", by="osce", **near)
    (found,) = world.officer.get("/gaps/bundles")["items"]
    partners = found["bundle"]["partners"]
    assert [(one["organization"], one["offer"]["id"]) for one in partners] == [("osce", offer["id"])]


def test_help_that_ends_soon_is_set_against_the_gaps(world: World) -> None:
    need = world.make_need()
    offer = world.put_offer("E-1", closes_on="2027-01-31")
    answer = world.officer.get("/gaps/bundles")
    (ending,) = answer["ending"]
    assert (ending["need"]["id"], ending["offer"]["id"], ending["closes_on"]) == (need["id"], offer["id"], "2027-01-31")
    assert ending["sentence"]
    assert world.officer.get("/gaps/bundles", params={"ending_within": "30"})["ending"] == []
    world.put_offer("E-2", closes_on="2028-01-31")
    assert world.officer.get("/gaps/bundles")["ending"] == []


def test_offers_on_the_theme_that_end_soon_are_named_where_they_are_open(world: World) -> None:
    for state in EAST:
        world.make_need(**PRISONS, state=state, languages=["fr"])
    poor = {**PRISONS, "delivery_languages": ["ru"], "assistance_types": ["equipment"], "closes_on": "2027-02-01"}
    here = world.put_offer("O-1", **poor, scope={"states": ["UGA"]})
    world.put_offer("O-2", **poor, scope={"states": ["MDV"]})
    (found,) = world.officer.get("/gaps/bundles")["items"]
    assert [offer["id"] for offer in found["bundle"]["ending_offers"]] == [here["id"]]


def test_a_bundle_never_holds_what_its_reader_may_not_see(world: World) -> None:
    shown = {}
    for state, by in (("KEN", "kenya"), ("MDV", "maldives")):
        shown[state] = world.make_need(**PRISONS, state=state, level="state")
        world.share(shown[state], by=by, level="community", audience={"classes": ["designer"]})
    before = world.designer.get("/gaps/bundles")
    assert before["items"] == []
    for state in ("UGA", "SOM", "ETH"):
        world.make_need(**PRISONS, state=state, level="state")
    assert world.designer.get("/gaps/bundles") == before
    assert world.nobody.ask("GET", "/gaps/bundles").status_code == 401
    world.auditor.get("/gaps/bundles", expect=403)


def test_a_withdrawn_consent_takes_a_bundle_apart_in_the_next_request(world: World) -> None:
    for state in ("UGA", "SOM"):
        world.make_need(**PRISONS, state=state, level="state")
    need = world.make_need(**PRISONS, level="state")
    consent = world.share(need, level="community", audience={"classes": ["designer"]})
    assert len(world.officer.get("/gaps/bundles")["items"]) == 1
    assert world.designer.get("/gaps/bundles")["items"] == []
    world.kenya.step("POST", f"/consents/{consent['id']}", "/withdraw", {})
    assert world.designer.get("/gaps")["items"] == []


def test_a_headers_bundle_says_nothing_of_the_texts(world: World) -> None:
    for state, by in (("KEN", "kenya"), ("MDV", "maldives")):
        need = world.make_need(**PRISONS, state=state, level="state", agreed_on="2026-10-01")
        world.share(need, by=by, level="community", fields="header", audience={"classes": ["designer"]})
    answer = world.designer.get("/gaps/bundles")
    assert "inmates" not in str(answer)
    assert "2026-10-01" not in str(answer)
