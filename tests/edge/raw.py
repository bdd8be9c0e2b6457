"""Requests byte by byte, as no honest client would send them, straight into the application."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message

Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


def ask(
    app: ASGIApp,
    method: str,
    path: bytes,
    *,
    query: bytes = b"",
    headers: Headers = (),
    body: bytes = b"",
    length: int | None = None,
) -> Answer:
    """The answer to one request; `path` is percent-encoded, `length` what Content-Length claims."""
    return asyncio.run(ask_within(app, method, path, query=query, headers=headers, body=body, length=length))


async def ask_within(
    app: ASGIApp,
    method: str,
    path: bytes,
    *,
    query: bytes = b"",
    headers: Headers = (),
    body: bytes = b"",
    length: int | None = None,
) -> Answer:
    """As `ask`, from code that runs in an event loop already."""
    sent = [(b"host", b"taysir.test"), *headers]
    if body or length is not None:
        sent.append((b"content-length", str(len(body) if length is None else length).encode()))
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": _decoded(path),
        "raw_path": path,
        "root_path": "",
        "query_string": query,
        "headers": sent,
        "client": ("127.0.0.1", 1),
        "server": ("taysir.test", 80),
    }
    parts = [body[start : start + 65_536] for start in range(0, len(body), 65_536)] or [b""]
    received: list[Message] = []

    async def receive() -> Message:
        if not parts:
            return {"type": "http.disconnect"}
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message: Message) -> None:
        received.append(message)

    await app(scope, receive, send)
    start = received[0]
    content = b"".join(message.get("body", b"") for message in received[1:])
    return Answer(start["status"], dict(start["headers"]), content)


def _decoded(path: bytes) -> str:
    from urllib.parse import unquote

    return unquote(path.decode("latin-1"))  # as the server does it: what is no UTF-8 becomes U+FFFD
