"""The image is built from what is in the tree, runs as nobody special, and says how it is."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]
SOURCE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
INSTRUCTIONS = [
    (words[0], words[1].strip())
    for line in re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", SOURCE, flags=re.MULTILINE)).splitlines()
    if (words := line.split(maxsplit=1))
]


def arguments(instruction: str) -> list[str]:
    return [rest for name, rest in INSTRUCTIONS if name == instruction]


def copied() -> set[str]:
    return {source for rest in arguments("COPY") if "--from" not in rest for source in rest.split()[:-1]}


def test_every_copied_source_exists_and_reaches_the_builder() -> None:
    let_through = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for source in copied():
        assert (ROOT / source).exists(), source
        assert f"!{source}" in let_through, f"{source} is shut out by .dockerignore"


def test_nothing_reaches_the_builder_that_is_not_copied() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == copied()


def test_base_images_name_their_version() -> None:
    for image in arguments("FROM"):
        assert re.search(r":\d+\.\d+\S*", image), image


def test_the_service_does_not_run_as_root() -> None:
    assert arguments("USER")
    assert arguments("USER")[-1] not in ("root", "0")


def test_health_is_asked_where_the_contract_puts_it() -> None:
    assert "/health/live" in arguments("HEALTHCHECK")[-1]


def test_the_command_is_the_service_on_all_addresses() -> None:
    assert arguments("CMD") == ['["taysir", "serve", "--host", "0.0.0.0"]']


def test_fonts_for_every_language_are_installed() -> None:
    assert "fonts-noto-core" in SOURCE
    assert "fonts-droid-fallback" in SOURCE


def test_packages_come_from_the_locks_only() -> None:
    for step in arguments("RUN"):
        for command in re.findall(r"\bpip (?:install|sync) [^&]*", step):
            assert "--require-hashes" in command or "--no-deps" in command, command
