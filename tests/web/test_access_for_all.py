"""Every page: axe finds nothing of level A or AA, the browser complains of nothing, and no word is missing."""

import os
import re
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from app.i18n import LANGUAGES, direction
from tests.web.pages_of import pages_of
from tests.web.town import Town

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = f"() => axe.run(document, {{runOnly: {TAGS}, resultTypes: ['violations'], elementRef: false}})"


AXE_LANGUAGES = os.environ.get("AXE_LANGUAGES", "en ar").split()
"""One of each direction; `make soak` takes all six, since a page takes about a second."""


@pytest.mark.parametrize("language", AXE_LANGUAGES)
def test_axe_finds_nothing_on_any_page(sqlite_town: Town, language: str) -> None:
    found: list[Any] = []
    for name, paths in pages_of(sqlite_town).items():
        with sqlite_town.visited(name, language=language) as visitor:
            for path, status in paths.items():
                assert visitor.open(path) == status, path
                assert visitor.page.get_attribute("html", "lang") == language
                assert visitor.page.get_attribute("html", "dir") == direction(language)
                visitor.page.evaluate(AXE_SCRIPT)
                for violation in visitor.page.evaluate(RUN)["violations"]:
                    nodes = [node["html"][:200] for node in violation["nodes"][:3]]
                    found.append((path, violation["id"], nodes))
            assert visitor.complaints == []
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_shows_a_code_in_place_of_a_word(sqlite_town: Town, language: str) -> None:
    for name, paths in pages_of(sqlite_town).items():
        with sqlite_town.client(name, language) as client:
            for path in paths:
                text = re.sub(r"<[^>]*>", " ", client.get(path).text)
                assert re.findall(r"\b(?:ui|word|fault)\.[a-z_.]+", text) == [], path
