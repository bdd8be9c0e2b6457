"""A real Chromium for the tests: found where it is, else installed. Run as a program before the tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "libatomic1", "fonts-noto-core", "fonts-noto-cjk")
"""The browser, what Playwright's driver links to, and fonts for all six languages."""
ADVICE = "Browser tests need Chromium: set CHROMIUM to one, or install these Debian packages: " + " ".join(PACKAGES)


def find() -> str | None:
    """The path of an installed Chromium."""
    named = os.environ.get("CHROMIUM")
    if named is not None:
        return shutil.which(named)
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    return _in_cache()


def _in_cache() -> str | None:
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    shells = sorted(folder.glob("chromium*/*/*"), reverse=True)
    return next(
        (str(path) for path in shells if path.name in ("chrome", "headless_shell", "chrome-headless-shell")), None
    )


def install() -> None:
    """Install Debian's package where we are root, with its libraries and fonts; else Playwright's own build."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
            subprocess.run(["apt-get", "--quiet", *arguments], env=environment, check=True, stdout=sys.stderr)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium-headless-shell"], check=True)


def starts(path: str) -> bool:
    """Whether the browser draws a page: a driver or a library that is missing shows here."""
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=arguments())
            page = browser.new_page()
            page.set_content("<p>ready")
            is_drawn = page.inner_text("p") == "ready"
            browser.close()
            return is_drawn
    except Exception as fault:  # noqa: BLE001 - whatever keeps it from starting, installing is the remedy
        print(str(fault).splitlines()[0], file=sys.stderr)  # noqa: T201
        return False


def arguments() -> list[str]:
    """Switches: root has no sandbox, and containers little shared memory."""
    always = ["--disable-dev-shm-usage", "--disable-gpu"]
    return [*always, "--no-sandbox"] if os.geteuid() == 0 else always


def ensure_found() -> str:
    """The path of an installed Chromium; exits with one sentence where there is none."""
    return find() or sys.exit(ADVICE)


def ensure() -> str:
    """The path of a Chromium that starts; exits with one sentence where there is none and none can be installed."""
    found = find()
    if found is not None and starts(found):
        return found
    try:
        install()
    except (OSError, subprocess.CalledProcessError):
        sys.exit(ADVICE)
    found = find()
    if found is None or not starts(found):
        sys.exit(ADVICE)
    return found


if __name__ == "__main__":
    ensure()
