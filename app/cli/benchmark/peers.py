"""The text search that people would use instead, each given the same filters: State and active day.

Every peer gets the same words: split once, function words left out. None of them knows more of a need than its text.
"""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import bm25s
import numpy as np
import tantivy
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from app.cli.benchmark.corpus import TODAY
from app.reference.rules import Book
from matching import NeedProfile, OfferProfile
from matching.text.words import words_of

TOP = 20
NEVER = 9_999_999
"""The last day of an offer without one."""


def words_for_peers(record: NeedProfile | OfferProfile) -> list[str]:
    """The words of a record's texts, normalised, without function words; Chinese in characters."""
    return [
        word.plain
        for narrative in (record.title, record.description)
        for language, text in narrative.items()
        for word in words_of(text, language)
        if not word.is_function
    ]


class Filters:
    """What the gates of State and day leave, as each peer can take it."""

    def __init__(self, offers: Sequence[OfferProfile], book: Book) -> None:
        members: dict[str, set[str]] = {}
        for one in book.memberships:
            if (one.since is None or one.since <= TODAY) and (one.until is None or one.until > TODAY):
                members.setdefault(one.grouping, set()).add(one.state)
        self.states = [_covered(offer, members) for offer in offers]
        self.last_day = np.array(
            [
                0 if offer.availability == "closed" else offer.closes_on.toordinal() if offer.closes_on else NEVER
                for offer in offers
            ],
            np.int64,
        )
        self._by_state: dict[str, NDArray[np.bool_]] = {
            state: np.array([state in held or "*" in held for held in self.states], np.bool_) for state in book.states
        }

    def mask(self, state: str) -> NDArray[np.bool_]:
        """The offers that the State may have today."""
        return np.asarray(self._by_state[state] & (self.last_day >= TODAY.toordinal()))


def _covered(offer: OfferProfile, members: dict[str, set[str]]) -> set[str]:
    """The States of the scope; `*` is all."""
    if offer.scope is None or offer.scope.world:
        return {"*"}
    return set(offer.scope.states).union(*(members.get(name, set()) for name in offer.scope.groupings))


class Peer(ABC):
    """One other way to find offers for a need."""

    name: ClassVar[str]

    @abstractmethod
    def __init__(self, offers: Sequence[OfferProfile], words: Sequence[list[str]], filters: Filters) -> None:
        """Build the index."""

    @abstractmethod
    def top(self, need: NeedProfile) -> list[int]:
        """Positions of the best offers that pass the filters."""


