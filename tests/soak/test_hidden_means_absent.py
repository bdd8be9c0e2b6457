"""What somebody may not see is, for that person, not there: in no byte, count, order, id, error or header."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from tests.soak.oracle import HEADER_FIELDS, Sight
from tests.soak.stage import Stage, description_word, set_stage, title_word
from tests.soak.surfaces import Door, changed, doors, first_difference, knock, poll
from tests.world import Json, World

OUTSIDERS = ("maldives", "unodc", "icct", "designer", "admin", "nobody")
INSIDERS = ("officer", "secretariat", "kenya")
EVERYBODY = (*OUTSIDERS, *INSIDERS)


@pytest.fixture
def stage(world: World, engine: Engine) -> Stage:
    """Everybody, before an empty service."""
    return set_stage(world, engine, 1)


def tell(differences: list[str]) -> None:
    """Fail with the first few of them."""
    if differences:
        told = "\n".join(differences[:12])
        pytest.fail(f"{len(differences)} differences\n{told}", pytrace=False)


def furnish(stage: Stage) -> dict[str, str]:
    """A service in use, where each person sees something; the ids with which its addresses are filled."""
    visit = stage.record_visit(level="named", adopted=True, team=["other_officer"])
    full = stage.record_need(level="named", visit=visit)
    header = stage.record_need(level="community", themes=["border.api-pnr"])
    public = stage.record_need(level="public", themes=["cft.fiu"])
    stage.record_need(level="state", visit=visit)
    stage.record_need(state="MDV", level="state")
    given = stage.consent(by="kenya", scope={"needs": [full]}, audience={"organizations": ["unodc-tpb"]})
    stage.consent(by="kenya", scope={"needs": [header]}, audience={"classes": ["cso", "designer"]}, fields="header")
    stage.consent(by="kenya", scope={"needs": [public]}, audience={"public": True}, fields="header")
    offer = stage.world.put_offer(by="unodc")["id"]
    stage.world.put_offer("T-2", by="canada", themes=["border.api-pnr"])
    uploaded = stage.callers["unodc"].ask(
        "POST",
        "/imports",
        data={"kind": "offers", "dry_run": "true"},
        files={"file": ("offers.csv", stage.callers["unodc"].ask("GET", "/templates/offers.csv").content)},
    )
    officer = stage.callers["officer"]
    practice = {"kind": "guide", "title": {"en": "A guide"}, "description": {"en": "On freezing."}, "publisher": "P",
                "themes": ["cft.asset-freezing"], "level": "public"}  # fmt: skip
    review = {"state": "KEN", "tool": "oia", "tool_version": "2021", "assessed_on": "2026-06-01", "level": "state",
              "items": [{"number": "1.4", "theme": "cft.asset-freezing", "ordinal": 1}]}  # fmt: skip
    renumbered = {"tool": "oia", "from_version": "2013", "to_version": "2021", "items": {"A": ["1.4"]}}
    return {
        "practice_id": officer.post("/good-practices", practice)["id"],
        "assessment_id": officer.post("/assessments", review)["id"],
        "change_id": officer.post("/assessments/tool-changes", renumbered)["id"],
        "need_id": full,
        "visit_id": visit,
        "consent_id": given,
        "offer_id": offer,
        "import_id": uploaded.json().get("id", str(uuid4())),
        "iso3": "KEN",
        "code": "osce",
        "organization": "unodc-tpb",
        "external_id": "T-1",
        "header": header,
        "public": public,
    }


def hidden_things(stage: Stage) -> dict[str, str]:
    """One record of each kind that only `other_officer`, or only its owner, may see."""
    visit = stage.record_visit(by="other_officer", level="team", adopted=True)
    seen = stage.record_visit(by="other_officer", level="state", adopted=True)
    need = stage.record_need(by="other_officer", level="team")
    path = f"/visits/{seen}/recommendations"
    text = {"number": "7", "text": {"en": "Adopt a decree."}, "level": "team"}
    recommendation = stage.callers["other_officer"].post(path, text)["id"]
    maldives = stage.consent(
        by="maldives", state="MDV", scope={"themes": ["cft"]}, audience={"organizations": ["canada-ctcbp"]}
    )
    draft = stage.world.put_offer("D-1", by="osce", status="draft")["id"]
    return {
        "need": need,
        "visit": visit,
        "recommendation": recommendation,
        "consent": maldives,
        "offer": draft,
        "external": "D-1",
    }


def questions(kind: str, key: str, tag: str, visible: str) -> Iterator[Door]:
    """All ways to ask for a record: its address, each verb, its lower addresses, and mentions in bodies and filters."""
    match_it = {"If-Match": tag}
    body: Json = {"state": "KEN", "source": "cted", "title": {"en": "A title"}, "description": {"en": "A description"}}
    grant: Json = {
        "state": "KEN",
        "fields": "full",
        "audience": {"organizations": ["osce"]},
        "instrument": {"reference": "Note 3", "date": "2026-11-02"},
    }
    if kind == "need":
        path = f"/needs/{key}"
        yield Door("GET", path)
        yield Door("GET", path, headers={"If-None-Match": tag})
        yield Door("GET", path, headers={"If-None-Match": "*"})
        yield Door("GET", f"{path}/matches")
        yield Door("GET", f"{path}/nothing")
        yield Door("PATCH", path, {"priority": "low"}, match_it)
        yield Door("PATCH", path, {"priority": "low"})
        yield Door("PATCH", path, {"nothing": 1}, match_it)
        yield Door("PUT", f"{path}/level", {"level": "public"}, match_it)
        yield Door("PUT", f"{path}/level", {"level": "public"})
        yield Door("POST", f"{path}/verdicts", {})
        yield Door("DELETE", path, headers=match_it)
        yield Door("POST", "/consents", {**grant, "scope": {"needs": [key]}})
        yield Door("POST", "/consents", {**grant, "scope": {"needs": [visible, key]}})
    if kind == "visit":
        path = f"/visits/{key}"
        yield Door("GET", path)
        yield Door("GET", path, headers={"If-None-Match": tag})
        yield Door("GET", f"{path}/recommendations")
        yield Door("PATCH", path, {"mode": "virtual"}, match_it)
        yield Door("PATCH", path, {"mode": "virtual"})
        yield Door("POST", f"{path}/recommendations", {"number": "1", "text": {"en": "Adopt a law."}})
        yield Door("POST", "/needs", {**body, "visit": key})
        yield Door("POST", "/consents", {**grant, "scope": {"visit": key}})
        yield Door("GET", f"/needs?visit={key}")
        yield Door("GET", f"/states/KEN/matches?visit={key}")
    if kind == "recommendation":
        yield Door("POST", "/needs", {**body, "recommendation": key})
    if kind == "consent":
        path = f"/consents/{key}"
        yield Door("GET", path)
        yield Door("POST", f"{path}/confirm", headers=match_it)
        yield Door("POST", f"{path}/confirm")
        yield Door("POST", f"{path}/withdraw", {"reason": "None"}, match_it)
        yield Door("POST", f"{path}/withdraw", {"reason": "None"})
    if kind == "offer":
        path = f"/offers/{key}"
        yield Door("GET", path)
        yield Door("GET", f"{path}/matches")
        yield Door("PATCH", path, {"availability": "full"}, match_it)
        yield Door("PATCH", path, {"availability": "full"})
        for verb in ("publish", "withdraw", "confirm"):
            yield Door("POST", f"{path}/{verb}", headers=match_it)
            yield Door("POST", f"{path}/{verb}")
    if kind == "external":
        yield Door("PUT", f"/offers/osce/{key}", {"title": {"en": "Ours"}, "description": {"en": "Ours"}})


KNOWN_TO: Mapping[str, tuple[str, ...]] = {
    "need": ("other_officer",),
    "visit": ("other_officer",),
    "recommendation": ("other_officer",),
    "consent": ("officer", "other_officer", "secretariat", "maldives", "canada"),
    "offer": ("officer", "other_officer", "osce"),
    "external": ("officer", "other_officer", "osce"),
}


@pytest.mark.parametrize("kind", KNOWN_TO)
def test_a_hidden_id_is_answered_like_an_id_of_nothing(stage: Stage, kind: str) -> None:
    """Every verb, every address below it, every mention: not one byte differs but the request's id."""
    visible = furnish(stage)["need_id"]
    key = hidden_things(stage)[kind]
    if kind in ("need", "visit"):
        stage.record_need(by="other_officer", level="committee", visit=key if kind == "visit" else None)
        stage.record_need(by="other_officer", level="public", visit=key if kind == "visit" else None)
        stage.consent(by="kenya", scope={"themes": ["cft"]}, audience={"public": True})
    nothing = str(uuid4()) if kind != "external" else "D-9"
    paths = {"need": "needs", "visit": "visits", "consent": "consents", "offer": "offers"}
    owner = stage.callers["osce" if kind == "offer" else "other_officer"]
    tag = owner.ask("GET", f"/{paths[kind]}/{key}").headers["etag"] if kind in paths else '"nothing"'
    told = []
    for person in (*EVERYBODY, "auditor", "iata"):
        caller = stage.callers[person]
        if person in KNOWN_TO[kind]:
            continue
        pairs = zip(questions(kind, key, tag, visible), questions(kind, nothing, tag, visible), strict=True)
        for hidden, absent in pairs:
            one, other = knock(caller, hidden, mask=key), knock(caller, absent, mask=nothing)
            if one != other:
                told.append(f"{person}: {str(hidden).replace(key, 'ID')}: {first_difference(other, one)}")
    tell(told)


