"""Every code that the engine gives as a reason, with its verdict and the values its sentence may name."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from matching.types import Verdict

MET, PARTLY, UNMET, UNKNOWN = Verdict.MET, Verdict.PARTLY, Verdict.UNMET, Verdict.UNKNOWN


@dataclass(frozen=True, slots=True)
class Code:
    """One reason. Findings carry a verdict; gates and missing fields carry none."""

    name: str
    verdict: Verdict | None
    values: tuple[str, ...] = ()
    """Names of the values beside the evidence."""


_FINDINGS = (
    # Evidence of `theme`: theme codes, tagged or inferred.
    Code("theme.same_subarea", MET),
    Code("theme.same_subarea_inferred", MET),
    Code("theme.same_area", PARTLY),
    Code("theme.same_area_inferred", PARTLY),
    Code("theme.claimed_only", PARTLY),
    Code("theme.other_area", UNMET),
    Code("theme.unknown", UNKNOWN),
    # Evidence of `substance`: words as they stand in the two texts, pairwise.
    Code("substance.same_purpose", MET, ("shared",)),
    Code("substance.part_shared", PARTLY, ("shared",)),
    Code("substance.little_shared", UNMET, ("shared",)),
    Code("substance.other_purpose", UNMET, ("shared",)),
    Code("substance.unknown", UNKNOWN),
    # Evidence of `assistance_type`: codes asked for and given.
    Code("assistance_type.all_given", MET),
    Code("assistance_type.some_given", MET),
    Code("assistance_type.shown_in_text", MET),
    Code("assistance_type.akin", PARTLY),
    Code("assistance_type.other", UNMET),
    Code("assistance_type.unknown", UNKNOWN),
    # Evidence of `language`: language codes of the need or State, and of delivery.
    Code("language.shared", MET),
    Code("language.state_works_in", PARTLY),
    Code("language.not_shared", UNMET),
    Code("language.unknown", UNKNOWN),
    # `timing`
    Code("timing.open", MET),
    Code("timing.open_until", MET, ("closes_on",)),
    Code("timing.by_invitation", PARTLY),
    Code("timing.opens_in_time", PARTLY, ("opens_on", "needed_by")),
    Code("timing.opens_later", UNMET, ("opens_on",)),
    Code("timing.ends_soon", UNMET, ("closes_on", "days_left")),
    Code("timing.planned", UNMET),
    Code("timing.unknown", UNKNOWN),
    # Evidence of `legal_basis`: resolutions.
    Code("legal_basis.same_paragraph", MET),
    Code("legal_basis.same_resolution", MET),
    Code("legal_basis.covers_theme", PARTLY),
    Code("legal_basis.other", UNMET),
    Code("legal_basis.unknown", UNKNOWN),
    # Evidence of `institution`: institution codes.
    Code("institution.all_served", MET),
    Code("institution.some_served", PARTLY),
    Code("institution.other_served", UNMET),
    Code("institution.unknown", UNKNOWN),
    # `geography`
    Code("geography.state_named", MET, ("state",)),
    Code("geography.grouping", PARTLY, ("state", "grouping")),
    Code("geography.world", PARTLY, ("state",)),
    Code("geography.unknown", UNKNOWN, ("state",)),
    # `room`
    Code("room.left", MET),
    Code("room.unknown", UNKNOWN),
    # `confirmation`
    Code("confirmation.recent", MET, ("last_confirmed_on",)),
    Code("confirmation.aging", PARTLY, ("last_confirmed_on",)),
    Code("confirmation.old", UNMET, ("last_confirmed_on",)),
    Code("confirmation.unknown", UNKNOWN),
    # `eligibility`: evidence holds the provider's rules, as `rule` or `rule:value`.
    Code("eligibility.no_rules", MET),
    Code("eligibility.all_met", MET),
    Code("eligibility.unconfirmed", UNKNOWN),
)

_GATES = (
    Code("availability.closed", None),
    Code("availability.full", None),
    Code("availability.suspended", None),
    Code("dates.ended", None, ("closes_on",)),
    Code("scope.state_not_listed", None, ("state",)),
    Code("scope.state_excluded", None, ("state",)),
    Code("capacity.full", None),
    Code("eligibility.member_of", None, ("state", "grouping")),
    Code("eligibility.ldc", None, ("state",)),
    Code("eligibility.lldc", None, ("state",)),
    Code("eligibility.sids", None, ("state",)),
    Code("eligibility.visited", None, ("state",)),
    Code("eligibility.state_request", None, ("state",)),
    Code("provider.own_state", None, ("state",)),
    Code("provider.facilitator", None),
)

CODES: Mapping[str, Code] = MappingProxyType({code.name: code for code in (*_FINDINGS, *_GATES)})
FINDING_CODES = tuple(code.name for code in _FINDINGS)
GATE_CODES = tuple(code.name for code in _GATES)
"""In the order in which a reason is given where several gates are shut."""

MISSING_FIELDS = ("description",)
"""What `Undecidable.missing` may name."""
