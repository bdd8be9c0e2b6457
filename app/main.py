"""Puts the rooms together into one ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from sqlalchemy.orm import sessionmaker

from app.access import api as access
from app.assessments import api as assessments
from app.audit import api as audit
from app.audit.jobs import Keeper
from app.consents import api as consents
from app.core import db
from app.core.clock import Clock, system_clock
from app.core.config import Settings
from app.edge import health, problems
from app.edge.guard import Guard
from app.edge.limits import Rates
from app.exchange import api as exchange
from app.figures import api as figures
from app.gaps import api as gaps
from app.matches import api as matches
from app.matches.adapter import Matcher
from app.needs import api as needs
from app.offers import api as offers
from app.plans import api as plans
from app.practices import api as practices
from app.proposals import api as proposals
from app.reference import api as reference
from app.reference.queries import read_book
from app.referrals import api as referrals
from app.signin import api as signin
from app.signin.adapter import Passwords, Provider, Vault
from app.signin.service import Doors
from app.synergies import api as synergies
from app.verdicts import api as verdicts
from app.visits import api as visits
from app.web import site

API = "/api/v1"
ROOMS = (
    reference, access, signin, visits, needs, offers, practices, consents, matches, verdicts, referrals, proposals,
    assessments, gaps, plans, synergies, audit, exchange, figures,
)  # fmt: skip


def create_app(settings: Settings, *, clock: Clock = system_clock) -> FastAPI:
    """The service over the database of `settings`, which must be migrated and hold the reference data."""
    engine = db.make_engine(settings.database_url, statement_seconds=settings.request_seconds)
    sessions = sessionmaker(engine, expire_on_commit=False)
    passwords = Passwords()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with sessions() as session:
            app.state.book = read_book(session)
            app.state.matcher = Matcher(app.state.book)
            app.state.matcher.current(session)
        app.state.audit.start()
        yield
        passwords.close()
        app.state.audit.stop()
        engine.dispose()

    app = FastAPI(
        title="Taysir",
        version="1",
        summary="Matches technical-assistance needs of States with offers of assistance, and says why.",
        openapi_url=f"{API}/openapi.json",
        docs_url="/api/docs",
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.sessions = sessions
    app.state.clock = clock
    app.state.audit = Keeper(settings, sessions, clock)
    secret = settings.secret_key.get_secret_value() if settings.secret_key else None
    app.state.doors = Doors(sessions, clock, passwords, Vault(secret), _provider(settings), app.state.audit.seal)
    problems.install(app)
    api = APIRouter(prefix=API, responses=problems.RESPONSES)
    for room in ROOMS:
        api.include_router(room.router)
    app.include_router(api)
    app.include_router(health.router)
    site.install(app)
    app.add_middleware(
        Guard,
        limits=[
            (f"{API}/imports", settings.import_limit),
            ("/import", settings.import_limit),
            ("", settings.body_limit),
        ],
        rates=Rates(per_credential=settings.rate_per_minute, per_address=settings.anonymous_rate_per_minute),
        body_seconds=settings.body_seconds,
        request_seconds=settings.request_seconds,
    )
    return app


def _provider(settings: Settings) -> Provider | None:
    if settings.oidc_issuer is None or settings.oidc_client_id is None or settings.oidc_client_secret is None:
        return None
    secret = settings.oidc_client_secret.get_secret_value()
    return Provider(str(settings.oidc_issuer), settings.oidc_client_id, secret)
