"""The service as it runs, with one more route that does nothing: what any answer costs behind the same door."""

import http.client
import json
import os
import socket
import subprocess  # nosec B404 - starts our own service
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.access import service as access
from app.access.guards import require
from app.access.rules import Actor, Permission, Role
from app.cli.benchmark.corpus import TODAY, Corpus
from app.cli.benchmark.measure import interleaved
from app.cli.printing import Failed, open_session
from app.cli.serving import prepare
from app.core.config import Settings, load_settings
from app.core.ids import sample_id
from app.edge.route import Route
from app.exchange import samples
from app.main import create_app
from app.needs import service as needs
from app.needs.schemas import NeedCreate
from app.offers.models import CatalogueRevision, Offer
from app.reference.queries import read_book
from matching import NeedProfile, OfferProfile

STATE = "KEN"
NEEDS = 20
EMPTY = "/api/v1/empty"
START_SECONDS = 300
ORGANIZATION = "inv-un-unicer"
AT = datetime(TODAY.year, TODAY.month, TODAY.day, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answers:
    """Median seconds of each kind of request."""

    empty: float
    matches: float
    state: float
    needs: int


router = APIRouter(route_class=Route)


@router.get(EMPTY)
def empty(actor: Annotated[Actor, Depends(require(Permission.RANK_OFFERS))]) -> dict[str, str]:
    """Nothing, to those who may ask for matches."""
    return {"role": actor.role}


def application() -> FastAPI:
    """The service with the empty route."""
    app = create_app(load_settings())
    app.include_router(router)
    return app


def measure(corpus: Corpus, offers: int, *, rounds: int) -> Answers:
    """A running service over a database with so many offers and the needs of one State, asked over one connection."""
    with TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{Path(folder) / 'bench.db'}")
        key, asked = _filled(settings, corpus, offers)
        with _running(settings, Path(folder)) as port:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

            def get(path: str) -> bytes:
                connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 200:
                    raise Failed(f"The service answered {answer.status} to {path.partition('?')[0]}.")
                return body

            day = f"as_of={TODAY.isoformat()}"
            ways = {"empty": lambda _: get(EMPTY), "matches": lambda need: get(f"/api/v1/needs/{need}/matches?{day}")}
            single = interleaved(asked, ways, rounds=rounds)
            whole = {"state": lambda _: get(f"/api/v1/states/{STATE}/matches?{day}")}
            state = interleaved([0] * max(rounds, 3), whole, rounds=1)
            found = len(json.loads(get(f"/api/v1/states/{STATE}/matches?{day}"))["needs"])
            connection.close()
    return Answers(single["empty"], single["matches"], state["state"], found)


def _filled(settings: Settings, corpus: Corpus, offers: int) -> tuple[str, list[str]]:
    """A database with offers and needs; an officer's key, and the ids of the needs."""
    prepare(settings)
    with open_session(settings) as session:
        samples.load_organizations(session)
        officer = access.add_account(session, "officer", role=Role.OFFICER, at=AT)
        _, key = access.issue_key(session, officer, at=datetime.now(UTC))
        session.execute(insert(Offer), [_row(offer) for offer in corpus.offers(offers)])
        session.execute(update(CatalogueRevision).values(revision=1))
        return key, [_record(session, corpus.need(at), access.actor_of(officer, None, AT)) for at in range(NEEDS)]


def _row(offer: OfferProfile) -> dict[str, object]:
    names = ("title", "description", "availability", "opens_on", "closes_on", "last_confirmed_on")
    lists = ("themes", "resolutions", "assistance_types", "target_institutions", "delivery_languages")
    return {
        "id": sample_id("bench", offer.id), "organization": ORGANIZATION, "external_id": offer.id,
        **{name: getattr(offer, name) for name in names},
        **{name: list(getattr(offer, name)) for name in lists},
        "scope": asdict(offer.scope) if offer.scope else None,
        "capacity": asdict(offer.capacity) if offer.capacity else None,
        "eligibility": [{"rule": rule.rule} for rule in offer.eligibility],
        "safeguards": None, "url": None, "status": "published", "revision": 1, "is_sample": True,
        "created_at": AT, "row_version": 1,
    }  # fmt: skip


def _record(session: Session, need: NeedProfile, officer: Actor) -> str:
    new = NeedCreate(
        state=STATE,
        source="cted",
        title=dict(need.title),
        description=dict(need.description),
        themes=list(need.themes),
        resolutions=list(need.resolutions),
        assistance_types=list(need.assistance_types),
        target_institutions=list(need.target_institutions),
    )
    return str(needs.record(session, officer, new, read_book(session)).id)


@contextmanager
def _running(settings: Settings, folder: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable, "-m", "uvicorn", "app.cli.benchmark.service:application", "--factory",
        "--port", str(port), "--log-level", "warning",
    ]  # fmt: skip
    environment = {**os.environ, "TAYSIR_DATABASE_URL": settings.database_url}
    with (folder / "service.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  # nosec B603 - our own program
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        _wait(port, process, folder / "service.log")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            probe = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            probe.request("GET", "/health/ready")
            if probe.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise Failed(f"The service did not start: {log.read_text(errors='replace').strip()[-500:]}")
