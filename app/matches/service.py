"""Ranks offers for needs and needs for offers, over what the actor may see, and puts the reasons into sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.models import Organization
from app.access.rules import Actor
from app.core import trail
from app.matches import adapter, queries, rules
from app.matches.adapter import Change, Engine, Matcher, NeedProfile, OfferProfile
from app.matches.rules import Subject
from app.matches.schemas import (
    ChangeRead,
    EvidenceRead,
    FindingRead,
    GoodPracticeName,
    MatchesRead,
    MatchRead,
    NearMissRead,
    NeedName,
    OfferName,
    ReverseMatchesRead,
    ReverseMatchRead,
    Scores,
    StateMatchesRead,
    UndecidableRead,
)
from app.needs import service as need_service
from app.needs.queries import Seen
from app.needs.schemas import NeedAsked, NeedDraft
from app.offers.models import Offer
from app.offers.rules import sees_figures
from app.offers.schemas import OfferDraft
from app.reference.rules import Book

READING = "match.read"
DIGITS = 4
"""Scores are shown to this many digits; order and thresholds are decided on the full figures."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: who asks, in which language, for which day, over which data."""

    session: Session
    actor: Actor
    book: Book
    matcher: Matcher
    language: str
    as_of: date


def wording(narrative: Mapping[str, str], language: str) -> str:
    """A text in the asked language, else in English, else in the first language that there is."""
    return narrative.get(language) or narrative.get("en") or next(iter(narrative.values()), "")


def profile_of(seen: Seen, days: dict[UUID, date]) -> NeedProfile:
    """The need as the engine may see it for this reader: scores and reasons come from what the reader may read."""
    need = seen.need
    if not seen.is_full:
        return adapter.header_profile(
            str(need.id), state=need.state, themes=need.themes, assistance_types=need.assistance_types
        )
    draft = NeedDraft.model_validate({name: getattr(need, name) for name in NeedDraft.model_fields})
    visited_on = days.get(need.visit_id) if need.visit_id else None
    return adapter.need_profile(str(need.id), draft, source=need.source, visited_on=visited_on)


def profiles(asked: Asked, seen: Sequence[Seen]) -> list[NeedProfile]:
    """Profiles of several needs."""
    days = queries.visit_days(asked.session, [one.need.visit_id for one in seen])
    return [profile_of(one, days) for one in seen]


def name_need(asked: Asked, seen: Seen) -> NeedName:
    """A need's name for this reader, who is noted to have read it."""
    seen.noted(asked.session)
    title = wording(seen.need.title, asked.language) if seen.is_full else None
    return NeedName(id=seen.need.id, reference=seen.need.reference, state=seen.need.state, title=title)


def name_offer(offer: Offer, language: str) -> OfferName:
    """A published offer's name."""
    return OfferName(
        id=offer.id,
        organization=offer.organization,
        title=wording(offer.title, language),
        availability=offer.availability,
        closes_on=offer.closes_on,
    )


def name_ranked(offer: OfferProfile, language: str) -> OfferName:
    """The name of an offer that was ranked."""
    return OfferName(
        id=UUID(offer.id),
        organization=offer.organization,
        title=wording(offer.title, language),
        availability=offer.availability,
        closes_on=offer.closes_on,
    )


def for_need(asked: Asked, seen: Seen, *, limit: int) -> MatchesRead:
    """Ranked offers for one visible need."""
    trail.reading(asked.session, READING)
    (profile,) = profiles(asked, [seen])
    return _matches(asked, asked.matcher.current(asked.session), name_need(asked, seen), profile, limit)


def for_draft(asked: Asked, draft: NeedAsked, *, limit: int) -> MatchesRead:
    """Ranked offers for a need that is not saved, as `for_need` would rank them once it is."""
    visit_id = need_service.visit_of(asked.session, asked.actor, draft, asked.book)
    name = NeedName(id=None, reference=None, state=draft.state, title=wording(draft.title, asked.language))
    visited_on = queries.visit_days(asked.session, [visit_id]).get(visit_id) if visit_id else None
    profile = adapter.need_profile("preview", draft, source=draft.source, visited_on=visited_on)
    return _matches(asked, asked.matcher.current(asked.session), name, profile, limit)


