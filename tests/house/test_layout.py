"""The tree stays the tree: rooms where they belong, no drawers for leftovers, no overgrown module."""

import fnmatch
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]

FOLDERS = {".ci", "app", "docs", "matching", "migrations", "seed_data", "tests"}
FILES = {
    ".dockerignore",
    ".gitignore",
    "CHANGELOG.md",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "pyproject.toml",
    "requirements.lock",
    "requirements-test.lock",
    "requirements-tools.lock",
}
APP = {
    "access",
    "audit",
    "cli",
    "consents",
    "core",
    "edge",
    "exchange",
    "gaps",
    "i18n",
    "main",
    "matches",
    "needs",
    "notifications",
    "offers",
    "practices",
    "reference",
    "referrals",
    "signin",
    "verdicts",
    "visits",
    "web",
    "worker",
}
ROOMS = [
    "access",
    "audit",
    "consents",
    "gaps",
    "matches",
    "needs",
    "offers",
    "practices",
    "reference",
    "referrals",
    "signin",
    "verdicts",
    "visits",
]
ROOM_FILES = {
    "__init__",
    "adapter",
    "api",
    "guards",
    "jobs",
    "models",
    "queries",
    "rules",
    "schemas",
    "service",
}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc"}
MOST_LINES = 400


def kept(folder: Path) -> Iterator[Path]:
    """What stands in a folder, less what git is told to ignore."""
    ignored = [
        ".git",
        *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()),
    ]
    return (path for path in folder.iterdir() if not any(fnmatch.fnmatch(path.name, name) for name in ignored))


def all_kept(folder: Path) -> Iterator[Path]:
    for path in kept(folder):
        if path.is_dir():
            yield from all_kept(path)
        else:
            yield path


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in all_kept(ROOT / folder) if path.suffix == ".py")


def test_nothing_else_stands_at_the_top() -> None:
    assert {path.name for path in kept(ROOT)} <= FOLDERS | FILES


def test_only_named_rooms_stand_in_the_application() -> None:
    assert {path.stem for path in kept(ROOT / "app")} <= APP | {"__init__"}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_holds_the_usual_files(room: str) -> None:
    folder = ROOT / "app" / room
    if folder.exists():
        assert {path.stem for path in kept(folder)} <= ROOM_FILES


def test_no_drawer_for_leftovers() -> None:
    assert [path.relative_to(ROOT) for path in modules("app", "matching", "tests") if path.stem in DRAWERS] == []


def test_no_module_outgrows_its_name() -> None:
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in modules("app", "matching")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert too_long == {}


def test_migrations_are_named_in_reading_order() -> None:
    for path in modules("migrations"):
        if path.parent.name == "versions":
            assert re.fullmatch(r"\d{4}_\d\d_\d\d_\d{4}_[a-z0-9_]+", path.stem), path.name


def test_no_file_names_a_path_of_one_machine() -> None:
    absolute = re.compile(r"(?<![\w.:/-])/(?:home|root|work|Users)/")
    for path in all_kept(ROOT):
        found = absolute.search(path.read_bytes().decode("utf-8", errors="replace"))
        assert found is None, f"{path.relative_to(ROOT)}: {found}"
