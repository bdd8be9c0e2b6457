"""Sister committees, working groups of the Compact and regional strategies, each by the themes and the day."""

from tests.world import Json, World

CBRN: Json = {"title": {"en": "Control of dual-use chemicals"}, "description": {"en": "No list of precursors."},
              "themes": ["arms.cbrn"], "assistance_types": ["legislative"]}  # fmt: skip


def test_a_need_names_the_committees_and_the_working_groups_of_its_themes(world: World) -> None:
    need = world.make_need(**CBRN)
    assert need["sister_committees"] == ["1540"]
    assert need["working_groups"] == ["emerging-threats"]
    assert world.make_need(themes=[])["working_groups"] == []
    groups = {group["code"]: group for group in world.nobody.get("/working-groups")["items"]}
    assert len(groups) == 8
    assert groups["strategies"]["chairs"] == ["cted", "unoct"]


def test_a_header_names_them_too_for_they_follow_from_what_it_shows(world: World) -> None:
    need = world.make_need(**CBRN, level="state", sister_references=[{"committee": "1540", "reference": "KEN-7"}])
    world.share(need, fields="header", level="named", audience={"organizations": ["unodc-tpb"]})
    header = world.unodc.get(f"/needs/{need['id']}")
    assert (header["sister_committees"], header["working_groups"]) == (["1540"], ["emerging-threats"])
    assert "sister_references" not in header
    assert "KEN-7" not in str(header)


def test_a_need_that_a_sister_committee_holds_is_linked_once(world: World) -> None:
    link = [{"committee": "1540", "reference": "KEN-2026-4"}]
    need = world.make_need(**CBRN, sister_references=link)
    assert need["sister_references"] == link
    body = {**CBRN, "state": "KEN", "source": "sister_committee", "sister_references": link}
    refused = world.officer.post("/needs", body, expect=409)
    assert refused["code"] == "need.linked_already"
    assert need["reference"] in refused["detail"]
    other = world.make_need(**CBRN)
    world.officer.step("PATCH", f"/needs/{other['id']}", "", {"sister_references": link}, expect=409)
    assert world.make_need(**CBRN, state="MDV", sister_references=link)["sister_references"] == link


def test_a_link_to_a_need_that_the_officer_may_not_see_tells_nothing(world: World) -> None:
    link = [{"committee": "1540", "reference": "KEN-2026-5"}]
    world.make_need(**CBRN, level="team", sister_references=link)
    body = {**CBRN, "state": "KEN", "source": "cted", "sister_references": link}
    world.other_officer.post("/needs", body, expect=201)


def test_only_sister_committees_can_be_named(world: World) -> None:
    body = {**CBRN, "state": "KEN", "source": "cted", "sister_references": [{"committee": "1267x", "reference": "1"}]}
    fault = world.officer.post("/needs", body, expect=422)["errors"][0]
    assert (fault["pointer"], fault["code"]) == ("/sister_references/0", "committee.unknown")


def test_a_regional_strategy_is_a_scope_with_the_members_of_the_day(world: World) -> None:
    strategies = [
        g for g in world.nobody.get("/groupings", params={"limit": "200"})["items"] if g["kind"] == "strategy"
    ]
    assert {"ecowas-ct-strategy", "igad-pcve-strategy"} <= {strategy["code"] for strategy in strategies}
    need = world.make_need()
    elsewhere = world.make_need(state="MDV")
    offer = world.put_offer("S-1", scope={"groupings": ["igad-pcve-strategy"]})
    named = [match["offer"]["id"] for match in world.officer.get(f"/needs/{need['id']}/matches")["matches"]]
    assert named == [offer["id"]]
    assert world.officer.get(f"/needs/{elsewhere['id']}/matches")["matches"] == []
