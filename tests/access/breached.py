"""A copy of the service in which a patch has broken something, to see what else still holds."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATCHES = Path(__file__).with_name("patches")


def breached(name: str, folder: Path) -> Path:
    """A folder to put first on PYTHONPATH: the application with the patch of that name applied."""
    shutil.copytree(ROOT / "app", folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "seed_data" / "reference", folder / "seed_data" / "reference")
    patch = ["git", "apply", "--verbose", str(PATCHES / f"{name}.patch")]
    done = subprocess.run(patch, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"the patch no longer fits, write it anew:\n{done.stderr}"
    return folder
