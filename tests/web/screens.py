"""Draws docs/screens: the pages that matter most, in English and Arabic, small."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import servers
from tests.conftest import prepare
from tests.web import browser as browsers
from tests.web.pages_of import pages_of
from tests.web.town import SHOWN_STATE, Town, settle

SCREENS = Path(__file__).parents[2] / "docs" / "screens"
SIZE = {"width": 960, "height": 720}


def wanted(town: Town) -> dict[str, tuple[str, str]]:
    """Name of the picture, who looks, and at what."""
    officer = list(pages_of(town)["officer"])
    return {
        "home": ("officer", "/"),
        "state": ("officer", f"/states/{SHOWN_STATE}"),
        "matches": ("officer", next(path for path in officer if path.endswith("/matches") and "/needs/" in path)),
        "pair": ("officer", next(path for path in officer if "/matches/" in path)),
        "compare": ("officer", next(path for path in officer if "/compare" in path)),
        "offer": ("provider-un", "/own/offers/new"),
        "consent": ("state-mdv", "/consents/new"),
    }


def draw() -> None:
    """All of them, in place of those that are there."""
    SCREENS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = f"sqlite:///{folder}/screens.db"
        prepare(url)
        settle(url)
        browser = playwright.chromium.launch(executable_path=browsers.ensure_found(), args=browsers.arguments())
        with servers.running(url, Path(folder)) as server:
            town = Town(server.url, url, browser)
            for name, (who, path) in wanted(town).items():
                for language in ("en", "ar"):
                    with town.visited(who, language=language, viewport=SIZE) as visitor:
                        visitor.open(path)
                        file = SCREENS / f"{name}-{language}.jpeg"
                        visitor.page.screenshot(path=file, type="jpeg", quality=55)
        browser.close()


if __name__ == "__main__":
    draw()
