"""Finds codes by what people write: a code, or a label in any of the six languages."""

from collections.abc import Mapping
from difflib import get_close_matches

from app.reference.rules import Book, Labels

_MOST_HINTS = 200


class Codes:
    """The codes of the reference data and their labels, indexed once for a whole file."""

    def __init__(self, book: Book) -> None:
        self._known: Mapping[str, Mapping[str, Labels]] = {
            "state": book.states,
            "theme": book.themes,
            "assistance_type": book.assistance_types,
            "institution": book.institutions,
            "grouping": book.groupings,
        }
        self._iso2 = book.iso2
        self._hints = 0
        self._labels: dict[str, dict[str, str]] = {}

    def find(self, kind: str, text: str) -> str | None:
        """The code, or nothing."""
        if text in self._known[kind]:
            return text
        code = self._by_label(kind).get(_plain(text))
        return self._iso2.get(text.upper()) if code is None and kind == "state" else code

    def hint(self, kind: str, text: str) -> str:
        """` Did you mean …?` with the nearest code, or nothing; after two hundred in a file no more."""
        if self._hints == _MOST_HINTS:
            return ""
        self._hints += 1
        labels = self._by_label(kind)
        close = get_close_matches(_plain(text)[:60], list(labels), n=1, cutoff=0.7)
        return f" Did you mean {labels[close[0]]}?" if close else ""

    def _by_label(self, kind: str) -> dict[str, str]:
        if kind not in self._labels:
            known = self._known[kind]
            found = {_plain(label): code for code, labels in known.items() for label in labels.values()}
            self._labels[kind] = found | {_plain(code): code for code in known}
        return self._labels[kind]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
