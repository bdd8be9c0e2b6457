"""What a record says: who, what, when, by ids and codes; and that no answer leaves without it."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.audit.trails import record_of, records
from tests.world import START, World

ABSENT = "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f"


def test_reading_a_need_is_recorded_with_the_reader(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need)
    record = record_of(world, world.unodc.ask("GET", f"/needs/{need['id']}", expect=200))
    assert record is not None
    assert (record.action, record.operation, record.status) == ("need.read", "GET /needs/{need_id}", 200)
    assert (record.role, record.organization, record.state) == ("provider", "unodc-tpb", None)
    assert record.subjects == {"need": [need["id"]]}
    assert record.states == ["KEN"]
    assert record.at == START


def test_a_page_of_needs_is_one_record_of_what_it_shows_and_no_more(world: World) -> None:
    for _ in range(5):
        world.make_need()
    answer = world.officer.ask("GET", "/needs", params={"limit": "3"}, expect=200)
    record = record_of(world, answer)
    assert record is not None
    assert record.action == "need.list"
    assert record.subjects == {"need": [item["id"] for item in answer.json()["items"]]}


def test_a_list_that_shows_nothing_leaves_no_record(world: World) -> None:
    world.make_need()
    assert record_of(world, world.unodc.ask("GET", "/needs", expect=200)) is None


def test_gaps_record_the_needs_shown_and_not_those_weighed(world: World) -> None:
    for _ in range(3):
        world.make_need(themes=["prr.prisons"], title={"en": "Prison staff"}, description={"en": "Risk assessment"})
    answer = world.officer.ask("GET", "/gaps", params={"limit": "1"}, expect=200)
    record = record_of(world, answer)
    assert record is not None
    assert record.action == "gap.read"
    assert record.subjects == {"need": [answer.json()["items"][0]["need"]["id"]]}


def test_a_change_is_recorded_as_what_was_done(world: World) -> None:
    need = world.make_need()
    world.officer.step("PATCH", f"/needs/{need['id']}", body={"priority": "low"})
    world.officer.step("PUT", f"/needs/{need['id']}", "/level", {"level": "state"})
    done = [(r.action, r.facts) for r in records(world) if r.action.startswith("need.") and r.action != "need.read"]
    assert done == [("need.recorded", {}), ("need.changed", {}), ("need.level_set", {"level": ["state"]})]


def test_a_consent_is_recorded_when_given_and_when_withdrawn(world: World) -> None:
    need = world.make_need(level="state")
    consent = world.share(need)
    world.kenya.step("POST", f"/consents/{consent['id']}", "/withdraw", {"reason": "A secret of the ministry"})
    acts = [r for r in records(world) if r.action.startswith("consent.")]
    assert [r.action for r in acts] == ["consent.given", "consent.withdrawn"]
    assert all(r.subjects["consent"] == [consent["id"]] and r.states == ["KEN"] for r in acts)
    assert all("secret" not in str(vars(r)) for r in acts)


def test_an_offers_life_is_recorded(world: World) -> None:
    offer = world.put_offer()
    world.unodc.step("POST", f"/offers/{offer['id']}", "/confirm")
    world.unodc.step("POST", f"/offers/{offer['id']}", "/withdraw")
    acts = [(r.action, r.facts) for r in records(world) if "offer" in r.subjects]
    assert [action for action, _ in acts] == ["offer.recorded", "offer.confirmed", "offer.withdrawn"]
    assert acts[0][1] == {"also": ["offer.published"]}


def test_a_rehearsed_import_says_nothing_of_acts_that_were_undone(world: World) -> None:
    rows = "state,source,title.en,description.en\nKEN,cted,A title,A description of some length\n"
    answer = world.officer.ask(
        "POST", "/imports", data={"kind": "needs", "dry_run": "true"}, files={"file": ("needs.csv", rows)}
    )
    assert answer.status_code == 200, answer.text
    record = record_of(world, answer)
    assert record is not None
    assert (record.action, record.states, sorted(record.subjects)) == ("import.rehearsed", [], ["import"])


def test_an_import_is_one_record_with_every_need_it_wrote(world: World) -> None:
    rows = "state,source,title.en,description.en\n" + "".join(
        f"{state},cted,Title {state},A description of some length\n" for state in ("KEN", "MDV")
    )
    answer = world.officer.ask("POST", "/imports", data={"kind": "needs"}, files={"file": ("needs.csv", rows)})
    assert answer.status_code == 201, answer.text
    record = record_of(world, answer)
    assert record is not None
    assert (record.action, record.states, len(record.subjects["need"])) == ("import.made", ["KEN", "MDV"], 2)


@pytest.mark.parametrize(
    ("who", "method", "path", "status", "code"),
    [
        ("unodc", "GET", "/needs/{hidden}", 404, "not_found"),
        ("unodc", "GET", f"/needs/{ABSENT}", 404, "not_found"),
        ("unodc", "GET", "/needs/not-an-id", 422, "input.invalid"),
        ("unodc", "GET", "/needs?unknown=1", 422, "input.invalid"),
        ("unodc", "POST", "/needs", 403, "role.not_permitted"),
        ("officer", "POST", "/needs", 422, "input.invalid"),
        ("officer", "PATCH", "/needs/{hidden}", 428, "if_match.missing"),
    ],
)
def test_a_refused_request_is_recorded_without_content(
    world: World, who: str, method: str, path: str, status: int, code: str
) -> None:
    hidden = world.make_need()["id"]
    body = {"title": {"en": "Kept to themselves"}}
    address = path.format(hidden=hidden)
    more = {} if method == "GET" else {"json": body}
    answer = getattr(world, who).ask(method, address, expect=status, **more)
    record = record_of(world, answer)
    assert record is not None
    assert (record.action, record.status, record.code) == ("request.refused", status, code)
    named = {"need": [address.rpartition("/")[2]]} if address.rpartition("/")[2] in (hidden, ABSENT) else {}
    assert record.subjects == named
    assert record.states == []
    assert "Kept" not in str(vars(record))


def test_a_stale_change_is_recorded_as_refused(world: World) -> None:
    need = world.make_need()
    answer = world.officer.ask(
        "PATCH", f"/needs/{need['id']}", json={"priority": "low"}, headers={"If-Match": '"old"'}, expect=412
    )
    record = record_of(world, answer)
    assert record is not None
    assert (record.action, record.code) == ("request.refused", "record.stale")


def test_requests_of_nobody_known_leave_no_record_when_they_are_refused(world: World) -> None:
    need = world.make_need()
    before = len(records(world))
    world.nobody.ask("GET", f"/needs/{need['id']}", expect=401)
    world.nobody.ask("GET", f"/needs/{need['id']}", expect=401, headers={"Authorization": "Bearer tsr_wrong"})
    assert len(records(world)) == before


def test_what_the_public_reads_is_recorded_too(world: World) -> None:
    need = world.make_need(level="state")
    world.share(need, level="public", audience={"public": True})
    record = record_of(world, world.nobody.ask("GET", f"/needs/{need['id']}", expect=200))
    assert record is not None
    assert (record.role, record.account_id) == ("anonymous", None)


def test_an_answer_given_again_is_recorded_as_that(world: World) -> None:
    body = {"state": "KEN", "source": "cted", "title": {"en": "Title"}, "description": {"en": "Description"}}
    headers = {"Idempotency-Key": "k-1"}
    first, again = (world.officer.ask("POST", "/needs", json=body, headers=headers, expect=201) for _ in range(2))
    assert first.json() == again.json()
    record = record_of(world, again)
    assert record is not None
    assert (record.action, record.subjects) == ("answer.repeated", {"need": [first.json()["id"]]})


def test_no_answer_leaves_that_cannot_be_recorded(world: World, engine: Engine) -> None:
    need = world.make_need()
    with Session(engine) as session:
        session.execute(text("delete from audit_head"))
        session.commit()
    for path in (f"/needs/{need['id']}", "/needs", "/states/KEN/matches", f"/needs/{ABSENT}"):
        answer = world.officer.ask("GET", path, expect=503)
        assert answer.headers["retry-after"]
        assert need["id"] not in answer.text
    world.officer.ask("POST", "/needs", json={
        "state": "KEN", "source": "cted", "title": {"en": "T"}, "description": {"en": "D"}}, expect=503)  # fmt: skip
    with Session(engine) as session:
        assert session.scalar(text("select count(*) from needs")) == 1


def test_reading_in_bulk_raises_one_alarm_within_the_request(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.app.state.audit._settings.bulk_read_alarm = 4
    for _ in range(6):
        world.make_need(level="state")
    assert records(world, action="alarm.bulk_read") == []
    for _ in range(3):
        world.kenya.ask("GET", "/needs", params={"limit": "4"}, expect=200)
    assert records(world, action="alarm.bulk_read") == []
    answer = world.kenya.ask("GET", "/needs", params={"limit": "5"}, expect=200)
    (alarm,) = records(world, action="alarm.bulk_read")
    assert alarm.request_id == answer.headers["x-request-id"]
    assert alarm.facts == {"limit": ["4"]}
    assert "alarm.bulk_read" in caplog.text
    world.kenya.ask("GET", "/needs", expect=200)
    assert len(records(world, action="alarm.bulk_read")) == 1
    world.pass_time(minutes=62)
    world.kenya.ask("GET", "/needs", expect=200)
    assert len(records(world, action="alarm.bulk_read")) == 2
    assert all(item["action"] != "alarm.bulk_read" for item in world.kenya.get("/audit")["items"])


def test_no_key_no_name_and_no_text_is_in_the_audit(world: World) -> None:
    need = world.make_need(level="state", title={"en": "Distinctive words"})
    world.share(need)
    world.put_offer()
    world.unodc.get(f"/needs/{need['id']}/matches")
    kept = " ".join(str(vars(record)) for record in records(world))
    for word in (
        "Distinctive",
        "designations",
        "Note verbale",
        "Freezing",
        "other_officer",
        *map(world.key, ("unodc",)),
    ):
        assert word not in kept
