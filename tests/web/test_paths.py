"""Each person's path by keyboard alone: in English and Arabic, with JavaScript on and off, on both databases."""

import re
from collections.abc import Callable

import pytest

from tests.access.people.browsers import PASSWORD
from tests.web.town import SHOWN_STATE, Town, Visitor

WAYS = [
    pytest.param("en", True, id="in English"),
    pytest.param("ar", False, id="in Arabic without JavaScript"),
]
Path = Callable[[Visitor], None]


def signs_in(visitor: Visitor, name: str) -> None:
    visitor.open("/")
    visitor.follow(visitor.t("ui.sign_in"))
    visitor.write(visitor.t("ui.sign_in.account"), name)
    visitor.write(visitor.t("ui.sign_in.password"), PASSWORD)
    visitor.follow(visitor.t("ui.sign_in"))
    assert name in visitor.page.inner_text("header")


def officer(visitor: Visitor) -> None:
    """From home to a State, all its matches, one need's offers, two of them side by side, and a decision."""
    signs_in(visitor, "officer")
    visitor.follow(visitor.t("ui.home.next.officer"))
    state = visitor.page.inner_text(f'a[href="/states/{SHOWN_STATE}"]')
    visitor.follow(state)
    assert visitor.heading() == state
    visitor.follow(visitor.t("ui.match_all"))
    assert visitor.page.locator("section.ranked").count() > 0
    visitor.follow(visitor.t("ui.matches.all"))
    for _ in range(2):
        visitor.reach(visitor.t("ui.compare.choose"))
        visitor.page.keyboard.press("Space")
    visitor.follow(visitor.t("ui.compare"))
    assert visitor.page.locator("table.compare thead th").count() == 2
    visitor.follow(visitor.page.locator("table.compare thead a").first.inner_text())
    visitor.choose(visitor.t("word.ruling.accepted"))
    visitor.follow(visitor.t("ui.verdict.keep"))
    assert visitor.page.locator("[aria-labelledby=decided] li").count() >= 1


def provider(visitor: Visitor) -> None:
    """A new offer: published too early, mended beside the field, previewed, published, confirmed."""
    signs_in(visitor, "provider-un")
    visitor.follow(visitor.t("ui.home.next.provider"))
    visitor.write(visitor.t("ui.offer.title"), "Customs dogs for explosives")
    visitor.write(visitor.t("ui.offer.closes_on"), "")
    visitor.follow(visitor.t("ui.offer.publish"))
    assert visitor.page.input_value("#title") == "Customs dogs for explosives"
    for field in ("description", "scope"):
        assert visitor.page.inner_text(f"#fault-{field}").strip()
    visitor.write(visitor.t("ui.offer.description"), "Trains dogs and handlers at borders to find explosives.")
    visitor.choose(visitor.t("ui.offer.world"))
    visitor.follow(visitor.t("ui.offer.preview"))
    assert visitor.page.locator("#answers li").count() > 0
    visitor.follow(visitor.t("ui.offer.publish"))
    assert visitor.t("word.offer_status.published") in visitor.page.inner_text("main")
    visitor.follow(visitor.t("ui.own_offers"))
    visitor.follow(visitor.t("ui.offer.confirm"))
    assert re.search(r"/own/offers$", visitor.page.url)


def state(visitor: Visitor) -> None:
    """What is recorded, a consent with a look at who gains sight, who has read what, and the withdrawal."""
    signs_in(visitor, "state-mdv")
    visitor.follow(visitor.t("ui.home.next.state"))
    visitor.choose(visitor.t("ui.consent.scope_themes"))
    visitor.reach(visitor.t("ui.reference.themes"))
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Space")
    visitor.reach(visitor.t("word.class.research"))
    visitor.page.keyboard.press("Space")
    visitor.write(visitor.t("ui.consent.reference"), "Note verbale 77")
    visitor.reach(visitor.t("ui.consent.date"))
    visitor.page.fill("#date", "2026-11-01")
    visitor.follow(visitor.t("ui.consent.preview"))
    assert visitor.page.locator("section.preview").count() == 1
    assert visitor.page.input_value("#reference") == "Note verbale 77"
    visitor.follow(visitor.t("ui.consent.give"))
    assert visitor.t("word.consent.live") in visitor.page.inner_text("main")
    visitor.follow(visitor.t("ui.consent.preview_loss"))
    visitor.follow(visitor.t("ui.consent.withdraw"))
    assert visitor.t("word.consent.withdrawn") in visitor.page.inner_text("main")
    visitor.open(f"/states/{SHOWN_STATE}/access-log")
    assert visitor.heading().startswith(visitor.t("ui.access_log"))


@pytest.mark.parametrize("path", [officer, provider, state])
@pytest.mark.parametrize(("language", "javascript"), WAYS)
def test_the_path_is_walked_by_keyboard(town: Town, path: Path, language: str, javascript: bool) -> None:
    with town.visited(language=language, javascript=javascript) as visitor:
        path(visitor)
        assert visitor.page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
        assert visitor.complaints == []
