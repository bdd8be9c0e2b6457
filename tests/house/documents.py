"""The pages of docs/ that are made from the code; `make openapi` writes them."""

import json
from pathlib import Path
from typing import Any

from app.core.config import Settings
from app.main import create_app

DOCS = Path(__file__).parents[2] / "docs"
OPENAPI = DOCS / "openapi.json"
SETTINGS = DOCS / "settings.md"

HEAD = """\
# Settings

Read once from the environment when a process starts; a value that cannot be used stops it with one sentence each.

| variable | default | what it is |
|---|---|---|
"""


def openapi() -> dict[str, Any]:
    """The service's OpenAPI document."""
    return create_app(Settings(database_url="sqlite://")).openapi()


def openapi_text() -> str:
    """The document as it is committed: keys in order, so that a change shows as a change."""
    return json.dumps(openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def settings_text() -> str:
    """The table of all settings."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "none" if field.default is None else f"`{field.default}`"
        rows.append(f"| `TAYSIR_{name.upper()}` | {default} | {field.description} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    OPENAPI.write_text(openapi_text(), encoding="utf-8")
    SETTINGS.write_text(settings_text(), encoding="utf-8")
