"""Proposes referrals, takes their steps, and shows to each side its own part."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app import i18n
from app.access import queries as access
from app.access.rules import FACILITATOR, STATE_AND_WIDER, Actor, Role
from app.core import calendar, trail
from app.core.errors import Conflict, Fault, Invalid
from app.matches import queries as matches
from app.matches import service as ranking
from app.matches.service import Asked
from app.needs import queries as needs
from app.needs import service as need_service
from app.needs.queries import Seen
from app.needs.rules import ENDED as NEED_ENDED
from app.needs.rules import Coverage
from app.offers import service as offers
from app.reference.rules import check_codes
from app.referrals import queries, rules
from app.referrals.models import Referral, ReferralStep
from app.referrals.rules import Dates, Side, Step
from app.referrals.schemas import (
    CheckRead,
    Commitment,
    Delivery,
    Pledge,
    ReferralCreate,
    ReferralRead,
    StepRead,
    StepValues,
    Transition,
    WarningRead,
)
from app.verdicts import service as verdicts

Json = dict[str, Any]  # one JSON object


def propose(asked: Asked, new: ReferralCreate, *, sample_id: UUID | None = None) -> Referral:
    """Put a need to a provider, with the match as it stands frozen; `sample_id` is given for an invented one.

    Raises `NotFound` for a hidden need, `Invalid` for an offer or organisation that is not there, `Conflict` where the
    need is not open, the offer is not ranked for it, or the same is under way already.
    """
    session, actor = asked.session, asked.actor
    seen = needs.lock_need(session, actor, new.need)
    if seen.need.closed_as is not None or seen.need.progress in NEED_ENDED:
        raise Conflict("need.not_open", "No help is looked for any more; open the need again first.")
    frozen = None
    if new.offer is not None:
        offer = matches.published(session, [new.offer]).get(new.offer)
        if offer is None:
            raise Invalid([Fault("/offer", "offer.unknown", "There is no published offer of that id.")])
        frozen = verdicts.freeze(asked, seen, offer)
        if frozen is None:
            detail = "The offer is not ranked for this need; name its organization to ask for something else."
            raise Conflict("referral.not_ranked", detail)
        organization = offer.organization
    else:
        organization = _provider(session, new.organization or "")
    for other in queries.of_need(session, seen.need.id):
        is_same = (other.organization, other.offer_id) == (organization, new.offer)
        if is_same and other.step not in rules.NOT_AT_WORK:
            raise Conflict("referral.under_way", "This need has been put to this provider already.")
    need_service.begin_progress(session, seen.need)
    referral = Referral(
        need_id=seen.need.id, state=seen.need.state, organization=organization, offer_id=new.offer, step=Step.PROPOSED,
        covers=Coverage.NONE, covered_types=[], taken=0.0, match=frozen.match if frozen else None,
        recipe=frozen.recipe if frozen else None, revision=frozen.revision if frozen else None, as_of=asked.as_of,
        created_at=actor.at, created_by=actor.writer, history=[],
    )  # fmt: skip
    if sample_id is not None:
        referral.id, referral.is_sample = sample_id, True
    session.add(referral)
    session.flush()
    _enter(session, actor, referral, Step.PROPOSED, values={"note": new.note} if new.note else {})
    return referral


def _provider(session: Session, code: str) -> str:
    known = queries.organization_roles(session)
    faults = check_codes(known, [code], kind="organization", pointer="/organization")
    if not faults and known[code] == FACILITATOR:
        faults = [Fault("/organization", "referral.facilitator", "A facilitator gives no help.")]
    if faults:
        raise Invalid(faults)
    return code


def take_step(session: Session, actor: Actor, referral: Referral, asked_for: Transition) -> None:
    """Take one step; `referral` is locked. Raises `NotAllowed` for a step of another side, `Conflict` for one that does
    not follow, comes too early, or finds no capacity left, `Invalid` for values that the step does not take."""
    current, to, side = Step(referral.step), asked_for.to, rules.SIDES[actor.role]
    rules.check_step(current, to, side)
    _check_values(asked_for, side)
    rules.check_clock(current, to, referral.due_on, actor.at)
    progress = needs.lock_progress(session, actor, referral.need_id)
    seen = needs.get_need(session, actor, referral.need_id)
    values = asked_for.values
    for_side = None
    match to:
        case Step.STATE_NOTIFIED:
            if seen.need.level not in STATE_AND_WIDER:
                raise Conflict("referral.state_cannot_see", "The need's level does not let its State see it.")
        case Step.SENT:
            _check_sight(session, actor, referral)
        case Step.INTERESTED | Step.SCOPING if values.amount is not None:
            referral.pledge = _amount(values)
        case Step.COMMITTED:
            _commit(session, referral, values, seen)
        case Step.WITHDRAWN if current in rules.BINDING:
            _release(session, referral)
        case Step.DELIVERED:
            _deliver(referral, values, actor.at.date())
        case Step.CHECKED:
            for_side = values.side if side is Side.CTED else None
            to = _check_result(referral, rules.side_of(side, for_side), values)
    _enter(
        session, actor, referral, to, taken=asked_for.to, for_side=for_side, reason=asked_for.reason,
        values=values.model_dump(mode="json", exclude_none=True, exclude={"side"}),
    )  # fmt: skip
    part = rules.part_of(
        Step(referral.step),
        covers=Coverage(referral.covers),
        kinds=referral.covered_types,
        outcome=rules.Outcome(referral.outcome) if referral.outcome else None,
    )
    need_service.follow(session, progress, seen.need, referral=referral.id, part=part)


def _check_values(asked_for: Transition, side: Side) -> None:
    to, sent = asked_for.to, asked_for.values.model_fields_set - {"note"}
    faults = [
        Fault(f"/values/{name}", "referral.value_not_taken", f"The step {to} takes no such value.")
        for name in sorted(sent - rules.TAKES.get(to, frozenset()))
    ]
    faults += [
        Fault(f"/values/{name}", "referral.value_missing", f"The step {to} needs this value.")
        for name in sorted(rules.NEEDED.get(to, frozenset()))
        if getattr(asked_for.values, name) is None
    ]
    if to is Step.CHECKED and (side is Side.CTED) != (asked_for.values.side is not None):
        faults.append(Fault("/values/side", "referral.side", "CTED names the side whose finding it is, nobody else."))
    reasons = rules.REASONS.get(to)
    if reasons is None and asked_for.reason is not None:
        faults.append(Fault("/reason", "referral.reason_not_taken", f"The step {to} takes no reason."))
    if reasons is not None and asked_for.reason not in reasons:
        faults.append(Fault("/reason", "referral.reason", f"One of: {', '.join(sorted(reasons))}."))
    if faults:
        raise Invalid(faults)


def _check_sight(session: Session, actor: Actor, referral: Referral) -> None:
    """Silence never creates sight: without a live consent the provider would be told of a need that it may not see."""
    organization = access.get_organization(session, referral.organization)
    provider = Actor(Role.PROVIDER, actor.at, organization=organization.code, organization_kind=organization.kind)
    if not needs.visible_ids(session, provider, [referral.need_id]):
        detail = "No live consent of the State lets this provider see the need: ask the State for one."
        raise Conflict("referral.provider_cannot_see", detail)


def _amount(values: StepValues) -> Json:
    return values.model_dump(mode="json", include={"amount", "unit", "currency"})


def _commit(session: Session, referral: Referral, values: StepValues, seen: Seen) -> None:
    kinds = values.assistance_types or []
    unknown = sorted(set(kinds) - set(seen.need.assistance_types))
    if unknown:
        fault = Fault("/values/assistance_types", "referral.not_asked_for", "The need asks for no such kind of help.")
        raise Invalid([fault])
    if referral.offer_id is not None and values.amount is not None and values.unit is not None:
        referral.taken = float(offers.take(session, referral.offer_id, values.amount, values.unit))
    referral.covers = values.covers or Coverage.PARTIAL
    referral.covered_types = list(dict.fromkeys(kinds))
    referral.commitment = _amount(values) | values.model_dump(mode="json", include={"starts_on", "ends_on"})


def _release(session: Session, referral: Referral) -> None:
    if referral.offer_id is not None and referral.taken:
        offers.give_back(session, referral.offer_id, Decimal(str(referral.taken)))
    referral.taken = 0.0
    referral.covers, referral.covered_types = Coverage.NONE, []


def _deliver(referral: Referral, values: StepValues, today: date) -> None:
    delivered_on = values.delivered_on or today
    promised = referral.commitment or {}
    if delivered_on > today or delivered_on.isoformat() < promised["starts_on"]:
        detail = "Help is delivered on a day from the start of the commitment until today."
        raise Invalid([Fault("/values/delivered_on", "referral.delivered_on", detail)])
    referral.delivery = _amount(values) | {"delivered_on": delivered_on.isoformat()}


def _checks(referral: Referral) -> dict[Side, ReferralStep]:
    return {rules.side_of(Side(one.side), one.for_side): one for one in referral.history if one.step == Step.CHECKED}


def _check_result(referral: Referral, side: Side, values: StepValues) -> Step:
    found = {by: rules.Outcome(one.values["outcome"]) for by, one in _checks(referral).items()}
    checked = rules.with_check(frozenset(found), side)
    if values.outcome is not None:
        found[side] = values.outcome
    step = rules.after_check(checked)
    if step is Step.CHECKED:
        referral.outcome = rules.worse(*found.values())
    return step


def _dates(referral: Referral) -> Dates:
    promised, arrived = referral.commitment or {}, referral.delivery or {}
    days = {
        name: date.fromisoformat(text)
        for name, text in {**promised, **arrived}.items()
        if name in Dates.__dataclass_fields__
    }
    return Dates(**days)


def _enter(
    session: Session,
    actor: Actor,
    referral: Referral,
    step: Step,
    *,
    taken: Step | None = None,
    for_side: Side | None = None,
    reason: str | None = None,
    values: Json,
) -> None:
    """Write the step down; a clock that was set back does not take the history back with it."""
    at = max([actor.at, *(one.at for one in referral.history[-1:])])
    if step != referral.step or not referral.history:
        referral.due_on = rules.due_on(step, at.date(), state=referral.state, dates=_dates(referral))
    referral.step = step
    if step is Step.STATE_NOTIFIED:
        referral.notified_at = referral.notified_at or at
    if step is Step.SENT:
        referral.sent_at = referral.sent_at or at
    written = taken or step
    referral.history.append(
        ReferralStep(
            referral_id=referral.id, position=len(referral.history), step=written, side=rules.SIDES[actor.role],
            for_side=for_side, reason=reason, values=values, due_on=referral.due_on, at=at, by=actor.writer,
        )
    )  # fmt: skip
    session.flush()
    trail.acted(session, f"referral.{written}", "referral", [referral.id], state=referral.state)


def warnings(asked: Asked, referral: Referral) -> list[WarningRead]:
    """Who else is at work on the need, or on an open need of the State on the same theme: for CTED."""
    session, actor = asked.session, asked.actor
    if actor.role is not Role.OFFICER:
        return []
    query = needs.weighing(needs.narrowed(needs.list_needs(actor), actor, state=referral.state))
    seen = {one.need.id: one.need for one in needs.find_all(session, query)}
    own = seen[referral.need_id]
    alike = [need.id for need in seen.values() if set(need.themes) & set(own.themes)] + [own.id]
    others = [one for one in queries.at_work(session, actor, alike) if one.id != referral.id]
    helping = [
        one for one in own.existing_help if not one.get("until") or one["until"] >= asked.actor.at.date().isoformat()
    ]
    names = matches.organization_names(
        session, [*(one.organization for one in others), *(one["organization"] for one in helping)]
    )
    found = []
    for one in others:
        code = "warning.same_need" if one.need_id == own.id else "warning.same_theme"
        values = {"organization": names[one.organization], "step": _label(one.step, asked.language)}
        found.append(
            WarningRead(
                code=code, organization=one.organization, referral=one.id, until=one.due_on,
                sentence=i18n.render(code, asked.language, values),
            )
        )  # fmt: skip
    for help_ in helping:
        until = date.fromisoformat(help_["until"]) if help_.get("until") else None
        given: dict[str, i18n.Value] = {"organization": names[help_["organization"]]}
        if until:
            given["until"] = until
        found.append(
            WarningRead(
                code="warning.existing_help", organization=help_["organization"], referral=None, until=until,
                sentence=i18n.render("warning.existing_help", asked.language, given),
            )
        )  # fmt: skip
    return found


def _label(step: str, language: str) -> str:
    return i18n.render(f"step.{step}", language)


def shown(asked: Asked, referrals: Sequence[Referral]) -> list[ReferralRead]:
    """Referrals as the actor may see them: reasons, notes and pledges are for CTED and the side that gave them, and
    each side checks before it sees what the other found. Warnings are told with one referral at a time."""
    seen = needs.seen_by_id(asked.session, asked.actor, {one.need_id for one in referrals})
    names: dict[UUID, str] = {}
    if asked.actor.role is Role.OFFICER:
        names = queries.account_names(asked.session, {step.by for one in referrals for step in one.history})
    return [_shown(asked, one, seen[one.need_id], names) for one in referrals]


def _shown(asked: Asked, referral: Referral, seen: Seen, names: dict[UUID, str]) -> ReferralRead:
    actor = asked.actor
    side = rules.SIDES.get(actor.role, Side.CTED)
    step = Step(referral.step)
    is_checked = step is Step.CHECKED
    begins = {Side.CTED: Step.PROPOSED, Side.STATE: Step.STATE_NOTIFIED, Side.PROVIDER: Step.SENT}[side]
    first = next(one.position for one in referral.history if one.step == begins)
    checks = _checks(referral)
    mine = {by: one for by, one in checks.items() if is_checked or side in (by, Side.CTED)}
    history = [
        _shown_step(asked, one, side, names)
        for one in referral.history[first:]
        if one.step != Step.CHECKED or one in mine.values()
    ]
    match = None
    if referral.match is not None and referral.offer_id is not None and seen.is_full:
        match = verdicts.thaw(asked, referral.match, offer_id=referral.offer_id, state=referral.state)
    waits_for = rules.WAITS_FOR.get(step, frozenset()) - checks.keys()
    is_overdue = referral.due_on is not None and calendar.is_over(referral.due_on, actor.at)
    if step is Step.STATE_NOTIFIED and is_overdue:
        waits_for = frozenset({Side.CTED})
    return ReferralRead(
        id=referral.id,
        need=ranking.name_need(asked, seen),
        organization=referral.organization,
        offer=referral.offer_id,
        step=step,
        label=_label(step, asked.language),
        reason=history[-1].reason if history else None,
        due_on=referral.due_on,
        is_overdue=is_overdue,
        waits_for=sorted(waits_for),
        next_steps=rules.next_steps(step, side) if actor.role in rules.SIDES else [],
        covers=Coverage(referral.covers),
        covered_types=referral.covered_types,
        pledge=Pledge.model_validate(referral.pledge) if referral.pledge and side is not Side.STATE else None,
        commitment=Commitment.model_validate(referral.commitment) if referral.commitment else None,
        delivery=Delivery.model_validate(referral.delivery) if referral.delivery else None,
        checks=[
            CheckRead(side=by, outcome=one.values["outcome"], on=one.at.date()) for by, one in sorted(mine.items())
        ],
        outcome=rules.Outcome(referral.outcome) if referral.outcome else None,
        match=match,
        recipe=referral.recipe if match else None,
        revision=referral.revision if match else None,
        as_of=referral.as_of if match else None,
        history=history,
        warnings=[],
        is_sample=referral.is_sample,
    )


def _shown_step(asked: Asked, one: ReferralStep, side: Side, names: dict[UUID, str]) -> StepRead:
    is_own = side in (Side.CTED, Side(one.side))
    return StepRead(
        step=Step(one.step),
        label=_label(one.step, asked.language),
        side=Side(one.side),
        for_side=Side(one.for_side) if one.for_side else None,
        reason=rules.Reason(one.reason) if one.reason and is_own else None,
        reason_label=i18n.render(f"reason.{one.reason}", asked.language) if one.reason and is_own else None,
        note=one.values.get("note") if is_own else None,
        detail=one.values.get("detail") if side is not Side.STATE else None,
        due_on=one.due_on,
        at=one.at,
        by=names.get(one.by),
    )
