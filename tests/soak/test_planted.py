"""Every planted bug is found by the tests of access, and the service as it is by none."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.planted.bugs import BUGS, Bug, copy

FOUND = re.compile(r"^FAILED ", re.MULTILINE)


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


def seek(folder: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """Tests over a copy, on the embedded database, up to the first that fails."""
    command = [sys.executable, "-m", "pytest", *tests, "-x", "-k", "sqlite", "--tb=line", "-p", "no:cacheprovider"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_service_as_it_is_raises_no_alarm(tmp_path: Path) -> None:
    done = seek(copy(tmp_path / "copy"), *sorted({bug.found_by for bug in BUGS}))
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: Bug, tmp_path: Path, table: list[tuple[str, str]]) -> None:
    folder = copy(tmp_path / "copy", bug)
    done = seek(folder, bug.found_by)
    shutil.rmtree(folder)
    # A failed assertion, not an error on the way to it.
    found = FOUND.search(done.stdout) is not None
    table.append((bug.name, bug.found_by.rpartition("/")[2] if found else "NOT FOUND"))
    assert (done.returncode, found) == (1, True), done.stdout[-2000:]
