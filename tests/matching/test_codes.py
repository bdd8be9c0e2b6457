"""The registry of codes: complete, dotted, and nothing in it that nobody gives."""

import re

import pytest

from matching import CODES, CRITERIA, FINDING_CODES, GATE_CODES
from matching.types import Verdict

pytestmark = pytest.mark.pure


def test_every_finding_code_belongs_to_one_criterion() -> None:
    given = [code for criterion in CRITERIA for code in criterion.codes]
    assert sorted(given) == sorted(FINDING_CODES)
    assert len(set(given)) == len(given)


def test_codes_are_dotted_and_lower_case() -> None:
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", code) for code in CODES)


def test_findings_carry_a_verdict_and_gates_none() -> None:
    assert all(CODES[code].verdict is not None for code in FINDING_CODES)
    assert all(CODES[code].verdict is None for code in GATE_CODES)


def test_every_criterion_can_say_that_it_does_not_know() -> None:
    for criterion in CRITERIA:
        assert any(CODES[code].verdict is Verdict.UNKNOWN for code in criterion.codes), criterion.name
