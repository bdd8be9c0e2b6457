"""A skipped test fails the run, unless README names the reason."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CONFTEST = """
import sys; sys.path.insert(0, {root!r})
from tests.skips import SkipPolicy
def pytest_configure(config): config.pluginmanager.register(SkipPolicy(config.rootpath / "README.md"))
"""


@pytest.mark.parametrize(
    ("readme", "code"),
    [
        pytest.param("Skipped where the moon is absent.", 0, id="a reason that README names passes"),
        pytest.param("Nothing is skipped.", 1, id="any other reason fails"),
    ],
)
@pytest.mark.parametrize(
    "source",
    [
        pytest.param("import pytest\ndef test_it(): pytest.skip('the moon is absent')", id="inside a test"),
        pytest.param("import pytest\npytest.skip('the moon is absent', allow_module_level=True)", id="a whole module"),
    ],
)
def test_only_named_reasons_may_skip(tmp_path: Path, readme: str, source: str, code: int) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "README.md").write_text(readme)
    (tmp_path / "conftest.py").write_text(CONFTEST.format(root=str(ROOT)))
    (tmp_path / "test_a.py").write_text(source + "\n")
    (tmp_path / "test_b.py").write_text("def test_b(): pass\n")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--import-mode=importlib"]
    quick_start = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=quick_start, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert ("skipped without a reason" in done.stdout) == (code == 1)
