"""Schemathesis: the service does what its OpenAPI document says, for allowed input and for other input."""

from collections.abc import Iterable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, Config, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from tests.world import World

EXAMPLES = 6
"""Of each address, on each database."""

NOT_OURS = [
    checks.positive_data_acceptance,  # codes and cursors that look right and do not exist are refused
    checks.ignored_auth,  # some addresses answer anybody, each with what they may see
]

REFUSED = Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": ["4xx"]}}})
"""What is too big to be read is refused as such, and not as malformed."""


@pytest.mark.parametrize("mode", GenerationMode)
def test_the_service_keeps_to_its_document(world: World, mode: GenerationMode) -> None:
    document = schemathesis.openapi.from_asgi("/api/v1/openapi.json", world.app, config=REFUSED)
    faults, asked = [], 0
    operations: Iterable[Any] = document.get_all_operations()
    for operation in (found.ok() for found in operations):
        try:
            _keeps_to(operation.as_strategy(generation_mode=mode), {"Authorization": f"Bearer {world.key('officer')}"})
            asked += 1
        except Unsatisfiable:
            continue  # nothing of this address can be got wrong
        except FailureGroup as group:
            faults.append(f"{operation.label}: {group}")
    assert not faults, "\n\n".join(faults)
    assert asked > 40


def _keeps_to(cases: Any, headers: dict[str, str]) -> None:
    @given(cases)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    def keeps_to_it(case: Case[Any]) -> None:
        case.call_and_validate(headers=headers, excluded_checks=NOT_OURS)

    keeps_to_it()
