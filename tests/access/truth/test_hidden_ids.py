"""An id of something hidden is answered like an id of nothing; no number, page or cached answer tells of it."""

import re
from collections.abc import Callable, Mapping
from functools import partial

import pytest

from tests.access.truth.scene import hide
from tests.access.truth.stage import Stage
from tests.access.truth.surfaces import NOTHING, addresses, first_difference, knock, questions, tell
from tests.world import Json

ASKERS = (
    "maldives",
    "unodc",
    "designer",
    "admin",
    "nobody",
    "secretariat",
    "kenya",
    "officer",
    "auditor",
)

KNOWN_TO: Mapping[str, tuple[str, ...]] = {
    "need": ("other_officer",),
    "visit": ("other_officer",),
    "recommendation": ("other_officer",),
    "consent": ("officer", "other_officer", "secretariat", "maldives", "canada"),
    "offer": ("officer", "other_officer", "osce"),
    "external": ("officer", "other_officer", "osce"),
}


@pytest.fixture(scope="module")
def hidden(stage: Stage, ids: dict[str, str]) -> dict[str, str]:
    """One record of each kind that hardly anybody may see, in a service in use."""
    return hide(stage)


def test_every_address_is_asked_for_a_record(stage: Stage, ids: dict[str, str]) -> None:
    """Whoever opens a new address says in `furnish` which record it shows: asked for nothing, it proves nothing."""
    named = {part for path in addresses(stage.world) for part in re.findall(r"{(\w+)}", path)}
    assert named <= set(ids)


@pytest.mark.parametrize("kind", KNOWN_TO)
def test_a_hidden_id_is_answered_like_an_id_of_nothing(
    stage: Stage, ids: dict[str, str], hidden: dict[str, str], kind: str
) -> None:
    """Every verb, every address below it, every mention: not one byte differs but the request's id."""
    key, nothing = hidden[kind], "D-9" if kind == "external" else NOTHING
    paths = {"need": "needs", "visit": "visits", "consent": "consents", "offer": "offers"}
    owner = stage.callers["osce" if kind == "offer" else "other_officer"]
    tag = owner.ask("GET", f"/{paths[kind]}/{key}").headers["etag"] if kind in paths else '"nothing"'
    told = []
    for person in set(ASKERS) - set(KNOWN_TO[kind]):
        caller = stage.callers[person]
        visible = ids["need_id"]
        pairs = zip(questions(kind, key, tag, visible), questions(kind, nothing, tag, visible), strict=True)
        for asked, absent in pairs:
            one, other = knock(caller, asked, mask=key), knock(caller, absent, mask=nothing)
            if one != other:
                told.append(f"{person}: {str(asked).replace(key, 'ID')}: {first_difference(other, one)}")
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
def test_nobody_keeps_a_copy_of_an_answer_about_needs(stage: Stage, ids: dict[str, str], person: str) -> None:
    """Needs are served `private, no-store`: a cache on the way would outlive the consent."""
    paths = ["/needs", f"/needs/{ids['public']}", f"/needs/{ids['public']}/matches", "/states/KEN/matches"]
    answers = {path: stage.callers[person].ask("GET", path) for path in paths}
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(paths, 200)
    told = {path: set(answer.headers.get("cache-control", "").split(", ")) for path, answer in answers.items()}
    assert told == {path: {"private", "no-store"} for path in paths}


PAGED = "prr.prisons"
"""The theme of the needs that are paged through, and of no others here."""


def pages(stage: Stage, person: str, limit: int, *, between: Callable[[], object] | None = None) -> list[list[str]]:
    """The ids on each page; `between` happens after each of them."""
    found: list[list[str]] = []
    cursor: Mapping[str, str] = {}
    while True:
        page = stage.callers[person].get("/needs", params={"theme": PAGED, "limit": str(limit), **cursor})
        found.append([item["id"] for item in page["items"]])
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}
        if between is not None:
            between()


@pytest.mark.parametrize(("limit", "provider", "code"), [(1, "iom", "iom"), (3, "icct", "icct")])
def test_pages_have_no_holes_and_do_not_move_by_hidden_rows(stage: Stage, limit: int, provider: str, code: str) -> None:
    """Each page but the last is full, and rows that the reader does not see shift none of them."""
    shown = []
    for number in range(11):
        need = stage.record_need(level="named" if number % 2 else "committee", themes=[PAGED])
        if number % 2:
            shown.append(need)
    stage.consent(by="kenya", scope={"needs": shown}, audience={"organizations": [code]})
    newest_first = shown[::-1]
    expected = [newest_first[start : start + limit] for start in range(0, len(shown), limit)]
    assert pages(stage, provider, limit) == expected
    between = partial(stage.record_need, themes=[PAGED])
    assert pages(stage, provider, limit, between=between) == expected


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
        stage.world.make_need(level="state")["reference"] for _ in range(11)
    ]
    assert references not in (sorted(references), sorted(references, reverse=True))
    assert len(set(references)) == len(references)
