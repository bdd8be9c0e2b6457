"""A provider's own offers: drafted, previewed, published, confirmed, withdrawn."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import ValidationError

from app.access import queries as people
from app.access.rules import Permission
from app.core.errors import Fault, Invalid, NotFound
from app.exchange.schemas import faults_of
from app.i18n import LANGUAGES
from app.matches import service as ranking
from app.matches.schemas import ReverseMatchesRead
from app.offers import queries, rules, service
from app.offers.models import Offer
from app.offers.rules import Availability, CapacityUnit, Rule, Status
from app.offers.schemas import OfferPublicRead, OfferPut, OfferRead, OfferUpdate
from app.web.pages import Page, check_tag, go, opened, text_of, texts_of
from app.web.route import AskingPageRoute, PageRoute

whole = APIRouter(route_class=PageRoute, include_in_schema=False)
asking = APIRouter(route_class=AskingPageRoute, include_in_schema=False)

Writer = Annotated[Page, Depends(opened(Permission.WRITE_OFFERS))]
ANSWERED = 10
LISTS = ("themes", "assistance_types", "target_institutions", "delivery_languages")
SIMPLE_RULES = (Rule.LDC, Rule.LLDC, Rule.SIDS, Rule.VISITED, Rule.STATE_REQUEST)


@whole.get("/own/offers")
def list_own(page: Writer, status: Annotated[Status | None, Query()] = None) -> Response:
    """The organisation's offers, drafts first."""
    organization = service.own_organization(page.session, page.actor)
    query = queries.list_offers(page.actor, organization=organization, status=status)
    found = page.session.scalars(query.order_by(Offer.created_at.desc(), Offer.id).limit(200))
    order = {Status.DRAFT: 0, Status.PUBLISHED: 1, Status.WITHDRAWN: 2}
    offers = sorted((service.shown(page.actor, offer) for offer in found), key=lambda offer: order[offer.status])
    return page.draw("own_offers.html", offers=offers, organization=organization, chosen=status)


@whole.get("/own/offers/new")
def start_offer(page: Writer) -> Response:
    """An empty form."""
    service.own_organization(page.session, page.actor)
    return page.draw("offer_form.html", **_form(page, None), typed=_typed_of(page, None, page.language))


@whole.get("/own/offers/{offer_id}")
def edit_offer(
    offer_id: UUID,
    page: Writer,
    text: Annotated[str | None, Query(pattern="^[a-z]{2,3}$")] = None,
    done: Annotated[Literal["save", "publish"] | None, Query()] = None,
) -> Response:
    """The form with the offer as it is, and word of what was done."""
    offer = _own(page, offer_id)
    language = text or (page.language if page.language in offer.title else next(iter(offer.title), page.language))
    shown = {**_form(page, offer), "done": done}
    return page.draw("offer_form.html", **shown, typed=_typed_of(page, offer, language))


@whole.get("/own/offers/{offer_id}/confirm")
def ask_confirmation(offer_id: UUID, page: Writer) -> Response:
    """One button that says that the offer still stands."""
    return page.draw("offer_confirm.html", offer=service.shown(page.actor, _own(page, offer_id)))


def _own(page: Page, offer_id: UUID) -> Offer:
    offer = queries.get_offer(page.session, page.actor, offer_id)
    service.check_own(page.actor, offer.organization)
    return offer


@asking.post("/own/offers/preview")
def preview(page: Writer, offer: Annotated[UUID | None, Query()] = None) -> Response:
    """The form as it was typed, with the needs that such an offer would answer."""
    kept = _own(page, offer) if offer else None
    typed = _typed(page)
    try:
        draft = OfferPut.model_validate(_record(page, kept))
        faults = service.check(draft, page.book)
        if faults:
            raise Invalid(faults)
    except (ValidationError, Invalid) as error:
        raise page.again(error, "offer_form.html", **_form(page, kept), typed=typed) from error
    organization = people.get_organization(page.session, page.actor.organization or "")
    answer = ranking.needs_for_draft(page.asked, draft, organization, limit=ANSWERED)
    engine, _ = page.asked.matcher.current(page.session)
    return page.draw(
        "offer_form.html", **{**_form(page, kept), "answer": answer, "serves_at": engine.recipe.serves_at}, typed=typed
    )


