"""The outermost layer: a request id, a cap on the body, a refusal of addresses that are not clean text, and no answer
kept by anybody on the way."""

from urllib.parse import unquote_to_bytes
from uuid import uuid4

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import Fault, Invalid, TooBig
from app.edge.problems import problem


class Guard:
    """ASGI middleware; `limits` gives the largest body by path prefix, the first that fits, in bytes."""

    def __init__(self, app: ASGIApp, *, limits: list[tuple[str, int]]) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole body, within its cap, before anything else sees the request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = str(uuid4())
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                headers += [(b"x-request-id", request_id.encode()), (b"x-content-type-options", b"nosniff")]
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"private, no-store"))
            await send(message)

        if not _is_clean(scope.get("raw_path", b"")) or not _is_clean(scope["query_string"]):
            fault = Fault("", "address.malformed", "The address must be percent-encoded UTF-8 without NUL.")
            await problem(Invalid([fault]), request_id)(scope, receive, send_with_id)
            return
        limit = next(size for prefix, size in self.limits if scope["path"].startswith(prefix))
        try:
            body = await _read(scope, receive, limit)
        except ClientDisconnect:
            return  # half a body is no request
        if body is None:
            await problem(TooBig(limit), request_id)(scope, receive, send_with_id)
            return
        replayed = False

        async def receive_again() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, receive_again, send_with_id)


def _is_clean(raw: bytes) -> bool:
    try:
        return "\x00" not in unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return False


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    declared = dict(scope["headers"]).get(b"content-length", b"")
    if declared.isdigit() and int(declared[:20]) > limit:
        return None
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            return None
        if not message.get("more_body"):
            return b"".join(chunks)
