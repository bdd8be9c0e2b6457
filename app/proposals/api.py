"""Proposed needs for recommendations that are pasted or handed in: asked for, never saved."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.access.rules import Permission
from app.edge.route import ReadingRoute
from app.matches.api import asking
from app.matches.service import Asked
from app.proposals import service
from app.proposals.schemas import ProposalsAsk, ProposalsRead

router = APIRouter(route_class=ReadingRoute, prefix="/recommendations", tags=["visits"])

RecorderAsks = Annotated[Asked, Depends(asking(Permission.RECORD_NEEDS))]


@router.post("/proposals")
def propose_needs(ask: ProposalsAsk, asked: RecorderAsks) -> ProposalsRead:
    """Needs read out of recommendations: each value with the words it came from, what is missing, and needs that you
    may see and that seem to be the same in whatever language. Nothing is saved until you record a need."""
    return service.propose(asked, ask)
