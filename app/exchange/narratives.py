"""Texts of donors' files: markup taken out, and the language checked against the script and the little words."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lxml import etree

from app.exchange.rules import Draft

MAX_TITLE = 500
MAX_TEXT = 20_000
MAX_LANGUAGES = 20
MAX_RAW = 100_000
_ENOUGH_TO_TELL = 5_000
UNKNOWN = "und"

_MARKUP = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(\s[^<>]*)?/?>|&(#\d{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});|<!--")
_TAG = re.compile(r"<[^<>]*>")
_BLOCKS = ("p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6")
_UNSAID = ("script", "style", "template", "noscript")


def plain(text: str) -> tuple[str, bool]:
    """The text without markup, control characters and needless space, and whether there was markup in it."""
    text = text[:MAX_RAW]
    has_markup = _MARKUP.search(text) is not None
    if has_markup:
        text = _without_markup(text)
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") and c != "\n" else c for c in text)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line), has_markup


def _without_markup(text: str) -> str:
    # Python's own HTMLParser takes seconds for 200 KB of unclosed comments; this one takes a millisecond.
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(f"<div>{text}</div>", parser)
    except etree.XMLSyntaxError:
        root = None
    said = "" if root is None else _said(root)
    return said if said.strip() else _TAG.sub(" ", text)  # what is nested too deep is not parsed at all


def _said(root: etree._Element) -> str:
    for element in list(root.iter(*_UNSAID)):
        element[:] = []
        element.text = None
    for element in root.iter(*_BLOCKS):
        element.text = "\n" + (element.text or "")
        element.tail = "\n" + (element.tail or "")
    return "".join(map(str, root.itertext()))


_SCRIPTS = {
    "arabic": re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "han": re.compile("[\u3400-\u9fff\U00020000-\U0003134f]"),
    "kana": re.compile("[\u3040-\u30ff]"),
    "hangul": re.compile("[\uac00-\ud7af]"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
}
_WRITTEN_IN = {
    **dict.fromkeys(("ar", "fa", "ur", "ps", "sd", "ug", "dv", "ckb"), "arabic"),
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "tg", "mn", "tt"), "cyrillic"),
    "zh": "han",
    "ja": "kana",
    "ko": "hangul",
    **dict.fromkeys(("en", "fr", "es", "de", "sv", "nl", "pt", "it", "da", "no", "fi", "pl", "ro", "tr"), "latin"),
}
_LIKELIEST = {"arabic": "ar", "cyrillic": "ru", "han": "zh", "kana": "ja", "hangul": "ko"}
_OTHER_LETTERS = {
    "arabic": re.compile("[پچژگکیےڈٹڑښځډ]"),  # Persian, Urdu, Pashto
    "cyrillic": re.compile("[іїєґўәғқңөұүһҷӣӯђјљњћџ]", re.IGNORECASE),  # Ukrainian, Kazakh, Tajik, Serbian …
}

_LITTLE_WORDS = {
    "en": "the of and to in for with by on is are will from that this their at as which be",
    "fr": "le la les des du et un une en pour dans par sur est aux ce cette avec qui que sont",
    "es": "el la los las de y en para por con del que una un se al es su como sus",
    "de": "der die das und den dem des für mit von im in zu auf ist ein eine wird werden bei zur sich nach durch",
    "sv": "och att för av med som på till är den det ett en från om har i inom genom",
    "nl": "de het een en van voor met op te dat zijn wordt in aan door bij naar",
    "pt": "o a os as do da dos das e em para por com que uma um ao no na se",
    "it": "il lo gli le di e per con del della che un una nel alla dei delle sono",
}
_LITTLE = {language: frozenset(words.split()) for language, words in _LITTLE_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH_LITTLE_WORDS = 3


def language_of(text: str, declared: str) -> str:
    """The language that a text is really in, as far as its script and its little words tell; else the declared one."""
    text = text[:_ENOUGH_TO_TELL]
    letters = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()}
    total = sum(letters.values())
    if total == 0:
        return declared
    script = max(letters, key=lambda name: letters[name])
    if letters["kana"] * 5 > total:  # Japanese mixes kana into Han characters
        script = "kana"
    if letters[script] * 2 <= total:
        return declared
    if script == "latin":
        return _latin_language(text, declared)
    if _WRITTEN_IN.get(declared) == script:
        return declared
    other = _OTHER_LETTERS.get(script)
    return UNKNOWN if other and other.search(text) else _LIKELIEST[script]


def _latin_language(text: str, declared: str) -> str:
    words = [word.lower() for word in _WORD.findall(text)]
    hits = {language: sum(word in little for word in words) for language, little in _LITTLE.items()}
    best = max(hits, key=lambda language: hits[language])
    is_elsewhere = _WRITTEN_IN.get(declared, "latin") != "latin"
    is_judged = declared in _LITTLE or declared == UNKNOWN or is_elsewhere
    if is_judged and hits[best] >= _ENOUGH_LITTLE_WORDS and hits[best] > 3 * hits.get(declared, 0):
        return best
    return UNKNOWN if is_elsewhere else declared


def fits_better(text: str, declared: str, other: str) -> bool:
    """Whether a short text may as well be in `other`, the language of the longer texts beside it."""
    words = [word.lower() for word in _WORD.findall(text)]
    known, asked = _LITTLE.get(declared, frozenset()), _LITTLE.get(other, frozenset())
    return sum(word in known for word in words) <= sum(word in asked for word in words)


_SHORT = {"eng": "en", "fra": "fr", "fre": "fr", "spa": "es", "ara": "ar", "rus": "ru", "zho": "zh", "chi": "zh"}


def language_tag(tag: str | None) -> str:
    """The ISO 639 code of an `xml:lang` value such as `en-GB`; `und` where it is none."""
    primary = (tag or "").strip().lower().replace("_", "-").partition("-")[0]
    return _SHORT.get(primary, primary) if re.fullmatch("[a-z]{2,3}", primary) else UNKNOWN


def found_languages(texts: Iterable[tuple[str | None, str]]) -> dict[str, str]:
    """By declared language, the other language in which the texts so marked are really written."""
    together: dict[str, list[str]] = {}
    for tag, raw in texts:
        together.setdefault(language_tag(tag), []).append(plain(raw)[0])
    found = {declared: language_of("\n".join(parts), declared) for declared, parts in together.items()}
    return {declared: language for declared, language in found.items() if language != declared}


def gather(
    draft: Draft, name: str, texts: Iterable[tuple[str | None, str]], beside: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """One text per language from the narratives of one element, joined in their order; doubts go to the notes.

    `beside` is what `found_languages` says of longer texts: a title alone is too short to tell.
    """
    found: dict[str, list[str]] = {}
    for tag, raw in texts:
        text, had_markup = plain(raw)
        if len(raw) > MAX_RAW:
            draft.note("narrative.cut", f"A {name} is longer than {MAX_RAW} characters: its end was cut off.")
        if had_markup:
            draft.note("narrative.markup", f"Markup was taken out of the {name}.")
        if not text:
            continue
        declared = language_tag(tag)
        language = language_of(text, declared)
        if language == declared in beside and fits_better(text, declared, beside[declared]):
            language = beside[declared]
        if language != declared:
            draft.note("narrative.language", f"A {name} marked {declared} is in {language} by its script or words.")
        if text not in found.setdefault(language, []):
            found[language].append(text)
    if len(found) > MAX_LANGUAGES:
        draft.note("narrative.languages", f"The {name} is in more than {MAX_LANGUAGES} languages: the first are kept.")
        found = dict(list(found.items())[:MAX_LANGUAGES])
    return {language: "\n".join(parts) for language, parts in found.items()}


def cut(draft: Draft, name: str, texts: dict[str, str], limit: int) -> dict[str, str]:
    """The texts within `limit` characters; what is cut off is noted."""
    if any(len(text) > limit for text in texts.values()):
        draft.note("narrative.cut", f"A {name} is longer than {limit} characters: its end was cut off.")
    return {language: text if len(text) <= limit else text[: limit - 1] + "…" for language, text in texts.items()}
