"""Words and decisions of visits."""

from enum import StrEnum


class Mode(StrEnum):
    """How the visit was held."""

    ON_SITE = "on_site"
    VIRTUAL = "virtual"
    HYBRID = "hybrid"


class VisitType(StrEnum):
    """What the visit was for."""

    COMPREHENSIVE = "comprehensive"
    FOCUSED = "focused"
    REGIONAL = "regional"
    FOLLOW_UP = "follow_up"


class Priority(StrEnum):
    """CTED's order of priority."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
