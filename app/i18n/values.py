"""Values as a sentence shows them: dates, numbers, lists, and other people's words set apart."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from app.i18n.languages import direction, habits, locale


class Quoted(str):
    """Words of a record or a label, put between quotation marks."""

    __slots__ = ()


class Share(float):
    """A share between 0 and 1, shown in per cent."""

    __slots__ = ()


Value: TypeAlias = "str | int | float | date | Sequence[Value]"

ISOLATE, END = "\u2068", "\u2069"
"""First strong isolate and its end (Unicode Standard Annex 9)."""
_STEERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Invisible signs that turn the direction of what follows: a record's text must not bring its own."""
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RUNS_AGAINST = {"ltr": re.compile(f"[{_RIGHT_TO_LEFT}]"), "rtl": re.compile(rf"[^\W_{_RIGHT_TO_LEFT}]")}
_SPANISH_I = re.compile(r"\W*h?i(?![aeouáéóú])", re.IGNORECASE)


def shown(value: Value, language: str) -> str:
    """The value as a sentence in the language has it."""
    if isinstance(value, str):
        text = isolated(value, language)
        opening, closing = habits(language).quotes if isinstance(value, Quoted) else ("", "")
        return f"{opening}{text}{closing}"
    if isinstance(value, date):
        return _day(value, language)
    if isinstance(value, Share):
        return format_percent(value, locale=locale(language))
    if isinstance(value, int | float):
        return format_decimal(value, locale=locale(language))
    return listed([shown(item, language) for item in value], language)


@lru_cache(maxsize=4096)
def isolated(text: str, language: str) -> str:
    """The text on one line, kept from disturbing the order of the words around it where it runs the other way."""
    clean = " ".join(_STEERING.sub("", text).split())
    return f"{ISOLATE}{clean}{END}" if _RUNS_AGAINST[direction(language)].search(clean) else clean


def listed(items: Sequence[str], language: str) -> str:
    """The items in a row, the last one joined by "and"."""
    row = format_list(items, locale=locale(language))
    last = items[-1] if items else ""
    if language == "es" and len(items) > 1 and _SPANISH_I.match(last):
        return f"{row.removesuffix(f' y {last}')} e {last}"
    return row


@lru_cache(maxsize=4096)
def _day(day: date, language: str) -> str:
    return format_date(day, "long", locale=locale(language))
