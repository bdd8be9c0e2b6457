"""One request, one transaction, committed before the answer leaves; repeated POSTs get the answer once given."""

import hashlib
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from app.core.db import WRITING
from app.core.errors import Fault, Invalid
from app.edge import cookies, strict_json
from app.edge.models import KeptAnswer

KEPT_FOR = timedelta(hours=24)
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class _StrictRequest(Request):
    """A request whose JSON body has passed `strict_json`."""

    async def json(self) -> Any:  # JSON has no narrower type
        return strict_json.parse(await self.body())


class Route(APIRoute):
    """The route of every API room: strict input, its own transaction, idempotent POSTs."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the endpoint in its transaction."""
        handle = super().get_route_handler()
        known = frozenset(_query_names(self.dependant))

        async def in_one_transaction(request: Request) -> Response:
            request = await _strict(request, known)
            body = await request.body() if request.method == "POST" else b""
            session: Session = request.app.state.sessions()
            request.state.session = session
            try:
                kept = await run_in_threadpool(_begin, session, request, body)
                if isinstance(kept, Response):
                    # Who asks is looked up first: a key that was revoked since gets no answer, not even an old one.
                    request.state.replay = kept
                    with suppress(Replayed):
                        await handle(request)
                    return kept
                response = await handle(request)
                if kept is not None:
                    _keep(kept, request, response)
                await run_in_threadpool(session.commit)
                return response
            finally:
                await run_in_threadpool(session.close)

        return in_one_transaction


class Replayed(Exception):
    """The request was answered before: raised once it is known who asks, so that nothing is done a second time."""


class FreeRoute(APIRoute):
    """A route whose service opens short transactions of its own, because it waits for something between them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Strict input, and nothing else."""
        handle = super().get_route_handler()
        known = frozenset(_query_names(self.dependant))

        async def strictly(request: Request) -> Response:
            return await handle(await _strict(request, known))

        return strictly


async def _strict(request: Request, known: frozenset[str]) -> Request:
    """The request, whose JSON is read strictly; raises `Invalid` for unknown query parameters and malformed JSON."""
    unknown = set(request.query_params) - known
    if unknown:
        allowed = ", ".join(sorted(known)) or "none"
        raise Invalid([Fault("query", "query.unknown", f"Allowed query parameters: {allowed}.")])
    request = _StrictRequest(request.scope, request.receive)
    if request.headers.get("content-type", "").partition(";")[0].strip().endswith("json"):
        strict_json.parse(await request.body())  # refuse before the framework wraps our fault in its own
    return request


def _query_names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for inner in dependant.dependencies:
        yield from _query_names(inner)


def _begin(session: Session, request: Request, body: bytes) -> KeptAnswer | Response | None:
    """Start the transaction; the kept answer of a repeated POST, or the row that will keep this one's."""
    if request.method not in READING:
        session.connection(execution_options=WRITING)
    key = request.headers.get("idempotency-key")
    credential = request.headers.get("authorization") or cookies.find(request, cookies.SESSION)
    if request.method != "POST" or key is None or credential is None:
        return None
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise Invalid([Fault("header:Idempotency-Key", "idempotency_key.malformed", "1 to 200 printable characters.")])
    now = request.app.state.clock()
    session.execute(delete(KeptAnswer).where(KeptAnswer.created_at < now - KEPT_FOR))
    principal = hashlib.sha256(credential.encode()).hexdigest()
    digest = hashlib.sha256(f"{request.url.path}?{request.url.query}\n".encode() + body).hexdigest()
    kept = session.scalar(select(KeptAnswer).filter_by(principal=principal, idempotency_key=key))
    if kept is None:
        # Written first: a second request with the same key waits here until this one has ended.
        kept = KeptAnswer(principal=principal, idempotency_key=key, request_digest=digest, status=0, headers={},
                          body=b"", created_at=now)  # fmt: skip
        session.add(kept)
        session.flush()
        return kept
    if kept.request_digest != digest:
        fault = Fault("header:Idempotency-Key", "idempotency_key.reused", "Use a new key for another request.")
        raise Invalid([fault])
    return Response(kept.body, kept.status, kept.headers)


def keep_instead(request: Request, shown: BaseModel) -> None:
    """Keep this for repeated requests, and not the answer itself: a secret is shown once and stored nowhere."""
    request.state.kept_body = shown.model_dump_json().encode()


def _keep(kept: KeptAnswer, request: Request, response: Response) -> None:
    kept.status = response.status_code
    kept.body = getattr(request.state, "kept_body", bytes(response.body))
    kept.headers = {k: v for k, v in response.headers.items() if k != "content-length"}


def _session(request: Request) -> Session:
    session: Session = request.state.session
    return session


RequestSession = Annotated[Session, Depends(_session)]
