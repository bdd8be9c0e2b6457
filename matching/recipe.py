"""Weights and thresholds of the engine: one frozen, versioned table. A changed figure is a new version."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import isfinite
from types import MappingProxyType

from matching.errors import BadRecipe

READ_BY = (
    "broader", "description", "already_there", "broad_from", "claimed_areas", "claimed_kinds", "claimed_institutions",
    "claimed_resolutions", "claimed_languages", "listed_penalty",
)  # fmt: skip
"""Figures that decide what is taken from an offer's record; all others decide what it counts for one need."""


def _frozen(**figures: float) -> Mapping[str, float]:
    return MappingProxyType(figures)


@dataclass(frozen=True, slots=True)
class Recipe:
    """The figures by which offers are scored. Score = purpose × lowest ceiling × settlers."""

    version: str = "2026.2"
    serves_at: float = 0.40
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

    def as_mapping(self) -> dict[str, object]:
        """Every field by name, as JSON holds it."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: _plain(value) for name, value in values.items()}

    @classmethod
    def from_mapping(cls, given: Mapping[str, object]) -> "Recipe":
        """The recipe that `as_mapping` wrote. Raises `BadRecipe` naming the first field that is missing, unknown or
        not what it should be."""
        shipped = cls()
        taken: dict[str, object] = {}
        for name, value in given.items():
            if name not in {each.name for each in fields(cls)}:
                raise BadRecipe(f"`{name}` is not a field of a recipe")
            taken[name] = _checked(name, value, getattr(shipped, name))
        for each in fields(cls):
            if each.name not in taken:
                raise BadRecipe(f"the field `{each.name}` is missing")
        return cls(**taken)  # type: ignore[arg-type]  # each was held against the field's own value

    def reads_like(self, other: "Recipe") -> bool:
        """Whether both take the same from an offer's record; they may still weigh it differently."""
        return all(getattr(self, name) == getattr(other, name) for name in READ_BY)

    @property
    def digest(self) -> str:
        """Eight letters that move with every figure."""
        text = json.dumps(self.as_mapping(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:8]


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _checked(name: str, value: object, like: object) -> object:
    """The value, if it is of the kind of the shipped one."""
    if isinstance(like, Mapping):
        if not isinstance(value, Mapping) or set(value) != set(like):
            raise BadRecipe(f"`{name}` must give a figure for each of {', '.join(sorted(like))}, and for nothing else")
        return MappingProxyType({key: _number(f"{name}.{key}", value[key]) for key in like})
    if isinstance(like, tuple):
        if not isinstance(value, list | tuple) or len(value) != len(like):
            raise BadRecipe(f"`{name}` must be a list of {len(like)} figures")
        return tuple(_number(name, item) for item in value)
    if isinstance(like, str):
        if not isinstance(value, str) or not value.strip():
            raise BadRecipe(f"`{name}` must be a text")
        return value
    if isinstance(like, int):
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise BadRecipe(f"`{name}` must be a whole number, 0 or more")
        return value
    return _number(name, value)


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value < 0:
        raise BadRecipe(f"`{name}` must be a number, 0 or more")
    return float(value)


RECIPE = Recipe()
