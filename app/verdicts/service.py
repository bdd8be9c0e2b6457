"""Decides on matches, and adopts the recipes that are learnt from the decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.models import Account
from app.access.rules import Role
from app.core.errors import Conflict, Fault, Invalid, NotAllowed
from app.matches import queries as matches
from app.matches import service as ranking
from app.matches.models import AdoptedRecipe
from app.matches.service import Asked
from app.needs.queries import Seen
from app.offers import service as offers
from app.offers.models import Offer
from app.verdicts import adapter
from app.verdicts.models import Verdict
from app.verdicts.schemas import FrozenMatch, VerdictCreate, VerdictRead


def decide(asked: Asked, seen: Seen, new: VerdictCreate) -> Verdict:
    """Record a verdict and freeze its match in the same transaction. Raises `Invalid` where there is no such published
    offer, `Conflict` where the offer is not ranked for the need."""
    offer = matches.published(asked.session, [new.offer]).get(new.offer)
    if offer is None:
        fault = Fault("/offer", "offer.unknown", "There is no published offer of that id.")
        raise Invalid([fault])
    frozen = freeze(asked, seen, offer)
    if frozen is None:
        raise Conflict("verdict.not_ranked", "The offer is not ranked for this need: there is no match to decide on.")
    verdict = Verdict(
        need_id=seen.need.id,
        offer_id=offer.id,
        verdict=new.verdict,
        reason=new.reason,
        match=frozen.match,
        recipe=frozen.recipe,
        revision=frozen.revision,
        as_of=asked.as_of,
        created_at=asked.actor.at,
        created_by=asked.actor.writer,
    )
    asked.session.add(verdict)
    asked.session.flush()
    return verdict


@dataclass(frozen=True, slots=True)
class Frozen:
    """A match as JSON, with the names of need and offer, and what it was computed with."""

    match: dict[str, Any]
    recipe: str
    revision: int


def freeze(asked: Asked, seen: Seen, offer: Offer) -> Frozen | None:
    """The match of a need with a published offer as it stands; nothing where the offer is not ranked for it."""
    (profile,) = ranking.profiles(asked, [seen])
    engine, revision = asked.matcher.current(asked.session)
    match = adapter.match_of(engine, profile, str(offer.id), as_of=asked.as_of)
    if match is None:
        return None
    names = matches.organization_names(asked.session, [offer.organization])
    kept = {
        "need": {"title": dict(seen.need.title)},
        "offer": {
            "organization": offer.organization,
            "organization_name": names[offer.organization],
            "title": dict(offer.title),
            "availability": offer.availability,
            "closes_on": offer.closes_on.isoformat() if offer.closes_on else None,
        },
        **adapter.frozen(match),
    }
    return Frozen(kept, engine.recipe.version, revision)


def thaw(asked: Asked, kept: Mapping[str, Any], *, offer_id: UUID, state: str) -> FrozenMatch:
    """A match that was kept; only the sentences are made anew, in the language asked for."""
    match = adapter.thawed(kept, str(offer_id))
    offer = kept["offer"]
    title = ranking.wording(offer["title"], asked.language)
    scores = ranking.worded(
        asked,
        match,
        state=state,
        need_title=ranking.wording(kept["need"]["title"], asked.language),
        offer_title=title,
        organization=offer["organization_name"],
    )
    named = {
        "id": offer_id,
        "organization": offer["organization"],
        "title": title,
        "availability": offer["availability"],
        "closes_on": offer["closes_on"],
    }
    return FrozenMatch.model_validate({"offer": named, **scores.model_dump()})


def shown(asked: Asked, verdict: Verdict, *, state: str, decided_by: str) -> VerdictRead:
    """A verdict with its frozen match."""
    return VerdictRead.model_validate(
        {
            "id": verdict.id,
            "need": verdict.need_id,
            "state": state,
            "verdict": verdict.verdict,
            "reason": verdict.reason,
            "match": thaw(asked, verdict.match, offer_id=verdict.offer_id, state=state),
            "recipe": verdict.recipe,
            "revision": verdict.revision,
            "as_of": verdict.as_of,
            "created_at": verdict.created_at,
            "created_by": decided_by,
        }
    )


def adopt(
    session: Session,
    account: Account,
    *,
    weights: Mapping[str, Any],  # the fields of a recipe, as JSON
    base: str,
    figures: Mapping[str, Any],  # figures before and after, as JSON
    at: datetime,
) -> UUID:
    """Make a recipe the one in use, for every replica from its next request on. The caller has checked that the recipe
    is sound and that the evaluation does not fall. Raises `NotAllowed` unless an officer or administrator adopts."""
    if account.role not in (Role.OFFICER, Role.ADMIN) or account.disabled_at is not None:
        raise NotAllowed("recipe.adopter", "Only an officer or an administrator adopts a recipe.")
    version = str(weights["version"])
    current = matches.newest_recipe(session)
    if current is not None and current.version == version:
        raise Conflict("recipe.adopted", "This recipe is the one in use already.")
    revision = offers.raise_revision(session)  # every replica looks again, as it does for a changed offer
    adopted = AdoptedRecipe(version=version, base=base, weights=dict(weights), figures=dict(figures),
                            revision=revision, adopted_at=at, adopted_by=account.id)  # fmt: skip
    session.add(adopted)
    session.flush()
    return adopted.id
