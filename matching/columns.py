"""Offers as columns: arrays over all offers of one segment, never changed once built. What every offer needs of memory
is here; what was read to fill it is not kept."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.arrays import Bools, Floats, Postings, Ragged, SetPile, Sets
from matching.readings import OfferReading, Vector
from matching.types import OfferProfile, Scope

AVAILABILITIES = ("open", "by_invitation", "planned", "full", "suspended", "closed", "unknown")
NO_DAY = -1
RULES = ("ldc", "lldc", "sids", "visited", "state_request", "member_of")

CONCEPT = np.dtype([("concept", "u2"), ("weight", "f4"), ("stream", "u2"), ("start", "u2"), ("end", "u2")])
"""One concept of an offer: what it weighs, and in which text and at which letters it, or a narrower one, stands."""
THEME = np.dtype([("theme", "u2"), ("weight", "f4")])

Column = TypeVar("Column")


@dataclass(frozen=True, slots=True)
class Columns:
    """One segment of the catalogue, offers ordered by id."""

    profiles: tuple[OfferProfile, ...]
    ids: tuple[str, ...]
    concepts: Postings
    found: Ragged
    """The concepts of each offer, of `CONCEPT`."""
    norms: Floats
    text_themes: Ragged
    tag_themes: Ragged
    leading: Ragged
    """The themes that each offer speaks of most, or claims."""
    shown: Ragged
    """The codes that the texts show, by number."""
    has_concepts: Bools
    has_text_themes: Bools
    has_tags: Bools
    is_contradicted: Bools
    claims: NDArray[np.int32]
    lengths: NDArray[np.int32]
    honesty: Floats
    words: Postings
    word_norms: Floats
    traces: Ragged
    """The longer words of each offer, ascending: what a copy is known by."""
    other_purposes: Postings
    other_purpose: NDArray[np.float32]
    """How clearly other purposes are said, all together."""
    kinds: Sets[str]
    text_kinds: Sets[str]
    institutions: Sets[str]
    text_institutions: Sets[str]
    resolutions: Sets[str]
    paragraphs: Sets[str]
    delivery_languages: Sets[str]
    states: Sets[str]
    groupings: Sets[str]
    excluded_states: Sets[str]
    is_world: Bools
    has_scope: Bools
    availability: NDArray[np.int8]
    opens_on: NDArray[np.int32]
    closes_on: NDArray[np.int32]
    confirmed_on: NDArray[np.int32]
    left: Floats
    """Capacity not yet committed; NaN where not stated, infinity where unlimited."""
    rules: Sets[tuple[str, str | None]]
    provider_state: Sets[str]
    is_facilitator: Bools
    has_content: Bools
    names_field: Bools
    is_of_field: Bools

    @property
    def size(self) -> int:
        return len(self.ids)

    def take(self, rows: NDArray[np.int64]) -> "Columns":
        """These offers alone, in this order."""
        return Columns(**{each.name: _taken(getattr(self, each.name), rows) for each in fields(self)})

    @staticmethod
    def joined(parts: Sequence["Columns"]) -> "Columns":
        """The offers of all parts, ordered by id."""
        names = [each.name for each in fields(Columns)]
        whole = Columns(**{name: _joined([getattr(part, name) for part in parts]) for name in names})
        return whole.take(np.array(sorted(range(whole.size), key=whole.ids.__getitem__), np.int64))


def _taken(column: Any, rows: NDArray[np.int64]) -> Any:
    if isinstance(column, tuple):
        return tuple(column[row] for row in rows)
    return column[rows] if isinstance(column, np.ndarray) else column.take(rows)


def _joined(columns: Sequence[Any]) -> Any:
    first = columns[0]
    if isinstance(first, tuple):
        return tuple(value for column in columns for value in column)
    return np.concatenate(columns) if isinstance(first, np.ndarray) else first.joined(columns)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The offers of one segment that a criterion is asked about, all for one need."""

    columns: Columns
    rows: NDArray[np.int64]
    products: dict[str, Floats] = field(default_factory=dict)
    """Inner products of the whole segment with the need, by column: each is computed once."""

    @property
    def size(self) -> int:
        return len(self.rows)

    def among(self, rows: NDArray[np.int64]) -> "Candidates":
        """Other rows of the same segment, for the same need."""
        return Candidates(self.columns, rows, self.products)

    def product(self, name: str, vector: Vector) -> Floats:
        """The inner product of every offer of the segment with the need's vector."""
        if name not in self.products:
            self.products[name] = getattr(self.columns, name).dot(vector)
        return self.products[name]


