"""What somebody may not see moves no byte of any answer: not while it is hidden, and not once it is hidden again."""

import json

from tests.access.truth.oracle import HEADER_FIELDS, Sight
from tests.access.truth.stage import Stage, description_word, title_word
from tests.access.truth.surfaces import changed, doors, poll, tell
from tests.world import Json

OUTSIDERS = ("maldives", "unodc", "designer", "admin", "nobody")
INSIDERS = ("officer", "kenya")
EVERYBODY = (*OUTSIDERS, *INSIDERS)


def test_hidden_writes_change_no_byte_of_any_answer(stage: Stage, ids: dict[str, str]) -> None:
    """Five writes of each kind between two looks: whoever may not see them is answered the same."""
    at = doors(stage.world, ids, ["procedure"])

    def record_for_team() -> None:
        visit = stage.record_visit(by="other_officer", level="team")
        needs = [stage.record_need(by="other_officer", level="team", visit=visit) for _ in range(4)]
        other = stage.callers["other_officer"]
        for need in needs[:3]:
            other.step("PATCH", f"/needs/{need}", body={"title": {"en": "Procedure"}, "priority": "low"})
        stage.set_level(needs[0], "committee", by="other_officer")
        stage.set_level(needs[0], "team", by="other_officer")
        stage.set_themes(needs[1], ["border.api-pnr"], by="other_officer")

    def record_for_committee() -> None:
        for level in ("committee", "committee", "committee", "state", "named"):
            stage.record_need(level=level)

    def consent_to_others() -> None:
        audience = {"organizations": ["canada-ctcbp"]}
        stage.consent(by="kenya", scope={"visit": ids["visit_id"]}, audience=audience)
        stage.consent(by="kenya", scope={"needs": [ids["need_id"], ids["header"]]}, audience=audience)
        stage.consent(by="kenya", scope={"themes": ["border", "cft"]}, audience={"classes": ["donor"]})
        stage.withdraw(stage.consent(by="kenya", scope={"themes": ["cft"]}, audience=audience), by="kenya")
        stage.consent(by="officer", scope={"themes": ["cft"]}, audience={"classes": ["un_entity", "cso", "designer"]})

    def draft_offers() -> None:
        for number in range(5):
            stage.world.put_offer(f"D-{number}", by="osce", status="draft", themes=["cft.asset-freezing"])

    # The clock stands still between two looks: only the writes can have moved anything.
    before = poll(stage.callers, EVERYBODY, at)
    now = stage.now
    record_for_team()
    stage.world.now = now
    told = changed(before, poll(stage.callers, INSIDERS, at), INSIDERS)
    record_for_committee()
    consent_to_others()
    draft_offers()
    stage.world.now = now
    told += changed(before, poll(stage.callers, OUTSIDERS, at), OUTSIDERS)
    tell(told)


GRANTS: tuple[tuple[str, Json], ...] = (
    ("osce", {"audience": {"organizations": ["osce"]}}),
    ("osce", {"audience": {"organizations": ["osce"]}, "fields": "header"}),
    ("designer", {"audience": {"classes": ["regional_org", "designer"]}}),
    ("nobody", {"audience": {"public": True}}),
    ("maldives", {"audience": {"public": True}, "fields": "header"}),
)
ENDS = ("withdrawn by the State", "withdrawn by CTED", "expired", "lowered", "never confirmed")


ABOUT_NEEDS = ("/needs", "/states", "/gaps", "/offers/", "/matches", "/consents", "/visits")


