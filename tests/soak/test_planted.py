"""Every planted bug is found by the tests of access, and the service as it is by none."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.planted.bugs import BUGS, Bug, copy

SEEKERS = (
    "tests/access/truth/test_hidden_ids.py",
    "tests/access/test_writes_of_others.py",
    "tests/edge/test_preconditions.py",
    "tests/access/truth/test_truth_table.py",
    "tests/access/truth/test_hidden_writes.py",
)
FOUND = re.compile(r"^FAILED \S*?(?:([^/\s]+)\.py)::(\w+)", re.MULTILINE)


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[list[tuple[str, str]]]:
    """Which test found which bug; printed at the end."""
    found: list[tuple[str, str]] = []
    yield found
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and found:
        width = max(len(name) for name, _ in found)
        reporter.write_line("")
        for name, test in found:
            reporter.write_line(f"{name:<{width}}  {test}")


def seek(folder: Path) -> subprocess.CompletedProcess[str]:
    """The tests of access over a copy, on the embedded database, up to the first that fails."""
    command = [sys.executable, "-m", "pytest", *SEEKERS, "-x", "-k", "sqlite", "--tb=line", "-p", "no:cacheprovider"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_service_as_it_is_raises_no_alarm(tmp_path: Path) -> None:
    done = seek(copy(tmp_path / "copy"))
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: Bug, tmp_path: Path, table: list[tuple[str, str]]) -> None:
    folder = copy(tmp_path / "copy", bug)
    done = seek(folder)
    shutil.rmtree(folder)
    found = FOUND.search(done.stdout)
    table.append((bug.name, f"{found[1]}::{found[2]}" if found else "NOT FOUND"))
    assert (done.returncode, bool(found)) == (1, True), done.stdout[-2000:]
