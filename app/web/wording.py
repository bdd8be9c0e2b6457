"""Words on a page: labels of its language, and the words of records in a language and direction of their own."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape

from app import i18n
from app.core.errors import Fault
from app.i18n import Value
from app.i18n.languages import locale

NAMES = {
    "ar": "العربية",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "ru": "Русский",
    "zh": "中文",
}
"""The six languages by their own names, in the order of the United Nations."""


@cache
def direction(language: str) -> str:
    """Where lines of any language begin; `auto` where that is not known."""
    try:
        return "rtl" if Locale.parse(language).text_direction == "rtl" else "ltr"
    except (UnknownLocaleError, ValueError):
        return "auto"


def choose(narrative: Mapping[str, str], language: str) -> tuple[str, str]:
    """Which wording of a text to show, with its language: the page's, else English, else the first."""
    for wanted in (language, "en"):
        if narrative.get(wanted):
            return wanted, narrative[wanted]
    return next(((name, text) for name, text in narrative.items() if text), ("und", ""))


class Words:
    """How one language says things; the templates' `t`, `day`, `said` and so on."""

    def __init__(self, language: str) -> None:
        self.language = language

    def t(self, code: str, **values: Value) -> str:
        """The label or sentence of the page with this code."""
        return i18n.render(code, self.language, values)

    def word(self, family: str, code: str | None) -> str:
        """What a code of a closed list is called."""
        return i18n.render(f"word.{family}.{code or 'none'}", self.language)

    def options(self, family: str, codes: Iterable[str]) -> list[tuple[str, str]]:
        """Codes of a closed list with what they are called, to choose from."""
        return [(code, self.word(family, code)) for code in codes]

    def day(self, day: date | None) -> Markup:
        """A date, isolated from the text around it."""
        if day is None:
            return Markup("–")
        shown = format_date(day, "medium", locale=locale(self.language))
        return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), shown)

    def moment(self, moment: datetime | None) -> Markup:
        """An instant, in UTC."""
        if moment is None:
            return Markup("–")
        shown = format_datetime(moment, "d MMM y, HH:mm", locale=locale(self.language))
        return Markup('<time datetime="{}">{} UTC</time>').format(moment.isoformat(timespec="seconds"), shown)

    def number(self, number: float, digits: int = 2) -> str:
        """A number with so many digits behind the point."""
        pattern = "0" if digits == 0 else f"0.{'0' * digits}"
        return format_decimal(number, pattern if digits else "#,##0", locale=locale(self.language))

    def share(self, share: float) -> str:
        """A share in per cent."""
        return format_percent(share, locale=locale(self.language))

    def name_of_language(self, code: str) -> str:
        """What a language is called."""
        return i18n.language_name(code, self.language)

    def fault(self, fault: Fault) -> Markup:
        """What is wrong with an input and what would be right; in English where that is all there is."""
        try:
            return escape(self.t(f"fault.{fault.code}"))
        except i18n.UnknownMessage:
            said = Markup(' <span lang="en" dir="ltr">{}</span>').format(fault.detail)
            return escape(self.t("fault.other")) + said

    def said(self, narrative: Mapping[str, str], tag: str = "bdi", marked: Iterable[str] = ()) -> Markup:
        """A record's words in their own language and direction, with some of them marked."""
        language, text = choose(narrative, self.language)
        return SAID[tag].format(language, direction(language), highlighted(text, marked))


@cache
def words(language: str) -> Words:
    """The words of one of the six languages."""
    return Words(language)


SAID = {
    "bdi": Markup('<bdi class="said" lang="{}" dir="{}">{}</bdi>'),
    "p": Markup('<p class="said" lang="{}" dir="{}">{}</p>'),
    "blockquote": Markup('<blockquote class="said" lang="{}" dir="{}">{}</blockquote>'),
}
"""Elements that hold a record's words."""
SHORTEST_MARK = 2


def highlighted(text: str, marks: Iterable[str]) -> Markup:
    """The text with each of these words marked, as it stands."""
    wanted = sorted({m for m in marks if len(m) >= SHORTEST_MARK}, key=len, reverse=True)
    if not wanted:
        return escape(text)
    parts = re.split("(" + "|".join(map(re.escape, wanted)) + ")", text, flags=re.IGNORECASE)
    pieces = [Markup("<mark>{}</mark>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts)]
    return Markup("").join(pieces)
