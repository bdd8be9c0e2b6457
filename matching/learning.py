"""Refits the few weights of a recipe to what people decided: a short step, never below zero, never from few decisions.

What is learnt from are the values of the criteria of decided pairs, and nothing else: not the texts, not the State.
The State only parts the decisions, so that a refitted recipe is always tried on States that it was not fitted to.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matching.engine import Engine
from matching.errors import NotProposed
from matching.evaluate import Grades, ndcg
from matching.recipe import Recipe
from matching.types import NeedProfile

FEWEST_VERDICTS = 30
"""Fewer decisions than this are anecdotes: half of them turning around would turn the weights around."""
FOLDS = 5
STEP, LEAST_STEP = 0.20, 0.01
"""How far one proposal may move a weight: this share of it, or this much where that is more."""
SETTLERS_AT_MOST = 0.15
"""Settlers decide near-ties: together they may never take away more."""
ACCEPTED, DECLINED = 3, 0
"""The grades of an accepted and of a declined offer."""
SHARPNESS = 0.05
"""The difference of scores from which on one offer counts as clearly before the other."""
HOLD = 2.0
"""How strongly the weights are held where they are."""
DIGITS = 3
GROUPS = ("purpose", "ceilings", "settlers")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Graded:
    """One offer beside a need: what each criterion said, 0–1, and the grade 0–3 that people gave the pair."""

    offer: str
    values: Mapping[str, float]
    grade: int


@dataclass(frozen=True, slots=True)
class Case:
    """One need with the offers that people graded for it."""

    need: str
    state: str
    graded: tuple[Graded, ...]
    is_decided: bool
    """Whether officers decided on it; else it is one of the judged pairs."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How well weights do on cases that they were not fitted to."""

    ndcg_10: float
    agreement: float
    """Share of the verdicts that the threshold `serves_at` gives too."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A recipe with other weights, and the figures of both, cross-validated over States."""

    recipe: Recipe
    base: str
    verdicts: int
    before: Quality
    after: Quality


def judged_cases(engine: Engine, needs: Iterable[NeedProfile], grades: Grades, *, as_of: date) -> tuple[Case, ...]:
    """The judged needs with all eligible offers; a pair that is not listed counts as 0."""
    found = []
    for need in sorted(needs, key=lambda need: need.id):
        given = grades.get(need.id, {})
        ranking = engine.rank(need, as_of=as_of, limit=len(engine.catalogue_.readings))
        graded = tuple(
            Graded(match.offer_id, {f.criterion: f.value for f in match.findings}, given.get(match.offer_id, 0))
            for match in ranking.matches
        )
        if any(one.grade for one in graded):
            found.append(Case(need.id, need.state, graded, is_decided=False))
    return tuple(found)


def score(values: Mapping[str, float], recipe: Recipe) -> float:
    """The score of a pair from the values of its criteria, as the engine puts them together."""
    return float(_scores(_table([values], _names(recipe)), _weights(recipe), recipe)[0])


def propose(recipe: Recipe, cases: Iterable[Case]) -> Proposal:
    """The recipe refitted to all cases. Raises `NotProposed` where there are too few verdicts, where no weight moves,
    or where the refitted weights do worse on States that they were not fitted to. The order of cases and of their
    offers changes nothing."""
    ordered = [_in_order(case) for case in sorted(cases, key=lambda case: (case.need, case.is_decided))]
    verdicts = sum(len(case.graded) for case in ordered if case.is_decided)
    if verdicts < FEWEST_VERDICTS:
        raise NotProposed(
            f"no recipe is proposed: {FEWEST_VERDICTS} verdicts on the fit of an offer are needed, there are {verdicts}"
        )
    refitted = _refitted(recipe, ordered)
    if refitted == recipe:
        raise NotProposed("no recipe is proposed: the verdicts give no reason to move a weight")
    before, after = _cross_validated(recipe, ordered)
    if after.ndcg_10 < before.ndcg_10 or after.agreement < before.agreement:
        raise NotProposed(
            "no recipe is proposed: on States that the weights were not fitted to, the evaluation falls"
            f" (nDCG@10 {before.ndcg_10:.3f} to {after.ndcg_10:.3f},"
            f" agreement with verdicts {before.agreement:.3f} to {after.agreement:.3f})"
        )
    return Proposal(refitted, recipe.version, verdicts, before, after)


def _in_order(case: Case) -> Case:
    return replace(case, graded=tuple(sorted(case.graded, key=lambda one: one.offer)))


def _names(recipe: Recipe) -> tuple[tuple[str, str], ...]:
    """Every weight that may move: its group and its criterion."""
    return tuple((group, name) for group in GROUPS for name in sorted(getattr(recipe, group)))


def _weights(recipe: Recipe) -> Floats:
    return np.array([getattr(recipe, group)[name] for group, name in _names(recipe)], np.float64)


def _table(rows: Sequence[Mapping[str, float]], names: Sequence[tuple[str, str]]) -> Floats:
    return np.array([[row[name] for _, name in names] for row in rows], np.float64).reshape(len(rows), len(names))


def _scores(values: Floats, weights: Floats, recipe: Recipe) -> Floats:
    groups = np.array([group for group, _ in _names(recipe)])
    purpose, ceilings, settlers = (groups == group for group in GROUPS)
    floors = weights[ceilings]
    lowest = np.min(floors + (1.0 - floors) * values[:, ceilings], axis=1, initial=1.0)
    settled = 1.0 - (1.0 - values[:, settlers]) @ weights[settlers]
    return np.asarray((values[:, purpose] @ weights[purpose]) * lowest * settled)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """All cases as arrays: rows of values, which row should stand before which, and which should serve."""

    values: Floats
    better: NDArray[np.int64]
    worse: NDArray[np.int64]
    share: Floats
    decided: NDArray[np.int64]
    side: Floats


