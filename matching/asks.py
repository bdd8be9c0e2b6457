"""Splits the words of a recommendation into single asks, and points at the words that each proposed value came from."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from matching.fields import LOOSE, FieldReader, Mention
from matching.terms import Kind, Terms
from matching.types import Facts

Stretch = tuple[int, int]
"""Start and end in the text, in characters (Unicode code points)."""

THEMES_AT_MOST = 3
THEME_SHARE = 0.5
"""A sub-area is proposed from this share of the leading one's weight on."""
NEAR = 80
"""Characters between a paragraph and the resolution that it belongs to, at most."""
PARAGRAPHS_AT_MOST = 6
SENTENCE_AT_MOST, JOINS_AT_MOST, PARTS_AT_MOST = 1_000, 5, 4
"""Characters of a sentence that is looked at for more than one ask, joining words tried in it, and asks found there."""
LAWS = frozenset({"law-general", "criminal-code", "decree-ordinance-bylaw", "enact-adopt-law"})
"""Concepts that in a recommendation ask for help with a text of law."""
LEGISLATIVE = "legislative"
OF_OTHERS = re.compile(
    r"(?:international|human rights|humanitarian|refugee|internacional|derechos humanos|humanitario|"
    r"международн\w+|гуманитарн\w+|国际|人权|人道)[\s,]*(?:(?:and|y|и)\s)?$",
    re.IGNORECASE,
)
"""Before a word for law: not a law that the State is asked to change."""
OF_OTHERS_AFTER = re.compile(r"^\s(?:international|internacional|الدولي|humanitaire)", re.IGNORECASE)
TO_TRAIN = {
    "fr": re.compile(r"\b[Ff]ormer\s(?:les|des|ses|aux|le|la|l’|l')"),
    "ru": re.compile(r"\b[Оо]бучи(?:ть|в)\b"),
}
"""Verbs that the term list leaves out because elsewhere they mean other things, or share no stem with the noun."""
MISREAD = {"ar": frozenset({"certification", "accredited-certified"})}
"""In Arabic the word for certification is the one for adopting, which nearly every recommendation has."""

