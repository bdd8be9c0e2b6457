"""Real donors' files import whole: every activity, every language, and nothing new the second time."""

import os
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import Engine

from tests.exchange import made
from tests.exchange.test_imports import everything, hand_in, results, revision
from tests.world import World

VARIABLE = "TAYSIR_REAL_FILES"
FILES = sorted(Path(os.environ[VARIABLE]).glob("*.xml")) if os.environ.get(VARIABLE) else []
OWN = sorted(made.IATI.glob("*.xml"))
ACTIVITIES = {"unhcr-activities-2023.xml": 134, "usaid-bo.xml": 63}
"""How many activities stand in the files that we know."""

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def languages(file: Path) -> dict[str, Counter[str]]:
    """By identifier, in how many languages title and description stand in the file, read without our reader."""
    found = {}
    for activity in etree.parse(file).getroot().iter("iati-activity"):
        tags = {
            (name, narrative.get(_LANGUAGE) or activity.get(_LANGUAGE) or "")
            for name in ("title", "description")
            for narrative in activity.findall(f"{name}/narrative")
            if (narrative.text or "").strip()
        }
        found[(activity.findtext("iati-identifier") or "").strip()] = Counter(name for name, _ in tags)
    return found


@pytest.mark.skipif(not FILES, reason=f"{VARIABLE} is not set")
@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_a_real_file_imports_whole(world: World, engine: Engine, file: Path) -> None:
    _imports_whole(world, engine, file)
    assert ACTIVITIES.get(file.name, len(languages(file))) == len(languages(file))


@pytest.mark.parametrize("file", OWN, ids=lambda file: str(file.name))
def test_our_own_file_imports_whole(world: World, engine: Engine, file: Path) -> None:
    _imports_whole(world, engine, file)


def _imports_whole(world: World, engine: Engine, file: Path) -> None:
    expected = languages(file)
    report = hand_in(world.unodc, file.read_bytes(), name=file.name)
    assert results(report) == ["created"] * len(expected)
    offers = {}
    for offer_id in world.unodc.ids("/offers", organization="unodc-tpb"):
        offer = world.unodc.get(f"/offers/{offer_id}")
        offers[offer["external_id"]] = offer
    assert offers.keys() == expected.keys()
    notes = {row["identifier"]: {note["code"] for note in row["notes"]} for row in report["rows"]}
    for identifier, counts in expected.items():
        kept = {name: len(offers[identifier][name]) for name in counts}
        assert kept == counts or "narrative.language" in notes[identifier], identifier
        if offers[identifier]["scope"] is None:
            assert "offer.draft" in notes[identifier]
    before, at = everything(engine, but="imports"), revision(engine)
    again = hand_in(world.unodc, file.read_bytes(), name=file.name)
    assert set(results(again)) == {"unchanged"}
    assert everything(engine, but="imports") == before
    assert revision(engine) == at
