"""Near-duplicates: the same programme told twice is one match, a programme like another is not."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from matching import Engine, OfferProfile, Scope
from matching.duplicates import folded, is_same
from tests.matching.small import SMALL_FACTS, SMALL_TERMS, TODAY, make_need, make_offer

pytestmark = pytest.mark.pure

SEED = Path(__file__).parents[2] / "seed_data"
EARLY, LATE = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def narrative(record: Mapping[str, str | Mapping[str, str]], name: str) -> dict[str, str]:
    text = record[name]
    return {str(record["lang"]): text} if isinstance(text, str) else dict(text)


def real_offers() -> list[OfferProfile]:
    files = [SEED / "judgements" / "offers.jsonl", *sorted((SEED / "sample").glob("offers-*.jsonl"))]
    records = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        make_offer(id=f"R{at:03}", title=narrative(record, "title"), description=narrative(record, "description"))
        for at, record in enumerate(records)
    ]


REAL = real_offers()


def retold(offer: OfferProfile, at: int) -> OfferProfile:
    """As a second body, or a second register, writes the same programme."""
    (language, title), *_ = sorted(offer.title.items())
    text = offer.description.get(language, "")
    stop = "。" if language == "zh" else ". "
    sentences = text.split(stop)
    ways = (
        (title.upper(), text),
        (title.rstrip(".") + ".", f"{text} "),
        (title, stop.join(sentences[::-1])),
        (title, text.replace(",", " –")),
    )
    title, text = ways[at % len(ways)]
    return replace(
        offer, id=f"{offer.id}-again", organization="other", title={language: title}, description={language: text}
    )


def test_planted_copies_are_found_and_nothing_else_is_folded() -> None:
    assert len(REAL) > 300
    copies = {offer.id: retold(offer, at) for at, offer in enumerate(REAL)}
    found = sum(is_same(offer, copies[offer.id]) for offer in REAL)
    assert found == len(REAL)
    false = [(REAL[first].id, [REAL[at].id for at in others]) for first, others in folded(REAL) if others]
    assert false == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": {"en": "Asset freezing for banks, phase 2"}}, "another phase"),
        ({"description": {"en": "Judges learn in two weeks how to freeze assets."}}, "another description"),
        ({"assistance_types": ("equipment",)}, "another kind of help"),
        ({"title": {"fr": "Gel des avoirs"}, "description": {"fr": "Formation"}}, "no language in common"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_only_resembles_stays_apart(changes: dict[str, Any], why: str) -> None:
    offer = make_offer(title={"en": "Asset freezing for banks, phase 1"}, assistance_types=("training",))
    assert not is_same(offer, replace(offer, id="O2", **changes)), why


def test_one_body_may_offer_the_same_to_different_states_apart() -> None:
    here = make_offer(scope=Scope(states=("KEN",)))
    there = replace(here, id="O2", scope=Scope(states=("PER",)))
    assert not is_same(here, there)
    assert is_same(here, replace(there, organization="other"))


def test_the_offer_that_was_listed_first_stands_for_all() -> None:
    old = make_offer(id="Z", organization="old", listed_at=EARLY, themes=())
    copy = replace(old, id="A", organization="new", listed_at=LATE, themes=("cft.asset-freezing",))
    other = make_offer(id="M", title={"en": "Bank supervision"}, description={"en": "Supervision of banks"})
    engine = Engine(SMALL_TERMS, SMALL_FACTS).fit([old, copy, other])
    answer = engine.answer(make_need(), as_of=TODAY)
    lines = {match.offer_id: match.also_offered_by for match in answer.matches}
    assert lines == {"Z": ("A",), "M": ()}
    ranked = engine.rank(make_need(), as_of=TODAY).matches
    assert {match.offer_id for match in ranked} == {"Z", "A", "M"}
    alone = next(match for match in ranked if match.offer_id == "Z")
    assert answer.matches[0] == replace(alone, also_offered_by=("A",))


def test_a_folded_answer_still_has_as_many_lines_as_asked_for() -> None:
    copies = [make_offer(id=f"A{at}", listed_at=LATE) for at in range(6)]
    others = [
        make_offer(id=f"B{at}", title={"en": f"Bank supervision {at}"}, description={"en": "Supervision of banks"})
        for at in range(4)
    ]
    engine = Engine(SMALL_TERMS, SMALL_FACTS).fit([*copies, *others])
    answer = engine.answer(make_need(), as_of=TODAY, limit=4)
    assert len(answer.matches) == 4
    assert answer.matches[0].also_offered_by == ("A1", "A2", "A3", "A4", "A5")