@whole.post("/own/offers")
def save_new(page: Writer) -> Response:
    """Keep a draft, or publish at once."""
    try:
        record = _record(page, None) | ({"status": Status.PUBLISHED} if _act(page) == "publish" else {})
        offer = service.draft(page.session, page.actor, OfferPut.model_validate(record), page.book)
    except (ValidationError, Invalid) as error:
        fault = _all_that_lacks(page, error)
        raise page.again(fault, "offer_form.html", **_form(page, None), typed=_typed(page)) from error
    return go(f"/own/offers/{offer.id}", done=_act(page))


@whole.post("/own/offers/{offer_id}")
def change(offer_id: UUID, page: Writer) -> Response:
    """Save, publish, withdraw or confirm."""
    offer = _own(page, offer_id)
    check_tag(page.form, service.shown(page.actor, offer))
    act = _act(page)
    if act == "confirm":
        service.confirm(page.session, page.actor, offer)
        return go("/own/offers")
    if act == "withdraw":
        service.withdraw(page.session, offer)
        return go("/own/offers")
    try:
        record = _record(page, offer)
        service.change(page.session, page.actor, offer, OfferUpdate.model_validate(record), page.book)
        if act == "publish" and offer.status != Status.PUBLISHED:
            service.publish(page.session, offer)
    except (ValidationError, Invalid) as error:
        page.undo()
        kept = _own(page, offer_id)
        raise page.again(
            _all_that_lacks(page, error), "offer_form.html", **_form(page, kept), typed=_typed(page)
        ) from error
    return go(f"/own/offers/{offer_id}", done=act)


def _all_that_lacks(page: Page, error: ValidationError | Invalid) -> Invalid:
    """The faults, and at once what publishing lacks beside them, where that was asked for."""
    faults = list(error.faults) if isinstance(error, Invalid) else faults_of(error)
    if _act(page) != "publish":
        return Invalid(faults)
    typed, named = _typed(page), {fault.pointer.split("/")[1] for fault in faults if "/" in fault.pointer}
    scope = {"world": typed["reach"] == "world", "states": typed["states"], "groupings": typed["groupings"]}
    record = {"title": typed["title"], "description": typed["description"], "scope": scope}
    lacking = [fault for fault in rules.lacks_for_publishing(record) if fault.pointer.strip("/") not in named]
    return Invalid([*faults, *lacking])


def _act(page: Page) -> str:
    act = text_of(page.form, "act")
    if act not in ("save", "publish", "withdraw", "confirm"):
        raise NotFound
    return act


def _form(page: Page, offer: Offer | None) -> dict[str, Any]:
    """What the form offers to choose from."""
    shown: OfferRead | OfferPublicRead | None = None if offer is None else service.shown(page.actor, offer)
    areas: dict[str, list[str]] = {}
    for code, parent in page.book.theme_parents.items():
        areas.setdefault(parent or code, []).append(code)
    no_answer: ReverseMatchesRead | None = None
    return {
        "offer": shown, "faults": {}, "areas": areas, "six": LANGUAGES, "availabilities": list(Availability),
        "units": list(CapacityUnit), "rules": SIMPLE_RULES, "states": page.by_name("states"),
        "groupings": page.by_name("groupings"), "kinds": page.options("assistance_types"),
        "institutions": page.options("institutions"), "answer": no_answer, "serves_at": 0.0,
        "done": None,
    }  # fmt: skip


