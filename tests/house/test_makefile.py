"""The commands that others rely on exist, and `make` alone lists them."""

import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]
PROMISED = ["setup", "demo", "test", "quick", "check", "serve", "lint", "bench", "soak"]


def listed() -> str:
    done = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("target", PROMISED)
def test_make_alone_lists_every_promised_command(target: str) -> None:
    assert re.search(rf"^  make {target} +\S", listed(), flags=re.MULTILINE)


def test_the_build_runs_the_same_commands_as_a_person() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make check" in script
    assert "make test" in script
