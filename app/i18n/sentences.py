"""Reads the catalogues and turns a code with its values into a sentence.

A catalogue's msgid is the code. A code may have variants, the code with one of `VARIANTS` behind it: the first whose
values are all there is taken, so a reason without evidence still reads well. Where something is counted, msgid_plural
is the name of the value that counts it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Message as PoMessage
from babel.messages.pofile import read_po

from app.i18n.languages import LANGUAGES, habits
from app.i18n.values import Value, shown

FOLDERS = (Path(__file__).parent / "catalogues", Path(__file__).parent / "catalogues" / "pages")
"""Sentences of reasons, and the words of the pages."""
VARIANTS = (".both", ".need", ".offer", "", ".bare")
"""In the order in which they are tried: what both sides name, what only one side names, the code's own, nothing."""


class UnknownMessage(LookupError):
    """No catalogue has the code, or no variant of it can do with the values that were given."""


@dataclass(frozen=True, slots=True)
class Message:
    """One wording, with a form for each plural class where it counts something."""

    forms: tuple[str, ...]
    counted: str | None
    placeholders: frozenset[str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All wordings of one language by id."""

    messages: Mapping[str, Message]
    plural: Callable[[int], int]
    """The position of the form for a number."""


def load() -> None:
    """Read all six catalogues, so that no answer has to wait for one."""
    for language in LANGUAGES:
        catalogue(language)


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of one of the six languages; `KeyError` for any other."""
    messages: dict[str, Message] = {}
    plural, locale = "", habits(language).locale
    for folder in FOLDERS:
        with (folder / f"{language}.po").open("rb") as file:
            entries = read_po(file, locale=locale, abort_invalid=True)
        messages.update(_messages(entries))
        plural = entries.plural_expr
    return Catalogue(messages, c2py(plural))


def _messages(entries: Iterable[PoMessage]) -> Iterator[tuple[str, Message]]:
    for entry in entries:
        if not entry.id:
            continue
        name, counted = (entry.id, None) if isinstance(entry.id, str) else (entry.id[0], entry.id[1])
        forms = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
        yield name, Message(forms, counted, frozenset().union(*map(placeholders, forms)))


def placeholders(text: str) -> frozenset[str]:
    """The names between braces."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def render(code: str, language: str, values: Mapping[str, Value] | None = None) -> str:
    """The sentence for a code. An empty text or list counts as not given. Raises `UnknownMessage`."""
    given = {name: value for name, value in (values or {}).items() if value not in ("", (), [])}
    held = catalogue(language)
    for variant in VARIANTS:
        message = held.messages.get(code + variant)
        if message and message.placeholders <= given.keys():
            form = message.forms[0]
            if message.counted:
                number = given.get(message.counted)
                if not isinstance(number, int | float):
                    continue
                form = message.forms[held.plural(int(number))]
            return form.format_map({name: shown(given[name], language) for name in message.placeholders})
    raise UnknownMessage(f"{code} in {language} with {sorted(given)}")


def joined(sentences: Iterable[str], language: str) -> str:
    """Several sentences as one text."""
    return habits(language).space.join(sentence for sentence in sentences if sentence)
