"""What docs/ says of addresses and settings is what the code does."""

import pytest

from app.core.config import Settings
from tests.house import documents


def test_the_committed_openapi_document_is_the_generated_one() -> None:
    committed = documents.OPENAPI.read_text(encoding="utf-8")
    assert committed == documents.openapi_text(), "run `make openapi` and look at what changed"


def test_the_table_of_settings_is_the_settings() -> None:
    committed = documents.SETTINGS.read_text(encoding="utf-8")
    assert committed == documents.settings_text(), "run `make openapi` and look at what changed"


@pytest.mark.pure
def test_every_setting_says_what_it_is() -> None:
    for name, field in Settings.model_fields.items():
        assert (field.description or "").endswith((".", "…")), name


def test_every_operation_says_what_it_does_and_how_it_fails() -> None:
    document = documents.openapi()
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation.get("description"), where
            failures = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            for status, answer in failures.items():
                assert set(answer["content"]) == {"application/problem+json"}, (where, status)
            if path.startswith("/api/"):
                assert {"401", "403", "404", "405", "409", "412", "413", "422", "428", "503"} <= set(failures), where
