"""Words of a text: where each stands, in which script, and the forms under which it is looked up."""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import Stemmer

from matching.text.function_words import BINDING, CONTRASTS, FUNCTION_WORDS

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
LATIN_LANGUAGES = ("en", "es", "fr")


class Script(StrEnum):
    """The script of one word; `other` is one that none of the six languages uses."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    ARABIC = "arabic"
    HAN = "han"
    DIGIT = "digit"
    OTHER = "other"


SCRIPT_OF = {
    "ar": Script.ARABIC,
    "en": Script.LATIN,
    "es": Script.LATIN,
    "fr": Script.LATIN,
    "ru": Script.CYRILLIC,
    "zh": Script.HAN,
}

OWN_SCRIPT_SHARE = 0.1
"""A text with this share of words in the script of its declared language is in that language: a long text
in another
script that is slipped in does not change it."""

INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
"""Soft hyphens, joiners and direction marks: inside a word they are dropped, so nobody hides a word with
them."""

PIECE = re.compile(
    r"(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])"
    rf"|(?P<word>(?:[^\W_\u3400-\u9fff\uf900-\ufaff][\u0300-\u036f\u064b-\u065f\u0670{INVISIBLE}]*)+)"
    r"|(?P<stop>[.!?…؟。！？;；؛\n\r•|]+)"
    r"|(?P<pause>[,،，、:：()\[\]«»“”\"（）《》–—]+)"
)
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_HARAKAT = re.compile("[\u0640\u064b-\u065f\u0670]")
_ARABIC_LETTERS = str.maketrans("آأإٱىةؤئکی", "اااايهويكي")
_ARABIC_PREFIXES = ("وال", "فال", "بال", "كال", "لل", "ال")
_ARABIC_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "هم", "نا", "وا", "ه", "ي", "ا")
WHOLE_UP_TO = 3
"""Letters up to which a word is not stemmed: abbreviations would fall together with other words."""
_SNOWBALL = {
    code: Stemmer.Stemmer(name, 0)
    for code, name in (("en", "english"), ("es", "spanish"), ("fr", "french"), ("ru", "russian"))
}


class Word(NamedTuple):
    """One word (in Chinese one character) of a text."""

    keys: tuple[str, ...]
    """Forms to look up, most likely first."""
    plain: str
    """The normalised form, unstemmed."""
    start: int
    end: int
    script: Script
    is_function: bool
    sentence: int
    clause: int
    is_binding: bool = False
    """Belongs to a phrase though it is a function word."""


def plain_form(word: str) -> str:
    """The word without case, width, vowel marks and spelling variants; accents of Latin letters stay."""
    if word.isascii():
        return word.lower()
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", word)).casefold()
    text = _HARAKAT.sub("", text).translate(_ARABIC_LETTERS).replace("ё", "е").replace("\u0301", "")
    if any(letter.isdigit() and not letter.isascii() for letter in text):
        text = "".join(str(unicodedata.digit(c, c)) if c.isdigit() else c for c in text)
    return unicodedata.normalize("NFC", text)


def without_accents(word: str) -> str:
    """Latin letters bare; other scripts as they are, since й or a Chinese character is not a letter with a
    mark."""
    if word.isascii():
        return word
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return bare.replace("œ", "oe").replace("æ", "ae") if script_of(bare) is Script.LATIN else word


def script_of(word: str) -> Script:
    """The script of the first letter."""
    for letter in word:
        if letter.isdigit():
            return Script.DIGIT
        code = ord(letter)
        if code < 0x250 or 0x1E00 <= code < 0x1F00:
            return Script.LATIN
        if 0x400 <= code < 0x530:
            return Script.CYRILLIC
        if 0x600 <= code < 0x780 or 0x8A0 <= code < 0x900 or 0xFB50 <= code < 0xFE00 or 0xFE70 <= code < 0xFEFF:
            return Script.ARABIC
        if 0x3400 <= code < 0xA000 or 0xF900 <= code < 0xFB00:
            return Script.HAN
    return Script.OTHER


def _arabic_stem(word: str) -> str:
    """Light stem: article and common endings off, never below three letters (after Larkey's light10)."""
    for prefix in _ARABIC_PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            word = word[len(prefix) :]
            break
    for _ in range(2):
        for suffix in _ARABIC_SUFFIXES:
            if word.endswith(suffix) and len(word) - len(suffix) >= 3:
                word = word[: -len(suffix)]
                break
    return word


def _arabic_forms(word: str) -> tuple[str, ...]:
    """The stem, and the stems without a leading conjunction or preposition: و and ب may also belong to the
    word."""
    forms = [_arabic_stem(word)]
    if word[0] in "وف" and len(word) >= 4:
        forms.append(_arabic_stem(word[1:]))
    rest = word[1:] if word[0] in "وف" and len(word) >= 5 else word
    if rest[0] in "بلك" and len(rest) >= 4:
        forms.append(_arabic_stem(rest[1:]))
    return tuple(dict.fromkeys(forms))


@lru_cache(maxsize=200_000)
def keys_of(plain: str, language: str) -> tuple[str, ...]:
    """The forms under which a normalised word of this language is looked up."""
    if not plain or plain.isdigit():
        return (plain,)
    if language == "ar":
        return _arabic_forms(plain)
    if language not in _SNOWBALL or len(plain) <= WHOLE_UP_TO:
        return (without_accents(plain),)
    bare = without_accents(plain)
    stem = _stem(plain, language)
    return (stem,) if bare == plain else tuple(dict.fromkeys((stem, _stem(bare, language))))


def _stem(plain: str, language: str) -> str:
    """The stem without accents; a word that would lose all but a function word, as ИИ does, stays whole."""
    stem = without_accents(_SNOWBALL[language].stemWord(plain))
    return without_accents(plain) if len(stem) < 2 or stem in FUNCTION_WORDS[language] else stem


@lru_cache(maxsize=200_000)
def _look(word: str, language: str) -> tuple[tuple[str, ...], str, Script, bool, bool]:
    plain = plain_form(word)
    script = script_of(plain)
    tongue = (
        language
        if SCRIPT_OF.get(language) is script
        else {Script.LATIN: "en", Script.CYRILLIC: "ru", Script.ARABIC: "ar"}.get(script, language)
    )
    is_function = plain in FUNCTION_WORDS.get(tongue, frozenset())
    return keys_of(plain, tongue), plain, script, is_function, plain in BINDING.get(tongue, frozenset())


def words_of(text: str, language: str) -> Iterator[Word]:
    """The words of a text in order, with the sentence and the clause that each stands in."""
    sentence = clause = 0
    for piece in PIECE.finditer(text):
        kind = piece.lastgroup
        if kind == "stop":
            sentence += 1
            clause += 1
        elif kind == "pause":
            clause += 1
        elif kind == "han":
            char = unicodedata.normalize("NFKC", piece.group())
            yield Word(
                (char,),
                char,
                piece.start(),
                piece.end(),
                Script.HAN,
                char in FUNCTION_WORDS["zh"],
                sentence,
                clause,
            )
        else:
            keys, plain, script, is_function, is_binding = _look(piece.group(), language)
            if plain in CONTRASTS:
                clause += 1
            if plain:
                yield Word(keys, plain, piece.start(), piece.end(), script, is_function, sentence, clause, is_binding)


def language_of(text: str, declared: str) -> str:
    """The language to read a text in: the declared one, unless its script says otherwise."""
    counts: dict[Script, int] = {}
    for piece in PIECE.finditer(text[:2000]):
        if piece.lastgroup in ("word", "han"):
            script = script_of(piece.group())
            counts[script] = counts.get(script, 0) + 1
    if not counts:
        return declared
    script = max(sorted(counts), key=lambda s: counts[s])
    own = SCRIPT_OF.get(declared)
    if own is not None and counts.get(own, 0) >= OWN_SCRIPT_SHARE * sum(counts.values()):
        return declared
    if script is Script.LATIN:
        return declared if declared not in (*LANGUAGES, "und", "") else _latin_language(text)
    by_script = {Script.CYRILLIC: "ru", Script.ARABIC: "ar", Script.HAN: "zh"}
    return by_script.get(script, declared)


def _latin_language(text: str) -> str:
    plain = [plain_form(piece.group("word")) for piece in PIECE.finditer(text[:2000]) if piece.lastgroup == "word"]
    hits = {code: sum(word in FUNCTION_WORDS[code] for word in plain) for code in LATIN_LANGUAGES}
    return max(LATIN_LANGUAGES, key=lambda code: hits[code])
