"""Theme: text before tag, and nobody gains by claiming everything."""

from collections.abc import Mapping

import pytest

from matching.criteria.theme import Theme
from tests.matching.small import READER, SMALL_FACTS, TODAY, SmallContract, make_need, make_offer

pytestmark = pytest.mark.pure


def theme_of(need_changes: Mapping[str, object], offer_changes: Mapping[str, object]) -> tuple[float, str]:
    need = READER.need(make_need(**need_changes), TODAY)
    finding = Theme(READER).explain(need, READER.offer(make_offer(**offer_changes)))
    return finding.value, finding.code


class TestContract(SmallContract):
    criterion = Theme


def test_a_missing_tag_is_inferred_from_the_text() -> None:
    assert theme_of({"themes": ()}, {"themes": ()})[1] == "theme.same_subarea_inferred"


def test_a_wrong_tag_takes_nothing_from_what_the_text_shows() -> None:
    assert theme_of({}, {"themes": ("prr.prisons",)})[0] == theme_of({}, {"themes": ()})[0]


def test_a_tag_that_the_text_contradicts_counts_less() -> None:
    silent = {"title": {"en": "Support"}, "description": {"en": "Help on request"}}
    other = {"title": {"en": "Passenger name records"}, "description": {"en": "PNR for the police"}}
    assert theme_of({}, {**other, "themes": ("cft.asset-freezing",)})[0] < theme_of({}, silent)[0]


def test_claiming_every_theme_claims_nothing() -> None:
    silent = {"title": {"en": "Support"}, "description": {"en": "Help on request"}}
    claimed = theme_of({}, {**silent, "themes": tuple(SMALL_FACTS.theme_parents)})
    assert claimed == (0.0, "theme.unknown")


def test_a_sibling_area_agrees_in_part() -> None:
    sibling = {
        "title": {"en": "Bank supervision"},
        "description": {"en": "Supervision of banks"},
        "themes": (),
    }
    value, code = theme_of({"themes": ()}, sibling)
    assert 0.2 < value < 0.75
    assert code == "theme.same_area_inferred"
