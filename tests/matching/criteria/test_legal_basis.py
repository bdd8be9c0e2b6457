"""LegalBasis: its contract, and the facts that only it knows."""

from collections.abc import Mapping

import pytest

from matching.criteria.legal_basis import LegalBasis
from matching.types import Finding
from tests.matching.small import READER, TODAY, SmallContract, make_need, make_offer

pytestmark = pytest.mark.pure


def finding(need_changes: Mapping[str, object], offer_changes: Mapping[str, object]) -> Finding:
    need = READER.need(make_need(**need_changes), TODAY)
    return LegalBasis(READER).explain(need, READER.offer(make_offer(**offer_changes)))


class TestContract(SmallContract):
    criterion = LegalBasis


@pytest.mark.parametrize(
    ("resolutions", "code"),
    [
        pytest.param(("1373:1",), "legal_basis.same_paragraph", id="the same paragraph"),
        pytest.param(("1373:6",), "legal_basis.same_resolution", id="another paragraph"),
        pytest.param(("2462",), "legal_basis.covers_theme", id="a resolution on the same area"),
        pytest.param((), "legal_basis.unknown", id="none named"),
    ],
)
def test_the_closer_the_text_of_the_council_the_better(resolutions: tuple[str, ...], code: str) -> None:
    assert finding({}, {"resolutions": resolutions}).code == code


def test_a_resolution_quoted_in_the_text_counts() -> None:
    quoted = finding({}, {"resolutions": (), "description": {"en": "Asset freezing under resolution 1373 (2001)."}})
    assert quoted.code == "legal_basis.same_resolution"
