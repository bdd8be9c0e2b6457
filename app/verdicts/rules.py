"""What an officer can say of a match, and which of it speaks of the fit of need and offer."""

from enum import StrEnum


class Ruling(StrEnum):
    """The decision."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class Reason(StrEnum):
    """Why a match was declined."""

    OTHER_PURPOSE = "other_purpose"
    OTHER_KIND_OF_HELP = "other_kind_of_help"
    OTHER_INSTITUTION = "other_institution"
    LANGUAGE = "language"
    TIMING = "timing"
    TOO_GENERAL = "too_general"
    NOT_AVAILABLE = "not_available"
    ALREADY_HELPED = "already_helped"
    STATE_DECLINED = "state_declined"
    OTHER = "other"


NOT_ABOUT_FIT = frozenset({Reason.NOT_AVAILABLE, Reason.ALREADY_HELPED, Reason.STATE_DECLINED, Reason.OTHER})
"""Reasons that say nothing of how well the offer answers the need: nothing is learnt from them."""


def speaks_of_fit(ruling: Ruling, reason: Reason | None) -> bool:
    """Whether weights may be fitted to the verdict."""
    return ruling is Ruling.ACCEPTED or reason not in NOT_ABOUT_FIT
