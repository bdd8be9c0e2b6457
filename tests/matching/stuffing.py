"""Twins of honest offers, stuffed in the ways that offers are stuffed, on the real vocabulary."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.matches.adapter import facts_of
from app.reference.service import book_of_files
from matching import Facts, NeedProfile, OfferProfile, Scope

SAMPLE = Path(__file__).parents[2] / "seed_data" / "sample"
HIDDEN = {
    "en": "反恐 冻结资产 旅客信息 培训 检察官 金融情报 电子证据",
    "zh": "freezing of terrorist assets passenger data training prosecutors judges financial intelligence evidence",
}
KEYWORDS = (
    "counter-terrorism, terrorist financing, asset freezing, FIU, API/PNR, border security, prosecutors, judges, "
    "police, training, mentoring, equipment, legislation, digital evidence, returnees, prisons, PVE, youth, women"
)


def sample_facts() -> Facts:
    """The reference facts that ship."""
    return facts_of(book_of_files())


def profiles(kind: str) -> list[dict[str, Any]]:
    """The sample records of a kind, as they stand in the files."""
    return [
        json.loads(line)
        for file in sorted(SAMPLE.glob(f"{kind}-*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def needs() -> list[NeedProfile]:
    return [
        NeedProfile(
            record["key"],
            record["state"],
            record["title"],
            record["description"],
            tuple(record["themes"]),
            tuple(record["resolutions"]),
            tuple(record["assistance_types"]),
            tuple(record["target_institutions"]),
            tuple(record["languages"]),
        )
        for record in profiles("needs")
    ]


def offers() -> list[OfferProfile]:
    """Honest offers, open to everybody, so that gates play no part."""
    return [
        OfferProfile(
            f"Z-{record['organization']}-{record['external_id']}",
            record["organization"],
            record["title"],
            record["description"],
            tuple(record["themes"]),
            tuple(record["resolutions"]),
            tuple(record["assistance_types"]),
            tuple(record["target_institutions"]),
            Scope(world=True),
            tuple(record["delivery_languages"]),
            "open",
        )
        for record in profiles("offers")
    ]


def ways(facts: Facts) -> dict[str, Callable[[OfferProfile, NeedProfile], OfferProfile]]:
    """Each way to stuff an offer for a need. A twin changes nothing else."""

    def told(offer: OfferProfile, add: Callable[[str], str]) -> OfferProfile:
        return replace(offer, description={code: add(text) for code, text in offer.description.items()})

    def words(need: NeedProfile) -> str:
        return " ".join([*need.title.values(), *need.description.values()])

    return {
        "repeat": lambda offer, _: told(offer, lambda text: f"{text} {text} {text}"),
        "repeat the title": lambda offer, _: told(
            offer, lambda text: f"{text} {' '.join([*offer.title.values()] * 5)}"
        ),
        "all themes": lambda offer, _: replace(offer, themes=tuple(facts.theme_parents)),
        "all kinds": lambda offer, _: replace(offer, assistance_types=facts.assistance_types),
        "all institutions": lambda offer, _: replace(offer, target_institutions=facts.institutions),
        "all resolutions": lambda offer, _: replace(offer, resolutions=tuple(facts.resolution_themes)),
        "all languages": lambda offer, _: replace(
            offer,
            delivery_languages=tuple(sorted({code for spoken in facts.state_languages.values() for code in spoken})),
        ),
        "everything": lambda offer, _: replace(
            offer,
            themes=tuple(facts.theme_parents),
            assistance_types=facts.assistance_types,
            target_institutions=facts.institutions,
            resolutions=tuple(facts.resolution_themes),
        ),
        "the need's text": lambda offer, need: told(offer, lambda text: f"{text} {words(need)}"),
        "the need's words": lambda offer, need: told(
            offer, lambda text: f"{text} {', '.join(sorted(set(words(need).split())))}"
        ),
        "keywords": lambda offer, _: told(offer, lambda text: f"{text} {KEYWORDS}"),
        "other script": lambda offer, _: replace(
            offer,
            description={code: f"{text} {HIDDEN.get(code, HIDDEN['en'])}" for code, text in offer.description.items()},
        ),
    }


def pairs() -> Iterator[tuple[NeedProfile, OfferProfile]]:
    """Needs beside offers, the same ones in every run: each offer with a need of its own theme and one of another."""
    asked, given = needs(), offers()
    for at, offer in enumerate(given):
        same = [need for need in asked if set(need.themes) & set(offer.themes)]
        yield (same or asked)[at % len(same or asked)], offer
        yield asked[(7 * at) % len(asked)], offer