_ABBREVIATED = re.compile(
    r"(?:^|\W)(?:para|paras|par|art|arts|no|nos|res|cf|pp?|vol|núm|n|op|ст|п|пп|г|№)\.$", re.IGNORECASE
)
_STOP = re.compile(r"[.!?؟](?=\s)|[;；؛。！？]|\n+")
_MARKER = re.compile(
    r"(?<=\s)(?<!\d\s)(?=\((?:[a-z]|[ivx]{1,4}|\d{1,2}|[ء-ي]|[а-я])\)\s)|(?<=\n)(?=\s*(?:[-–•*]|\d{1,2}[.)])\s)"
)
_JOIN = re.compile(
    r"[,،，]?\s(?:and|as well as|et|ainsi que|y|así como|и|а также)\s|[,،]\s(?=و)|[，、](?=并|以及)", re.IGNORECASE
)
_LEAD = re.compile(r"^[\s\-–•*]*(?:\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})[.)]\s)?[\s\-–•*]*")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_NUMBER = re.compile(r"(?<!\d)(\d{4})\s*[(（]\s*(?:19|20)\d\d\s*[)）]")
_PARAGRAPH = re.compile(
    r"(?:paragraphs?|paras?\.?|paragraphes?|párrafos?|par\.|(?:ال|لل)فقر(?:ات|ة)|пункт(?:[аеуы]|ов|ом)?|п\.|第)"
    r"\s{0,3}(\d{1,3})(?:\s?\(([a-z]{1,2})\))?(?!\d)(?:\s?段)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pointed:
    """A proposed value and the stretches of the text that it came from."""

    value: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """One ask of a text: its own words, and what they say in codes. What no word says is left open."""

    start: int
    end: int
    themes: tuple[Pointed, ...] = ()
    assistance_types: tuple[Pointed, ...] = ()
    target_institutions: tuple[Pointed, ...] = ()
    resolutions: tuple[Pointed, ...] = ()
    subjects: frozenset[str] = frozenset()
    """The themes that more than the name of an institution points at: only they tell one ask from another."""


class AskReader:
    """Reads recommendations with one term list and one set of facts."""

    def __init__(self, fields: FieldReader, facts: Facts) -> None:
        self._fields = fields
        self._terms: Terms = fields.terms
        self._facts = facts

    def read(self, text: str, language: str) -> tuple[Ask, ...]:
        """The asks of a text in its order; one at least. Ties of themes are broken by code."""
        passages = [self._pointed(text, stretch, language) for stretch in self._pieces(text, language)]
        asks: list[Ask] = []
        for passage in passages:
            if asks and not _count(asks[-1]):
                asks[-1] = passage
            elif asks and self._goes_on(asks[-1], passage):
                asks[-1] = _joined(asks[-1], passage)
            else:
                asks.append(passage)
        return tuple(asks) or (Ask(0, len(text)),)

    def _goes_on(self, before: Ask, passage: Ask) -> bool:
        """Whether a passage speaks on of the ask before it: it names no subject, or one of the same."""
        ours, theirs = before.subjects, passage.subjects
        if not ours or not theirs or ours & theirs:
            return True
        parents = self._facts.theme_parents
        return any(parents[code] is None and any(parents[other] == code for other in ours) for code in theirs)

    def _area(self, ask: Ask) -> str:
        """The area of the leading theme."""
        leading = ask.themes[0].value
        return self._facts.theme_parents[leading] or leading

    def _pieces(self, text: str, language: str) -> Iterator[Stretch]:
        for start, end in _sentences(text):
            yield from self._parted(text, (start, end), language, PARTS_AT_MOST)

    def _parted(self, text: str, stretch: Stretch, language: str, parts: int) -> Iterator[Stretch]:
        """A sentence, parted where both sides of a joining word ask for help in different areas."""
        start, end = stretch
        joins = _JOIN.finditer(text, start, end) if parts > 1 and end - start <= SENTENCE_AT_MOST else iter(())
        for join in islice(joins, JOINS_AT_MOST):
            left, right = (start, join.start()), (join.end(), end)
            ours, theirs = (self._pointed(text, side, language) for side in (left, right))
            both_ask = ours.assistance_types and theirs.assistance_types
            if both_ask and not self._goes_on(ours, theirs) and self._area(ours) != self._area(theirs):
                yield _trimmed(text, left)
                yield from self._parted(text, _trimmed(text, right), language, parts - 1)
                return
        yield stretch

    def _pointed(self, text: str, stretch: Stretch, language: str) -> Ask:
        start, end = stretch
        passage = text[start:end]
        mentions = [
            mention
            for mention in self._fields.read(passage, language).mentions
            # That something exists already is no reason to pass it by: the Committee asks for it all the same.
            if not mention.is_excluded and self._terms.concepts[mention.concept].id not in MISREAD.get(language, ())
        ]
        others = [m for m in mentions if self._terms.concepts[m.concept].kind is not Kind.INSTITUTION]
        subjects = self._themes(others, start)
        return Ask(
            start,
            end,
            themes=subjects or self._themes(mentions, start),
            assistance_types=self._kinds(passage, mentions, start, language),
            target_institutions=self._codes("institution", mentions, start),
            resolutions=self._resolutions(passage, mentions, start),
            subjects=frozenset(one.value for one in subjects),
        )

    def _themes(self, mentions: Sequence[Mention], offset: int) -> tuple[Pointed, ...]:
        parents = self._facts.theme_parents
        masses: dict[str, float] = {}
        places: dict[str, list[Stretch]] = {}
        loose: dict[str, list[Stretch]] = {}
        for mention in mentions:
            concept = self._terms.concepts[mention.concept]
            if concept.theme in parents and concept.kind not in (Kind.EVERYDAY, Kind.LEGAL_BASIS):
                says = self._terms.frequencies.says(concept.id, concept.weight)
                masses[concept.theme] = masses.get(concept.theme, 0.0) + says * mention.strength
                kept = places if mention.strength == 1.0 else loose
                kept.setdefault(concept.theme, []).append((offset + mention.start, offset + mention.end))
        wanted = [code for code in masses if parents[code] is not None] or list(masses)
        leading = max((masses[code] for code in wanted), default=0.0)
        named = [code for code in wanted if leading > 0 and masses[code] >= THEME_SHARE * leading]
        named.sort(key=lambda code: (-masses[code], code))
        return tuple(Pointed(code, _distinct(places.get(code) or loose[code])) for code in named[:THEMES_AT_MOST])

    def _kinds(self, passage: str, mentions: Sequence[Mention], offset: int, language: str) -> tuple[Pointed, ...]:
        laws = [
            (offset + mention.start, offset + mention.end)
            for mention in mentions
            if self._terms.concepts[mention.concept].id in LAWS
            and mention.strength == 1.0
            and not OF_OTHERS.search(passage[: mention.start])
            and not OF_OTHERS_AFTER.search(passage[mention.end :])
        ]
        asked = self._codes("assistance", mentions, offset)
        named = [Pointed(LEGISLATIVE, tuple(laws))] if laws else []
        verb = TO_TRAIN[language].search(passage) if language in TO_TRAIN else None
        if verb is not None:
            named.append(Pointed("training", ((offset + verb.start(), offset + verb.end()),)))
        return _merged(named, asked)

    def _codes(self, family: str, mentions: Iterable[Mention], offset: int) -> tuple[Pointed, ...]:
        places: dict[str, list[Stretch]] = {}
        for mention in mentions:
            if mention.strength == LOOSE:
                continue  # its words stand apart, so they point at nothing
            line = (mention.concept, *self._terms.broader[mention.concept])
            codes = (self._terms.concepts[at].code.partition(":") for at in line)
            code = next((name for kind, _, name in codes if kind == family), None)
            if code is not None:
                places.setdefault(code, []).append((offset + mention.start, offset + mention.end))
        return tuple(Pointed(code, _distinct(found)) for code, found in sorted(places.items()))

    def _resolutions(self, passage: str, mentions: Iterable[Mention], offset: int) -> tuple[Pointed, ...]:
        plain = passage.translate(_DIGITS)
        places: dict[str, list[Stretch]] = {}
        for mention in mentions:
            family, _, number = self._terms.concepts[mention.concept].code.partition(":")
            if family == "resolution":
                places.setdefault(number, []).append((mention.start, mention.end))
        for found in _NUMBER.finditer(plain):
            if found[1] in self._facts.resolution_themes:
                places.setdefault(found[1], []).append(found.span())
        named: dict[str, list[Stretch]] = {}
        for found in list(_PARAGRAPH.finditer(plain))[:PARAGRAPHS_AT_MOST]:
            if found[0].startswith("第") and not found[0].endswith("段"):
                continue
            near = min(
                ((_distance(found.span(), place), number, place) for number in places for place in places[number]),
                default=None,
            )
            if near is not None and near[0] <= NEAR:
                part = f"({found[2].lower()})" if found[2] else ""
                named.setdefault(f"{near[1]}:{found[1]}{part}", []).extend((found.span(), near[2]))
        told = {reference.partition(":")[0] for reference in named}
        named |= {number: found for number, found in places.items() if number not in told}
        return tuple(
            Pointed(reference, _distinct((offset + start, offset + end) for start, end in found))
            for reference, found in sorted(named.items())
        )


def _sentences(text: str) -> Iterator[Stretch]:
    cuts = [marker.start() for marker in _MARKER.finditer(text)]
    for stop in _STOP.finditer(text):
        is_dot = stop[0] == "."
        following = text[stop.end() :].lstrip()[:1]
        if is_dot and (_ABBREVIATED.search(text[max(0, stop.end() - 8) : stop.end()]) or following.islower()):
            continue
        cuts.append(stop.end())
    start = 0
    for cut in [*sorted(set(cuts)), len(text)]:
        piece = _trimmed(text, (start, cut))
        if any(character.isalpha() for character in text[piece[0] : piece[1]]):
            yield piece
        start = cut


def _trimmed(text: str, stretch: Stretch) -> Stretch:
    start, end = stretch
    lead = _LEAD.match(text[start:end])
    start += lead.end() if lead else 0
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;،؛，；、:："):
        end -= 1
    return start, max(start, end)


def _joined(first: Ask, second: Ask) -> Ask:
    """Two passages as one ask; the themes of the first lead."""
    return Ask(
        first.start,
        second.end,
        themes=_merged(first.themes, second.themes)[:THEMES_AT_MOST],
        assistance_types=_merged(first.assistance_types, second.assistance_types),
        target_institutions=_merged(first.target_institutions, second.target_institutions),
        resolutions=_merged(first.resolutions, second.resolutions),
        subjects=first.subjects | second.subjects,
    )


def _merged(ours: Sequence[Pointed], theirs: Sequence[Pointed]) -> tuple[Pointed, ...]:
    places: dict[str, list[Stretch]] = {}
    for one in (*ours, *theirs):
        places.setdefault(one.value, []).extend(one.stretches)
    return tuple(Pointed(value, _distinct(found)) for value, found in places.items())


def _distinct(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """In the order of the text, and none that lies within another."""
    found = sorted(set(stretches), key=lambda one: (one[0], -one[1]))
    kept: list[Stretch] = []
    for one in found:
        if not kept or one[1] > kept[-1][1]:
            kept.append(one)
    return tuple(kept)


def _distance(one: Stretch, other: Stretch) -> int:
    return max(other[0] - one[1], one[0] - other[1], 0)


def clearest(asks: Mapping[str, tuple[Ask, ...]]) -> str:
    """The language whose words part best into asks: most values, then most asks, then by code."""
    return min(asks, key=lambda key: (-sum(map(_count, asks[key])), -len(asks[key]), key))


def _count(ask: Ask) -> int:
    return len(ask.themes) + len(ask.assistance_types) + len(ask.target_institutions) + len(ask.resolutions)