def test_an_idempotency_key_is_the_senders_own(stage: Stage) -> None:
    """The same key in two hands: neither learns that the other has used it."""
    headers = {"Idempotency-Key": "same-key"}
    body = {**stage.world.offer_body(), "external_id": "I-1", "organization": "osce", "status": "draft"}
    first = stage.callers["osce"].ask("POST", "/offers", json=body, headers=headers)
    body["organization"] = "unodc-tpb"
    second = stage.callers["unodc"].ask("POST", "/offers", json=body, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201), (first.text, second.text)
    assert first.json()["id"] != second.json()["id"]


@pytest.mark.parametrize("person", ["kenya", "unodc", "nobody"])
def test_nobody_keeps_a_copy_of_an_answer_about_needs(stage: Stage, person: str) -> None:
    """Needs are served `private, no-store`: a cache on the way would outlive the consent."""
    ids = furnish(stage)
    paths = ["/needs", f"/needs/{ids['public']}", f"/needs/{ids['public']}/matches", "/states/KEN/matches"]
    answers = {path: stage.callers[person].ask("GET", path) for path in paths}
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(paths, 200)
    told = {path: set(answer.headers.get("cache-control", "").split(", ")) for path, answer in answers.items()}
    assert told == {path: {"private", "no-store"} for path in paths}


