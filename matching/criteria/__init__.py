"""All criteria, in the order in which findings are given: purpose, ceilings, settlers."""

from matching.criteria.assistance_type import AssistanceType
from matching.criteria.base import Ceiling, Criterion
from matching.criteria.confirmation import Confirmation
from matching.criteria.eligibility import Eligibility
from matching.criteria.geography import Geography
from matching.criteria.institution import Institution
from matching.criteria.language import Language
from matching.criteria.legal_basis import LegalBasis
from matching.criteria.room import Room
from matching.criteria.substance import Substance
from matching.criteria.theme import Theme
from matching.criteria.timing import Timing

PURPOSE: tuple[type[Criterion], ...] = (Theme, Substance)
CEILINGS: tuple[type[Ceiling], ...] = (AssistanceType, Language, Timing)
SETTLERS: tuple[type[Criterion], ...] = (LegalBasis, Institution, Geography, Room, Confirmation, Eligibility)
CRITERIA: tuple[type[Criterion], ...] = (*PURPOSE, *CEILINGS, *SETTLERS)

__all__ = ["CEILINGS", "CRITERIA", "PURPOSE", "SETTLERS", "Ceiling", "Criterion"]
