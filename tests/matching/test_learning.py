"""Learning is short-stepped, blind to order and to States, and refuses more readily than it proposes."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import RECIPE, Case, Engine, Graded, NotProposed, judged_cases, propose
from matching.learning import ACCEPTED, DECLINED, FEWEST_VERDICTS, GROUPS, LEAST_STEP, SETTLERS_AT_MOST, STEP, score
from tests.matching.small import SMALL_FACTS, SMALL_TERMS, TODAY, make_need, make_offer

pytestmark = pytest.mark.pure

CRITERIA = tuple(name for group in GROUPS for name in getattr(RECIPE, group))


def decided(seed: int, *, count: int = 40, telling: str = "theme") -> list[Case]:
    """Verdicts on needs of ten States: officers accept where the telling criterion is high."""
    random = Random(seed)
    cases = []
    for at in range(count // 2):
        graded = []
        for side in range(2):
            values = {name: round(random.uniform(0.3, 1.0), 3) for name in CRITERIA}
            values[telling] = round(random.uniform(0.75, 1.0) if side else random.uniform(0.0, 0.25), 3)
            graded.append(Graded(f"O{side}", values, ACCEPTED if side else DECLINED))
        cases.append(Case(f"N{at:03}", f"S{at % 10}", tuple(graded), is_decided=True))
    return cases


def weights(recipe: object) -> dict[str, float]:
    return {f"{group}.{name}": value for group in GROUPS for name, value in getattr(recipe, group).items()}


def test_the_score_is_put_together_as_the_engine_does() -> None:
    engine = Engine(SMALL_TERMS, SMALL_FACTS).fit([make_offer(id="a"), make_offer(id="b", themes=())])
    for match in engine.rank(make_need(), as_of=TODAY).matches:
        values = {finding.criterion: finding.value for finding in match.findings}
        assert score(values, RECIPE) == pytest.approx(match.score, abs=1e-12)


def test_verdicts_move_the_weights_their_way() -> None:
    proposal = propose(RECIPE, decided(1))
    assert proposal.recipe.purpose["theme"] > RECIPE.purpose["theme"]
    assert proposal.recipe.version.startswith(f"{RECIPE.version}+")
    assert proposal.after.agreement >= proposal.before.agreement
    assert proposal.verdicts == 40


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), telling=st.sampled_from(CRITERIA))
def test_no_weight_leaves_its_bounds(seed: int, telling: str) -> None:
    try:
        proposed = propose(RECIPE, decided(seed, telling=telling)).recipe
    except NotProposed:
        return
    assert sum(proposed.purpose.values()) == pytest.approx(1.0)
    assert sum(proposed.settlers.values()) <= SETTLERS_AT_MOST + 0.005
    before, after = weights(RECIPE), weights(proposed)
    for name, value in after.items():
        assert 0.0 <= value <= 1.0
        assert abs(value - before[name]) <= max(before[name] * STEP, LEAST_STEP) + 0.0011, name


@settings(max_examples=5)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_verdicts_changes_nothing(seed: int) -> None:
    cases = decided(7)
    shuffled = [replace(case, graded=case.graded[::-1]) for case in cases]
    Random(seed).shuffle(shuffled)
    assert propose(RECIPE, shuffled) == propose(RECIPE, cases)


def test_the_names_of_states_change_nothing_while_they_part_alike() -> None:
    cases = decided(3)
    renamed = [replace(case, state=f"X{case.state}") for case in cases]
    assert propose(RECIPE, renamed).recipe == propose(RECIPE, cases).recipe


def test_too_few_verdicts_are_refused() -> None:
    with pytest.raises(NotProposed, match=f"{FEWEST_VERDICTS} verdicts .* there are 28"):
        propose(RECIPE, decided(1, count=28))


def test_judged_pairs_do_not_count_as_verdicts() -> None:
    cases = [replace(case, is_decided=False) for case in decided(1, count=100)]
    with pytest.raises(NotProposed, match="there are 0"):
        propose(RECIPE, cases)


def test_verdicts_that_speak_against_the_judged_pairs_are_refused() -> None:
    judged = []
    for case in decided(5, count=80):
        turned = tuple(replace(one, grade=ACCEPTED - one.grade) for one in case.graded)
        judged.append(replace(case, need=f"J{case.need}", graded=turned, is_decided=False))
        # The wrong way round for the verdicts, and so near that a short step of the weights turns it.
    near = [replace(case, graded=tuple(_drawn_near(one) for one in case.graded)) for case in judged]
    with pytest.raises(NotProposed, match=r"the evaluation falls|no reason"):
        propose(RECIPE, [*decided(5), *near])


def _drawn_near(one: Graded) -> Graded:
    """Values by which the better offer leads narrowly as the weights stand."""
    values = dict.fromkeys(CRITERIA, 0.5)
    if one.grade == ACCEPTED:
        values["substance"] += 0.1
    else:
        values["theme"] += 0.1 * RECIPE.purpose["substance"] / RECIPE.purpose["theme"] - 0.01
    return replace(one, values=values)


def test_judged_needs_become_cases_with_every_eligible_offer() -> None:
    offers = [make_offer(id="a"), make_offer(id="b"), make_offer(id="closed", availability="closed")]
    engine = Engine(SMALL_TERMS, SMALL_FACTS).fit(offers)
    (case,) = judged_cases(engine, [make_need()], {"N1": {"a": 3, "closed": 2}}, as_of=TODAY)
    assert {one.offer: one.grade for one in case.graded} == {"a": 3, "b": 0}
    assert set(case.graded[0].values) == set(CRITERIA)


def test_another_recipe_over_the_same_offers_scores_anew() -> None:
    engine = Engine(SMALL_TERMS, SMALL_FACTS).fit([make_offer(id="a")])
    halved = replace(RECIPE, settlers=dict.fromkeys(RECIPE.settlers, 0.0), version="other")
    other = engine.with_recipe(halved)
    again = Engine(SMALL_TERMS, SMALL_FACTS, halved).fit([make_offer(id="a")])
    need = make_need()
    assert other.rank(need, as_of=TODAY) == again.rank(need, as_of=TODAY)
    assert engine.recipe == RECIPE
