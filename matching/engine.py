"""The engine: learns offers, then ranks them for a need, or needs for an offer, with reasons."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from matching.catalogue import Catalogue, Passed, catalogue_of
from matching.codes import GATE_CODES
from matching.columns import Candidates, Columns, Row, columns_of, records_of
from matching.duplicates import folded
from matching.errors import NotFitted, UnknownOffer
from matching.gates import check, opened
from matching.readings import NeedReading, Reader
from matching.recipe import RECIPE, Recipe
from matching.scoring import Place, Scorer, ordered
from matching.terms import Terms
from matching.types import (
    Facts,
    Match,
    NearMiss,
    NeedMatch,
    NeedProfile,
    OfferProfile,
    Ranking,
    Undecidable,
)

NEAR_MISSES_TRIED = 25
"""Ineligible offers that are tried with their change, best first, until enough of them serve."""
FOLDED_AT_MOST = 20
"""Further offers among which those are looked for that are the same as one shown."""
CHANGING = frozenset({"timing", "geography", "room", "eligibility"})
"""Criteria that see another offer once a gate is opened."""

Asked = Sequence[tuple[Candidates, Passed]]


class Engine:
    """Ranks offers by one recipe, one term list and one set of facts. Nothing is learnt across offers: the
    score of
    one never depends on another. An engine may be read by many threads; `fit` comes first, and `updated`
    gives a new
    engine without touching this one."""

    catalogue_: Catalogue

    def __init__(self, terms: Terms, facts: Facts, recipe: Recipe = RECIPE) -> None:
        self.recipe = recipe
        self.reader = Reader(recipe, terms, facts)
        self.scorer = Scorer(self.reader)

    def fit(self, offers: Iterable[OfferProfile]) -> "Engine":
        """Read all offers. Ids must be unique."""
        readings = map(self.reader.offer, sorted(offers, key=lambda offer: offer.id))
        self.catalogue_ = catalogue_of(columns_of(readings), self.reader.places)
        return self

    def updated(self, changed: Iterable[OfferProfile] = (), removed: Iterable[str] = ()) -> "Engine":
        """An engine with some offers changed, added or gone, at the cost of those alone."""
        readings = [self.reader.offer(offer) for offer in changed]
        return self._twin(self._catalogue().with_changes(readings, removed))

    def only(self, offer_ids: Iterable[str]) -> "Engine":
        """An engine over some of the offers, each with the score that it has here; nothing is read again."""
        wanted = sorted(set(offer_ids))
        parts = []
        for segment in self._catalogue().segments:
            rows = [row for name in wanted if (row := segment.row(name)) is not None]
            parts.append(segment.columns.take(np.array(rows, np.int64)))
        return self._twin(catalogue_of(Columns.joined(parts), self.reader.places))

    def offers(self) -> Iterator[OfferProfile]:
        """All offers, in no particular order."""
        return map(self.profile, self._catalogue().ids())

    def with_recipe(self, recipe: Recipe) -> "Engine":
        """An engine over the same offers with another recipe; their texts are read again only where the recipe reads
        them differently."""
        twin = Engine(self.reader.terms, self.reader.facts, recipe)
        catalogue = self._catalogue()
        if recipe.reads_like(self.recipe):
            twin.catalogue_ = catalogue
            return twin
        return twin.fit(self.offers())

    def __len__(self) -> int:
        return len(self._catalogue())

    def ids(self) -> Iterator[str]:
        """The ids of all offers that were learnt."""
        return self._catalogue().ids()

    def rank(self, need: NeedProfile, *, as_of: date, limit: int = 20) -> Ranking:
        """Eligible offers, best first, with findings; near misses; and offers about which nothing can be
        judged.
        Raises `NotFitted` before `fit`."""
        reading = self.reader.need(need, as_of)
        asked = self._asked(reading)
        return Ranking(
            need.id,
            tuple(self.scorer.match(reading, *place) for place in self._best(reading, asked, limit)),
            self._near_misses(reading, asked),
            _undecidable(asked),
        )

    def answer(self, need: NeedProfile, *, as_of: date, limit: int = 20) -> Ranking:
        """The ranking as people are shown it: a programme that stands in the catalogue several times is one match, that
        of the offer that was listed first, which names the others. Scores are those of `rank`."""
        reading = self.reader.need(need, as_of)
        asked = self._asked(reading)
        best = self._best(reading, asked, limit + FOLDED_AT_MOST)
        lines = folded([scored.profile(at) for scored, at in best])[:limit]
        return Ranking(
            need.id,
            tuple(
                replace(
                    self.scorer.match(reading, *best[first]),
                    also_offered_by=tuple(best[at][0].id(best[at][1]) for at in others),
                )
                for first, others in lines
            ),
            self._near_misses(reading, asked),
            _undecidable(asked),
        )

    def best(self, need: NeedProfile, *, as_of: date) -> tuple[str, float] | None:
        """The offer that `rank` puts first, and its score, without reasons."""
        reading = self.reader.need(need, as_of)
        first = self._best(reading, self._asked(reading), 1)
        return (first[0][0].id(first[0][1]), float(first[0][0].score[first[0][1]])) if first else None

    def scores(self, need: NeedProfile, *, as_of: date) -> dict[str, float]:
        """The score of every eligible offer that can be judged, without reasons."""
        reading = self.reader.need(need, as_of)
        return {
            scored.id(at): float(scored.score[at])
            for segment in self._catalogue().segments
            for scored, at in self.scorer.score(reading, Candidates(segment.columns, segment.passed(reading).eligible))
        }

    def explain(self, need: NeedProfile, offer_id: str, *, as_of: date) -> Match | NearMiss | Undecidable:
        """One pair: its match or, where the offer is shut out, the first gate and the change that would
        open it.
        Raises `UnknownOffer`."""
        offer = self._row(offer_id)
        reading = self.reader.need(need, as_of)
        codes = self._shut(reading, offer)
        if codes:
            return self._excluded(reading, offer, codes)
        has_content = bool(offer.columns.has_content[offer.at])
        return self._match(reading, offer) if has_content else Undecidable(offer_id, ("description",))

    def rank_needs(self, offer: OfferProfile, needs: Iterable[NeedProfile], *, as_of: date) -> tuple[NeedMatch, ...]:
        """The needs for which the offer is eligible, best first. The offer need not be in the catalogue.
        Ties: by
        the need's id."""
        reading = self.reader.offer(offer)
        if not reading.has_content:
            return ()
        row = Row(columns_of([reading]), 0)
        found = []
        for need in needs:
            asked = self.reader.need(need, as_of)
            if not self._shut(asked, row):
                found.append(NeedMatch(need.id, self._match(asked, row)))
        return tuple(sorted(found, key=lambda entry: (-entry.match.score, entry.need_id)))

    def gates(self, need: NeedProfile, offer: OfferProfile, *, as_of: date) -> tuple[str, ...]:
        """The codes of all gates that shut the offer out, in the order of `GATE_CODES`; empty if it is
        eligible."""
        return self._shut(self.reader.need(need, as_of), Row(records_of([offer]), 0))

    def profile(self, offer_id: str) -> OfferProfile:
        """An offer as it was learnt. Raises `UnknownOffer`."""
        return self._row(offer_id).profile

    def _twin(self, catalogue: Catalogue) -> "Engine":
        twin = object.__new__(Engine)
        twin.recipe, twin.reader, twin.scorer, twin.catalogue_ = self.recipe, self.reader, self.scorer, catalogue
        return twin

    def _catalogue(self) -> Catalogue:
        try:
            return self.catalogue_
        except AttributeError:
            raise NotFitted("call `fit` before ranking") from None

    def _row(self, offer_id: str) -> Row:
        offer = self._catalogue().find(offer_id)
        if offer is None:
            raise UnknownOffer(offer_id)
        return offer

    def _asked(self, need: NeedReading) -> Asked:
        """The eligible offers of each segment, and what the gates say of all."""
        return [
            (Candidates(segment.columns, passed.eligible), passed)
            for segment in self._catalogue().segments
            for passed in (segment.passed(need),)
        ]

    def _best(self, need: NeedReading, asked: Asked, limit: int) -> list[Place]:
        return ordered(place for offers, _ in asked for place in self.scorer.best(need, offers, limit))[:limit]

    def _able(self, need: NeedReading, offers: Candidates, passed: Passed) -> Iterator[tuple[float, str, Place, str]]:
        """Offers that one gate shuts out and that could serve: the highest score they can come to, as a negative
        number, their ids, themselves and the gate."""
        shut = self.scorer.able(need, offers.among(np.flatnonzero(passed.shut_once)), self.recipe.serves_at)
        places = self.scorer.score(need, shut)
        most = self.scorer.at_most(places, CHANGING)
        for row, place, highest in zip(shut.rows.tolist(), places, most, strict=True):
            if highest >= self.recipe.serves_at:
                yield -highest, shut.columns.ids[row], place, GATE_CODES[passed.gate[row]]

    def _near_misses(self, need: NeedReading, asked: Asked) -> tuple[NearMiss, ...]:
        """Offers that one change would make serve. The change is made and the offer scored before it is named; those
        that can come highest first, until no other can come before those found."""
        shut = [entry for offers, passed in asked for entry in self._able(need, offers, passed)]
        able = sorted(shut, key=lambda entry: entry[:2])[:NEAR_MISSES_TRIED]
        wanted = self.recipe.near_misses
        found: list[NearMiss] = []
        for start in range(0, len(able), max(wanted, 1)):
            if len(found) >= wanted and found[wanted - 1].score_if_changed > -able[start][0]:
                break
            tried = [(place, gate) for _, _, place, gate in able[start : start + wanted]]
            found += [miss for miss in self._opened(need, tried) if miss.score_if_changed >= self.recipe.serves_at]
            found.sort(key=lambda miss: (-miss.score_if_changed, miss.offer_id))
        return tuple(found[:wanted])

    def _opened(self, need: NeedReading, shut: Sequence[tuple[Place, str]]) -> list[NearMiss]:
        """Those of the shut offers that one change makes eligible, with the score they then have."""
        proposals = [
            (place, gate, proposal)
            for place, gate in shut
            if (proposal := opened(place[0].profile(place[1]), need, gate, self.reader.places)) is not None
        ]
        records = records_of([changed for _, _, (changed, _) in proposals])
        eligible = check(need, records, self.reader.places).eligible
        scores = self.scorer.changed(need, [place for place, _, _ in proposals], records, CHANGING)
        return [
            NearMiss(changed.id, gate, change, score, gate_values(need, place[0].profile(place[1]), gate))
            for (place, gate, (changed, change)), score, is_eligible in zip(proposals, scores, eligible, strict=True)
            if is_eligible
        ]

    def _excluded(self, need: NeedReading, offer: Row, codes: tuple[str, ...]) -> NearMiss:
        opened_up = self._opened(need, [(self._place(need, offer), codes[0])]) if len(codes) == 1 else []
        profile = offer.profile
        return next(iter(opened_up), NearMiss(profile.id, codes[0], None, 0.0, gate_values(need, profile, codes[0])))

    def _shut(self, need: NeedReading, offer: Row) -> tuple[str, ...]:
        gates = check(need, offer.columns, self.reader.places)
        return tuple(code for code in GATE_CODES if gates.shut[code][offer.at])

    def _match(self, need: NeedReading, offer: Row) -> Match:
        return self.scorer.match(need, *self._place(need, offer))

    def _place(self, need: NeedReading, offer: Row) -> Place:
        (place,) = self.scorer.score(need, Candidates(offer.columns, np.array([offer.at])))
        return place


def _undecidable(asked: Asked) -> tuple[Undecidable, ...]:
    names = (offers.columns.ids[row] for offers, passed in asked for row in passed.undecidable)
    return tuple(Undecidable(name, ("description",)) for name in sorted(names))


def gate_values(need: NeedReading, offer: OfferProfile, gate: str) -> dict[str, str | int | float]:
    """What the sentence of a gate's code names."""
    values: dict[str, str | int | float] = {}
    if gate.startswith(("scope.", "eligibility.")) or gate == "provider.own_state":
        values["state"] = need.profile.state
    if gate == "dates.ended" and offer.closes_on:
        values["closes_on"] = offer.closes_on.isoformat()
    if gate == "eligibility.member_of":
        values["grouping"] = next(
            rule.value or ""
            for rule in offer.eligibility
            if rule.rule == "member_of" and rule.value not in need.groupings
        )
    return values
