"""Who sees which need: CTED's level and the State's consent, both needed beyond the State."""

import pytest

from tests.world import World


def test_a_new_need_is_for_the_committee_and_its_staff_only(world: World) -> None:
    need = world.make_need()
    assert need["level"] == "committee"
    for name in ("officer", "other_officer", "secretariat"):
        assert getattr(world, name).ids("/needs") == {need["id"]}
    for name in ("kenya", "maldives", "unodc", "designer", "auditor", "admin"):
        assert getattr(world, name).ids("/needs") == set()


def test_a_need_of_the_team_is_hidden_from_other_officers(world: World) -> None:
    need = world.make_need(level="team")
    assert world.officer.ids("/needs") == {need["id"]}
    assert world.other_officer.ids("/needs") == set()
    world.secretariat.get(f"/needs/{need['id']}", expect=404)


def test_a_member_of_the_visits_team_sees_its_team_needs(world: World) -> None:
    visit = world.officer.post("/visits", {
        "state": "KEN", "mode": "on_site", "type": "focused", "starts_on": "2026-10-05", "ends_on": "2026-10-09",
        "team": ["other_officer"],
    })  # fmt: skip
    need = world.make_need(level="team", visit=visit["id"])
    assert world.other_officer.ids("/needs") == {need["id"]}


@pytest.mark.parametrize("level", ["state", "named", "community", "public"])
def test_a_state_sees_its_own_needs_from_level_state_up(world: World, level: str) -> None:
    need = world.make_need(level=level)
    assert world.kenya.ids("/needs") == {need["id"]}
    assert world.maldives.ids("/needs") == set()


@pytest.mark.parametrize("level", ["team", "committee", "state"])
def test_consent_alone_shows_nothing_while_the_level_is_too_low(world: World, level: str) -> None:
    need = world.make_need(level="state")
    world.share(need)
    world.officer.step("PUT", f"/needs/{need['id']}", "/level", {"level": level})
    assert world.unodc.ids("/needs") == set()


def test_level_alone_shows_nothing_without_consent(world: World) -> None:
    world.make_need(level="public")
    assert world.unodc.ids("/needs") == set()
    assert world.nobody.ids("/needs") == set()


def test_both_keys_show_the_need_to_the_named_organisation_alone(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need)
    assert world.unodc.ids("/needs") == {need["id"]}
    assert world.osce.ids("/needs") == set()
    assert world.designer.ids("/needs") == set()


@pytest.mark.parametrize(
    ("audience_class", "who"),
    [("un_entity", "unodc"), ("regional_org", "osce"), ("donor", "canada"), ("designer", "designer")],
)
def test_a_class_sees_a_need_at_level_community_and_no_other_class_does(
    world: World, audience_class: str, who: str
) -> None:
    need = world.make_need(level="state")
    world.share(need, level="community", audience={"classes": [audience_class]})
    for name in ("unodc", "osce", "canada", "designer"):
        assert getattr(world, name).ids("/needs") == ({need["id"]} if name == who else set())


def test_a_class_sees_nothing_at_level_named(world: World) -> None:
    world.share(world.make_need(level="state"), audience={"classes": ["un_entity"]})
    assert world.unodc.ids("/needs") == set()


def test_everybody_sees_a_public_need_with_public_consent(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need, level="public", audience={"public": True})
    for caller in (world.nobody, world.admin, world.auditor, world.maldives, world.unodc, world.designer):
        assert caller.ids("/needs") == {need["id"]}


def test_a_withdrawn_consent_binds_the_next_request(world: World) -> None:
    need = world.make_need(level="state")
    consent = world.share(need)
    world.kenya.step("POST", f"/consents/{consent['id']}", "/withdraw", {})
    assert world.unodc.ids("/needs") == set()
    world.unodc.get(f"/needs/{need['id']}", expect=404)


def test_an_expired_consent_shows_nothing(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need, expires_at="2026-11-24T00:00:00Z")
    assert world.unodc.ids("/needs") == {need["id"]}
    world.pass_time(days=1)
    assert world.unodc.ids("/needs") == set()


def test_a_consent_that_is_not_yet_effective_shows_nothing(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need, effective_from="2026-11-24T00:00:00Z")
    assert world.unodc.ids("/needs") == set()
    world.pass_time(days=1)
    assert world.unodc.ids("/needs") == {need["id"]}


def test_a_consent_recorded_by_cted_waits_for_a_second_person(world: World) -> None:
    need = world.make_need(level="state")
    consent = world.share(need, by="officer")
    assert consent["status"] == "pending"
    assert world.unodc.ids("/needs") == set()
    world.officer.step("POST", f"/consents/{consent['id']}", "/confirm", expect=403)
    world.other_officer.step("POST", f"/consents/{consent['id']}", "/confirm")
    assert world.unodc.ids("/needs") == {need["id"]}


@pytest.mark.parametrize("covers_future", [False, True])
def test_a_theme_consent_covers_later_needs_only_if_it_says_so(world: World, covers_future: bool) -> None:
    first = world.make_need(level="state")
    world.share(first, scope={"themes": ["cft"]}, covers_future=covers_future)
    world.pass_time(minutes=1)
    later = world.make_need(level="named")
    expected = {first["id"], later["id"]} if covers_future else {first["id"]}
    assert world.unodc.ids("/needs") == expected


def test_a_theme_consent_covers_no_other_theme_and_no_other_state(world: World) -> None:
    world.share(world.make_need(level="state"), scope={"themes": ["cft"]}, covers_future=True)
    world.make_need(level="named", themes=["prr.prisons"])
    world.make_need(level="named", state="MDV")
    assert len(world.unodc.ids("/needs")) == 1


def test_a_header_reader_gets_the_header_and_nothing_of_the_rest(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need, fields="header")
    shown = world.unodc.get(f"/needs/{need['id']}")
    assert set(shown) == {"id", "reference", "state", "themes", "assistance_types", "priority"}
    assert "designations" not in world.unodc.ask("GET", f"/needs/{need['id']}/matches").text
    assert world.unodc.ids("/needs", q="designations") == set()
    assert world.unodc.ids("/needs", status="shared") == set()
    assert world.officer.ids("/needs", q="designations") == {need["id"]}


def test_a_hidden_need_is_told_apart_from_an_absent_one_by_nothing(world: World) -> None:
    need = world.make_need()
    absent = "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f"
    for path in ("/needs/{}", "/needs/{}/matches"):
        hidden, missing = (world.unodc.ask("GET", path.format(i), expect=404) for i in (need["id"], absent))
        for answer in (hidden, missing):
            answer.headers.pop("x-request-id")
        assert hidden.headers == missing.headers
        bodies = [{**answer.json(), "request_id": ""} for answer in (hidden, missing)]
        assert bodies[0] == bodies[1]
        assert world.nobody.ask("GET", path.format(need["id"])).status_code == 401


def test_a_visit_that_its_reader_may_not_see_is_not_named_in_a_need(world: World) -> None:
    visit = world.officer.post("/visits", {
        "state": "KEN", "mode": "on_site", "type": "focused", "starts_on": "2026-10-05", "ends_on": "2026-10-09",
    })  # fmt: skip
    need = world.make_need(level="state", visit=visit["id"])
    assert world.officer.get(f"/needs/{need['id']}")["visit"] == visit["id"]
    assert world.kenya.get(f"/needs/{need['id']}")["visit"] is None
