"""Plans beside exhaustive search, their laws, and what they prove when time runs out."""

import random
from collections.abc import Iterator
from itertools import product

import pytest

from matching import plan as plan_module
from matching.plan import Give, Holds, Plan, Want, solve

CASES = 1_000
Scores = dict[tuple[str, str], float]


def small_case(seed: int) -> tuple[list[Want], list[Give], Scores]:
    chance = random.Random(seed)
    wants = [Want(f"n{at}", chance.choice("AB"), chance.randint(1, 4)) for at in range(chance.randint(1, 5))]
    gives = [
        Give(f"o{at}", chance.choice((None, 0, 1, 1, 2)), chance.choice(list(Holds)))
        for at in range(chance.randint(1, 4))
    ]
    scores = {
        (want.id, give.id): chance.randint(50, 99) / 100 for want in wants for give in gives if chance.random() < 0.55
    }
    return wants, gives, scores


def is_possible(covers: dict[str, str], wants: list[Want], gives: list[Give]) -> bool:
    state = {want.id: want.state for want in wants}
    for give in gives:
        held = [need for need, offer in covers.items() if offer == give.id]
        taken = len(held) if give.holds is Holds.NEEDS else len({state[need] for need in held})
        if give.room is not None and taken > give.room:
            return False
    return True


def every_plan(wants: list[Want], gives: list[Give], scores: Scores) -> Iterator[dict[str, str]]:
    choices = [[None, *(offer for need, offer in scores if need == want.id)] for want in wants]
    for choice in product(*choices):
        covers = {want.id: offer for want, offer in zip(wants, choice, strict=True) if offer is not None}
        if is_possible(covers, wants, gives):
            yield covers


def test_no_plan_found_by_trying_all_is_better() -> None:
    for seed in range(CASES):
        wants, gives, scores = small_case(seed)
        weight = {want.id: want.weight for want in wants}

        def worth(covers: dict[str, str]) -> tuple[int, int, float]:
            return (
                sum(weight[need] for need in covers),  # noqa: B023
                -len(set(covers.values())),
                sum(scores[pair] for pair in covers.items()),  # noqa: B023
            )

        best = max(map(worth, every_plan(wants, gives, scores)))
        plan = solve(wants, gives, scores)
        assert is_possible(dict(plan.covers), wants, gives), seed
        assert (plan.value, -plan.offers) == best[:2] == worth(dict(plan.covers))[:2], seed
        assert plan.is_proven, seed


def test_among_equal_offers_the_better_fit_is_kept() -> None:
    wants = [Want("a", "A", 1), Want("b", "B", 1)]
    gives = [Give("x", 1), Give("y", 1)]
    scores = {("a", "x"): 0.9, ("a", "y"): 0.6, ("b", "x"): 0.8, ("b", "y"): 0.7}
    assert dict(solve(wants, gives, scores).covers) == {"a": "x", "b": "y"}


def test_one_offer_for_both_is_better_than_two_that_fit_better() -> None:
    scores = {("a", "x"): 0.6, ("b", "x"): 0.6, ("a", "y"): 0.9, ("b", "z"): 0.9}
    plan = solve([Want("a", "A", 1), Want("b", "A", 1)], [Give("x"), Give("y"), Give("z")], scores)
    assert (set(plan.covers.values()), plan.offers, plan.offers_bound) == ({"x"}, 1, 1)


def test_a_place_goes_to_what_matters_most() -> None:
    scores = {("first", "x"): 0.6, ("second", "x"): 0.9}
    plan = solve([Want("first", "A", 10), Want("second", "B", 5)], [Give("x", 1)], scores)
    assert dict(plan.covers) == {"first": "x"}


def test_room_for_one_state_holds_all_its_needs() -> None:
    wants = [Want("a1", "A", 1), Want("a2", "A", 1), Want("b", "B", 1)]
    scores = {(want.id, "x"): 0.9 for want in wants}
    assert set(solve(wants, [Give("x", 1, Holds.STATES)], scores).covers) == {"a1", "a2"}


def test_nothing_to_choose_from_is_a_proven_plan() -> None:
    plan = solve([Want("a", "A", 1)], [Give("x", 0)], {("a", "x"): 0.9})
    assert plan == Plan({}, 0, 0, 0, 0)
    assert plan.is_proven


def test_the_plan_for_want_of_time_is_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    best = {}
    for seed in range(100):
        wants, gives, scores = small_case(seed)
        best[seed] = solve(wants, gives, scores)
    monkeypatch.setattr(plan_module._Program, "cheapest", lambda *_, **__: (None, -float("inf")))
    for seed, proven in best.items():
        wants, gives, scores = small_case(seed)
        plan = solve(wants, gives, scores)
        assert is_possible(dict(plan.covers), wants, gives)
        assert plan.value <= proven.value <= plan.value_bound
        assert plan.offers_bound <= plan.offers
