"""One need or offer as the engine reads it: concepts, themes and codes as numbers, with where each was
found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from math import fsum, sqrt

from matching.fields import FieldReader, FieldReading, Mention
from matching.places import Places, places_of
from matching.recipe import Recipe
from matching.terms import Terms
from matching.types import Facts, Narrative, NeedProfile, OfferProfile

NEEDS_KEPT = 512
"""Texts of needs whose readings are kept."""

Vector = tuple[tuple[int, float], ...]
"""Feature number and weight, ascending by number."""


@dataclass(frozen=True, slots=True)
class Place:
    """A concept's best place: the field, the key of its narrative and the letters."""

    field: str
    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Substance:
    """What the texts of one record say, all languages together, one vote a concept."""

    strengths: tuple[tuple[int, float], ...]
    places: Mapping[int, Place]
    excluded: frozenset[int]
    other_purposes: Vector
    """Cues of another purpose and how clearly each is said."""
    words: Vector
    """Words with what they say; only texts of one language share any."""
    word_norm: float
    trace: frozenset[int]
    concepts: Vector
    """Weighted concepts and their broader ones."""
    norm: float
    themes: Vector
    """Unit vector over sub-areas and areas; empty where the text shows none."""
    breadth: float
    """Effective number of areas spoken of."""
    kinds: frozenset[str]
    institutions: frozenset[str]
    resolutions: frozenset[str]
    names_field: bool
    """Whether the text speaks of terrorism or violent extremism at all."""
    is_of_field: bool
    """Whether some concept in it belongs to this field alone."""
    streams: tuple[tuple[str, str, FieldReading], ...]


@dataclass(frozen=True, slots=True)
class NeedReading:
    """A need on a day."""

    profile: NeedProfile
    as_of: date
    substance: Substance
    tags: Vector
    groupings: frozenset[str]
    weights: Mapping[int, float]
    """What each of its concepts weighs."""
    quotes: Mapping[int, str]
    """The words that stand for each concept, or for a narrower one, as the author wrote them."""
    leading: tuple[int, ...]
    """Numbers of the themes that it speaks of most, or names."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The codes that an offer's fields claim, as far as they are believed."""

    kinds: tuple[str, ...]
    institutions: tuple[str, ...]
    resolutions: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfferReading:
    """An offer: its record and what its texts say. It holds for every day and every need."""

    profile: OfferProfile
    substance: Substance
    tags: Vector
    claimed: Claims
    claims: int
    """Codes claimed in all fields: the fewer go first where all else is equal."""
    is_contradicted: bool
    has_content: bool
    found: tuple[tuple[int, float, int, int, int], ...]
    """Each concept with its weight, the number of the text in which it stands, and from which letter to which."""
    leading: tuple[int, ...]
    """Numbers of the themes that it speaks of most, or claims."""
    shown: tuple[int, ...]
    """Numbers of the codes that its text shows."""
    honesty: float = 1.0
    """Below 1 where the text repeats itself, lists keywords or claims everything."""


