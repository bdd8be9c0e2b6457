"""Whether the service lives, and whether it can serve."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text

from app.edge.problems import Problem
from app.edge.route import RequestSession, Route

router = APIRouter(route_class=Route, prefix="/health", tags=["health"])


class Health(BaseModel):
    """The answer of a healthy service."""

    status: Literal["ok"] = "ok"


@router.get("/live")
async def live() -> Health:
    """The process answers."""
    return Health()


@router.get("/ready", responses={503: {"model": Problem}})
def ready(session: RequestSession) -> Health:
    """The database answers too."""
    session.execute(text("SELECT 1"))
    return Health()
