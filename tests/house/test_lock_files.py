"""Locks pin every package by hash, name no address, and hold what pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-test.lock", "requirements-tools.lock"]


def pins(lock: str) -> dict[str, str]:
    """Package to everything that stands behind it: version, marker, hashes."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9][\w.-]*)==((?:.*\\\n)*.*)$", text, re.MULTILINE))


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=~!; ]", requirement)[0].lower().replace("_", "-")


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_an_address(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_by_hash(lock: str) -> None:
    assert pins(lock)
    for package, entry in pins(lock).items():
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), package


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pins_and_their_origins_only(lock: str) -> None:
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        assert re.match(r"[a-z0-9][\w.-]*==|    --hash=sha256:|    #", line), line


def test_tests_run_on_the_versions_that_the_service_runs_on() -> None:
    tested = pins("requirements-test.lock")
    for package, entry in pins("requirements.lock").items():
        assert tested.get(package, "").split() == entry.split(), package


@pytest.mark.parametrize(
    ("lock", "groups"),
    [("requirements.lock", []), ("requirements-test.lock", ["test"]), ("requirements-tools.lock", ["tools"])],
)
def test_what_pyproject_asks_for_is_locked(lock: str, groups: list[str]) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [name for group in groups for name in declared["dependency-groups"][group]]
    if "tools" not in groups:
        asked += declared["project"]["dependencies"]
        asked += [name for extra in declared["project"]["optional-dependencies"].values() for name in extra]
    assert {name_of(requirement) for requirement in asked} <= set(pins(lock))
