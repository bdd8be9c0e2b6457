"""The matching engine: plain values in, scores and findings out."""

from matching.asks import Ask, AskReader, Pointed, clearest
from matching.codes import CODES, FINDING_CODES, GATE_CODES, MISSING_FIELDS, Code
from matching.criteria import CRITERIA
from matching.engine import Engine
from matching.errors import BadRecipe, BadTerms, MatchingError, NotFitted, NotProposed, UnknownOffer
from matching.evaluate import Evaluation, Figure, Report, evaluate
from matching.learning import Case, Graded, Proposal, Quality, judged_cases, propose
from matching.likeness import ALIKE_AT, likeness
from matching.recipe import RECIPE, Recipe
from matching.terms import Terms, load_terms
from matching.types import (
    Capacity,
    Change,
    EligibilityRule,
    Evidence,
    Facts,
    Finding,
    Match,
    Membership,
    Narrative,
    NearMiss,
    NeedMatch,
    NeedProfile,
    OfferProfile,
    Ranking,
    Scope,
    Undecidable,
    Verdict,
)

__all__ = [
    "ALIKE_AT",
    "CODES",
    "CRITERIA",
    "FINDING_CODES",
    "GATE_CODES",
    "MISSING_FIELDS",
    "RECIPE",
    "Ask",
    "AskReader",
    "BadRecipe",
    "BadTerms",
    "Capacity",
    "Case",
    "Change",
    "Code",
    "EligibilityRule",
    "Engine",
    "Evaluation",
    "Evidence",
    "Facts",
    "Figure",
    "Finding",
    "Graded",
    "Match",
    "MatchingError",
    "Membership",
    "Narrative",
    "NearMiss",
    "NeedMatch",
    "NeedProfile",
    "NotFitted",
    "NotProposed",
    "OfferProfile",
    "Pointed",
    "Proposal",
    "Quality",
    "Ranking",
    "Recipe",
    "Report",
    "Scope",
    "Terms",
    "Undecidable",
    "UnknownOffer",
    "Verdict",
    "clearest",
    "evaluate",
    "judged_cases",
    "likeness",
    "load_terms",
    "propose",
]
