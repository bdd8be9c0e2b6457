"""The outermost layer: a request id, caps on rate, body and time, a refusal of addresses that are no clean text."""

import asyncio
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes
from uuid import uuid4

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import Error, Fault, Invalid, TooBig, Unavailable
from app.edge.limits import Rates
from app.edge.problems import TooSlow, problem


class Guard:
    """ASGI middleware; `limits` gives the largest body by path prefix, the first that fits, in bytes."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        limits: Sequence[tuple[str, int]],
        rates: Rates,
        body_seconds: float,
        request_seconds: float,
    ) -> None:
        self.app = app
        self.limits = limits
        self.rates = rates
        self.body_seconds = body_seconds
        self.request_seconds = request_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole body, within its caps, before anything else sees the request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = str(uuid4())
        scope.setdefault("state", {})["request_id"] = request_id
        policy = self.rates.policy(scope)

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                headers += [(b"x-request-id", request_id.encode()), (b"x-content-type-options", b"nosniff")]
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"private, no-store"))  # who may see it can change at any moment
                if policy is not None:
                    headers.append((b"ratelimit-policy", policy.encode()))
            await send(message)

        throttled = self.rates.admit(scope)
        if throttled is not None:
            left = {"RateLimit": f"{(policy or '').partition(';')[0]};r=0;t={throttled.retry_after}"}
            await problem(throttled, request_id, left)(scope, receive, send_marked)
            return
        try:
            body = await self._body(scope, receive)
        except ClientDisconnect:
            return  # half a body is no request
        except Error as error:
            # What is left of the body would be taken for the next request.
            await problem(error, request_id, {"Connection": "close"})(scope, receive, send_marked)
            return
        await self._answer(scope, _replay(body, receive), send_marked)
        self.rates.answered(scope)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        if not _is_clean(scope.get("raw_path", b"")) or not _is_clean(scope["query_string"]):
            raise Invalid([Fault("", "address.malformed", "The address must be percent-encoded UTF-8 without NUL.")])
        limit = next(size for prefix, size in self.limits if scope["path"].startswith(prefix))
        try:
            async with asyncio.timeout(self.body_seconds):
                return await _read(scope, receive, limit)
        except TimeoutError:
            raise TooSlow from None

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer; say 503 where it takes too long, and drop what it says after that."""
        has_begun = is_over = False

        async def send_in_time(message: Message) -> None:
            nonlocal has_begun
            if not is_over:
                has_begun = True
                await send(message)

        task = asyncio.ensure_future(self.app(scope, receive, send_in_time))
        try:
            await asyncio.wait({task}, timeout=self.request_seconds)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if task.done() or has_begun:
            await task
            return
        is_over = True
        # Its thread cannot be stopped; PostgreSQL gives the statement up, and nobody waits for the rest.
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        error = Unavailable("request.too_long", "The answer took too long; the request may or may not have been done.")
        await problem(error, scope["state"]["request_id"])(scope, receive, send)


def _replay(body: bytes, receive: Receive) -> Receive:
    is_sent = False

    async def receive_again() -> Message:
        nonlocal is_sent
        if is_sent:
            return await receive()
        is_sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def _is_clean(raw: bytes) -> bool:
    try:
        return "\x00" not in unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return False


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes:
    declared = dict(scope["headers"]).get(b"content-length", b"")
    if declared.isdigit() and int(declared[:20]) > limit:
        raise TooBig(limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            raise TooBig(limit)
        if not message.get("more_body"):
            return b"".join(chunks)
