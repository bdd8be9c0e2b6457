"""The formula of gaps, and the promise that a rank stays within its range whatever the weights do within a fifth."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.bundles import Ask, bundle, cosine
from matching.gaps import PARTS, SWING, WEIGHTS, Parts, ranges, score, weighed

pytestmark = pytest.mark.pure

share = st.integers(0, 4).map(lambda part: part / 4)
some_parts = st.builds(Parts, share, st.none() | share, st.none() | share, share, share, st.integers(1, 8))
some_weights = st.fixed_dictionaries({name: st.integers(0, 5).map(float) for name in PARTS})


def ordered(parts: list[Parts], weights: dict[str, float]) -> list[Parts]:
    return sorted(parts, key=lambda one: -score(one, weights))


@given(st.lists(some_parts, min_size=1, max_size=12), some_weights, st.integers(0, 2**32))
def test_no_weights_within_a_fifth_move_a_gap_out_of_its_range(
    parts: list[Parts], weights: dict[str, float], seed: int
) -> None:
    first = ordered(parts, weights)
    told = ranges(first, weights, first=len(first))
    chance = random.Random(seed)
    for _ in range(20):
        moved = {name: weight * chance.choice((1 - SWING, 1, 1 + SWING)) for name, weight in weights.items()}
        for one, (best, worst) in zip(first, told, strict=True):
            mine = score(one, moved)
            before = sum(score(other, moved) > mine + 1e-9 for other in first)
            not_after = sum(score(other, moved) >= mine - 1e-9 for other in first)
            assert best <= not_after
            assert before < worst


def test_equal_gaps_keep_their_order() -> None:
    same = Parts(1.0, None, None, 0.0, 0.0, 1)
    assert ranges([same] * 3, WEIGHTS, first=2) == [(1, 1), (2, 2)]


@given(some_parts, some_weights)
def test_a_score_is_a_share_and_grows_with_every_part(parts: Parts, weights: dict[str, float]) -> None:
    assert 0 <= score(parts, weights) <= 1
    better = Parts(1.0, 1.0, 1.0, 0.0, 0.0, 9)
    assert score(better, weights) >= score(parts, weights)


def test_what_is_not_known_earns_nothing() -> None:
    assert score(Parts(1, None, None, 0.2, 0, 2), WEIGHTS) == score(Parts(1, 0.0, 0.0, 0.2, 0, 2), WEIGHTS)
    assert score(Parts(1, 1, 1, 0, 0, 9), dict.fromkeys(PARTS, 0.0)) == 0
    assert weighed({"age": 3.0}) == {**WEIGHTS, "age": 3.0}


MEMBERS = {"near": frozenset("ABC"), "wide": frozenset("ABCDEFGH"), "world": frozenset("ABCDEFGHXYZ")}
KINDS = {"near": "regional_org", "wide": "m49_subregion", "world": "global"}


def ask(name: str, state: str, theme: str = "t", kinds: str = "k", **concepts: float) -> Ask:
    return Ask(name, state, theme, frozenset(kinds), concepts)


def test_the_closest_grouping_carries_a_bundle_and_no_need_is_in_two() -> None:
    asks = [ask("1", "A", x=1.0), ask("2", "B", x=2.0), ask("3", "E"), ask("4", "F"), ask("5", "Z"), ask("6", "A", "u")]
    found = bundle(asks, MEMBERS, KINDS, {"t": None, "u": None})
    assert [(one.grouping, one.states, one.needs) for one in found] == [
        ("wide", ("A", "B", "E", "F"), ("1", "2", "3", "4")),
    ]
    assert found[0].fitting == ("wide",)
    assert found[0].concepts == ("x",)
    assert found[0].kinds == ("k",)
    (close,) = bundle(asks[:2], MEMBERS, KINDS, {"t": None})
    assert (close.grouping, close.fitting) == ("near", ("near", "wide"))


def test_two_needs_of_one_state_are_no_bundle() -> None:
    assert bundle([ask("1", "A"), ask("2", "A")], MEMBERS, KINDS, {"t": None}) == []


@given(
    st.lists(st.tuples(st.sampled_from("ABCDEX"), st.sampled_from("tu"), st.sampled_from(["k", "j", ""])), max_size=9)
)
def test_the_order_of_needs_changes_no_bundle(rows: list[tuple[str, str, str]]) -> None:
    asks = [ask(str(at), state, theme, kinds) for at, (state, theme, kinds) in enumerate(rows)]
    found = bundle(asks, MEMBERS, KINDS, {"t": None, "u": None})
    assert found == bundle(asks[::-1], MEMBERS, KINDS, {"t": None, "u": None})
    held = [name for one in found for name in one.needs]
    assert len(held) == len(set(held))
    assert all(len(one.states) > 1 for one in found)


def test_texts_without_concepts_are_not_alike() -> None:
    assert cosine({}, {"a": 1.0}) == 0
    assert cosine({"a": 2.0}, {"a": 3.0}) == pytest.approx(1.0)
