"""No twin that repeats, claims everything, copies or hides text stands above its honest twin: `make quick` tries some,
`make test` a thousand."""

from dataclasses import replace
from itertools import islice

import pytest

from matching import Engine, load_terms
from tests.matching.small import TODAY
from tests.matching.stuffing import pairs, sample_facts, ways

TWINS, ALL_TWINS = 150, 1000


def climbers(most: int) -> list[tuple[str, str, str]]:
    """The twins that climbed: way, need and offer."""
    facts = sample_facts()
    engine = Engine(load_terms(), facts)
    tries = [(way, stuff, *pair) for pair in pairs() for way, stuff in ways(facts).items()]
    found = []
    for way, stuff, need, offer in islice(tries, 0, None, max(len(tries) // most, 1)):
        twin = replace(stuff(offer, need), id="A-twin")
        if replace(twin, id=offer.id) == offer:
            continue
        best = engine.fit([offer, twin]).rank(need, as_of=TODAY, limit=1).matches
        if best and best[0].offer_id == "A-twin":
            found.append((way, need.id, offer.id))
    return found


@pytest.mark.pure
def test_no_stuffed_twin_climbs() -> None:
    assert climbers(TWINS) == []


def test_no_stuffed_twin_of_a_thousand_climbs() -> None:
    assert climbers(ALL_TWINS) == []
