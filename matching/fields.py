"""What one text says: the concepts found, where they stand, and which of them it takes back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

from matching.terms import CueKind, Kind, Terms
from matching.text.lexicon import Hit
from matching.text.words import SCRIPT_OF, Script, Word, language_of, words_of

TEXTS_KEPT = 64
"""Texts whose readings are kept."""
READ_AT_MOST = 20_000
"""Letters of one text that are read: beyond them nobody describes one need or one offer."""
FOREIGN_RUN = 5
"""Latin words in a row that a text in another script may hold and still be read: names and abbreviations."""
NEGATION_REACH = 6
"""Words after a negation that it can take back."""
LOOSE, NESTED = 0.6, 0.35
"""Strength of a concept found as scattered words, and of one found inside a longer phrase."""
TRACE_FROM = 4
"""Letters of a word that a copy is known by: shorter ones are mostly function words."""
TRACE_SPACE = 1 << 20
"""Numbers of the words that copies are known by."""
SHORT_CLAUSE, LIST_FROM = 3, 9
"""Words of a clause up to which it may be an item of a list, and items from which on a list is a heap of keywords."""
HEAP_FROM = 9
"""Words with no article, preposition or the like between them."""
FIELD_MARKS = {
    "ar": ("ارهاب", "تطرف"),
    "en": ("terror", "extremis", "radicali", "jihad"),
    "es": ("terror", "extremis", "radicali", "yihad"),
    "fr": ("terror", "extrémis", "extremis", "radicali", "djihad", "jihad"),
    "ru": ("террор", "экстремис", "радикал", "джихад"),
    "zh": ("恐怖主义", "反恐", "涉恐", "恐袭", "恐怖", "极端", "防恐"),
}
"""A text with one of these speaks of this field."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One concept at one place of one text."""

    concept: int
    strength: float
    start: int
    end: int
    is_excluded: bool = False
    """Taken back by the author: not offered, not wanted."""
    is_negated: bool = False
    is_present: bool = False
    """Said to exist already."""


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What one narrative of one field says."""

    language: str
    mentions: tuple[Mention, ...]
    other_purposes: tuple[tuple[int, int], ...]
    """Numbers of the cues of another purpose, and how many different wordings of each stand there."""
    words: tuple[tuple[int, float], ...]
    """The content words in order, hashed with their language, and what each says."""
    trace: tuple[int, ...]
    """The longer words in order as written, hashed whatever their language: what a copy is known by."""
    spans: tuple[tuple[int, int], ...]
    """Where each word of the trace stands."""
    numbers: frozenset[str]
    names_field: bool
    """Whether it speaks of terrorism or violent extremism at all."""
    has_list: bool
    """Whether keywords stand in it, which were not read."""


class FieldReader:
    """Reads texts with one term list; equal texts are read once."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.read = lru_cache(maxsize=TEXTS_KEPT)(self._read)

    def _read(self, text: str, declared: str) -> FieldReading:
        text = text[:READ_AT_MOST]
        language = language_of(text, declared)
        words = list(words_of(text, language))
        phrases = self.terms.phrases.get(language)
        if phrases is None:
            return FieldReading(
                language,
                (),
                (),
                self._stems(words, language),
                *_trace(words),
                _numbers(words),
                names_field=False,
                has_list=False,
            )
        own = _without_foreign_runs(words, language)
        words = _without_lists(own, language)
        exact: list[tuple[Hit, Sequence[Word]]] = [(hit, words) for hit in phrases.find(words)]
        if language != "en":
            for run in _abbreviations(words, language):
                exact.extend((hit, run) for hit in self.terms.phrases["en"].find(run) if not hit.is_loose)
        mentions = self._mentions(exact)
        cues = self.terms.cue_phrases[language].find(words)
        taken = [self._turn(mention, words, cues) for mention in mentions]
        stems = self._stems(words, language)
        return FieldReading(
            language,
            tuple(taken),
            self._other_purposes(words, cues),
            stems,
            *_trace(own),
            _numbers(words),
            names_field=_names_field(words, language),
            has_list=len(words) < len(own),
        )

    def _other_purposes(self, words: Sequence[Word], cues: Sequence[Hit]) -> tuple[tuple[int, int], ...]:
        wordings: dict[int, set[str]] = {}
        for hit in cues:
            wording = " ".join(word.keys[0] for word in words[hit.first : hit.last + 1])
            for entry in hit.entries:
                if self.terms.cues[entry].kind is CueKind.OTHER_PURPOSE:
                    wordings.setdefault(entry, set()).add(wording)
        return tuple((entry, len(found)) for entry, found in sorted(wordings.items()))

    def _stems(self, words: Sequence[Word], language: str) -> tuple[tuple[int, float], ...]:
        says = self.terms.frequencies.word_says
        return tuple((crc32(stem.encode()) >> 1, says(stem)) for stem in stems_of(words, language))

    def _mentions(self, hits: Iterable[tuple[Hit, Sequence[Word]]]) -> list[Mention]:
        """Longest first: a phrase inside a longer one counts less, everyday words inside a phrase not at
        all."""
        found: dict[int, Mention] = {}
        covered: list[tuple[int, int]] = []
        ordered = sorted(
            hits,
            key=lambda pair: (
                pair[0].is_loose,
                -pair[0].length,
                pair[1][pair[0].first].start,
                pair[0].entries,
            ),
        )
        for hit, words in ordered:
            start, end = words[hit.first].start, words[hit.last].end
            is_nested = any(start < right and left < end for left, right in covered)
            strength = LOOSE if hit.is_loose else NESTED if is_nested else 1.0
            is_exact = not hit.is_loose and not is_nested
            for entry in hit.entries:
                is_plain = self.terms.concepts[entry].kind is Kind.EVERYDAY
                if is_plain and not is_exact:
                    continue
                known = found.get(entry)
                if known is None or strength > known.strength:
                    found[entry] = Mention(entry, strength, start, end)
            if is_exact:
                covered.append((start, end))
        return [found[entry] for entry in sorted(found)]

    def _turn(self, mention: Mention, words: Sequence[Word], cues: Sequence[Hit]) -> Mention:
        """The mention as its clause turns it."""
        first = next(at for at, word in enumerate(words) if word.start >= mention.start)
        clause = words[first].clause
        flags = {"is_excluded": False, "is_negated": False, "is_present": False}
        for hit in cues:
            start, end = words[hit.first].start, words[hit.last].end
            if words[hit.first].clause != clause or (mention.start <= start and end <= mention.end):
                continue
            for entry in hit.entries:
                kind = self.terms.cues[entry].kind
                if kind is CueKind.EXCLUSION:
                    flags["is_excluded"] = True
                elif kind is CueKind.ALREADY_HAS:
                    flags["is_present"] = True
                elif kind is CueKind.NEGATION and 0 < first - hit.last <= NEGATION_REACH:
                    flags["is_negated"] = True
        if not any(flags.values()):
            return mention
        return Mention(mention.concept, mention.strength, mention.start, mention.end, **flags)


