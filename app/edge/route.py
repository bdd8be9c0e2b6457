"""One request, one transaction, committed before the answer leaves; repeated POSTs get the answer once given."""

import hashlib
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from app.core import trail
from app.core.db import WRITING, turn_to_writing, writing
from app.core.errors import Fault, Invalid
from app.edge import cookies, strict_json
from app.edge.models import KeptAnswer
from app.edge.problems import refusal

KEPT_FOR = timedelta(hours=24)
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Audit(Protocol):
    """Who keeps the records; `main` hands it in, for it stands higher than this room."""

    def seal(self, session: Session) -> UUID | None:
        """Record what the transaction noted."""

    def seal_refusal(self, session: Session, key: str | None, *, at: datetime, status: int, code: str) -> None:
        """Record that a request was refused."""

    def seal_repetition(self, session: Session, record_id: UUID | None) -> None:
        """Record that an answer was given again."""


class _StrictRequest(Request):
    """A request whose JSON body has passed `strict_json`."""

    async def json(self) -> Any:  # JSON has no narrower type
        if not hasattr(self, "_json"):
            self._json = strict_json.parse(await self.body())
        return self._json


class AnsweredBefore(Exception):
    """The request repeats one that has been answered: `response` is that answer, `record_id` its audit record."""

    def __init__(self, response: Response, record_id: UUID | None) -> None:
        super().__init__()
        self.response = response
        self.record_id = record_id


def answer_again(request: Request) -> None:
    """Stop here with the kept answer, if there is one: called once it is known who asks and that they still may."""
    kept = getattr(request.state, "kept_answer", None)
    if kept is not None:
        raise AnsweredBefore(Response(kept.body, kept.status, kept.headers), kept.record_id)


class Route(APIRoute):
    """The route of every API room: strict input, its own transaction, idempotent POSTs."""

    writes = True
    """Whether a POST changes records, so that a repeated one must not do it twice."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the endpoint in its transaction."""
        handle = super().get_route_handler()
        known = frozenset(_query_names(self.dependant))

        async def answer(request: Request, session: Session) -> Response:
            await _check(request, known)
            body = await request.body() if request.method == "POST" else b""
            is_writing = self.writes and request.method not in READING
            kept = await run_in_threadpool(_begin, session, request, body) if is_writing else None
            try:
                response = await handle(request)
            except AnsweredBefore as before:
                await run_in_threadpool(_repeat, session, request, before.record_id)
                return before.response
            await run_in_threadpool(_end, session, request, response, kept, is_writing=is_writing)
            return response

        async def in_one_transaction(request: Request) -> Response:
            request = _StrictRequest(request.scope, request.receive)
            session: Session = request.app.state.sessions()
            request.state.session = session
            self._note(session, request)
            try:
                return await answer(request, session)
            except Exception as error:
                refused = refusal(error)
                if refused is not None:
                    await run_in_threadpool(_refuse, session, request, *refused)
                raise
            finally:
                await run_in_threadpool(_close, session, request)

        return in_one_transaction

    def _note(self, session: Session, request: Request) -> None:
        """What is asked, for the audit: the route and the ids in the address; other values could hold anything."""
        notes = trail.begin(
            session,
            f"{request.method} {self.path_format}",
            at=request.app.state.clock(),
            request_id=request.state.request_id,
        )
        for name, value in request.path_params.items():
            if name.endswith("_id") and (identifier := _uuid(value)):
                notes.asked[name.removesuffix("_id")] = [identifier]


def _audit(request: Request) -> Audit:
    audit: Audit = request.app.state.audit
    return audit


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


class FreeRoute(Route):
    """A route whose service opens short transactions of its own, because it waits for something between them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Strict input, and a record of refusals."""
        handle = APIRoute.get_route_handler(self)
        known = frozenset(_query_names(self.dependant))

        async def answer(request: Request) -> Response:
            request = _StrictRequest(request.scope, request.receive)
            request.state.operation = f"{request.method} {self.path_format}"
            try:
                await _check(request, known)
                return await handle(request)
            except Exception as error:
                refused = refusal(error)
                if refused is not None:
                    await run_in_threadpool(self._refuse_alone, request, *refused)
                raise

        return answer

    def _refuse_alone(self, request: Request, status: int, code: str) -> None:
        session: Session = request.app.state.sessions()
        with session:
            self._note(session, request)
            who = getattr(request.state, "who", None)
            if who is not None:
                trail.by(session, who)
            _refuse(session, request, status, code)


async def _check(request: Request, known: frozenset[str]) -> None:
    """Raise `Invalid` for query parameters that are not known and for JSON that is not strict."""
    unknown = set(request.query_params) - known
    if unknown:
        allowed = ", ".join(sorted(known)) or "none"
        raise Invalid([Fault("query", "query.unknown", f"Allowed query parameters: {allowed}.")])
    says_json = request.headers.get("content-type", "").partition(";")[0].strip().lower().endswith("json")
    if says_json and await request.body():
        await request.json()  # refuse before the framework wraps our fault in its own


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
    credential = request.headers.get("authorization") or cookies.find(request, cookies.SESSION)
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


def _repeat(session: Session, request: Request, record_id: UUID | None) -> None:
    _audit(request).seal_repetition(session, record_id)
    session.commit()


def _end(session: Session, request: Request, response: Response, kept: KeptAnswer | None, *, is_writing: bool) -> None:
    """Record what was read and done, and commit: only then may the answer leave."""
    notes = trail.of(session)
    notes.status = response.status_code
    if not notes.is_empty and not is_writing:
        turn_to_writing(session)
    record_id = _audit(request).seal(session)
    if kept is not None:
        _keep(kept, request, response, record_id)
    session.commit()


def _refuse(session: Session, request: Request, status: int, code: str) -> None:
    """Undo the request and record that it was refused."""
    session.rollback()
    session.connection(execution_options=WRITING)
    _, _, key = request.headers.get("authorization", "").partition(" ")
    at = request.app.state.clock()
    _audit(request).seal_refusal(session, key.strip() or None, at=at, status=status, code=code)
    session.commit()


def keep_instead(request: Request, shown: BaseModel) -> None:
    """Keep this for repeated requests, and not the answer itself: a secret is shown once and stored nowhere."""
    request.state.kept_body = shown.model_dump_json().encode()


def changes_records(request: Request) -> bool:
    """Whether the request is one that writes: a POST that only asks is none."""
    return request.method not in READING and getattr(request.scope.get("route"), "writes", True)


def afterwards(request: Request, work: Callable[[Session], None]) -> None:
    """Write this down once a request that only reads is over, in a transaction of its own.

    Not before: requests that waited for a second connection while they hold one could wait for each other.
    """
    request.state.afterwards = [*getattr(request.state, "afterwards", ()), work]


def _close(session: Session, request: Request) -> None:
    session.close()
    # A busy database must not fail a request that is answered: the next one writes the same.
    with suppress(OperationalError, PoolTimeout):
        for work in getattr(request.state, "afterwards", ()):
            with writing(request.app.state.sessions) as own:
                work(own)


def _keep(kept: KeptAnswer, request: Request, response: Response, record_id: UUID | None) -> None:
    kept.record_id = record_id
    kept.status = response.status_code
    kept.body = getattr(request.state, "kept_body", bytes(response.body))
    kept.headers = {k: v for k, v in response.headers.items() if k != "content-length"}


def _session(request: Request) -> Session:
    session: Session = request.state.session
    return session


RequestSession = Annotated[Session, Depends(_session)]
