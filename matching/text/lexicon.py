"""Phrases of one language and where they occur in a run of words: exactly, loosely, or with a slip of the
pen."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from matching.text.words import Word, keys_of, words_of

SKIPPED_AT_MOST = 3
"""Function words that may stand inside one phrase."""
LOOSE_WINDOW = 9
"""Words of one clause over which the parts of a phrase may be spread in any order."""
JOINTS = ("-", "‑", "/")
TYPO_FROM = 8
"""Letters a word needs before a slip in it is forgiven: shorter words have real neighbours."""


class Hit(NamedTuple):
    """A phrase found: which entries it stands for, the words it covers and how surely."""

    entries: tuple[int, ...]
    first: int
    last: int
    length: int
    """Words of the phrase itself, without those skipped."""
    is_loose: bool


class Lexicon:
    """The phrases of one language, each standing for one or more numbered entries."""

    def __init__(self, language: str, *, is_literal: bool = False) -> None:
        """A literal lexicon takes phrases word for word: function words count and nothing is skipped or
        spread."""
        self.language = language
        self.is_literal = is_literal
        self._ends: dict[str, tuple[int, ...]] = {}
        self._starts: set[str] = set()
        self._loose: dict[str, list[tuple[str, ...]]] = {}
        self._loose_of: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._typos: dict[str, set[str]] = {}
        self._known: set[str] = set()

    def add(self, phrase: str, entry: int) -> int:
        """Take in one phrase; the number of its words says whether anything was left of it."""
        words = list(words_of(phrase, self.language))
        if not self.is_literal and self.language != "zh":
            words = [word for word in words if _belongs(word, phrase)] or words
        if not words:
            return 0
        forms = 1 if self.language == "ar" else max(len(word.keys) for word in words)
        for form in range(forms):
            self._insert([word.keys[min(form, len(word.keys) - 1)] for word in words], entry)
        if self.is_literal:
            return len(words)
        keys = [word.keys[0] for word in words]
        self._known.update(keys)
        if self.language != "zh":
            for word in words:
                if len(word.plain) >= TYPO_FROM:
                    self._typos.setdefault(word.plain[:2], set()).add(word.plain)
        parts = _loose_parts(keys, self.language)
        if len(parts) >= 2:
            self._loose_of[parts] = _with(self._loose_of.get(parts, ()), entry)
        return len(words)

    def seal(self) -> "Lexicon":
        """Index the loose phrases by their rarest part, once all phrases are in."""
        counts = Counter(part for parts in self._loose_of for part in parts)
        for parts in sorted(self._loose_of):
            self._loose.setdefault(min(parts, key=counts.__getitem__), []).append(parts)
        return self

    def find(self, words: Sequence[Word]) -> list[Hit]:
        """All phrases that occur in the words, longest at each place, loose ones after the exact."""
        hits = []
        keys = [word.keys if self.is_literal else self._keys(word) for word in words]
        for first in range(len(words)):
            hit = self._longest(words, keys, first)
            if hit is not None:
                hits.append(hit)
        if self._loose:
            hits.extend(self._find_loose(words, keys))
        return hits

    def _insert(self, keys: Sequence[str], entry: int) -> None:
        for upto in range(1, len(keys)):
            self._starts.add(" ".join(keys[:upto]))
        phrase = " ".join(keys)
        self._ends[phrase] = _with(self._ends.get(phrase, ()), entry)

    def _keys(self, word: Word) -> tuple[str, ...]:
        if any(key in self._known for key in word.keys) or len(word.plain) < TYPO_FROM or word.is_function:
            return word.keys
        meant = self._meant(word.plain)
        return word.keys if meant is None else (*word.keys, keys_of(meant, self.language)[0])

    def _meant(self, plain: str) -> str | None:
        """The known word that a long unknown word is a slip of, if exactly the nearest is near enough."""
        slips = 1 if len(plain) < 12 else 2
        near = [
            (OSA.distance(plain, other, score_cutoff=slips), other)
            for other in self._typos.get(plain[:2], ())
            if abs(len(other) - len(plain)) <= slips
        ]
        near = [pair for pair in near if pair[0] <= slips]
        return min(near)[1] if near else None

    def _longest(self, words: Sequence[Word], keys: Sequence[tuple[str, ...]], first: int) -> Hit | None:
        best: Hit | None = None
        starts, ends = self._starts, self._ends
        stack = [(first, key, 1, 0) for key in keys[first] if key in starts or key in ends]
        while stack:
            at, phrase, length, skipped = stack.pop()
            entries = ends.get(phrase)
            if entries and (best is None or length > best.length):
                best = Hit(entries, first, at, length, is_loose=False)
            elif entries and best is not None and length == best.length:
                both = tuple(sorted({*best.entries, *entries}))
                best = Hit(both, first, min(at, best.last), length, is_loose=False)
            onward = at + 1
            if phrase not in starts or onward >= len(words) or words[onward].clause != words[first].clause:
                continue
            for key in keys[onward]:
                longer = f"{phrase} {key}"
                if longer in starts or longer in ends:
                    stack.append((onward, longer, length + 1, skipped))
            may_skip = words[onward].is_function and not words[onward].is_binding and not self.is_literal
            if may_skip and skipped < SKIPPED_AT_MOST:
                stack.append((onward, phrase, length, skipped + 1))
        return best

    def _find_loose(self, words: Sequence[Word], keys: Sequence[tuple[str, ...]]) -> list[Hit]:
        places: dict[tuple[int, str], list[int]] = {}
        for index, forms in enumerate(keys):
            clause = words[index].clause
            if self.language == "zh":
                if index + 1 < len(words) and words[index + 1].clause == clause:
                    places.setdefault((clause, forms[0] + keys[index + 1][0]), []).append(index)
            else:
                for form in forms:
                    places.setdefault((clause, form), []).append(index)
        window = LOOSE_WINDOW * 2 if self.language == "zh" else LOOSE_WINDOW
        hits: list[Hit] = []
        for (clause, form), at in places.items():
            for parts in self._loose.get(form, ()):
                if all((clause, part) in places for part in parts):
                    spread = _tightest([places[clause, part] for part in parts], at[0])
                    first, last = min(spread), max(spread)
                    if last - first < window:
                        entries = self._loose_of[parts]
                        hits.extend(Hit((entry,), first, last, len(parts), is_loose=True) for entry in entries)
        return hits


def _belongs(word: Word, phrase: str) -> bool:
    """Whether a phrase would be another without this word; so it is for one side of a hyphen: e-evidence."""
    is_joined = phrase[word.end : word.end + 1] in JOINTS or phrase[max(word.start - 1, 0) : word.start] in JOINTS
    return not word.is_function or word.is_binding or is_joined


def _with(entries: tuple[int, ...], entry: int) -> tuple[int, ...]:
    """The entries with one more, ascending."""
    return entries if entry in entries else tuple(sorted((*entries, entry)))


def _loose_parts(keys: list[str], language: str) -> tuple[str, ...]:
    if language != "zh":
        return tuple(sorted(set(keys)))
    if len(keys) < 4:
        return ()
    pairs = ["".join(keys[at : at + 2]) for at in range(0, len(keys) - 1, 2)]
    if len(keys) % 2:
        pairs.append("".join(keys[-2:]))
    return tuple(sorted(set(pairs)))


def _tightest(places: list[list[int]], anchor: int) -> list[int]:
    """For each part its place nearest to the anchor."""
    return [min(options, key=lambda place: (abs(place - anchor), place)) for options in places]