def test_what_has_ended_is_as_if_it_had_never_been(stage: Stage, ids: dict[str, str]) -> None:
    """Each way a grant ends leaves every answer at every door as it was before there was a grant."""
    visit = stage.record_visit(level="state")
    need = stage.record_need(level="public", visit=visit, themes=["prr.prisons"])
    words = ["procedure", title_word(len(stage.needs) - 1)]
    at = doors(stage.world, ids | {"need_id": need}, words, only=ABOUT_NEEDS)
    outside, inside = ("osce", "designer", "maldives", "nobody"), ("officer", "kenya")
    before = poll(stage.callers, outside + inside, at)
    told: list[str] = []
    scopes = ({"needs": [need]}, {"visit": visit})
    for place, end in enumerate(ENDS):
        reader, grant = GRANTS[place]
        consent, tag = _grant_and_end(stage, need, {"scope": scopes[place % 2], **grant}, reader, end)
        # Inside it is asked once: what they see does not come from consent.
        asked = {reader} if place else {reader, *outside, *inside}
        after = poll(stage.callers, asked, at)
        # The consent itself lives on under a lowered ceiling, and whom it names may read that part of it.
        moved = changed(before, after, asked & set(outside), but="/consents" if end == "lowered" else "")
        moved += changed(before, after, asked - set(outside), but="/consents")
        told += [f"{end}: {line}" for line in moved]
        again = stage.callers[reader].ask("GET", f"/needs/{need}", headers={"If-None-Match": tag})
        assert again.status_code == (401 if reader == "nobody" else 404)
        if end == "lowered":
            stage.set_level(need, "public")
            stage.withdraw(consent, by="kenya")
    tell(told)


def _grant_and_end(stage: Stage, need: str, grant: Json, reader: str, end: str) -> tuple[str, str]:
    """The consent, and the tag that its reader was given while it lasted."""
    path, hidden = f"/needs/{need}", 401 if reader == "nobody" else 404
    if end == "expired":
        grant["expires_at"] = stage.now.replace(microsecond=500000, second=59).isoformat()
    consent = stage.consent(by="officer" if end == "never confirmed" else "kenya", **grant)
    if end == "never confirmed":
        stage.callers[reader].ask("GET", path, expect=hidden)
        stage.withdraw(consent, by="kenya")
        return consent, '"nothing"'
    answer = stage.callers[reader].ask("GET", path, expect=200)
    assert (set(answer.json()) == HEADER_FIELDS) == (grant.get("fields") == "header")
    match end:
        case "expired":
            stage.pass_time(minutes=2)
        case "lowered":
            stage.set_level(need, "state")
        case _:
            stage.withdraw(consent, by="kenya" if end == "withdrawn by the State" else "other_officer")
    return consent, str(answer.headers["etag"])


HEADER_READERS = ("icct", "designer", "auditor", "nobody")


def test_a_header_shows_no_byte_of_the_narrative_and_moves_with_none(stage: Stage, ids: dict[str, str]) -> None:
    """Header-only readers find no word of the text at any door, nor any trace of what was rewritten in it."""
    words = [title_word(1), description_word(2), "designations"]
    at = [
        door
        for key in ("header", "public")
        for door in doors(stage.world, ids | {"need_id": ids[key]}, words, only=ABOUT_NEEDS)
        if key == "header" or ids[key] in str(door)
    ]
    before = poll(stage.callers, HEADER_READERS, at)
    for person in HEADER_READERS:
        assert stage.sight(person, ids["public"]) is Sight.HEADER
    told = [
        f"{person}: {door}: the narrative is in it"
        for (person, door), answer in before.items()
        if any(word in answer.body + str(answer.headers) for word in ("qztitle", "qzdescription", "Procedures and"))
    ]
    told += [
        f"{person}: {door}: a search of the narrative finds it"
        for (person, door), answer in before.items()
        if "?q=" in door and json.loads(answer.body).get("items")
    ]
    now = stage.now
    for key in ("header", "public"):
        body = {
            "title": {"en": "Freezing terrorist assets", "fr": "Gel des avoirs terroristes"},
            "description": {"en": "Draft a decree to freeze terrorist assets without delay and train the banks."},
            "resolutions": ["1373"],
            "target_institutions": ["fiu"],
            "languages": ["fr", "sw"],
            "agreed_on": "2026-10-01",
            "needed_by": "2027-01-31",
            "state_priority": 1,
            "existing_help": [{"organization": "iom", "until": "2027-03-31"}],
        }
        stage.callers["officer"].step("PATCH", f"/needs/{ids[key]}", body=body)
    stage.world.now = now
    told += changed(before, poll(stage.callers, HEADER_READERS, at), HEADER_READERS)
    tell(told)
