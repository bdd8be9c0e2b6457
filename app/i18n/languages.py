"""The six official languages: direction of writing, locale, quotation marks, names of other languages."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from babel import Locale

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Habits:
    """How a language writes."""

    locale: str
    direction: Direction = "ltr"
    quotes: tuple[str, str] = ("“", "”")
    space: str = " "
    """Between two sentences."""


_HABITS = {
    "ar": Habits("ar", "rtl", ("«", "»")),
    # United Nations English writes the day before the month and no comma before "and".
    "en": Habits("en_GB"),
    "es": Habits("es", quotes=("«", "»")),
    "fr": Habits("fr", quotes=("«\u00a0", "\u00a0»")),
    "ru": Habits("ru", quotes=("«", "»")),
    "zh": Habits("zh", space=""),
}
LANGUAGES = tuple(_HABITS)


def habits(language: str) -> Habits:
    """How one of the six languages writes; `KeyError` for any other."""
    return _HABITS[language]


@cache
def locale(language: str) -> Locale:
    """Dates, numbers and lists of one of the six languages."""
    return Locale.parse(_HABITS[language].locale)


def direction(language: str) -> Direction:
    """Where lines begin: `ltr` or `rtl`."""
    return _HABITS[language].direction


def language_name(code: str, language: str) -> str:
    """What a language (ISO 639-1) is called in one of the six; the code itself where that is not known."""
    return str(locale(language).languages.get(code, code))
