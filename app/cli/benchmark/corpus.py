"""A catalogue of any size in six languages, seeded: real sentences of the samples, and wordings of the concepts."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from app.reference.rules import Book
from app.reference.service import SEED_DATA
from matching import Capacity, EligibilityRule, NeedProfile, OfferProfile, Scope, Terms
from matching.text.words import LANGUAGES

SEED = 20261123
TODAY = date(2026, 11, 23)
SHARES: Mapping[str, int] = {"en": 34, "fr": 18, "es": 14, "ar": 12, "ru": 12, "zh": 10}
"""In a hundred offers, how many are written in each language."""
TEXTS = 6_000
"""Different descriptions, with a third as many titles; offers are pairs of them, nearly all different."""
STOP = re.compile(r"(?<=[.!?؟])\s+|(?<=[。！？])")
AVAILABILITY = ("open",) * 7 + ("planned", "by_invitation", "closed")


@dataclass(frozen=True, slots=True)
class Wording:
    """What texts of one language are made of."""

    titles: tuple[str, ...]
    sentences: tuple[str, ...]
    phrases: tuple[str, ...]


class Corpus:
    """Offers and needs by number: the same number always gives the same record."""

    def __init__(self, book: Book, terms: Terms, *, texts: int = TEXTS) -> None:
        self._book = book
        self._states = sorted(book.states)
        self._groupings = sorted({membership.grouping for membership in book.memberships})
        self._themes = sorted(code for code, parent in book.theme_parents.items() if parent)
        self._kinds = sorted(book.assistance_types)
        self._institutions = sorted(book.institutions)
        self._resolutions = sorted(book.resolutions)
        self._wording = _wording(terms)
        self._needs = _need_texts()
        self._texts = {language: self._text_pool(language, texts) for language in LANGUAGES}

    def offers(self, count: int) -> Iterator[OfferProfile]:
        """The first offers."""
        return (self.offer(number) for number in range(count))

    def different_offers(self, count: int) -> list[OfferProfile]:
        """Offers of which no two have a text in common, and none has one with the catalogue."""
        return [self._rewritten(self.offer(number), number) for number in range(count)]

    def _rewritten(self, offer: OfferProfile, number: int) -> OfferProfile:
        language = next(iter(offer.title))
        wording, at = self._wording[language], 10_000_000 + number
        return replace(
            offer,
            title={language: self._title(language, wording, at)},
            description={language: self._description(language, wording, at)},
        )

    def offer(self, number: int) -> OfferProfile:
        """One offer: scopes from one State to the world, most of them open."""
        random = _random("offer", number)
        language = random.choices(list(SHARES), list(SHARES.values()))[0]
        titles, descriptions = self._texts[language]
        closes_on = TODAY + timedelta(random.randint(-200, 1200)) if random.random() < 0.8 else None
        return OfferProfile(
            id=f"B{number:07}",
            organization=f"inv-{random.randint(1, 400)}",
            title={language: random.choice(titles)},
            description={language: random.choice(descriptions)},
            themes=tuple(random.sample(self._themes, random.choice((0, 1, 1, 2)))),
            resolutions=tuple(random.sample(self._resolutions, random.choice((0, 1, 1, 2)))),
            assistance_types=tuple(random.sample(self._kinds, random.choice((0, 1, 2, 3)))),
            target_institutions=tuple(random.sample(self._institutions, random.choice((0, 1, 2)))),
            scope=self._scope(random),
            delivery_languages=tuple(sorted({language, *random.sample(LANGUAGES, random.choice((0, 1)))})),
            availability=random.choice(AVAILABILITY),
            closes_on=closes_on,
            capacity=Capacity("states", random.randint(3, 9), random.randint(0, 3)) if random.random() < 0.4 else None,
            eligibility=(EligibilityRule("ldc"),) if random.random() < 0.05 else (),
            last_confirmed_on=TODAY - timedelta(random.randint(0, 500)) if random.random() < 0.7 else None,
        )

    def need(self, number: int) -> NeedProfile:
        """One need; texts of needs share no sentence with those of offers."""
        random = _random("need", number)
        language, title, description = self._needs[number % len(self._needs)]
        return NeedProfile(
            id=f"N{number:05}",
            state=random.choice(self._states),
            title={language: title},
            description={language: description},
            themes=tuple(random.sample(self._themes, random.choice((0, 1, 1)))),
            resolutions=tuple(random.sample(self._resolutions, 1)),
            assistance_types=tuple(random.sample(self._kinds, random.choice((1, 2)))),
            target_institutions=tuple(random.sample(self._institutions, 1)),
            needed_by=TODAY + timedelta(random.randint(60, 700)),
        )

    def _scope(self, random: Random) -> Scope:
        kind = random.random()
        if kind < 0.10:
            return Scope(world=True)
        if kind < 0.45:
            return Scope(groupings=(random.choice(self._groupings),))
        return Scope(states=tuple(random.sample(self._states, random.randint(1, 12))))

    def _text_pool(self, language: str, texts: int) -> tuple[list[str], list[str]]:
        wording = self._wording[language]
        many = texts * SHARES[language] // 100
        titles = [self._title(language, wording, at) for at in range(many // 3)]
        return titles, [self._description(language, wording, at) for at in range(many)]

    def _title(self, language: str, wording: Wording, at: int) -> str:
        random = _random(f"title {language}", at)
        colon = "：" if language == "zh" else ": "
        return f"{random.choice(wording.titles)}{colon}{random.choice(wording.phrases)}"

    def _description(self, language: str, wording: Wording, at: int) -> str:
        """Two to six real sentences in another company, and a sentence of concepts."""
        random = _random(f"description {language}", at)
        parts = random.sample(wording.sentences, min(random.randint(2, 6), len(wording.sentences)))
        comma, stop = ("，", "。") if language == "zh" else ("، ", ".") if language == "ar" else (", ", ".")
        parts.append(comma.join(random.sample(wording.phrases, random.randint(2, 4))) + stop)
        return ("" if language == "zh" else " ").join(parts)


def _random(kind: str, number: int) -> Random:
    return Random(f"{SEED} {kind} {number}")  # noqa: S311  # nosec B311 - a seeded corpus


def _wording(terms: Terms) -> dict[str, Wording]:
    titles: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    sentences: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for language, title, description in _texts(
        *(SEED_DATA / "sample").glob("offers-*.jsonl"), SEED_DATA / "programmes.jsonl"
    ):
        if language in titles:
            titles[language].append(title)
            sentences[language].extend(part.strip() for part in STOP.split(description) if len(part.strip()) > 20)
    phrases = {
        language: [
            variant
            for concept in terms.concepts
            if concept.kind not in ("everyday", "cue")
            for variant in (concept.variants or {}).get(language, ())[:3]
        ]
        for language in LANGUAGES
    }
    return {
        language: Wording(
            tuple(sorted(set(titles[language]))), tuple(sorted(set(sentences[language]))), tuple(phrases[language])
        )
        for language in LANGUAGES
    }


def _need_texts() -> list[tuple[str, str, str]]:
    return sorted(
        text
        for text in _texts(*(SEED_DATA / "sample").glob("needs-*.jsonl"), SEED_DATA / "judgements" / "needs.jsonl")
        if text[0] in LANGUAGES
    )


def _texts(*files: Path) -> Iterator[tuple[str, str, str]]:
    """Language, title and description of every record, each language for itself."""
    for file in sorted(files):
        for line in file.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if isinstance(record["title"], str):
                yield record["lang"], record["title"], record["description"]
                continue
            for language, title in record["title"].items():
                if record["description"].get(language):
                    yield language, title, record["description"][language]
