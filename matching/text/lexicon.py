"""Phrases of one language and where they occur in a run of words: exactly, loosely, or with a slip of the
pen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from matching.text.words import Word, keys_of, words_of

SKIPPED_AT_MOST = 3
"""Function words that may stand inside one phrase."""
LOOSE_WINDOW = 9
"""Words of one clause over which the parts of a phrase may be spread in any order."""
JOINTS = ("-", "‑", "/")
TYPO_FROM = 8
"""Letters a word needs before a slip in it is forgiven: shorter words have real neighbours."""


@dataclass(slots=True)
class Node:
    """One step of the phrase tree."""

    children: dict[str, "Node"] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Hit:
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
        self._root = Node()
        self._loose: dict[str, list[tuple[frozenset[str], int]]] = {}
        self._loose_of: dict[frozenset[str], set[int]] = {}
        self._typos: dict[str, list[str]] = {}
        self._known: set[str] = set()

    def add(self, phrase: str, entry: int) -> int:
        """Take in one phrase; the number of its words says whether anything was left of it."""
        words = list(words_of(phrase, self.language))
        keep_all = self.is_literal or self.language == "zh"
        content = [word for word in words if keep_all or _belongs(word, phrase)] or words
        if not content:
            return 0
        for form in range(max(len(word.keys) for word in content) if self.language != "ar" else 1):
            self._insert([word.keys[min(form, len(word.keys) - 1)] for word in content], entry)
        if self.is_literal:
            return len(content)
        for word in content:
            self._known.add(word.keys[0])
            if len(word.plain) >= TYPO_FROM and self.language != "zh":
                self._typos.setdefault(word.plain[:2], []).append(word.plain)
        parts = _loose_parts([word.keys[0] for word in content], self.language)
        if len(parts) >= 2:
            self._loose_of.setdefault(parts, set()).add(entry)
        return len(content)

    def seal(self) -> "Lexicon":
        """Index the loose phrases by their rarest part, once all phrases are in."""
        counts: dict[str, int] = {}
        for parts in self._loose_of:
            for part in parts:
                counts[part] = counts.get(part, 0) + 1
        for parts, entries in sorted(self._loose_of.items(), key=lambda item: sorted(item[0])):
            anchor = min(sorted(parts), key=lambda part: counts[part])
            for entry in sorted(entries):
                self._loose.setdefault(anchor, []).append((parts, entry))
        self._typos = {start: sorted(set(words)) for start, words in self._typos.items()}
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

    def _insert(self, keys: Iterable[str], entry: int) -> None:
        node = self._root
        for key in keys:
            node = node.children.setdefault(key, Node())
        if entry not in node.ends:
            node.ends.append(entry)
            node.ends.sort()

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
        stack: list[tuple[int, Node, int, int]] = []
        for key in keys[first]:
            child = self._root.children.get(key)
            if child is not None:
                stack.append((first, child, 1, 0))
        while stack:
            at, node, length, skipped = stack.pop()
            if node.ends and (best is None or length > best.length):
                best = Hit(tuple(node.ends), first, at, length, is_loose=False)
            elif node.ends and best is not None and length == best.length:
                best = Hit(
                    tuple(sorted({*best.entries, *node.ends})),
                    first,
                    min(at, best.last),
                    length,
                    is_loose=False,
                )
            onward = at + 1
            if not node.children or onward >= len(words) or words[onward].clause != words[first].clause:
                continue
            for key in keys[onward]:
                child = node.children.get(key)
                if child is not None:
                    stack.append((onward, child, length + 1, skipped))
            may_skip = words[onward].is_function and not words[onward].is_binding and not self.is_literal
            if may_skip and skipped < SKIPPED_AT_MOST:
                stack.append((onward, node, length, skipped + 1))
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
        hits = []
        for (clause, form), at in places.items():
            for parts, entry in self._loose.get(form, ()):
                if all((clause, part) in places for part in parts):
                    spread = _tightest([places[clause, part] for part in sorted(parts)], at[0])
                    if max(spread) - min(spread) < window:
                        hits.append(Hit((entry,), min(spread), max(spread), len(parts), is_loose=True))
        return hits


def _belongs(word: Word, phrase: str) -> bool:
    """Whether a phrase would be another without this word; so it is for one side of a hyphen: e-evidence."""
    is_joined = phrase[word.end : word.end + 1] in JOINTS or phrase[max(word.start - 1, 0) : word.start] in JOINTS
    return not word.is_function or word.is_binding or is_joined


def _loose_parts(keys: list[str], language: str) -> frozenset[str]:
    if language != "zh":
        return frozenset(keys)
    if len(keys) < 4:
        return frozenset()
    pairs = ["".join(keys[at : at + 2]) for at in range(0, len(keys) - 1, 2)]
    if len(keys) % 2:
        pairs.append("".join(keys[-2:]))
    return frozenset(pairs)


def _tightest(places: list[list[int]], anchor: int) -> list[int]:
    """For each part its place nearest to the anchor."""
    return [min(options, key=lambda place: (abs(place - anchor), place)) for options in places]