def _pairs(recipe: Recipe, cases: Sequence[Case]) -> _Pairs:
    names = _names(recipe)
    rows: list[Mapping[str, float]] = []
    better: list[int] = []
    worse: list[int] = []
    share: list[float] = []
    decided: list[int] = []
    side: list[float] = []
    for case in cases:
        start = len(rows)
        rows.extend(one.values for one in case.graded)
        here = [
            (start + left, start + right, float(one.grade - other.grade))
            for left, one in enumerate(case.graded)
            for right, other in enumerate(case.graded)
            if one.grade > other.grade
        ]
        whole = sum(weight for _, _, weight in here)
        for left, right, weight in here:
            better.append(left)
            worse.append(right)
            share.append(weight / whole)
        if case.is_decided:
            decided.extend(range(start, len(rows)))
            side.extend(1.0 if one.grade >= ACCEPTED else -1.0 for one in case.graded)
    return _Pairs(
        _table(rows, names),
        np.array(better, np.int64),
        np.array(worse, np.int64),
        np.array(share, np.float64),
        np.array(decided, np.int64),
        np.array(side, np.float64),
    )


def _refitted(recipe: Recipe, cases: Sequence[Case]) -> Recipe:
    """The weights that order the cases best, each need counting alike, held near where they were (pairwise logistic
    loss after Burges et al., 2005; minimised by sequential least squares, Kraft, 1988)."""
    from scipy.optimize import Bounds, LinearConstraint, minimize  # slow to load, and ranking does without

    start = _weights(recipe)
    pairs = _pairs(recipe, cases)
    groups = np.array([group for group, _ in _names(recipe)])
    step = np.maximum(start * STEP, LEAST_STEP)
    needs = max(len(cases), 1)

    def loss(weights: Floats) -> float:
        scores = _scores(pairs.values, weights, recipe)
        order = np.logaddexp(0.0, (scores[pairs.worse] - scores[pairs.better]) / SHARPNESS) @ pairs.share / needs
        apart = (scores[pairs.decided] - recipe.serves_at) * pairs.side
        threshold = float(np.mean(np.logaddexp(0.0, -apart / SHARPNESS))) if len(apart) else 0.0
        held = HOLD * float(np.mean(((weights - start) / step) ** 2)) / 100.0
        return float(order) + threshold + held

    sums = [
        LinearConstraint((groups == "purpose").astype(float), 1.0, 1.0),
        LinearConstraint((groups == "settlers").astype(float), 0.0, SETTLERS_AT_MOST),
    ]
    bounds = Bounds(np.maximum(start - step, 0.0), np.minimum(start + step, 1.0))
    found = minimize(loss, start, method="SLSQP", bounds=bounds, constraints=sums, options={"maxiter": 200})
    return _with_weights(recipe, np.clip(found.x, 0.0, 1.0) if found.success else start)


def _with_weights(recipe: Recipe, weights: Floats) -> Recipe:
    """The recipe with rounded weights, named after them; the last purpose takes what rounding leaves of 1."""
    groups: dict[str, dict[str, float]] = {group: {} for group in GROUPS}
    for (group, name), weight in zip(_names(recipe), weights, strict=True):
        groups[group][name] = round(float(weight), DIGITS)
    last = max(groups["purpose"])
    groups["purpose"][last] = round(1.0 - sum(v for name, v in groups["purpose"].items() if name != last), DIGITS)
    if all(groups[group] == {k: round(v, DIGITS) for k, v in getattr(recipe, group).items()} for group in GROUPS):
        return recipe
    name = hashlib.sha256(json.dumps(groups, sort_keys=True).encode()).hexdigest()[:8]
    version = f"{recipe.version.partition('+')[0]}+{name}"
    return Recipe.from_mapping({**recipe.as_mapping(), **groups, "version": version})


def _cross_validated(recipe: Recipe, cases: Sequence[Case]) -> tuple[Quality, Quality]:
    """The given and the refitted weights on the States that each fold leaves out."""
    counts = Counter(case.state for case in cases)
    fold_of = {state: at % FOLDS for at, state in enumerate(sorted(counts, key=lambda state: (-counts[state], state)))}
    before: list[tuple[Case, Recipe]] = []
    after: list[tuple[Case, Recipe]] = []
    for fold in range(FOLDS):
        left_out = [case for case in cases if fold_of[case.state] == fold]
        if left_out:
            learnt = _refitted(recipe, [case for case in cases if fold_of[case.state] != fold])
            before.extend((case, recipe) for case in left_out)
            after.extend((case, learnt) for case in left_out)
    return _quality(before), _quality(after)


def _quality(tried: Sequence[tuple[Case, Recipe]]) -> Quality:
    gains: list[float] = []
    agreed: list[bool] = []
    for case, recipe in tried:
        scores = _scores(_table([one.values for one in case.graded], _names(recipe)), _weights(recipe), recipe)
        if case.is_decided:
            agreed.extend(
                (given >= recipe.serves_at) == (one.grade >= ACCEPTED)
                for given, one in zip(scores, case.graded, strict=True)
            )
        else:
            ranked = sorted(zip(-scores, case.graded, strict=True), key=lambda pair: (pair[0], pair[1].offer))
            gains.append(ndcg([one.offer for _, one in ranked], {one.offer: one.grade for one in case.graded}, 10))
    return Quality(float(np.mean(gains)) if gains else 0.0, float(np.mean(agreed)) if agreed else 0.0)
