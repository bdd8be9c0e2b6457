"""Opens the engine: recommendations as asks with the words they rest on, and how alike two needs are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.matches.adapter import Engine, NeedProfile
from matching import ALIKE_AT, Ask, AskReader, Pointed, clearest, likeness

FIELDS = ("themes", "assistance_types", "target_institutions", "resolutions")


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of a text in one language."""

    language: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """One ask in all languages in which it could be told apart, with its codes and their words."""

    passages: tuple[Words, ...]
    fields: Mapping[str, Mapping[str, tuple[Words, ...]]]
    """By field, code to words."""


def proposals_of(engine: Engine, text: Mapping[str, str]) -> list[Proposal]:
    """The asks in a recommendation. The language that tells them best apart leads; another one adds its words where
    it parts into as many."""
    reader = AskReader(engine.reader.fields, engine.reader.facts)
    asks = {language: reader.read(words, language) for language, words in sorted(text.items())}
    first = clearest(asks)
    languages = [first, *(name for name in asks if name != first and len(asks[name]) == len(asks[first]))]
    return [_proposal({name: asks[name][at] for name in languages}) for at in range(len(asks[first]))]


def _proposal(asks: Mapping[str, Ask]) -> Proposal:
    fields: dict[str, dict[str, tuple[Words, ...]]] = {name: {} for name in FIELDS}
    for language, ask in asks.items():
        for name in FIELDS:
            found: tuple[Pointed, ...] = getattr(ask, name)
            for one in found:
                words = tuple(Words(language, start, end) for start, end in one.stretches)
                fields[name][one.value] = (*fields[name].get(one.value, ()), *words)
    return Proposal(tuple(Words(language, ask.start, ask.end) for language, ask in asks.items()), fields)


def alike(engine: Engine, one: NeedProfile, others: list[NeedProfile], *, as_of: date) -> list[tuple[int, float]]:
    """Positions of those needs that may be the same as `one`, most alike first, with how much, 0–1."""
    mine = engine.reader.need(one, as_of)
    found = [(at, likeness(mine, engine.reader.need(other, as_of))) for at, other in enumerate(others)]
    return sorted(((at, value) for at, value in found if value >= ALIKE_AT), key=lambda pair: (-pair[1], pair[0]))
