"""Words of good practices, and what each kind is able to give."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What sort of text or practice it is."""

    GUIDE = "guide"
    MODEL_LAW = "model_law"
    GUIDING_PRINCIPLES = "guiding_principles"
    GOOD_PRACTICES = "good_practices"
    """A collection, such as a memorandum of the Global Counterterrorism Forum."""
    STANDARD = "standard"
    FRAMEWORK = "framework"
    """A strategy, plan of action or declaration."""
    TOOL = "tool"
    STATE_PRACTICE = "state_practice"
    """What one State does well."""


GIVES: Mapping[Kind, tuple[str, ...]] = {Kind.MODEL_LAW: ("legislative", "guidance")}
"""Kinds of help that a text stands in for, where it is more than guidance."""
GUIDANCE = ("guidance",)

SHOWN = 3
"""Good practices named beside the offers of one need."""
FITS_AT = 0.35
"""From this share of the purpose on a good practice is named; set by looking at the sample needs."""
TRIED = 8
"""How many of the best are looked at for their purpose alone."""


def gives(kind: str) -> tuple[str, ...]:
    """The kinds of help that a good practice of this kind stands in for."""
    return GIVES.get(Kind(kind), GUIDANCE)
