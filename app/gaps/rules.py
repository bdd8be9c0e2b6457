"""The formula by which gaps are ranked. It is part of every answer."""

from dataclasses import dataclass
from datetime import date

PRIORITY = {"high": 1.0, "medium": 0.6, "low": 0.3, None: 0.3}
"""A need without a priority counts as a low one: unknown is never agreement."""
AGES_IN_DAYS = 730
FORMULA = "score = priority * (1 - best_match) * (1 - coverage)"
COVERAGE = {"none": 0.0, "partial": 0.5, "full": 1.0}


@dataclass(frozen=True, slots=True)
class Parts:
    """What the rank of a gap is made of, each 0–1; `shared_by` counts States. `agreed`, `age` and `shared_by` are
    told and do not enter the score."""

    priority: float
    agreed: float
    age: float
    best_match: float
    coverage: float
    shared_by: int


def score(parts: Parts) -> float:
    """Priority times what is unmet."""
    return parts.priority * (1 - parts.best_match) * (1 - parts.coverage)


def age(recorded_on: date, as_of: date) -> float:
    """Days since the need was recorded, as a share of two years, at most 1."""
    return min(max((as_of - recorded_on).days, 0) / AGES_IN_DAYS, 1.0)
