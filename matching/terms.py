"""The vocabulary of the engine: concepts, everyday words and cues in six languages, read from
`matching/terms/`."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from matching.errors import BadTerms
from matching.frequencies import ASSUMED, Frequencies, load_frequencies
from matching.text.lexicon import Lexicon
from matching.text.words import LANGUAGES

FOLDER = Path(__file__).parent / "terms"
CUES_FILE = "cues.csv"
EVERYDAY_FILE = "everyday.csv"
WORDINGS_FILE = "wordings.csv"
"""Plain words for concepts of the other files, as practitioners put it where they do not use the term."""
FIELD_MARKS = ("terror", "extremis", "radicali")
"""A concept with one of these in an English wording is of this field and no other."""


class Kind(StrEnum):
    """What a concept is; `everyday` are words that carry no subject of the field by themselves."""

    PROBLEM = "problem"
    ACTIVITY = "activity"
    INSTITUTION = "institution"
    INSTRUMENT = "instrument"
    LEGAL_BASIS = "legal_basis"
    OBJECT = "object"
    CUE = "cue"
    EVERYDAY = "everyday"


class CueKind(StrEnum):
    """What a cue does to the concepts of its clause, or to the whole text."""

    NEGATION = "negation"
    EXCLUSION = "exclusion"
    OTHER_PURPOSE = "other_purpose"
    ALREADY_HAS = "already_has"


@dataclass(frozen=True, slots=True)
class Concept:
    """One meaning with its place in the field. `code` is a reference code, such as `assistance:training`."""

    id: str
    kind: Kind
    theme: str = ""
    code: str = ""
    broader: str = ""
    weight: int = 2
    variants: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """Wording that turns what stands beside it."""

    id: str
    kind: CueKind
    variants: Mapping[str, tuple[str, ...]]


class Terms:
    """All concepts by number, and the phrases that stand for them by language."""

    def __init__(
        self, concepts: Iterable[Concept], cues: Iterable[Cue] = (), frequencies: Frequencies = ASSUMED
    ) -> None:
        self.frequencies = frequencies
        self.concepts = tuple(sorted(concepts, key=lambda concept: concept.id))
        self.cues = tuple(sorted(cues, key=lambda cue: cue.id))
        self.number = {concept.id: at for at, concept in enumerate(self.concepts)}
        self.broader = tuple(self._line_above(concept) for concept in self.concepts)
        self.is_of_field = tuple(
            any(
                mark in variant.casefold() for variant in (concept.variants or {}).get("en", ()) for mark in FIELD_MARKS
            )
            for concept in self.concepts
        )
        self.phrases = {code: _lexicon(code, self.concepts) for code in LANGUAGES}
        self.cue_phrases = {code: _lexicon(code, self.cues, is_literal=True) for code in LANGUAGES}

    def _line_above(self, concept: Concept) -> tuple[int, ...]:
        """The broader concepts, nearest first."""
        line: list[int] = []
        at = concept.broader
        while at in self.number and self.number[at] not in line and at != concept.id:
            line.append(self.number[at])
            at = self.concepts[self.number[at]].broader
        return tuple(line)


def _lexicon(language: str, entries: Iterable[Concept | Cue], *, is_literal: bool = False) -> Lexicon:
    lexicon = Lexicon(language, is_literal=is_literal)
    for number, entry in enumerate(entries):
        for phrase in (entry.variants or {}).get(language, ()):
            lexicon.add(phrase, number)
    return lexicon.seal()


def load_terms(folder: Path = FOLDER) -> Terms:
    """Read every term file of a folder. Raises `BadTerms` naming file, line and what would be right."""
    concepts: dict[str, Concept] = {}
    cues: dict[str, Cue] = {}
    wordings: list[tuple[str, dict[str, str]]] = []
    for path in sorted(folder.glob("*.csv")):
        for line, row in _rows(path):
            where = f"{path.name}, line {line}"
            name = row.get("id", "").strip()
            if not name:
                raise BadTerms(f"{where}: `id` is empty; give each row a kebab-case id")
            if path.name == WORDINGS_FILE:
                wordings.append((where, row))
                continue
            if name in concepts or name in cues:
                raise BadTerms(f"{where}: `{name}` is already taken; ids are unique over all files")
            if path.name == CUES_FILE:
                cues[name] = _cue(row, where)
            else:
                concepts[name] = _concept(row, where, is_everyday=path.name == EVERYDAY_FILE)
    for where, row in wordings:
        known = concepts.get(row["id"].strip())
        if known is None:
            raise BadTerms(f"{where}: `{row['id']}` is the id of no concept")
        concepts[known.id] = replace(known, variants=_joined(known.variants or {}, _variants(row)))
    for concept in concepts.values():
        if concept.broader and concept.broader not in concepts:
            raise BadTerms(f"{concept.id}: `broader` names `{concept.broader}`, which no row has as id")
    return Terms(concepts.values(), cues.values(), load_frequencies() if folder == FOLDER else ASSUMED)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in ("id", *LANGUAGES) if name not in (reader.fieldnames or ())]
        if missing:
            raise BadTerms(f"{path.name}, line 1: the columns {', '.join(missing)} are missing")
        for row in reader:
            if None in row or None in row.values():
                raise BadTerms(f"{path.name}, line {reader.line_num}: the row has not as many cells as the first line")
            yield reader.line_num, row


def _variants(row: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {code: tuple(part for cell in row[code].split(";") if (part := cell.strip())) for code in LANGUAGES}


def _joined(variants: Mapping[str, tuple[str, ...]], more: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {code: tuple(dict.fromkeys((*variants.get(code, ()), *more[code]))) for code in LANGUAGES}


def _concept(row: Mapping[str, str], where: str, *, is_everyday: bool) -> Concept:
    if is_everyday:
        return Concept(row["id"].strip(), Kind.EVERYDAY, weight=2, variants=_variants(row))
    kind, weight = row.get("kind", "").strip(), row.get("weight", "").strip() or "2"
    if kind not in set(Kind):
        raise BadTerms(f"{where}: `{kind}` is not a kind; use one of {', '.join(Kind)}")
    if weight not in {"1", "2", "3"}:
        raise BadTerms(f"{where}: `{weight}` is not a weight; use 1, 2 or 3")
    return Concept(
        row["id"].strip(),
        Kind(kind),
        row.get("theme", "").strip(),
        row.get("code", "").strip(),
        row.get("broader", "").strip(),
        int(weight),
        _variants(row),
    )


def _cue(row: Mapping[str, str], where: str) -> Cue:
    kind = row.get("kind", "").strip()
    if kind not in set(CueKind):
        raise BadTerms(f"{where}: `{kind}` is not a kind of cue; use one of {', '.join(CueKind)}")
    return Cue(row["id"].strip(), CueKind(kind), _variants(row))
