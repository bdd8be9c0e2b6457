"""Weights and thresholds of the engine: one frozen, versioned table. A changed figure is a new version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


def _frozen(**figures: float) -> Mapping[str, float]:
    return MappingProxyType(figures)


@dataclass(frozen=True, slots=True)
class Recipe:
    """The figures by which offers are scored. Score = purpose × lowest ceiling × settlers."""

    version: str = "2026.1"
    serves_at: float = 0.5
    """From this score on an offer serves a need."""

    purpose: Mapping[str, float] = field(default_factory=lambda: _frozen(theme=0.25, substance=0.75))
    """Shares of the criteria that carry the score; they sum to 1."""

    ceilings: Mapping[str, float] = field(
        default_factory=lambda: _frozen(assistance_type=0.60, language=0.40, timing=0.80)
    )
    """The share of the purpose that is left when the criterion is not met at all; the lowest ceiling counts."""

    settlers: Mapping[str, float] = field(
        default_factory=lambda: _frozen(
            legal_basis=0.02, institution=0.04, geography=0.02, room=0.01, confirmation=0.01, eligibility=0.01
        )
    )
    """Together the share of the score that only decides near-ties."""

    broader: float = 0.40
    """Share of a concept's weight that its broader concept gets."""
    description: float = 0.80
    """Weight of what stands in the description, beside 1 for the title."""
    already_there: float = 0.30
    """Share left to a concept that is said to exist already."""

    # Tags beside texts: what agreement is worth when one side, or both, is only claimed.
    tag_and_text: float = 0.80
    tags_only: float = 0.60
    contradicted_tag: float = 0.30

    other_purpose: float = 0.60
    """Share of the substance left for each wording of another purpose in an offer that does not name this field."""
    outside_field: float = 0.90
    """Share left to an offer in whose text no concept belongs to this field alone."""
    broad_from: float = 5.0
    """Areas an offer may speak of before its breadth counts against it."""

    claimed_areas: float = 4.0
    """Areas that tags may claim before they count as no claim at all."""
    claimed_kinds: int = 8
    claimed_institutions: int = 12
    claimed_resolutions: int = 12
    claimed_languages: int = 8
    """So for kinds of help, institutions, resolutions and languages: whoever claims more claims nothing."""
    listed_penalty: float = 0.90
    """Left to an offer in which keywords stand one after the other."""
    copied_penalty: float = 0.97
    """Left to an offer that repeats a need's own sentences."""

    ends_soon_days: int = 60
    near_misses: int = 5


RECIPE = Recipe()
