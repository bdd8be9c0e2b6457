"""One request, one transaction, committed before the answer leaves; repeated POSTs get the answer once given."""

import hashlib
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from app.core.db import WRITING
from app.core.errors import Fault, Invalid
from app.edge import strict_json
from app.edge.models import KeptAnswer

KEPT_FOR = timedelta(hours=24)
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class _StrictRequest(Request):
    """A request whose JSON body has passed `strict_json`."""

    async def json(self) -> Any:  # JSON has no narrower type
        if not hasattr(self, "_json"):
            self._json = strict_json.parse(await self.body())
        return self._json


class AnsweredBefore(Exception):
    """The request repeats one that has been answered: `response` is that answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def answer_again(request: Request) -> None:
    """Stop here with the kept answer, if there is one: called once it is known who asks and that they still may."""
    kept = getattr(request.state, "kept_answer", None)
    if kept is not None:
        raise AnsweredBefore(Response(kept.body, kept.status, kept.headers))


class Route(APIRoute):
    """The route of every API room: strict input, its own transaction, idempotent POSTs."""

    writes = True
    """Whether a POST changes records, so that a repeated one must not do it twice."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the endpoint in its transaction."""
        handle = super().get_route_handler()
        known = frozenset(_query_names(self.dependant))

        async def in_one_transaction(request: Request) -> Response:
            unknown = set(request.query_params) - known
            if unknown:
                allowed = ", ".join(sorted(known)) or "none"
                raise Invalid([Fault("query", "query.unknown", f"Allowed query parameters: {allowed}.")])
            request = _StrictRequest(request.scope, request.receive)
            says_json = request.headers.get("content-type", "").partition(";")[0].strip().lower().endswith("json")
            if says_json and await request.body():
                await request.json()  # refuse before the framework wraps our fault in its own
            body = await request.body() if request.method == "POST" else b""
            writing = self.writes and request.method not in READING
            session: Session = request.app.state.sessions()
            request.state.session = session
            try:
                kept = await run_in_threadpool(_begin, session, request, body) if writing else None
                try:
                    response = await handle(request)
                except AnsweredBefore as before:
                    return before.response
                if kept is not None:
                    _keep(kept, response)
                await run_in_threadpool(session.commit)
                return response
            finally:
                await run_in_threadpool(session.close)

        return in_one_transaction


class ReadingRoute(Route):
    """A route whose POSTs only ask. No answer is kept: what the reader may see is decided anew each time."""

    writes = False


def _query_names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for inner in dependant.dependencies:
        yield from _query_names(inner)


def _begin(session: Session, request: Request, body: bytes) -> KeptAnswer | None:
    """Start a writing transaction: for a POST with a new key, with the row that will keep its answer."""
    session.connection(execution_options=WRITING)
    key = request.headers.get("idempotency-key")
    credential = request.headers.get("authorization")
    if request.method != "POST" or key is None or credential is None:
        return None
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise Invalid([Fault("header:Idempotency-Key", "idempotency_key.malformed", "1 to 200 printable characters.")])
    now = request.app.state.clock()
    digest = hashlib.sha256(f"{request.url.path}?{request.url.query}\n".encode() + body).hexdigest()
    new = KeptAnswer(principal=hashlib.sha256(credential.encode()).hexdigest(), idempotency_key=key,
                     request_digest=digest, status=0, headers={}, body=b"", created_at=now)  # fmt: skip
    session.execute(delete(KeptAnswer).where(KeptAnswer.created_at < now - KEPT_FOR))
    kept = _kept(session, new)
    if kept is None:
        # Written first: a second request with the same key waits here until this one has ended.
        try:
            with session.begin_nested():
                session.add(new)
            return new
        except IntegrityError:
            kept = _kept(session, new)
            if kept is None:
                raise
    if kept.request_digest != digest:
        fault = Fault("header:Idempotency-Key", "idempotency_key.reused", "Use a new key for another request.")
        raise Invalid([fault])
    request.state.kept_answer = kept
    return None


def _kept(session: Session, new: KeptAnswer) -> KeptAnswer | None:
    return session.scalar(select(KeptAnswer).filter_by(principal=new.principal, idempotency_key=new.idempotency_key))


def _keep(kept: KeptAnswer, response: Response) -> None:
    kept.status = response.status_code
    kept.body = bytes(response.body)
    kept.headers = {k: v for k, v in response.headers.items() if k != "content-length"}


def _session(request: Request) -> Session:
    session: Session = request.state.session
    return session


RequestSession = Annotated[Session, Depends(_session)]
