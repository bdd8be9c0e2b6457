"""Quality over judged pairs: how well the right offers come first, by language, beside plain BM25."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log, log2

import numpy as np

from matching.engine import Engine
from matching.types import NeedProfile, OfferProfile

RIGHT_FROM = 2
"""An offer of this grade or higher is a right one; lower grades help with a part only."""
UNTAGGED = "untagged"
SEED = 20260101
SAMPLES = 1000
BM25_K1, BM25_B = 1.5, 0.75
"""The usual constants of Okapi BM25 (Robertson and Zaragoza, 2009)."""

Grades = Mapping[str, Mapping[str, int]]
"""Grade 0–3 by need and offer; a pair that is not listed counts as 0."""
Rankings = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure with its 95 % bootstrap interval over needs."""

    value: float
    low: float
    high: float
    count: int
    """Needs, or for recall pairs, that it is taken over."""


@dataclass(frozen=True, slots=True)
class Report:
    """All measures of one ranking of the judged needs."""

    ndcg_5: Figure
    ndcg_10: Figure
    mrr: Figure
    recall_20: Figure
    ineligible_in_top_10: int
    by_need_language: Mapping[str, Figure]
    """nDCG@10 by the language the need is written in."""
    by_theme: Mapping[str, Figure]
    """nDCG@10 by area of the need's themes; a need of two areas counts in both, one without tags as `untagged`."""
    recall_by_pair: Mapping[tuple[str, str], Figure]
    """Right offers found in the top 10, by language of need and of offer."""
    same_language_recall_10: Figure
    cross_language_recall_10: Figure


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The engine's report with the baseline's, which is given the eligibility for free."""

    recipe: str
    engine: Report
    bm25: Report


def evaluate(
    engine: Engine,
    needs: Sequence[NeedProfile],
    offers: Sequence[OfferProfile],
    grades: Grades,
    *,
    as_of: date,
) -> Evaluation:
    """Rank every judged need with a fitted engine and measure. Needs without any right offer are left out
    of the
    measures that they cannot move."""
    eligible = {need.id: frozenset(engine.scores(need, as_of=as_of)) for need in needs}
    ranked = {
        need.id: tuple(match.offer_id for match in engine.rank(need, as_of=as_of, limit=20).matches) for need in needs
    }
    plain = bm25_rankings(needs, offers, eligible, words=lambda record: engine_words(engine, record))
    return Evaluation(
        engine.recipe.version,
        report(ranked, needs, offers, grades, eligible),
        report(plain, needs, offers, grades, eligible),
    )


def report(
    rankings: Rankings,
    needs: Sequence[NeedProfile],
    offers: Sequence[OfferProfile],
    grades: Grades,
    eligible: Mapping[str, frozenset[str]],
) -> Report:
    """Measure given rankings, best first."""
    tongue = {offer.id: main_language(offer) for offer in offers}
    judged = [need for need in sorted(needs, key=lambda need: need.id) if any(grades.get(need.id, {}).values())]
    gains = {need.id: ndcg(rankings[need.id], grades[need.id], 10) for need in judged}
    languages = sorted({main_language(need) for need in judged})
    found = [
        (main_language(need), tongue[offer], float(offer in rankings[need.id][:10]))
        for need in judged
        for offer, grade in sorted(grades[need.id].items())
        if grade >= RIGHT_FROM and offer in tongue
    ]
    return Report(
        ndcg_5=figure([ndcg(rankings[need.id], grades[need.id], 5) for need in judged]),
        ndcg_10=figure(list(gains.values())),
        mrr=figure([reciprocal_rank(rankings[need.id], grades[need.id]) for need in judged]),
        recall_20=figure(
            [
                recall(rankings[need.id], grades[need.id], 20)
                for need in judged
                if max(grades[need.id].values()) >= RIGHT_FROM
            ]
        ),
        ineligible_in_top_10=sum(
            offer not in eligible[need.id] for need in needs for offer in rankings.get(need.id, ())[:10]
        ),
        by_need_language={
            code: figure([gains[need.id] for need in judged if main_language(need) == code]) for code in languages
        },
        by_theme={
            area: figure([gains[need.id] for need in judged if area in areas_of(need)])
            for area in sorted({area for need in judged for area in areas_of(need)})
        },
        recall_by_pair={
            pair: figure([hit for left, right, hit in found if (left, right) == pair])
            for pair in sorted({(left, right) for left, right, _ in found})
        },
        same_language_recall_10=figure([hit for left, right, hit in found if left == right]),
        cross_language_recall_10=figure([hit for left, right, hit in found if left != right]),
    )


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """Normalised discounted cumulative gain with gains 2^grade − 1 (Järvelin and Kekäläinen, 2002)."""
    ideal = sorted(grades.values(), reverse=True)[:depth]
    best = sum((2**grade - 1) / log2(at + 2) for at, grade in enumerate(ideal))
    reached = sum((2 ** grades.get(offer, 0) - 1) / log2(at + 2) for at, offer in enumerate(ranking[:depth]))
    return reached / best if best else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """1 by the rank of the first right offer, or of the best there is where none is right."""
    wanted = min(RIGHT_FROM, max(grades.values()))
    return next((1.0 / rank for rank, offer in enumerate(ranking, start=1) if grades.get(offer, 0) >= wanted), 0.0)


def recall(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """Share of the right offers that stand in the top of the ranking."""
    right = {offer for offer, grade in grades.items() if grade >= RIGHT_FROM}
    return len(right.intersection(ranking[:depth])) / len(right)


def figure(values: Sequence[float]) -> Figure:
    """The mean with a percentile bootstrap interval (Efron, 1979), always from the same random numbers."""
    if not values:
        return Figure(0.0, 0.0, 0.0, 0)
    sample = np.asarray(values, np.float64)
    picks = np.random.default_rng(SEED).integers(0, len(sample), (SAMPLES, len(sample)))
    low, high = np.percentile(sample[picks].mean(axis=1), [2.5, 97.5])
    return Figure(float(sample.mean()), float(low), float(high), len(sample))


def main_language(record: NeedProfile | OfferProfile) -> str:
    """The language in which a record is written first."""
    return next(iter(record.title or record.description), "und")


def areas_of(need: NeedProfile) -> frozenset[str]:
    """The areas that the need's theme tags lie in."""
    return frozenset(theme.partition(".")[0] for theme in need.themes) or frozenset({UNTAGGED})


