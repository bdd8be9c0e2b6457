"""Counts anew how often concepts and words stand in the texts that ship: `python -m tests.matching.frequencies`.
A new count is a change of the recipe."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from matching import RECIPE, NeedProfile, load_terms
from matching.fields import stems_of
from matching.frequencies import count, write_frequencies
from matching.readings import Reader
from matching.text.words import LANGUAGES, words_of
from matching.types import Narrative
from tests.matching.small import TODAY
from tests.matching.stuffing import SAMPLE, sample_facts

FILES = (
    *sorted(SAMPLE.glob("needs-*.jsonl")),
    *sorted(SAMPLE.glob("offers-*.jsonl")),
    SAMPLE.parent / "programmes.jsonl",
    SAMPLE.parent / "judgements" / "offers.jsonl",
)


def texts(file: Path) -> Iterator[tuple[Narrative, Narrative]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        title, description = record["title"], record["description"]
        if isinstance(title, str):
            title, description = {record["lang"]: title}, {record["lang"]: description}
        yield title, description


def main() -> None:
    terms = load_terms()
    reader = Reader(RECIPE, terms, sample_facts())

    def found(title: Narrative, description: Narrative) -> tuple[list[str], Mapping[str, list[str]]]:
        substance = reader.need(NeedProfile("", "", title, description), TODAY).substance
        words = {
            code: stems_of(list(words_of(f"{title[code]} . {description.get(code, '')}", code)), code)
            for code in title
            if code in LANGUAGES
        }
        return [terms.concepts[at].id for at, _ in substance.strengths], words

    write_frequencies(count(found(*pair) for file in FILES for pair in texts(file)))


if __name__ == "__main__":
    main()
