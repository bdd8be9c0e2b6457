"""Starts the service for real, as an operator would, on a free port."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("taysir")
START_SECONDS = 90  # a busy machine takes its time; a fault ends the process and the wait at once


@dataclass(frozen=True)
class Server:
    """A running service: where it answers and what it stores in."""

    url: str
    database_url: str
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def running(database_url: str, folder: Path, **settings: str) -> Iterator[Server]:
    """The service over a migrated database; `settings` are environment variables on top of ours."""
    port = _free_port()
    log = folder / f"server-{port}.log"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TAYSIR_")}
    environment |= {"TAYSIR_RATE_PER_MINUTE": "0", "TAYSIR_ANONYMOUS_RATE_PER_MINUTE": "0"}
    # The tests' PostgreSQL does not sync: the service would refuse to start over it.
    environment |= {"TAYSIR_ALLOW_SINGLE_ROLE": "true"} | settings
    command = [str(PROGRAM), "serve", "--port", str(port), "--database-url", database_url]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    server = Server(f"http://127.0.0.1:{port}", database_url, process, log)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{server.url}/health/ready", timeout=5) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.05)
    message = f"the service was not ready within {START_SECONDS} s:\n{server.log.read_text(errors='replace')}"
    raise RuntimeError(message)