def test_hidden_writes_change_no_byte_of_any_answer(stage: Stage) -> None:
    """Five writes of each kind between two looks: whoever may not see them is answered the same."""
    ids = furnish(stage)
    at = doors(stage.world, ids, ["procedure"])
    told: list[str] = []

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

    writes = (
        (record_for_team, EVERYBODY),
        (record_for_committee, OUTSIDERS),
        (consent_to_others, OUTSIDERS),
        (draft_offers, tuple(person for person in EVERYBODY if person != "officer")),
    )
    before = poll(stage.callers, EVERYBODY, at)
    for write, unaware in writes:
        now = stage.now
        write()
        # The clock stands still between the two looks: only the writes can have moved anything.
        stage.world.now = now
        after = poll(stage.callers, EVERYBODY, at)
        told += [f"{write.__name__}: {line}" for line in changed(before, after, unaware)]
        before = after
    tell(told)


def pages(stage: Stage, person: str, limit: int, *, between: Any = None) -> list[list[str]]:
    """The ids on each page; `between` happens after each of them."""
    found: list[list[str]] = []
    cursor: Mapping[str, str] = {}
    while True:
        page = stage.callers[person].get("/needs", params={"limit": str(limit), **cursor})
        found.append([item["id"] for item in page["items"]])
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}
        if between is not None:
            between()


