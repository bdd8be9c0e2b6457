"""Whether the provider's own rules are known to be met."""

import numpy as np

from matching.arrays import Floats
from matching.columns import Candidates, Row
from matching.criteria.base import Criterion, States, Values
from matching.gates import meets
from matching.readings import NeedReading
from matching.types import EligibilityRule, Evidence


class Eligibility(Criterion):
    """Says whether the rules that the provider sets, such as membership or a State's own request, are
    known to be
    met. A rule that is not met excludes the offer before; a rule that cannot be checked is marked
    unconfirmed."""

    name = "eligibility"
    codes = ("eligibility.no_rules", "eligibility.all_met", "eligibility.unconfirmed")

    def score(self, need: NeedReading, offers: Candidates) -> tuple[Floats, States]:
        rules = offers.columns.rules
        unconfirmed = rules.having_any(
            sorted(
                (held for held in rules.codes() if not meets(need, EligibilityRule(*held), self.reader.places)),
                key=str,
            )
        )[offers.rows]
        state = np.where(
            rules.is_empty[offers.rows], self.state("eligibility.no_rules"), self.state("eligibility.all_met")
        ).astype(np.int8)
        state[unconfirmed] = self.state("eligibility.unconfirmed")
        return np.where(unconfirmed, 0.0, 1.0), state

    def details(self, need: NeedReading, offer: Row, code: str) -> tuple[Evidence, Values]:
        del need, code
        named = [rule.rule if rule.value is None else f"{rule.rule}:{rule.value}" for rule in offer.profile.eligibility]
        return Evidence(offer=tuple(named)), {}