def for_state(asked: Asked, state: str, *, visit: UUID | None, limit: int) -> StateMatchesRead:
    """Ranked offers for each open need of a State that the actor may see."""
    trail.reading(asked.session, READING)
    seen = queries.open_needs(asked.session, asked.actor, state=state, visit=visit)
    engine, revision = current = asked.matcher.current(asked.session)
    answers = [
        _matches(asked, current, name_need(asked, one), profile, limit)
        for one, profile in zip(seen, profiles(asked, seen), strict=True)
    ]
    return StateMatchesRead(
        state=state,
        as_of=asked.as_of,
        recipe=engine.recipe.version,
        revision=revision,
        needs=answers,
        unmet=[a.need.id for a in answers if a.need.id and not any(match.serves for match in a.matches)],
        next=None,
    )


def _matches(
    asked: Asked, current: tuple[Engine, int], name: NeedName, profile: NeedProfile, limit: int
) -> MatchesRead:
    engine, revision = current
    ranking = engine.rank(profile, as_of=asked.as_of, limit=limit)
    is_served = any(match.serves for match in ranking.matches)
    # The offers are named as they were ranked: the database may have moved on since.
    ids = (e.offer_id for found in (ranking.matches, ranking.near_misses, ranking.undecidable) for e in found)
    offers = {offer_id: engine.profile(offer_id) for offer_id in ids}
    subject = _subjects(asked, name, offers)
    named = {offer_id: name_ranked(offer, asked.language) for offer_id, offer in offers.items()}
    return MatchesRead(
        need=name,
        as_of=asked.as_of,
        recipe=engine.recipe.version,
        revision=revision,
        matches=[
            MatchRead(
                rank=rank,
                offer=named[match.offer_id],
                **dict(_scores(asked, match, subject[match.offer_id])),
            )
            for rank, match in enumerate(ranking.matches, start=1)
        ],
        near_misses=[
            NearMissRead(
                offer=named[miss.offer_id],
                gate=miss.gate,
                change=_change(asked, miss.change, named[miss.offer_id].organization),
                score_if_changed=round(miss.score_if_changed, DIGITS),
                sentence=rules.near_miss_sentence(
                    miss.gate,
                    asked.language,
                    values=miss.values,
                    change_path=miss.change.path,
                    change_value=miss.change.value,
                    subject=subject[miss.offer_id],
                    book=asked.book,
                ),
            )
            for miss in ranking.near_misses
            if miss.change is not None
        ],
        undecidable=[
            UndecidableRead(
                offer=named[entry.offer_id],
                missing=list(entry.missing),
                sentence=rules.undecidable_sentence(
                    asked.language, missing=entry.missing, subject=subject[entry.offer_id], book=asked.book
                ),
            )
            for entry in ranking.undecidable
        ],
        good_practices=_good_practices(asked, engine, profile, is_served=is_served),
        good_practices_first=not is_served,
    )


def _good_practices(asked: Asked, engine: Engine, profile: NeedProfile, *, is_served: bool) -> list[GoodPracticeName]:
    """What there is to read or adapt, and why; where no offer serves the need, all the more so."""
    found = asked.matcher.shelf(asked.session, engine).fitting(profile, as_of=asked.as_of)
    named = []
    for practice, fit, match in found:
        title = wording(practice.title, asked.language)
        sentence = rules.practice_sentence(
            asked.language,
            title=title,
            kind=practice.kind,
            compared=[(f.criterion, f.evidence.need, f.evidence.offer) for f in match.findings],
            is_served=is_served,
            book=asked.book,
        )
        named.append(
            GoodPracticeName(
                id=practice.id,
                kind=practice.kind,
                title=title,
                publisher=practice.publisher,
                year=practice.year,
                url=practice.url,
                state=practice.state,
                fit=round(fit, DIGITS),
                sentence=sentence,
            )
        )
    return named


def _change(asked: Asked, change: Change, organization: str) -> ChangeRead:
    """The change; a figure of capacity is told to those only who may see it."""
    if change.path == "capacity.total" and not sees_figures(asked.actor, organization):
        return ChangeRead(path=change.path)
    return ChangeRead.model_validate({"path": change.path, change.operation: change.value})


