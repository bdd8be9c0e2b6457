"""Opens the engine's formula of gaps, its bundles, and what it reads in a need's text."""

from datetime import date

from app.matches.adapter import Engine, NeedProfile
from matching.bundles import Ask, Bundle, bundle
from matching.gaps import FORMULA, PARTS, SWING, Parts, ranges, score, weighed
from matching.terms import Kind

__all__ = [
    "FORMULA", "PARTS", "SWING", "Ask", "Bundle", "Parts", "ask_of", "bundle", "concept_label", "ranges", "score",
    "weighed",
]  # fmt: skip


def ask_of(engine: Engine, need: NeedProfile, as_of: date) -> Ask:
    """The need as bundles compare it: what its tags say, and what its text says where the tags are silent."""
    reading = engine.reader.need(need, as_of)
    said = reading.substance
    shown = max(said.themes, key=lambda pair: (pair[1], -pair[0]), default=None)
    theme = need.themes[0] if need.themes else (engine.reader.theme_codes[shown[0]] if shown else "")
    terms = engine.reader.terms.concepts
    concepts = {
        terms[at].id: weight
        for at, weight in said.concepts
        if terms[at].kind not in (Kind.EVERYDAY, Kind.CUE) and terms[at].theme
    }
    return Ask(need.id, need.state, theme, frozenset(need.assistance_types or said.kinds), concepts)


def concept_label(engine: Engine, concept_id: str, language: str) -> str:
    """The official term of a concept in one of the six languages."""
    concept = next(each for each in engine.reader.terms.concepts if each.id == concept_id)
    variants = concept.variants or {}
    return next(iter(variants.get(language) or variants.get("en") or (concept_id,)))
