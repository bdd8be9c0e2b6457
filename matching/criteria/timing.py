"""Whether the offer can start when the need wants it."""

import numpy as np

from matching.arrays import Floats
from matching.columns import AVAILABILITIES, NO_DAY, Candidates, Row
from matching.criteria.base import Ceiling, States, Values, choose
from matching.readings import NeedReading
from matching.types import Evidence

BY_INVITATION, IN_TIME = 0.9, 0.6


class Timing(Ceiling):
    """Looks at whether the offer is open on the day, how soon it ends and, where it opens later, whether
    that is
    before the need is due. A planned offer, or one that ends within sixty days, is no top match. Whether
    an offer is
    open at all is unknown until its provider says so."""

    name = "timing"
    codes = (
        "timing.open",
        "timing.open_until",
        "timing.by_invitation",
        "timing.opens_in_time",
        "timing.opens_later",
        "timing.ends_soon",
        "timing.planned",
        "timing.unknown",
    )

    def score(self, need: NeedReading, offers: Candidates) -> tuple[Floats, States]:
        columns, rows = offers.columns, offers.rows
        today = need.as_of.toordinal()
        opens, closes, availability = (
            columns.opens_on[rows],
            columns.closes_on[rows],
            columns.availability[rows],
        )
        due = need.profile.needed_by.toordinal() if need.profile.needed_by else NO_DAY
        later = opens > today
        options = [
            (availability == AVAILABILITIES.index("unknown"), 0.0, self.state("timing.unknown")),
            (availability == AVAILABILITIES.index("planned"), 0.0, self.state("timing.planned")),
            (later & (opens <= due), IN_TIME, self.state("timing.opens_in_time")),
            (later, 0.0, self.state("timing.opens_later")),
            (
                (closes != NO_DAY) & (closes < today + self.recipe.ends_soon_days),
                0.0,
                self.state("timing.ends_soon"),
            ),
            (
                availability == AVAILABILITIES.index("by_invitation"),
                BY_INVITATION,
                self.state("timing.by_invitation"),
            ),
            (closes != NO_DAY, 1.0, self.state("timing.open_until")),
            (np.ones(offers.size, np.bool_), 1.0, self.state("timing.open")),
        ]
        return choose(options, offers.size, self.state("timing.unknown"))

    def details(self, need: NeedReading, offer: Row, code: str) -> tuple[Evidence, Values]:
        profile = offer.profile
        values: dict[str, str | int | float] = {}
        if code in ("timing.open_until", "timing.ends_soon") and profile.closes_on:
            values["closes_on"] = profile.closes_on.isoformat()
        if code == "timing.ends_soon" and profile.closes_on:
            values["days_left"] = (profile.closes_on - need.as_of).days
        if code in ("timing.opens_in_time", "timing.opens_later") and profile.opens_on:
            values["opens_on"] = profile.opens_on.isoformat()
        if code == "timing.opens_in_time" and need.profile.needed_by:
            values["needed_by"] = need.profile.needed_by.isoformat()
        return Evidence(), values