def engine_words(engine: Engine, record: NeedProfile | OfferProfile) -> list[int]:
    """The content words of a record, all languages, as the engine hashes them."""
    return [
        word
        for narrative in (record.title, record.description)
        for key in sorted(narrative)
        for word, _ in engine.reader.fields.read(narrative[key], key).words
    ]


def bm25_rankings(
    needs: Sequence[NeedProfile],
    offers: Sequence[OfferProfile],
    eligible: Mapping[str, frozenset[str]],
    *,
    words: Callable[[NeedProfile | OfferProfile], list[int]],
) -> dict[str, tuple[str, ...]]:
    """The baseline: Okapi BM25 over stems. Ties by id."""
    texts = {offer.id: words(offer) for offer in sorted(offers, key=lambda offer: offer.id)}
    counts = {name: _counts(text) for name, text in texts.items()}
    spread: dict[int, int] = {}
    for bag in counts.values():
        for word in bag:
            spread[word] = spread.get(word, 0) + 1
    mean = sum(map(len, texts.values())) / max(len(texts), 1)
    rankings = {}
    for need in needs:
        asked = sorted(set(words(need)))
        scores = {
            name: sum(
                _bm25(bag.get(word, 0), len(texts[name]) / (mean or 1.0), spread.get(word, 0), len(texts))
                for word in asked
            )
            for name, bag in counts.items()
            if name in eligible[need.id]
        }
        rankings[need.id] = tuple(sorted(scores, key=lambda name: (-scores[name], name)))
    return rankings


def _counts(words: Sequence[int]) -> dict[int, int]:
    bag: dict[int, int] = {}
    for word in words:
        bag[word] = bag.get(word, 0) + 1
    return bag


def _bm25(count: int, length: float, spread: int, size: int) -> float:
    rarity = log(1 + (size - spread + 0.5) / (spread + 0.5))
    return rarity * count * (BM25_K1 + 1) / (count + BM25_K1 * (1 - BM25_B + BM25_B * length)) if count else 0.0
