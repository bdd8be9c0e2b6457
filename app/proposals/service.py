"""Proposes needs for recommendations: each value points at its words, and like needs are named."""

from app import i18n
from app.core import trail
from app.core.errors import Fault, Invalid
from app.i18n import Quoted, Share, Value
from app.matches import adapter as profiles
from app.matches import queries as matches
from app.matches import service as ranking
from app.matches.schemas import NeedName
from app.matches.service import Asked
from app.needs import rules as needs
from app.needs.rules import Source
from app.needs.schemas import CompletenessRead, NeedCreate, NeedDraft
from app.proposals import adapter, rules
from app.proposals.adapter import Proposal, Words
from app.proposals.schemas import (
    DuplicateRead,
    PointedRead,
    ProposalRead,
    ProposalsAsk,
    ProposalsRead,
    RecommendationText,
    SpanRead,
)
from app.reference.rules import check_codes
from app.visits import queries as visits

DUPLICATES_AT_MOST = 3


def propose(asked: Asked, ask: ProposalsAsk) -> ProposalsRead:
    """Atomic needs for each recommendation, in their order; nothing is saved. Raises `NotFound` for a visit that the
    actor may not see, as for one that is not there."""
    faults = check_codes(asked.book.states, [ask.state], kind="state", pointer="/state")
    if ask.visit is not None and visits.get_visit(asked.session, asked.actor, ask.visit).state != ask.state:
        faults.append(Fault("/state", "need.other_state", "The visit was to another State."))
    if faults:
        raise Invalid(faults)
    trail.reading(asked.session, "proposal.made")
    engine, _ = asked.matcher.current(asked.session)
    seen = matches.open_needs(asked.session, asked.actor, state=ask.state)
    known = ranking.profiles(asked, seen)
    proposals: list[ProposalRead] = []
    drafted: list[profiles.NeedProfile] = []
    for recommendation in ask.recommendations:
        for proposal in adapter.proposals_of(engine, recommendation.text):
            position = len(proposals) + 1
            need = _need(ask, recommendation, proposal)
            profile = profiles.need_profile(f"proposal-{position}", NeedDraft.model_validate(_drafted(need)))
            duplicates = [
                _duplicate(asked, value, need=ranking.name_need(asked, seen[at]))
                for at, value in adapter.alike(engine, profile, known, as_of=asked.as_of)[:DUPLICATES_AT_MOST]
            ]
            duplicates += [
                _duplicate(asked, value, proposal=at + 1)
                for at, value in adapter.alike(engine, profile, drafted, as_of=asked.as_of)[:DUPLICATES_AT_MOST]
            ]
            drafted.append(profile)
            proposals.append(_shown(asked, position, recommendation, proposal, need, duplicates))
    return ProposalsRead(state=ask.state, recommendations=ask.recommendations, proposals=proposals)


def _drafted(need: NeedCreate) -> dict[str, object]:
    return {name: getattr(need, name) for name in NeedDraft.model_fields}


def _need(ask: ProposalsAsk, recommendation: RecommendationText, proposal: Proposal) -> NeedCreate:
    passages = {words.language: recommendation.text[words.language] for words in proposal.passages}
    cut = {words.language: passages[words.language][words.start : words.end] for words in proposal.passages}
    return NeedCreate.model_validate(
        {
            "state": ask.state,
            "visit": ask.visit,
            "source": Source.CTED,
            "title": {language: rules.title_of(text) for language, text in cut.items()},
            "description": cut,
            "priority": recommendation.priority,
            **{name: list(codes) for name, codes in proposal.fields.items()},
        }
    )


def _shown(
    asked: Asked,
    position: int,
    recommendation: RecommendationText,
    proposal: Proposal,
    need: NeedCreate,
    duplicates: list[DuplicateRead],
) -> ProposalRead:
    complete = needs.completeness(need.model_dump())
    labels = {
        "themes": asked.book.themes,
        "assistance_types": asked.book.assistance_types,
        "target_institutions": asked.book.institutions,
    }

    def label(name: str, code: str) -> str:
        if name in labels:
            return labels[name][code][asked.language]
        number, _, paragraph = code.partition(":")
        return i18n.render("reference.resolution", asked.language, {"number": number, "paragraph": paragraph})

    pointed = {
        name: [
            PointedRead(value=code, label=label(name, code), spans=_spans(recommendation, words))
            for code, words in codes.items()
        ]
        for name, codes in proposal.fields.items()
    }
    return ProposalRead(
        position=position,
        recommendation=recommendation.number,
        passage=_spans(recommendation, proposal.passages),
        need=need,
        completeness=CompletenessRead(score=complete.score, missing=list(complete.missing)),
        duplicates=duplicates,
        **pointed,
    )


def _spans(recommendation: RecommendationText, words: tuple[Words, ...]) -> list[SpanRead]:
    return [
        SpanRead(
            language=one.language,
            start=one.start,
            end=one.end,
            text=recommendation.text[one.language][one.start : one.end],
        )
        for one in words
    ]


def _duplicate(
    asked: Asked, value: float, *, need: NeedName | None = None, proposal: int | None = None
) -> DuplicateRead:
    if need is not None:
        title = Quoted(need.title) if need.title else ""
        named: dict[str, Value] = {
            "reference": need.reference or "",
            "need_title": title,
            "likeness": Share(round(value, 2)),
        }
        sentence = i18n.render("duplicate.recorded", asked.language, named)
    else:
        sentence = i18n.render("duplicate.proposed", asked.language, {"number": proposal or 0})
    return DuplicateRead(need=need, proposal=proposal, likeness=round(value, ranking.DIGITS), sentence=sentence)