@dataclass(frozen=True, slots=True)
class Row:
    """One offer of a segment."""

    columns: Columns
    at: int

    @property
    def profile(self) -> OfferProfile:
        return self.columns.profiles[self.at]

    @property
    def leading(self) -> list[int]:
        """Numbers of the themes that it speaks of most, or claims."""
        themes: list[int] = self.columns.leading.row(self.at).tolist()
        return themes

    @property
    def shown(self) -> list[int]:
        """Numbers of the codes that its text shows."""
        codes: list[int] = self.columns.shown.row(self.at).tolist()
        return codes

    @property
    def found(self) -> list[tuple[int, float, int, int, int]]:
        """Its concepts, as `CONCEPT` has them."""
        concepts: list[tuple[int, float, int, int, int]] = self.columns.found.row(self.at).tolist()
        return concepts

    def texts(self) -> list[str]:
        """Its narratives in the order in which they are numbered."""
        profile = self.profile
        return [narrative[key] for narrative in (profile.title, profile.description) for key in sorted(narrative)]


class _Pile:
    """Rows of different length while they are piled up."""

    def __init__(self, *kinds: str) -> None:
        self.values = tuple(array(kind) for kind in kinds)
        self.lengths = array("i")

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        self.lengths.append(len(rows))
        for at, values in enumerate(self.values):
            values.extend(row[at] for row in rows)

    def columns(self) -> list[NDArray[Any]]:
        return [np.array(values) for values in self.values]

    def ragged(self, kind: Any) -> Ragged:
        held = np.empty(len(self.values[0]), kind)
        for name, values in zip(held.dtype.names or (), self.values, strict=False):
            held[name] = values
        if held.dtype.names is None:
            held[:] = self.values[0]
        return Ragged(held, np.concatenate([[0], np.cumsum(np.array(self.lengths))]))


def columns_of(readings: Iterable[OfferReading]) -> Columns:
    """Build one segment. The readings come ordered by id; each may be forgotten once it was taken."""
    concepts, words, others = _Pile("H", "f", "H", "H", "H"), _Pile("i"), _Pile("H", "f")
    text_themes, tag_themes, leading, traces = _Pile("H", "f"), _Pile("H", "f"), _Pile("H"), _Pile("i")
    codes = _Pile("H")
    profiles: list[OfferProfile] = []
    plain: dict[str, array[Any]] = {
        "norms": array("d"), "word_norms": array("d"), "honesty": array("d"), "other_purpose": array("f"),
        "claims": array("i"), "lengths": array("i"),
        **{name: array("b") for name in BOOLEANS},
    }  # fmt: skip
    sets: dict[str, SetPile[str]] = {name: SetPile() for name in SETS}
    for reading in readings:
        profile, said = reading.profile, reading.substance
        profiles.append(profile)
        concepts.add(reading.found)
        words.add([(word,) for word, _ in said.words])
        others.add(said.other_purposes)
        text_themes.add(said.themes)
        tag_themes.add(reading.tags)
        leading.add([(theme,) for theme in reading.leading])
        codes.add([(code,) for code in reading.shown])
        traces.add([(word,) for word in sorted(said.trace)])
        for name, value in _plain(reading).items():
            plain[name].append(value)
        for name, held in _sets(reading).items():
            sets[name].add(held)
    features, weights, *_ = concepts.columns()
    simple: dict[str, Any] = {
        **{name: pile.sets() for name, pile in sets.items()},
        **{name: _column(name, values) for name, values in plain.items()},
        **_access(profiles),
    }
    return Columns(
        concepts=Postings.of(np.array(concepts.lengths), features, weights),
        found=concepts.ragged(CONCEPT),
        words=Postings.of(np.array(words.lengths), words.columns()[0], None),
        other_purposes=Postings.of(np.array(others.lengths), *others.columns()),
        text_themes=text_themes.ragged(THEME),
        tag_themes=tag_themes.ragged(THEME),
        leading=leading.ragged(np.uint16),
        shown=codes.ragged(np.uint16),
        traces=traces.ragged(np.int32),
        **simple,
    )


