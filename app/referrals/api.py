"""Referrals: one need put to one provider, with every step; each side sees and does its own part."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.access.rules import Permission
from app.core import trail
from app.edge import etags, paging
from app.edge.etags import IfMatch
from app.edge.paging import Page, Paging
from app.edge.route import Route
from app.matches.api import asking
from app.matches.service import Asked
from app.reference.schemas import Code, Iso3
from app.referrals import queries, service
from app.referrals.models import Referral
from app.referrals.rules import Step
from app.referrals.schemas import ReferralCreate, ReferralRead, Transition

router = APIRouter(route_class=Route, prefix="/referrals", tags=["referrals"])

Reader = Annotated[Asked, Depends(asking(Permission.READ_REFERRALS))]
Proposer = Annotated[Asked, Depends(asking(Permission.PROPOSE_REFERRALS))]
Taker = Annotated[Asked, Depends(asking(Permission.TAKE_STEPS))]


def _tagged(asked: Asked, response: Response, shown: ReferralRead, referral: Referral) -> ReferralRead:
    """The tag leaves out the warnings: they speak of other referrals, and this one has not changed when they do."""
    response.headers["ETag"] = etags.etag(shown)
    return shown.model_copy(update={"warnings": service.warnings(asked, referral)})


@router.get("")
def list_referrals(
    asked: Reader,
    page: Paging,
    need: Annotated[UUID | None, Query()] = None,
    offer: Annotated[UUID | None, Query()] = None,
    state: Annotated[Iso3 | None, Query()] = None,
    organization: Annotated[Code | None, Query()] = None,
    step: Annotated[Step | None, Query()] = None,
    overdue: Annotated[bool | None, Query()] = None,
) -> Page[ReferralRead]:
    """Referrals that you may see, the latest first; those in `proposed` are the shortlist. Warnings come with one
    referral at a time."""
    trail.reading(asked.session, "referral.list")
    query = queries.list_referrals(
        asked.actor, need=need, offer=offer, state=state, organization=organization, step=step, overdue=overdue
    )
    rows, cursor = paging.fetch(asked.session, query, [Referral.created_at, Referral.id], page, descending=True)
    return Page(items=service.shown(asked, [referral for (referral,) in rows]), next=cursor)


@router.post("", status_code=201)
def propose_referral(new: ReferralCreate, asked: Proposer, response: Response) -> ReferralRead:
    """Put a need to a provider: the match is kept as it stands now, and who is at work already is named."""
    referral = service.propose(asked, new)
    response.headers["Location"] = f"/api/v1/referrals/{referral.id}"
    return _tagged(asked, response, service.shown(asked, [referral])[0], referral)


@router.get("/{referral_id}")
def get_referral(referral_id: UUID, asked: Reader, response: Response) -> ReferralRead:
    """One referral, with its history."""
    referral = queries.get_referral(asked.session, asked.actor, referral_id)
    return _tagged(asked, response, service.shown(asked, [referral])[0], referral)


@router.post("/{referral_id}/transitions")
def take_step(
    referral_id: UUID, transition: Transition, asked: Taker, if_match: IfMatch, response: Response
) -> ReferralRead:
    """Take the next step; `next_steps` of the referral names those that you can take."""
    referral = queries.lock_referral(asked.session, asked.actor, referral_id)
    etags.check(if_match, service.shown(asked, [referral])[0])
    service.take_step(asked.session, asked.actor, referral, transition)
    return _tagged(asked, response, service.shown(asked, [referral])[0], referral)
