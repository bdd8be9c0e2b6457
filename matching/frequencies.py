"""How often concepts and words stand in texts of the field. Counted once, over texts that ship with the library, and
frozen: nothing that a provider writes moves what a word says."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log
from pathlib import Path

FILE = Path(__file__).parent / "frequencies.csv"

ASSUMED_RECORDS = 150
ASSUMED_SHARE = (0.05, 0.02, 0.01)
"""Until records show better, a concept of weight 1, 2 or 3 is taken to stand in this share of them."""
SCALE = 4.0
"""Brings what a usual concept says near to 1."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In how many records, of how many, each concept and each stem was found."""

    records: int = 0
    concepts: Mapping[str, int] = field(default_factory=dict)
    records_by_language: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)
    """By language and stem, as `en:freez`; stems found once are left out."""

    def says(self, concept: str, weight: int) -> float:
        """What finding this concept says: inverse document frequency (Spärck Jones, 1972), eased by the assumption."""
        found = self.concepts.get(concept, 0) + ASSUMED_RECORDS * ASSUMED_SHARE[weight - 1]
        return log((self.records + ASSUMED_RECORDS) / found) / SCALE

    def word_says(self, word: str) -> float:
        """The same for a stem in the records of its language."""
        records = self.records_by_language.get(word.partition(":")[0], 0)
        return log((records + 2.0) / (self.words.get(word, 1) + 0.5))


ASSUMED = Frequencies()


def load_frequencies(file: Path = FILE) -> Frequencies:
    """Read a table of counts; none where there is no file."""
    counts: dict[str, dict[str, int]] = {"records": {}, "concept": {}, "word": {}}
    if file.exists():
        with file.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                counts[row["what"]][row["name"]] = int(row["records"])
    return Frequencies(counts["records"].pop("", 0), counts["concept"], counts["records"], counts["word"])


def write_frequencies(frequencies: Frequencies, file: Path = FILE) -> None:
    """Write the table, ordered by name."""
    with file.open("w", encoding="utf-8", newline="") as rows:
        table = csv.writer(rows, lineterminator="\n")
        table.writerow(("what", "name", "records"))
        table.writerow(("records", "", frequencies.records))
        for what, counts in (
            ("records", frequencies.records_by_language),
            ("concept", frequencies.concepts),
            ("word", frequencies.words),
        ):
            table.writerows((what, name, count) for name, count in sorted(counts.items()))


def count(records: Iterable[tuple[Iterable[str], Mapping[str, Iterable[str]]]]) -> Frequencies:
    """Count records, each given as the concepts found in it and its words by language."""
    concepts: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    words: Counter[str] = Counter()
    total = 0
    for found, texts in records:
        total += 1
        concepts.update(set(found))
        languages.update(texts.keys())
        words.update({word for text in texts.values() for word in text})
    return Frequencies(total, concepts, languages, {word: times for word, times in words.items() if times > 1})