def _scores(asked: Asked, match: adapter.Match, subject: Subject) -> Scores:
    return Scores(
        score=round(match.score, DIGITS),
        ceiling=round(match.ceiling, DIGITS),
        serves=match.serves,
        known_share=round(match.known_share, DIGITS),
        findings=[
            FindingRead(
                criterion=finding.criterion,
                verdict=finding.verdict,
                value=round(finding.value, DIGITS),
                weight=round(finding.weight, DIGITS),
                code=finding.code,
                cap=None if finding.cap is None else round(finding.cap, DIGITS),
                evidence=EvidenceRead(need=list(finding.evidence.need), offer=list(finding.evidence.offer)),
                sentence=rules.finding_sentence(
                    finding.code,
                    asked.language,
                    values=finding.values,
                    need=finding.evidence.need,
                    offer=finding.evidence.offer,
                    subject=subject,
                    book=asked.book,
                ),
            )
            for finding in match.findings
        ],
    )


def worded(
    asked: Asked, match: adapter.Match, *, state: str, need_title: str, offer_title: str, organization: str
) -> Scores:
    """A match found earlier, with its sentences in the language asked for."""
    subject = Subject(asked.book.states[state][asked.language], need_title, offer_title, organization)
    return _scores(asked, match, subject)


def _subjects(asked: Asked, name: NeedName, offers: Mapping[str, OfferProfile]) -> dict[str, Subject]:
    organizations = queries.organization_names(asked.session, {offer.organization for offer in offers.values()})
    return {
        offer_id: _subject(asked, name, wording(offer.title, asked.language), organizations[offer.organization])
        for offer_id, offer in offers.items()
    }


def _subject(asked: Asked, name: NeedName, offer_title: str, organization: str) -> Subject:
    return Subject(
        state=asked.book.states[name.state][asked.language],
        need_title=name.title or "",
        offer_title=offer_title,
        organization=organization,
    )


def needs_for_offer(asked: Asked, offer: Offer, organization: Organization, *, limit: int) -> ReverseMatchesRead:
    """Visible needs that a saved offer answers, best first."""
    draft = OfferDraft.model_validate({name: getattr(offer, name) for name in OfferDraft.model_fields})
    return needs_for_draft(asked, draft, organization, limit=limit, name=name_offer(offer, asked.language))


def needs_for_draft(
    asked: Asked, draft: OfferDraft, organization: Organization | None, *, limit: int, name: OfferName | None = None
) -> ReverseMatchesRead:
    """Visible needs that an offer, saved or not, answers, best first."""
    trail.reading(asked.session, READING)
    engine, revision = asked.matcher.current(asked.session)
    seen = {str(one.need.id): one for one in queries.open_needs(asked.session, asked.actor)}
    profile = adapter.offer_profile("preview", draft, organization)
    ranked = engine.rank_needs(profile, profiles(asked, list(seen.values())), as_of=asked.as_of)
    shown = name or OfferName(
        id=None,
        organization=organization.code if organization else "",
        title=wording(draft.title, asked.language),
        availability=draft.availability,
        closes_on=draft.closes_on,
    )
    matches = []
    for rank, entry in enumerate(ranked[:limit], start=1):
        need = name_need(asked, seen[entry.need_id])
        subject = _subject(asked, need, shown.title, organization.name if organization else "")
        matches.append(ReverseMatchRead(rank=rank, need=need, **dict(_scores(asked, entry.match, subject))))
    return ReverseMatchesRead(
        offer=shown, as_of=asked.as_of, recipe=engine.recipe.version, revision=revision, matches=matches
    )


@dataclass(frozen=True, slots=True)
class Best:
    """The best offer for a need, if there is any, and its score."""

    seen: Seen
    offer_id: UUID | None
    score: float


def best_offers(asked: Asked, seen: Iterable[Seen]) -> list[Best]:
    """For each need the best eligible offer; ties by the offer's id."""
    engine, _ = asked.matcher.current(asked.session)
    listed = list(seen)
    found = []
    for one, profile in zip(listed, profiles(asked, listed), strict=True):
        scores = engine.scores(profile, as_of=asked.as_of)
        name = min(scores, key=lambda key: (-scores[key], key)) if scores else None
        found.append(Best(one, UUID(name) if name else None, scores[name] if name else 0.0))
    return found
