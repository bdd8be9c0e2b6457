"""Offers as columns: arrays over all offers of one segment, never changed once built."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.readings import OfferReading, Vector

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

Held = TypeVar("Held", bound=Hashable)

AVAILABILITIES = ("open", "by_invitation", "planned", "full", "suspended", "closed", "unknown")
NO_DAY = -1
RULES = ("ldc", "lldc", "sids", "visited", "state_request", "member_of")


class Postings:
    """Which offers carry a feature, and with what weight."""

    def __init__(self, vectors: Sequence[Vector]) -> None:
        lengths = np.fromiter((len(vector) for vector in vectors), np.int64, len(vectors))
        total = int(lengths.sum())
        features = np.fromiter((at for vector in vectors for at, _ in vector), np.int64, total)
        weights = np.fromiter((weight for vector in vectors for _, weight in vector), np.float64, total)
        rows = np.repeat(np.arange(len(vectors)), lengths)
        order = np.argsort(features, kind="stable")
        self._rows = rows[order].astype(np.int32)
        self._weights = weights[order]
        self._features, starts = np.unique(features[order], return_index=True)
        self._starts = np.append(starts, total)
        self.size = len(vectors)

    def dot(self, vector: Vector) -> Floats:
        """The inner product of each offer with the vector, summed in the order of the features."""
        if not len(self._features):
            return np.zeros(self.size)
        asked = np.fromiter((feature for feature, _ in vector), np.int64, len(vector))
        at = np.minimum(np.searchsorted(self._features, asked), len(self._features) - 1)
        known = np.flatnonzero(self._features[at] == asked)
        if not len(known):
            return np.zeros(self.size)
        spans = [(slice(self._starts[at[one]], self._starts[at[one] + 1]), vector[one][1]) for one in known]
        rows = np.concatenate([self._rows[span] for span, _ in spans])
        parts = np.concatenate([self._weights[span] * weight for span, weight in spans])
        return np.bincount(rows, parts, self.size).astype(np.float64)


class Sets(Generic[Held]):
    """Which offers hold a code in a set-valued field."""

    def __init__(self, sets: Sequence[Iterable[Held]]) -> None:
        rows: dict[Held, list[int]] = {}
        self.size = len(sets)
        self.counts = np.zeros(self.size, np.int64)
        for at, codes in enumerate(sets):
            held = set(codes)
            self.counts[at] = len(held)
            for code in held:
                rows.setdefault(code, []).append(at)
        self._rows = {code: np.array(found, np.int32) for code, found in rows.items()}

    def having(self, code: Held) -> Bools:
        """The offers that hold the code."""
        mask = np.zeros(self.size, np.bool_)
        found = self._rows.get(code)
        if found is not None:
            mask[found] = True
        return mask

    def having_any(self, codes: Iterable[Held]) -> Bools:
        """The offers that hold one of the codes."""
        mask = np.zeros(self.size, np.bool_)
        for code in codes:
            found = self._rows.get(code)
            if found is not None:
                mask[found] = True
        return mask

    def shared(self, codes: Iterable[Held]) -> Ints:
        """How many of the codes each offer holds."""
        counts = np.zeros(self.size, np.int64)
        for code in set(codes):
            found = self._rows.get(code)
            if found is not None:
                counts[found] += 1
        return counts

    def codes(self) -> frozenset[Held]:
        """All codes held by any offer."""
        return frozenset(self._rows)

    @property
    def is_empty(self) -> Bools:
        """The offers whose set is empty."""
        empty: Bools = self.counts == 0
        return empty


@dataclass(frozen=True, slots=True)
class Columns:
    """One segment of the catalogue, offers ordered by id."""

    ids: tuple[str, ...]
    concepts: Postings
    norms: Floats
    text_themes: Postings
    tag_themes: Postings
    has_text_themes: Bools
    has_tags: Bools
    is_contradicted: Bools
    claims: Ints
    lengths: Ints
    honesty: Floats
    words: Postings
    word_norms: Floats
    traces: Postings
    excluded: Sets[int]
    other_purposes: Postings
    other_purpose: Floats
    """How clearly other purposes are said, all together."""
    concept_sets: Sets[int]
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
    opens_on: Ints
    closes_on: Ints
    confirmed_on: Ints
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


@dataclass(frozen=True, slots=True)
class Candidates:
    """The offers of one segment that a criterion is asked about."""

    columns: Columns
    rows: NDArray[np.int64]

    @property
    def size(self) -> int:
        return len(self.rows)


def columns_of(readings: Sequence[OfferReading]) -> Columns:
    """Build one segment. The readings come ordered by id."""
    profiles = [reading.profile for reading in readings]
    texts = [reading.substance for reading in readings]
    scopes = [profile.scope for profile in profiles]
    return Columns(
        ids=tuple(profile.id for profile in profiles),
        concepts=Postings([text.concepts for text in texts]),
        norms=np.array([text.norm for text in texts], np.float64),
        text_themes=Postings([text.themes for text in texts]),
        tag_themes=Postings([reading.tags for reading in readings]),
        has_text_themes=_bools(bool(text.themes) for text in texts),
        has_tags=_bools(bool(reading.tags) for reading in readings),
        is_contradicted=_bools(reading.is_contradicted for reading in readings),
        claims=np.array([reading.claims for reading in readings], np.int64),
        lengths=np.array([_length(reading) for reading in readings], np.int64),
        honesty=np.array([reading.honesty for reading in readings], np.float64),
        words=Postings([text.words for text in texts]),
        traces=Postings([tuple((word, 1.0) for word in sorted(text.trace)) for text in texts]),
        word_norms=np.array([text.word_norm for text in texts], np.float64),
        excluded=Sets([text.excluded for text in texts]),
        other_purposes=Postings([text.other_purposes for text in texts]),
        other_purpose=np.array([sum(weight for _, weight in text.other_purposes) for text in texts], np.float64),
        concept_sets=Sets([[at for at, _ in text.strengths] for text in texts]),
        kinds=Sets([reading.claimed.kinds for reading in readings]),
        text_kinds=Sets([text.kinds for text in texts]),
        institutions=Sets([reading.claimed.institutions for reading in readings]),
        text_institutions=Sets([text.institutions for text in texts]),
        resolutions=Sets(
            [
                {name.partition(":")[0] for name in reading.claimed.resolutions} | reading.substance.resolutions
                for reading in readings
            ]
        ),
        paragraphs=Sets([{name for name in reading.claimed.resolutions if ":" in name} for reading in readings]),
        delivery_languages=Sets([reading.claimed.languages for reading in readings]),
        states=Sets([scope.states if scope else () for scope in scopes]),
        groupings=Sets([scope.groupings if scope else () for scope in scopes]),
        excluded_states=Sets([scope.excluded_states if scope else () for scope in scopes]),
        is_world=_bools(bool(scope and (scope.world or "world" in scope.groupings)) for scope in scopes),
        has_scope=_bools(bool(scope and (scope.world or scope.states or scope.groupings)) for scope in scopes),
        availability=np.array([_availability(profile.availability) for profile in profiles], np.int8),
        opens_on=_days(profile.opens_on for profile in profiles),
        closes_on=_days(profile.closes_on for profile in profiles),
        confirmed_on=_days(profile.last_confirmed_on for profile in profiles),
        left=np.array([_left(reading) for reading in readings], np.float64),
        rules=Sets([[(rule.rule, rule.value) for rule in profile.eligibility] for profile in profiles]),
        provider_state=Sets([[profile.provider_state] if profile.provider_state else [] for profile in profiles]),
        is_facilitator=_bools(profile.is_facilitator for profile in profiles),
        names_field=_bools(text.names_field for text in texts),
        is_of_field=_bools(text.is_of_field for text in texts),
        has_content=_bools(reading.has_content for reading in readings),
    )


def _length(reading: OfferReading) -> int:
    narratives = (reading.profile.title, reading.profile.description)
    return sum(len(text) for narrative in narratives for text in narrative.values())


def _bools(values: Iterable[bool]) -> Bools:
    return np.array(list(values), np.bool_)


def _days(values: Iterable[date | None]) -> Ints:
    return np.array([NO_DAY if value is None else value.toordinal() for value in values], np.int64)


def _availability(name: str) -> int:
    return AVAILABILITIES.index(name) if name in AVAILABILITIES else AVAILABILITIES.index("unknown")


def _left(reading: OfferReading) -> float:
    capacity = reading.profile.capacity
    if capacity is None:
        return float("nan")
    if capacity.unlimited:
        return float("inf")
    return float("nan") if capacity.total is None else capacity.total - capacity.committed
