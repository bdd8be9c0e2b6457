"""Every room that stands is under the import contracts: they name rooms one by one."""

import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["name"]: contract for contract in PYPROJECT["tool"]["importlinter"]["contracts"]}
PARTS = sorted(
    f"app.{path.stem}"
    for path in (ROOT / "app").iterdir()
    if path.stem != "__init__" and (path.suffix == ".py" or (path / "__init__.py").exists())
)
NO_ROOMS = {"app.cli", "app.core", "app.edge", "app.i18n", "app.main", "app.web", "app.worker"}


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_the_application_has_its_layer(part: str) -> None:
    layers = " ".join(CONTRACTS["Rooms look down only"]["layers"])
    assert part in layers.replace("(", " ").replace(")", " ").split()


@pytest.mark.parametrize("room", sorted(set(PARTS) - NO_ROOMS))
def test_the_files_of_every_room_are_layered(room: str) -> None:
    assert room in CONTRACTS["Inside a room, files look down only"]["containers"]