def records_of(profiles: Sequence[OfferProfile]) -> Columns:
    """A segment that holds who may have the offers and when, and nothing else of them."""
    return replace(columns_of([]), **_access(profiles))


def _column(name: str, values: "array[Any]") -> NDArray[Any]:
    return np.array(values).astype(np.bool_) if name in BOOLEANS else np.array(values)


def _access(profiles: Sequence[OfferProfile]) -> dict[str, Any]:
    """Who may have the offers, and when."""
    scopes = [profile.scope or Scope() for profile in profiles]
    return {
        "profiles": tuple(profiles),
        "ids": tuple(profile.id for profile in profiles),
        "states": Sets.of(scope.states for scope in scopes),
        "groupings": Sets.of(scope.groupings for scope in scopes),
        "excluded_states": Sets.of(scope.excluded_states for scope in scopes),
        "is_world": np.array([scope.world or "world" in scope.groupings for scope in scopes], np.bool_),
        "has_scope": np.array([bool(scope.world or scope.states or scope.groupings) for scope in scopes], np.bool_),
        "availability": np.array([_availability(profile.availability) for profile in profiles], np.int8),
        "opens_on": _days(profile.opens_on for profile in profiles),
        "closes_on": _days(profile.closes_on for profile in profiles),
        "confirmed_on": _days(profile.last_confirmed_on for profile in profiles),
        "left": np.array([_left(profile) for profile in profiles], np.float64),
        "rules": Sets.of([(rule.rule, rule.value) for rule in profile.eligibility] for profile in profiles),
        "provider_state": Sets.of([profile.provider_state] if profile.provider_state else [] for profile in profiles),
        "is_facilitator": np.array([profile.is_facilitator for profile in profiles], np.bool_),
    }


BOOLEANS = (
    "has_concepts", "has_text_themes", "has_tags", "is_contradicted", "has_content", "names_field", "is_of_field",
)  # fmt: skip


SETS = (
    "kinds", "text_kinds", "institutions", "text_institutions", "resolutions", "paragraphs", "delivery_languages",
)  # fmt: skip


def _sets(reading: OfferReading) -> dict[str, Iterable[str]]:
    """The codes of an offer, claimed and shown."""
    claimed, said = reading.claimed, reading.substance
    return {
        "kinds": claimed.kinds,
        "text_kinds": said.kinds,
        "institutions": claimed.institutions,
        "text_institutions": said.institutions,
        "resolutions": {name.partition(":")[0] for name in claimed.resolutions} | said.resolutions,
        "paragraphs": [name for name in claimed.resolutions if ":" in name],
        "delivery_languages": claimed.languages,
    }


def _plain(reading: OfferReading) -> dict[str, Any]:
    """What is one figure an offer."""
    profile, said = reading.profile, reading.substance
    return {
        "norms": said.norm,
        "word_norms": said.word_norm,
        "honesty": reading.honesty,
        "other_purpose": sum(weight for _, weight in said.other_purposes),
        "claims": reading.claims,
        "lengths": sum(len(text) for narrative in (profile.title, profile.description) for text in narrative.values()),
        "has_concepts": bool(said.strengths),
        "has_text_themes": bool(said.themes),
        "has_tags": bool(reading.tags),
        "is_contradicted": reading.is_contradicted,
        "has_content": reading.has_content,
        "names_field": said.names_field,
        "is_of_field": said.is_of_field,
    }


def _days(values: Iterable[date | None]) -> NDArray[np.int32]:
    return np.array([NO_DAY if value is None else value.toordinal() for value in values], np.int32)


def _availability(name: str) -> int:
    return AVAILABILITIES.index(name) if name in AVAILABILITIES else AVAILABILITIES.index("unknown")


def _left(profile: OfferProfile) -> float:
    capacity = profile.capacity
    if capacity is None:
        return float("nan")
    if capacity.unlimited:
        return float("inf")
    return float("nan") if capacity.total is None else capacity.total - capacity.committed
