"""Who gives a consent, for what, and who may read it."""

from typing import Any

import pytest

from tests.world import World

Json = dict[str, Any]
ABSENT = "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f"


def consent(**changes: Any) -> Json:
    return {
        "state": "KEN",
        "scope": {"themes": ["cft"]},
        "fields": "full",
        "audience": {"organizations": ["unodc-tpb"]},
        "instrument": {"reference": "Note verbale 12", "date": "2026-11-01", "sha256": "a" * 64},
        **changes,
    }


def test_a_states_own_consent_is_live_at_once(world: World) -> None:
    given = world.kenya.post("/consents", consent())
    assert (given["status"], given["on_behalf"]) == ("live", False)
    assert world.kenya.get(f"/consents/{given['id']}") == given


def test_a_state_consents_for_itself_only(world: World) -> None:
    world.kenya.post("/consents", consent(state="MDV"), expect=403)
    assert world.officer.ids("/consents") == set()


@pytest.mark.parametrize("who", ["unodc", "designer", "secretariat", "admin", "auditor"])
def test_nobody_else_gives_confirms_or_withdraws(shared_world: World, who: str) -> None:
    caller = getattr(shared_world, who)
    given = shared_world.officer.post("/consents", consent())
    tag = {"If-Match": shared_world.officer.ask("GET", f"/consents/{given['id']}").headers["etag"]}
    caller.post("/consents", consent(), expect=403)
    for act in ("confirm", "withdraw"):
        caller.ask("POST", f"/consents/{given['id']}/{act}", json={}, headers=tag, expect=403)
    assert shared_world.officer.get(f"/consents/{given['id']}")["status"] == "pending"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"scope": {}}, 422, id="a scope of nothing"),
        pytest.param({"scope": {"themes": ["cft"], "needs": [ABSENT]}}, 422, id="a scope of two kinds"),
        pytest.param({"scope": {"themes": []}}, 422, id="a scope of no themes"),
        pytest.param({"scope": {"themes": ["cft.nothing"]}}, 422, id="an unknown theme"),
        pytest.param({"scope": {"needs": [ABSENT]}}, 404, id="an absent need"),
        pytest.param({"scope": {"visit": ABSENT}}, 404, id="an absent visit"),
        pytest.param({"fields": "title"}, 422, id="other fields than header and full"),
        pytest.param({"audience": {}}, 422, id="an audience of nobody"),
        pytest.param({"audience": {"public": False}}, 422, id="an audience that is not the public"),
        pytest.param({"audience": {"classes": ["everybody"]}}, 422, id="an unknown class"),
        pytest.param({"audience": {"organizations": ["nobody"]}}, 422, id="an unknown organisation"),
        pytest.param({"instrument": {"reference": "N", "date": "2026-11-01", "sha256": "x"}}, 422, id="a wrong hash"),
        pytest.param({"instrument": None}, 422, id="no instrument"),
        pytest.param({"expires_at": "2026-11-22T00:00:00Z"}, 422, id="an end in the past"),
        pytest.param(
            {"effective_from": "2027-02-01T00:00:00Z", "expires_at": "2027-01-01T00:00:00Z"}, 422,
            id="an end before the start",
        ),
        pytest.param({"on_behalf": False}, 422, id="a field that is not the giver's"),
    ],
)  # fmt: skip
def test_a_consent_that_says_nothing_clear_is_refused(shared_world: World, changes: Json, status: int) -> None:
    shared_world.kenya.post("/consents", consent(**changes), expect=status)


def test_a_hidden_need_in_a_consent_is_as_absent_as_none(world: World) -> None:
    hidden = world.make_need()
    answers = [
        world.kenya.post("/consents", consent(scope={"needs": [need_id]}), expect=404) | {"request_id": ""}
        for need_id in (hidden["id"], ABSENT)
    ]
    assert answers[0] == answers[1]


def test_a_need_or_visit_of_another_state_is_refused(world: World) -> None:
    need = world.make_need(state="MDV", level="public")
    world.share(need, by="maldives", level="public", audience={"public": True})
    problem = world.kenya.post("/consents", consent(scope={"needs": [need["id"]]}), expect=422)
    assert [fault["code"] for fault in problem["errors"]] == ["consent.other_state"]


def test_cted_needs_a_second_person_of_its_own_or_of_the_state(world: World) -> None:
    for second in ("other_officer", "kenya"):
        given = world.officer.post("/consents", consent())
        path = f"/consents/{given['id']}"
        assert (given["status"], given["on_behalf"]) == ("pending", True)
        world.officer.step("POST", path, "/confirm", expect=403)
        assert getattr(world, second).step("POST", path, "/confirm")["status"] == "live"
        getattr(world, second).step("POST", path, "/confirm", expect=409)


def test_another_state_cannot_confirm_or_withdraw(world: World) -> None:
    given = world.officer.post("/consents", consent())
    path = f"/consents/{given['id']}"
    world.maldives.get(path, expect=404)
    for act in ("confirm", "withdraw"):
        world.maldives.ask("POST", f"{path}/{act}", json={}, headers={"If-Match": '"0"'}, expect=404)


def test_cted_says_why_it_withdraws_and_the_state_need_not(world: World) -> None:
    path = f"/consents/{world.kenya.post('/consents', consent())['id']}"
    world.officer.step("POST", path, "/withdraw", {}, expect=422)
    world.officer.step("POST", path, "/withdraw", {"reason": ""}, expect=422)
    assert world.officer.step("POST", path, "/withdraw", {"reason": "Asked by note 14."})["status"] == "withdrawn"
    path = f"/consents/{world.kenya.post('/consents', consent())['id']}"
    assert world.kenya.step("POST", path, "/withdraw")["status"] == "withdrawn"
    world.kenya.step("POST", path, "/withdraw", expect=409)