class Reader:
    """Turns profiles into readings with one term list, one set of facts and one recipe."""

    def __init__(self, recipe: Recipe, terms: Terms, facts: Facts) -> None:
        self.recipe = recipe
        self.terms = terms
        self.facts = facts
        self.places: Places = places_of(facts)
        self.fields = FieldReader(terms)
        self.themes = {code: at for at, code in enumerate(sorted(facts.theme_parents))}
        self.theme_codes = tuple(sorted(facts.theme_parents))
        codes = {concept.code for concept in terms.concepts} | {
            f"resolution:{name}" for name in facts.resolution_themes
        }
        self.codes = tuple(sorted(codes))
        self._code_number = {code: at for at, code in enumerate(self.codes)}
        self._needs = lru_cache(maxsize=NEEDS_KEPT)(self._need)
        self._says = tuple(terms.frequencies.says(concept.id, concept.weight) for concept in terms.concepts)

    def need(self, profile: NeedProfile, as_of: date) -> NeedReading:
        """The need as it stands on the day."""
        read = self._needs(tuple(sorted(profile.title.items())), tuple(sorted(profile.description.items())))
        substance, quotes = read
        tags = self._claimed(profile.themes)
        return NeedReading(
            profile,
            as_of,
            substance,
            tags,
            self.places.groupings_of(profile.state, as_of),
            dict(substance.concepts),
            quotes,
            self._leading(substance.themes, tags),
        )

    def _need(self, *texts: tuple[tuple[str, str], ...]) -> tuple[Substance, Mapping[int, str]]:
        title, description = map(dict, texts)
        substance = self._substance(title, description, is_offer=False)
        read = {"title": title, "description": description}
        quotes = {
            concept: read[place.field][place.key][place.start : place.end]
            for concept, place in self._placed(substance).items()
        }
        return substance, quotes

    def _placed(self, substance: Substance) -> dict[int, Place]:
        """Where each concept stands; a broader one where the first of its narrower ones does."""
        placed = dict(substance.places)
        for concept, _ in substance.strengths:
            for above in self.terms.broader[concept]:
                if above not in substance.places:
                    placed.setdefault(above, substance.places[concept])
        return placed

    def shown(self, numbers: Iterable[int], family: str) -> frozenset[str]:
        """The codes of one family among those that a text shows."""
        return _named((self.codes[at] for at in numbers), family)

    def _leading(self, shown: Vector, claimed: Vector) -> tuple[int, ...]:
        """The themes that a record speaks of most, sub-areas first, and the sub-areas that it claims."""
        is_area = [self.facts.theme_parents[code] is None for code in self.theme_codes]
        ranked = sorted((is_area[at], -weight, at) for at, weight in shown)
        named = [at for _, _, at in ranked[:3]]
        return tuple(dict.fromkeys([*named, *(at for at, _ in claimed if not is_area[at])][:4]))

    def offer(self, profile: OfferProfile) -> OfferReading:
        """The offer, whatever the day."""
        return self._offer(profile, self._substance(profile.title, profile.description, is_offer=True))

    def without_copied(
        self,
        offer: OfferReading,
        copied: Mapping[tuple[str, str], tuple[int, int]],
    ) -> OfferReading:
        """The offer as if the given stretch of each of its texts were not there."""
        streams = []
        for name, key, field in offer.substance.streams:
            cut = copied.get((name, key))
            if cut:
                text = (offer.profile.title if name == "title" else offer.profile.description)[key]
                field = self.fields.read(text[: cut[0]] + " " * (cut[1] - cut[0]) + text[cut[1] :], key)
            streams.append((name, key, field))
        said = self._gather(tuple(streams), is_offer=True)
        # The lengths stay: who cuts into his own text by copying may not come out the purer for it.
        said = replace(said, norm=max(said.norm, offer.substance.norm), word_norm=offer.substance.word_norm)
        masked = self._offer(offer.profile, said)
        return replace(masked, honesty=masked.honesty * self.recipe.copied_penalty)

    def _offer(self, profile: OfferProfile, substance: Substance) -> OfferReading:
        tags = self._claimed(profile.themes)
        text_themes = dict(substance.themes)
        agreement = fsum(weight * text_themes.get(at, 0.0) for at, weight in tags)
        honesty = 1.0
        if any(field.has_list for _, _, field in substance.streams):
            honesty *= self.recipe.listed_penalty
        if substance.breadth > self.recipe.broad_from:
            honesty *= self.recipe.broad_from / substance.breadth
        return OfferReading(
            profile,
            substance,
            tags,
            claimed=Claims(
                _believed(profile.assistance_types, self.recipe.claimed_kinds),
                _believed(profile.target_institutions, self.recipe.claimed_institutions),
                _believed(profile.resolutions, self.recipe.claimed_resolutions),
                _believed(profile.delivery_languages, self.recipe.claimed_languages),
            ),
            claims=sum(
                len(set(codes))
                for codes in (
                    profile.themes,
                    profile.assistance_types,
                    profile.target_institutions,
                    profile.resolutions,
                    profile.delivery_languages,
                )
            ),
            is_contradicted=bool(tags and substance.themes and agreement < 0.15),
            has_content=bool(profile.themes or any(self._says[at] > 0 for at, _ in substance.strengths)),
            found=self._found(substance),
            leading=self._leading(substance.themes, tags),
            shown=self._shown_codes(substance),
            honesty=honesty,
        )

    def _found(self, substance: Substance) -> tuple[tuple[int, float, int, int, int], ...]:
        number = {(name, key): at for at, (name, key, _) in enumerate(substance.streams)}
        placed = self._placed(substance)
        return tuple(
            (concept, weight, number[place.field, place.key], place.start, place.end)
            for concept, weight in substance.concepts
            for place in (placed[concept],)
        )

    def _shown_codes(self, substance: Substance) -> tuple[int, ...]:
        names = [
            f"{family}:{name}"
            for family, shown in (
                ("assistance", substance.kinds),
                ("institution", substance.institutions),
                ("resolution", substance.resolutions),
            )
            for name in shown
        ]
        return tuple(sorted(self._code_number[name] for name in names))

    def _substance(self, title: Narrative, description: Narrative, *, is_offer: bool) -> Substance:
        streams = tuple(
            (name, key, self.fields.read(narrative[key], key))
            for name, narrative in (("title", title), ("description", description))
            for key in sorted(narrative)
        )
        return self._gather(streams, is_offer=is_offer)

    def _gather(self, streams: tuple[tuple[str, str, FieldReading], ...], *, is_offer: bool) -> Substance:
        strengths: dict[int, float] = {}
        places: dict[int, Place] = {}
        excluded: set[int] = set()
        for name, key, field in streams:
            for mention in field.mentions:
                if mention.is_excluded or (is_offer and mention.is_negated):
                    excluded.add(mention.concept)
                    continue
                strength = self._strength(mention, name)
                if strength > strengths.get(mention.concept, 0.0):
                    strengths[mention.concept] = strength
                    places[mention.concept] = Place(name, key, mention.start, mention.end)
        excluded -= set(strengths)
        found = tuple(sorted(strengths.items()))
        concepts = self._weighted(found)
        words = tuple(sorted({word: says for _, _, field in streams for word, says in field.words}.items()))
        themes, breadth = self._shown(found)
        codes = [self.terms.concepts[at].code for at, _ in found]
        numbers = frozenset().union(*(field.numbers for _, _, field in streams)) if streams else frozenset()
        return Substance(
            strengths=found,
            places=places,
            excluded=frozenset(excluded),
            other_purposes=_other_purposes(streams),
            words=words,
            word_norm=norm(words),
            trace=frozenset(word for _, _, field in streams for word in field.trace),
            concepts=concepts,
            norm=norm(concepts),
            themes=themes,
            breadth=breadth,
            kinds=_named(codes, "assistance"),
            institutions=_named(codes, "institution"),
            resolutions=_named(codes, "resolution") | (numbers & self.facts.resolution_themes.keys()),
            names_field=any(field.names_field for _, _, field in streams),
            is_of_field=any(self.terms.is_of_field[at] for at, _ in found),
            streams=streams,
        )

    def _strength(self, mention: Mention, field: str) -> float:
        share = 1.0 if field == "title" else self.recipe.description
        return mention.strength * share * (self.recipe.already_there if mention.is_present else 1.0)

    def _weighted(self, strengths: Iterable[tuple[int, float]]) -> Vector:
        """Concepts with what they say, and a part of it for the broader ones."""
        weights: dict[int, float] = {}
        for concept, strength in strengths:
            weights[concept] = max(weights.get(concept, 0.0), self._says[concept] * strength)
            part = strength
            for above in self.terms.broader[concept]:
                part *= self.recipe.broader
                weights[above] = max(weights.get(above, 0.0), self._says[above] * part)
        return tuple(sorted((at, weight) for at, weight in weights.items() if weight > 0))

    def _shown(self, strengths: Iterable[tuple[int, float]]) -> tuple[Vector, float]:
        """The themes that the concepts point at, and over how many areas they spread."""
        masses: dict[str, float] = {}
        for at, strength in strengths:
            theme = self.terms.concepts[at].theme
            if theme in self.themes:
                masses[theme] = masses.get(theme, 0.0) + self._says[at] * strength
        return self._theme_vector(masses), self._areas(masses)

    def _claimed(self, tags: Iterable[str]) -> Vector:
        """The themes that tags claim; whoever claims nearly all areas claims nothing."""
        masses = {tag: 1.0 for tag in tags if tag in self.themes}
        return self._theme_vector(masses) if self._areas(masses) <= self.recipe.claimed_areas else ()

    def _theme_vector(self, masses: Mapping[str, float]) -> Vector:
        """Unit vector in which a sub-area counts for itself and for its area: siblings agree in part."""
        parts: dict[str, float] = {}
        for theme in sorted(masses):
            area = self.facts.theme_parents[theme]
            if area is None:
                parts[theme] = parts.get(theme, 0.0) + masses[theme] * 0.9
            else:
                parts[theme] = parts.get(theme, 0.0) + masses[theme] * 0.8
                parts[area] = parts.get(area, 0.0) + masses[theme] * 0.6
        norm = sqrt(fsum(value * value for value in parts.values()))
        return tuple(sorted((self.themes[theme], value / norm) for theme, value in parts.items())) if norm else ()

    def _areas(self, masses: Mapping[str, float]) -> float:
        """Effective number of areas (inverse Simpson index)."""
        areas: dict[str, float] = {}
        for theme in sorted(masses):
            area = self.facts.theme_parents[theme] or theme
            areas[area] = areas.get(area, 0.0) + masses[theme]
        whole = fsum(areas.values())
        return whole * whole / fsum(value * value for value in areas.values()) if whole else 0.0


def _named(codes: Iterable[str], family: str) -> frozenset[str]:
    return frozenset(code.partition(":")[2] for code in codes if code.startswith(f"{family}:"))


def norm(vector: Vector) -> float:
    """The Euclidean length of a vector."""
    return sqrt(fsum(weight * weight for _, weight in vector))


def _other_purposes(streams: Iterable[tuple[str, str, FieldReading]]) -> Vector:
    """In the title a wording says twice as much. Languages are not added up: a translation says nothing new."""
    said: dict[int, dict[str, float]] = {}
    for name, key, field in streams:
        for cue, wordings in field.other_purposes:
            by_language = said.setdefault(cue, {})
            by_language[key] = by_language.get(key, 0.0) + wordings * (2.0 if name == "title" else 1.0)
    return tuple((cue, max(by_language.values())) for cue, by_language in sorted(said.items()))


def _believed(codes: tuple[str, ...], most: int) -> tuple[str, ...]:
    return codes if len(set(codes)) <= most else ()