@pytest.mark.parametrize("limit", [1, 3])
def test_pages_have_no_holes_and_do_not_move_by_hidden_rows(stage: Stage, limit: int) -> None:
    """Each page but the last is full, and rows that the reader does not see shift none of them."""
    shown = []
    for number in range(15):
        need = stage.record_need(level="named" if number % 2 else "committee")
        if number % 2:
            shown.append(need)
    stage.consent(by="kenya", scope={"needs": shown}, audience={"organizations": ["unodc-tpb"]})
    newest_first = shown[::-1]
    expected = [newest_first[start : start + limit] for start in range(0, len(shown), limit)]
    assert pages(stage, "unodc", limit) == expected
    assert pages(stage, "unodc", limit, between=stage.record_need) == expected


def test_no_number_counts_what_is_hidden(stage: Stage) -> None:
    """A provider's own act is answered the same after no hidden row and after five."""

    def shape(offer: Json) -> Json:
        return {key: value for key, value in offer.items() if key not in ("id", "external_id")}

    first = stage.world.put_offer("N-1", by="unodc", status="draft")
    second = stage.world.put_offer("N-2", by="unodc", status="draft")
    for number in range(5):
        stage.record_need()
        stage.world.put_offer(f"H-{number}", by="osce", status="draft")
    third = stage.world.put_offer("N-3", by="unodc", status="draft")
    assert shape(first) == shape(second) == shape(third)
    references = [need["reference"] for need in stage.needs] + [
        stage.world.make_need(level="state")["reference"] for _ in range(15)
    ]
    assert references not in (sorted(references), sorted(references, reverse=True))
    assert len(set(references)) == len(references)


GRANTS: tuple[tuple[str, Json], ...] = (
    ("osce", {"audience": {"organizations": ["osce"]}}),
    ("osce", {"audience": {"organizations": ["osce"]}, "fields": "header"}),
    ("designer", {"audience": {"classes": ["regional_org", "designer"]}}),
    ("nobody", {"audience": {"public": True}}),
    ("maldives", {"audience": {"public": True}, "fields": "header"}),
)
ENDS = ("withdrawn by the State", "withdrawn by CTED", "expired", "lowered", "never confirmed")


@pytest.mark.parametrize("end", ENDS)
def test_what_has_ended_is_as_if_it_had_never_been(stage: Stage, end: str) -> None:
    """Each way a grant ends leaves every answer at every door as it was before there was a grant."""
    ids = furnish(stage)
    visit = stage.record_visit(level="state")
    need = stage.record_need(level="public", visit=visit)
    at = doors(stage.world, ids | {"need_id": need}, ["procedure", title_word(len(stage.needs) - 1)])
    outside, inside = ("osce", "designer", "maldives", "nobody"), ("officer", "kenya")
    before = poll(stage.callers, outside + inside, at)
    told: list[str] = []
    # Two of the five grants for each end: together the ends see all of them twice.
    place = ENDS.index(end)
    for (reader, grant), scope in (
        (GRANTS[place], {"needs": [need]}),
        (GRANTS[place - 2], {"visit": visit}),
    ):
        consent, tag = _grant_and_end(stage, need, {"scope": scope, **grant}, reader, end)
        after = poll(stage.callers, outside + inside, at)
        # The consent itself lives on under a lowered ceiling, and whom it names may read that part of it.
        told += changed(before, after, outside, but="/consents" if end == "lowered" else "")
        if end == "lowered":
            # Who sees the level sees that it is another one.
            stage.set_level(need, "public")
            stage.withdraw(consent, by="kenya")
        else:
            told += changed(before, after, inside, but="/consents")
        again = stage.callers[reader].ask("GET", f"/needs/{need}", headers={"If-None-Match": tag})
        assert again.status_code == (401 if reader == "nobody" else 404)
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


def test_a_header_shows_no_byte_of_the_narrative_and_moves_with_none(stage: Stage) -> None:
    """Header-only readers find no word of the text at any door, nor any trace of what was rewritten in it."""
    ids = furnish(stage)
    words = [title_word(1), description_word(1), title_word(2), description_word(2), "designations"]
    at = [
        door
        for key in ("header", "public")
        for door in doors(stage.world, ids | {"need_id": ids[key]}, words)
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
