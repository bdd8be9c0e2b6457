"""Measures of quality, checked against figures worked out by hand."""

import pytest

from matching import Engine, evaluate
from matching.evaluate import figure, ndcg, recall, reciprocal_rank
from tests.matching.small import SMALL_FACTS, SMALL_TERMS, TODAY, make_need, make_offer

pytestmark = pytest.mark.pure


def test_a_perfect_ranking_has_ndcg_1() -> None:
    assert ndcg(["a", "b", "c"], {"a": 3, "b": 1}, 10) == 1.0


def test_ndcg_discounts_by_rank() -> None:
    assert ndcg(["x", "a"], {"a": 3}, 10) == pytest.approx(1 / 1.5849625)


def test_a_missed_offer_earns_nothing() -> None:
    assert ndcg(["x"], {"a": 3}, 10) == 0.0


def test_reciprocal_rank_looks_for_the_first_right_offer() -> None:
    assert reciprocal_rank(["x", "b", "a"], {"a": 3, "b": 1}) == pytest.approx(1 / 3)


def test_recall_counts_right_offers_only() -> None:
    assert recall(["a"], {"a": 3, "b": 2, "c": 1}, 20) == 0.5


def test_intervals_are_the_same_each_time() -> None:
    assert figure([0.0, 1.0, 1.0]) == figure([0.0, 1.0, 1.0])
    assert figure([]).count == 0


def test_the_engine_is_measured_beside_bm25() -> None:
    offers = [
        make_offer(id="right"),
        make_offer(id="french", title={"fr": "Gel des avoirs"}, description={"fr": "Formation des juges"}),
        make_offer(id="other", title={"en": "PNR"}, description={"en": "PNR"}, themes=()),
        make_offer(id="closed", availability="closed"),
    ]
    needs = [make_need()]
    result = evaluate(
        Engine(SMALL_TERMS, SMALL_FACTS).fit(offers),
        needs,
        offers,
        {"N1": {"right": 3, "french": 3}},
        as_of=TODAY,
    )
    assert result.engine.ndcg_10.value == 1.0
    assert result.engine.ineligible_in_top_10 == 0
    assert result.engine.cross_language_recall_10.value == 1.0
    assert set(result.engine.recall_by_pair) == {("en", "en"), ("en", "fr")}
    assert result.bm25.ndcg_10.value <= 1.0
    assert set(result.engine.by_need_language) == {"en"}
    for measure in (result.engine.ndcg_5, result.engine.mrr, result.engine.recall_20):
        assert measure.value == 1.0
    assert result.engine.same_language_recall_10.count == 1
