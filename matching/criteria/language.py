"""Whether help comes in a language that people there work in."""

from matching.arrays import Floats
from matching.columns import Candidates, Row
from matching.criteria.base import Ceiling, States, Values, choose
from matching.readings import NeedReading
from matching.types import Evidence

STATE_ONLY = 0.6
"""Delivery in a language of the State that the need itself does not name."""


class Language(Ceiling):
    """Compares the languages of delivery with those the need names and those the State works in. One in
    common is
    enough. Help in a language that nobody there works in cannot be a top match, however well it fits."""

    name = "language"
    codes = ("language.shared", "language.state_works_in", "language.not_shared", "language.unknown")

    def score(self, need: NeedReading, offers: Candidates) -> tuple[Floats, States]:
        held = offers.columns.delivery_languages
        named, spoken = need.profile.languages, self._spoken(need)
        options = [
            (held.is_empty[offers.rows], 0.0, self.state("language.unknown")),
            (held.having_any(named)[offers.rows], 1.0, self.state("language.shared")),
            (held.having_any(spoken)[offers.rows], STATE_ONLY, self.state("language.state_works_in")),
        ]
        known = bool(named or spoken)
        return choose(options, offers.size, self.state("language.not_shared" if known else "language.unknown"))

    def details(self, need: NeedReading, offer: Row, code: str) -> tuple[Evidence, Values]:
        named = need.profile.languages if code != "language.state_works_in" else self._spoken(need)
        return Evidence(named or self._spoken(need), offer.profile.delivery_languages), {}

    def _spoken(self, need: NeedReading) -> tuple[str, ...]:
        return self.reader.facts.state_languages.get(need.profile.state, ())