def test_a_consent_is_never_changed_or_deleted(world: World) -> None:
    path = f"/consents/{world.kenya.post('/consents', consent())['id']}"
    for method in ("PUT", "PATCH", "DELETE"):
        world.kenya.ask(method, path, json=consent(), expect=405)


@pytest.mark.parametrize("name", ["officer", "secretariat", "kenya"])
def test_cted_the_committee_and_the_state_read_it_whole(shared_world: World, name: str) -> None:
    audience = {"organizations": ["unodc-tpb", "osce"], "classes": ["research", "cso"]}
    body = consent(audience=audience, scope={"themes": ["prr", "cft", "border"]})
    given = shared_world.kenya.ask("POST", "/consents", json=body, expect=201)
    read = getattr(shared_world, name).ask("GET", f"/consents/{given.json()['id']}")
    assert read.json() == given.json()
    assert read.headers["etag"] == given.headers["etag"]


def test_an_organisation_sees_only_its_own_name_and_only_while_the_consent_is_live(world: World) -> None:
    given = world.kenya.post(
        "/consents", consent(audience={"organizations": ["unodc-tpb", "osce"], "classes": ["donor"]})
    )
    path = f"/consents/{given['id']}"
    for name, audience in (("unodc", ["unodc-tpb"]), ("osce", ["osce"]), ("canada", [])):
        shown = getattr(world, name).get(path)
        assert shown["audience"]["organizations"] == audience
        assert shown["audience"]["classes"] == (["donor"] if name == "canada" else [])
        assert shown["instrument"] is None
    for name in ("designer", "maldives", "auditor", "admin"):
        getattr(world, name).get(path, expect=404)
    world.kenya.step("POST", path, "/withdraw")
    for name in ("unodc", "osce", "canada"):
        getattr(world, name).get(path, expect=404)
        assert getattr(world, name).ids("/consents") == set()
    assert world.kenya.get(path)["status"] == "withdrawn"


def test_an_organisation_sees_no_hidden_need_in_a_consent(world: World) -> None:
    shown, hidden = (world.make_need(level="state") for _ in range(2))
    world.officer.step("PUT", f"/needs/{shown['id']}", "/level", {"level": "named"})
    given = world.kenya.post("/consents", consent(scope={"needs": [shown["id"], hidden["id"]]}))
    assert world.unodc.get(f"/consents/{given['id']}")["scope"]["needs"] == [shown["id"]]


def test_two_consents_add_up_and_a_withdrawal_takes_its_own_only(world: World) -> None:
    need = world.make_need(level="state")
    header = world.share(need, fields="header")
    full = world.share(need, fields="full")
    assert "title" in world.unodc.get(f"/needs/{need['id']}")
    world.kenya.step("POST", f"/consents/{full['id']}", "/withdraw")
    assert "title" not in world.unodc.get(f"/needs/{need['id']}")
    world.kenya.step("POST", f"/consents/{header['id']}", "/withdraw")
    world.unodc.get(f"/needs/{need['id']}", expect=404)


def test_a_consent_takes_the_place_of_another_in_one_moment(world: World) -> None:
    wide = world.kenya.post("/consents", consent())
    narrow = world.kenya.post("/consents", consent(fields="header", supersedes=wide["id"]))
    assert world.kenya.get(f"/consents/{wide['id']}")["status"] == "withdrawn"
    assert world.unodc.ids("/consents") == {narrow["id"]}
    assert world.unodc.get(f"/consents/{narrow['id']}")["supersedes"] is None
    assert world.kenya.get(f"/consents/{narrow['id']}")["supersedes"] == wide["id"]


def test_a_consent_that_waits_for_a_second_person_ends_nothing_yet(world: World) -> None:
    old = world.kenya.post("/consents", consent())
    new = world.officer.post("/consents", consent(supersedes=old["id"]))
    assert world.kenya.get(f"/consents/{old['id']}")["status"] == "live"
    world.other_officer.step("POST", f"/consents/{new['id']}", "/confirm")
    assert world.kenya.get(f"/consents/{old['id']}")["status"] == "withdrawn"


def test_what_a_state_does_not_see_it_cannot_supersede(world: World) -> None:
    others = world.maldives.post("/consents", consent(state="MDV"))["id"]
    for hidden in (others, ABSENT):
        world.kenya.post("/consents", consent(supersedes=hidden), expect=404)
    answer = world.officer.post("/consents", consent(supersedes=others), expect=422)
    assert answer["errors"][0]["code"] == "consent.other_state"
    assert world.maldives.get(f"/consents/{others}")["status"] == "live"


def test_a_state_withdraws_all_its_consents_and_nobody_elses(world: World) -> None:
    first, second = (world.kenya.post("/consents", consent())["id"] for _ in range(2))
    pending = world.officer.post("/consents", consent())["id"]
    others = world.maldives.post("/consents", consent(state="MDV"))["id"]
    world.maldives.post("/consents/withdraw-all", {"state": "KEN"}, expect=403)
    world.officer.post("/consents/withdraw-all", {"state": "KEN"}, expect=422)
    assert world.unodc.ids("/consents") == {first, second, others}
    answer = world.kenya.post("/consents/withdraw-all", {"state": "KEN"}, expect=200)
    assert set(answer["withdrawn"]) == {first, second, pending}
    assert world.unodc.ids("/consents") == {others}
    assert world.kenya.post("/consents/withdraw-all", {"state": "KEN"}, expect=200)["withdrawn"] == []
