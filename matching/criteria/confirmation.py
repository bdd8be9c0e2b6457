"""How lately the provider confirmed the offer."""

from matching.arrays import Floats
from matching.columns import NO_DAY, Candidates, Row
from matching.criteria.base import Criterion, States, Values, choose
from matching.readings import NeedReading
from matching.types import Evidence

RECENT_DAYS, OLD_DAYS = 180, 540
"""Half a year and a year and a half: within one, and beyond two, usual reporting rounds of a programme."""
AGING = 0.5


class Confirmation(Criterion):
    """Prefers offers that their provider confirmed lately: within half a year fully, within a year and a half
    halfway. It only settles near-ties."""

    name = "confirmation"
    codes = ("confirmation.recent", "confirmation.aging", "confirmation.old", "confirmation.unknown")

    def score(self, need: NeedReading, offers: Candidates) -> tuple[Floats, States]:
        day = offers.columns.confirmed_on[offers.rows]
        age = need.as_of.toordinal() - day
        options = [
            (day == NO_DAY, 0.0, self.state("confirmation.unknown")),
            (age <= RECENT_DAYS, 1.0, self.state("confirmation.recent")),
            (age <= OLD_DAYS, AGING, self.state("confirmation.aging")),
        ]
        return choose(options, offers.size, self.state("confirmation.old"))

    def details(self, need: NeedReading, offer: Row, code: str) -> tuple[Evidence, Values]:
        del need, code
        day = offer.profile.last_confirmed_on
        return Evidence(), {} if day is None else {"last_confirmed_on": day.isoformat()}