class Tantivy(Peer):
    """Tantivy: BM25 over an inverted index, the filters as clauses without score."""

    name = "tantivy"

    def __init__(self, offers: Sequence[OfferProfile], words: Sequence[list[str]], filters: Filters) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("number", stored=True, fast=True)
        builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field("state", tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("last_day", indexed=True, fast=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        self._writer = self._index.writer(64_000_000, 1)
        for number, (text, states) in enumerate(zip(words, filters.states, strict=True)):
            self._writer.add_document(self._document(number, text, states, int(filters.last_day[number])))
        self._writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()
        self._size = len(offers)

    def _document(self, number: int, text: list[str], states: set[str], last_day: int) -> tantivy.Document:
        return tantivy.Document(number=number, text=" ".join(text), state=sorted(states), last_day=last_day)

    def top(self, need: NeedProfile) -> list[int]:
        schema, query = self._schema, tantivy.Query
        anything = query.boolean_query(
            [
                (tantivy.Occur.Should, query.term_query(schema, "text", word, "freq"))
                for word in dict.fromkeys(words_for_peers(need))
            ]
        )
        covers = query.term_set_query(schema, "state", [need.state, "*"])
        lasts = query.range_query(schema, "last_day", tantivy.FieldType.Integer, TODAY.toordinal(), None)
        both = [(tantivy.Occur.Must, anything)]
        both += [(tantivy.Occur.Must, query.const_score_query(gate, 0.0)) for gate in (covers, lasts)]
        found = self._searcher.search(query.boolean_query(both), TOP, count=False)
        return [int(self._searcher.doc(address)["number"][0]) for _, address in found.hits]

    def add(self, text: list[str], states: set[str]) -> None:
        """Make one more offer findable."""
        self._writer.add_document(self._document(self._size, text, states, NEVER))
        self._writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()
        self._size += 1


class Bm25s(Peer):
    """bm25s with its NumPy backend: precomputed scores, the filters as a mask."""

    name = "bm25s"

    def __init__(self, offers: Sequence[OfferProfile], words: Sequence[list[str]], filters: Filters) -> None:
        del offers
        self._filters = filters
        self._index = bm25s.BM25()
        self._index.index(list(words), show_progress=False)

    def top(self, need: NeedProfile) -> list[int]:
        mask = self._filters.mask(need.state)
        asked = [word for word in dict.fromkeys(words_for_peers(need)) if word in self._index.vocab_dict]
        if not asked:
            return []
        found, scores = self._index.retrieve(
            [asked], k=min(TOP, len(mask)), show_progress=False, weight_mask=mask.astype(np.float32)
        )
        return [int(number) for number, score in zip(found[0], scores[0], strict=True) if score > 0]


class Fts5(Peer):
    """SQLite FTS5 with its bm25, the filters as joined tables."""

    name = "SQLite FTS5"

    def __init__(self, offers: Sequence[OfferProfile], words: Sequence[list[str]], filters: Filters) -> None:
        del offers
        self._database = sqlite3.connect(":memory:")
        run = self._database.execute
        run("create virtual table texts using fts5(words, content='', tokenize='unicode61 remove_diacritics 0')")
        run("create table offers (number integer primary key, last_day integer not null)")
        run("create table covers (number integer, state text, primary key (state, number)) without rowid")
        many = self._database.executemany
        many("insert into texts (rowid, words) values (?, ?)", ((at, " ".join(text)) for at, text in enumerate(words)))
        many("insert into offers values (?, ?)", ((at, int(day)) for at, day in enumerate(filters.last_day)))
        many("insert into covers values (?, ?)", ((at, s) for at, held in enumerate(filters.states) for s in held))
        self._database.commit()

    def top(self, need: NeedProfile) -> list[int]:
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(words_for_peers(need)))
        rows = self._database.execute(
            "select texts.rowid from texts join offers on offers.number = texts.rowid"
            " where texts match ? and offers.last_day >= ?"
            " and exists (select 1 from covers where covers.number = texts.rowid and covers.state in (?, '*'))"
            " order by rank limit ?",
            (asked, TODAY.toordinal(), need.state, TOP),
        )
        return [number for (number,) in rows]


class Tfidf(Peer):
    """scikit-learn's TF-IDF vectors and one sparse product, the filters as a mask."""

    name = "scikit-learn TF-IDF"

    def __init__(self, offers: Sequence[OfferProfile], words: Sequence[list[str]], filters: Filters) -> None:
        del offers
        self._filters = filters
        self._vectorizer = TfidfVectorizer(analyzer=_as_they_are)
        self._vectors = self._vectorizer.fit_transform(words)

    def top(self, need: NeedProfile) -> list[int]:
        rows = np.flatnonzero(self._filters.mask(need.state))
        asked = self._vectorizer.transform([words_for_peers(need)])
        scores = (self._vectors @ asked.T).toarray().ravel()[rows]
        best = np.argpartition(-scores, min(TOP, len(rows) - 1))[:TOP] if len(rows) else np.empty(0, np.int64)
        return [int(rows[at]) for at in sorted(best, key=lambda at: -scores[at]) if scores[at] > 0]


def _as_they_are(words: list[str]) -> list[str]:
    return words


PEERS: tuple[type[Peer], ...] = (Tantivy, Bm25s, Fts5, Tfidf)
