"""Language: its contract, and the facts that only it knows."""

from collections.abc import Mapping

import pytest

from matching.criteria.language import Language
from matching.recipe import RECIPE
from matching.types import Finding
from tests.matching.small import READER, TODAY, SmallContract, make_need, make_offer

pytestmark = pytest.mark.pure


def finding(need_changes: Mapping[str, object], offer_changes: Mapping[str, object]) -> Finding:
    need = READER.need(make_need(**need_changes), TODAY)
    return Language(READER).explain(need, READER.offer(make_offer(**offer_changes)))


class TestContract(SmallContract):
    criterion = Language


def test_one_common_language_is_enough() -> None:
    assert finding({"languages": ("fr", "en")}, {"delivery_languages": ("en", "ru")}).code == "language.shared"


def test_a_language_nobody_there_works_in_caps_the_match() -> None:
    result = finding({}, {"delivery_languages": ("ru",)})
    assert (result.code, result.cap) == ("language.not_shared", RECIPE.ceilings["language"])


def test_a_language_of_the_state_that_the_need_does_not_name_is_half_an_answer() -> None:
    assert finding({"languages": ("sw",)}, {}).code == "language.state_works_in"


def test_no_stated_language_earns_nothing() -> None:
    assert finding({}, {"delivery_languages": ()}).code == "language.unknown"