def _without_foreign_runs(words: list[Word], language: str) -> list[Word]:
    """A text in another script than the narrative's own is not read: nobody gains by hiding one."""
    kept: list[Word] = []
    run: list[Word] = []
    for word in words:
        if word.script is SCRIPT_OF[language]:
            if _foreign(run) <= FOREIGN_RUN:
                kept.extend(run)
            run = []
            kept.append(word)
        else:
            run.append(word)
    return kept + (run if _foreign(run) <= FOREIGN_RUN else [])


def _foreign(run: Sequence[Word]) -> int:
    return sum(word.script is not Script.DIGIT for word in run)


def _without_lists(words: list[Word], language: str) -> list[Word]:
    """Keywords one after the other describe nothing: many short clauses in a row, or a long run of words that nothing
    joins, are not read."""
    clauses: list[list[Word]] = []
    for word in words:
        if clauses and clauses[-1][0].clause == word.clause:
            clauses[-1].append(word)
        else:
            clauses.append([word])
    short = SHORT_CLAUSE * (2 if language == "zh" else 1)
    kept: list[Word] = []
    run: list[list[Word]] = []
    for clause in [*clauses, []]:
        if clause and len(clause) <= short:
            run.append(clause)
            continue
        if len(run) < LIST_FROM:
            kept.extend(word for part in run for word in part)
        run = []
        if clause and len(clause) <= short:
            run.append(clause)
        elif clause:
            kept.extend(clause)
    return _without_heaps(kept) if SCRIPT_OF[language] is Script.LATIN else kept


def _without_heaps(words: list[Word]) -> list[Word]:
    kept: list[Word] = []
    run: list[Word] = []
    for word in words:
        if run and (word.is_function or word.clause != run[-1].clause):
            kept.extend(run if len(run) < HEAP_FROM else ())
            run = []
        if word.is_function:
            kept.append(word)
        else:
            run.append(word)
    return kept + (run if len(run) < HEAP_FROM else [])


def _abbreviations(words: Sequence[Word], language: str) -> Iterable[list[Word]]:
    """Runs of Latin words in another script; in French and Spanish nothing, their own list holds what they
    use."""
    if SCRIPT_OF[language] is Script.LATIN:
        return
    run: list[Word] = []
    for word in words:
        if word.script is Script.LATIN:
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def stems_of(words: Sequence[Word], language: str) -> list[str]:
    """The content words by language and stem; in Chinese the pairs of characters."""
    content = [word for word in words if not word.is_function]
    if language != "zh":
        return [f"{language}:{word.keys[0]}" for word in content]
    return [f"zh:{left.plain}{right.plain}" for left, right in _neighbours(content)]


def _names_field(words: Sequence[Word], language: str) -> bool:
    text = ("" if language == "zh" else " ").join(word.plain for word in words)
    return any(mark in text for mark in FIELD_MARKS[language])


def _trace(words: Sequence[Word]) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    kept = [(word.plain, word.start, word.end) for word in words if len(word.plain) >= TRACE_FROM]
    kept.extend((left.plain + right.plain, left.start, right.end) for left, right in _neighbours(words))
    kept.sort(key=lambda entry: entry[1])
    return tuple(_hash(word) for word, _, _ in kept), tuple((start, end) for _, start, end in kept)


def _neighbours(words: Sequence[Word]) -> list[tuple[Word, Word]]:
    """Chinese characters that stand side by side."""
    return [
        (left, right)
        for left, right in pairwise(words)
        if left.end == right.start and left.script is Script.HAN and right.script is Script.HAN
    ]


def _hash(word: str) -> int:
    return crc32(word.encode()) % TRACE_SPACE


def _numbers(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(word.plain for word in words if word.script is Script.DIGIT)