def _typed_of(page: Page, offer: Offer | None, language: str) -> dict[str, Any]:
    """What the fields hold for an offer as it is."""
    if offer is None:
        return {**_EMPTY, "text_language": language if language in LANGUAGES else page.language}
    scope, capacity = offer.scope or {}, offer.capacity or {}
    eligible = {rule["rule"]: rule.get("value") for rule in offer.eligibility}
    return {
        "text_language": language, "title": offer.title.get(language, ""),
        "description": offer.description.get(language, ""), **{name: list(getattr(offer, name)) for name in LISTS},
        "resolutions": ", ".join(offer.resolutions),
        "reach": "world" if scope.get("world") else "listed" if scope else "",
        "states": scope.get("states", []), "groupings": scope.get("groupings", []),
        "excluded_states": scope.get("excluded_states", []), "availability": str(offer.availability),
        "opens_on": offer.opens_on or "", "closes_on": offer.closes_on or "", "unit": capacity.get("unit", "states"),
        "total": _plain(capacity.get("total")), "committed": _plain(capacity.get("committed")),
        "unlimited": ["yes"] if capacity.get("unlimited") else [],
        "rules": [rule for rule in eligible if rule != Rule.MEMBER_OF], "member_of": eligible.get(Rule.MEMBER_OF) or "",
        "url": offer.url or "",
    }  # fmt: skip


_EMPTY: dict[str, Any] = {
    "title": "", "description": "", **dict.fromkeys(LISTS, ()), "resolutions": "", "reach": "", "states": [],
    "groupings": [], "excluded_states": [], "availability": "open", "opens_on": "", "closes_on": "", "unit": "states",
    "total": "", "committed": "", "unlimited": [], "rules": [], "member_of": "", "url": "",
}  # fmt: skip
_SEVERAL = (*LISTS, "states", "groupings", "excluded_states", "unlimited", "rules")


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def _typed(page: Page) -> dict[str, Any]:
    """What the fields hold as they were sent."""
    typed: dict[str, Any] = {
        name: texts_of(page.form, name) if name in _SEVERAL else text_of(page.form, name) for name in _EMPTY
    }
    return typed | {"text_language": text_of(page.form, "text_language") or page.language}


def _record(page: Page, offer: Offer | None) -> dict[str, Any]:
    """The offer as the form says it. Texts in other languages stay as they are."""
    typed = _typed(page)
    language = typed["text_language"]
    record: dict[str, Any] = {name: typed[name] for name in LISTS}
    for name in ("title", "description"):
        kept = {} if offer is None else dict(getattr(offer, name))
        kept.pop(language, None)
        record[name] = kept | ({language: typed[name]} if typed[name] else {})
    record["resolutions"] = _split(typed["resolutions"])
    record["scope"] = {
        "world": typed["reach"] == "world", "states": typed["states"], "groupings": typed["groupings"],
        "excluded_states": typed["excluded_states"],
    } if typed["reach"] else None  # fmt: skip
    record |= {name: typed[name] or None for name in ("opens_on", "closes_on", "url")}
    record["availability"] = typed["availability"]
    record["eligibility"] = [{"rule": rule} for rule in typed["rules"]]
    if typed["member_of"]:
        record["eligibility"].append({"rule": Rule.MEMBER_OF, "value": typed["member_of"]})
    record["capacity"] = _capacity(typed)
    return record


def _capacity(typed: dict[str, Any]) -> dict[str, Any] | None:
    if not (typed["total"] or typed["unlimited"]):
        return None
    total, committed = (_number(typed[name], name) for name in ("total", "committed"))
    return {"unit": typed["unit"], "total": total, "committed": committed or 0, "unlimited": bool(typed["unlimited"])}


def _number(text: str, name: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        raise Invalid([Fault(f"/{name}", "field.number", "Write a number in digits, such as 12.")]) from None


def _split(text: str) -> list[str]:
    parts: Iterable[str] = text.replace(";", ",").replace("،", ",").split(",")
    return [part.strip() for part in parts if part.strip()]


router = APIRouter()
for part in (asking, whole):
    router.include_router(part)
