"""Laws of the ranking, tried on many invented pairs."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching import Engine, NeedProfile, OfferProfile, Scope
from matching.types import Capacity, EligibilityRule
from tests.matching.small import SMALL_FACTS, SMALL_TERMS, TODAY, make_need, make_offer

pytestmark = pytest.mark.pure

SENTENCES = {
    "en": (
        "Asset freezing without delay",
        "Judges need training",
        "The police keep passenger name records",
        "Bank supervision",
        "A draft law on the watch list",
        "No equipment",
        "Proceeds of corruption",
        "Radicalization in prisons",
        "Something else entirely",
    ),
    "fr": ("Gel des avoirs", "Formation des juges", "Données passagers", "Sans matériel", "Projet de loi"),
    "ar": ("تجميد الأصول", "تدريب القضاة", "بيانات الركاب والشرطة", "مشروع قانون"),
    "zh": ("冻结恐怖主义资产", "培训法官和警察", "旅客信息", "法律草案"),
}
THEMES = tuple(SMALL_FACTS.theme_parents)
STATES = ("KEN", "SEN", "TUN", "MLI", "PER", "KAZ", "NPL")
DAYS = st.dates(TODAY - timedelta(days=900), TODAY + timedelta(days=900))


@st.composite
def narratives(draw: st.DrawFn) -> dict[str, str]:
    language = draw(st.sampled_from(sorted(SENTENCES)))
    return {language: ". ".join(draw(st.lists(st.sampled_from(SENTENCES[language]), max_size=4)))}


def subsets(*values: str, most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


RULES = st.lists(
    st.sampled_from(
        [
            EligibilityRule("ldc"),
            EligibilityRule("member_of", "au"),
            EligibilityRule("visited"),
            EligibilityRule("state_request"),
        ]
    ),
    max_size=2,
    unique=True,
).map(tuple)
SCOPES = st.builds(Scope, st.booleans(), subsets(*STATES), subsets("au", "ecowas", "ldc"), subsets(*STATES, most=1))
NEEDS = st.builds(
    make_need,
    state=st.sampled_from(STATES),
    title=narratives(),
    description=narratives(),
    themes=subsets(*THEMES),
    resolutions=subsets("1373", "1373:1", "2396:12", "2462"),
    assistance_types=subsets(*SMALL_FACTS.assistance_types),
    languages=subsets("en", "fr", "ar", "ru"),
    target_institutions=subsets(*SMALL_FACTS.institutions),
    needed_by=st.none() | DAYS,
    visited_on=st.none() | DAYS,
    is_requested=st.none() | st.booleans(),
    priority=st.sampled_from([None, "high", "low"]),
)
OFFERS = st.builds(
    make_offer,
    title=narratives(),
    description=narratives(),
    themes=subsets(*THEMES, most=8),
    resolutions=subsets("1373", "1373:1", "2396:12", "2462"),
    scope=st.none() | SCOPES,
    eligibility=RULES,
    assistance_types=subsets(*SMALL_FACTS.assistance_types),
    delivery_languages=subsets("en", "fr", "ar", "ru"),
    target_institutions=subsets(*SMALL_FACTS.institutions),
    availability=st.sampled_from(["open", "by_invitation", "planned", "full", "suspended", "closed", "unknown"]),
    opens_on=st.none() | DAYS,
    closes_on=st.none() | DAYS,
    last_confirmed_on=st.none() | DAYS,
    capacity=st.none() | st.builds(Capacity, total=st.none() | st.sampled_from([0.0, 2.0]), unlimited=st.booleans()),
)


def engine_of(offers: list[OfferProfile]) -> Engine:
    return Engine(SMALL_TERMS, SMALL_FACTS).fit(offers)


def named(offers: list[OfferProfile]) -> list[OfferProfile]:
    return [replace(offer, id=f"O{at}") for at, offer in enumerate(offers)]


@given(NEEDS, OFFERS)
@settings(max_examples=150)
def test_an_emptied_field_never_raises_the_score(need: NeedProfile, offer: OfferProfile) -> None:
    engine = engine_of([offer])
    before = engine.scores(need, as_of=TODAY).get(offer.id)
    if before is None:
        return
    emptied_offers = [
        replace(offer, themes=()),
        replace(offer, resolutions=()),
        replace(offer, assistance_types=()),
        replace(offer, target_institutions=()),
        replace(offer, delivery_languages=()),
        replace(offer, last_confirmed_on=None),
    ]
    for emptied in emptied_offers:
        assert engine_of([emptied]).scores(need, as_of=TODAY).get(offer.id, 0.0) <= before
    emptied_needs = [
        replace(need, themes=()),
        replace(need, resolutions=()),
        replace(need, assistance_types=()),
        replace(need, target_institutions=()),
        replace(need, languages=()),
        replace(need, needed_by=None),
        replace(need, visited_on=None),
        replace(need, priority=None),
        replace(need, is_requested=None),
    ]
    for emptied_need in emptied_needs:
        assert engine.scores(emptied_need, as_of=TODAY).get(offer.id, 0.0) <= before


@given(NEEDS, st.lists(OFFERS, max_size=6).map(named), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_input_changes_nothing(need: NeedProfile, offers: list[OfferProfile], random: object) -> None:
    shuffled = list(offers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert engine_of(shuffled).rank(need, as_of=TODAY) == engine_of(offers).rank(need, as_of=TODAY)


@given(NEEDS, st.lists(OFFERS, min_size=1, max_size=5).map(named))
@settings(max_examples=60)
def test_no_offer_changes_the_score_of_another(need: NeedProfile, offers: list[OfferProfile]) -> None:
    together = engine_of(offers).scores(need, as_of=TODAY)
    for offer in offers:
        assert engine_of([offer]).scores(need, as_of=TODAY).get(offer.id) == together.get(offer.id)


@given(NEEDS, st.lists(OFFERS, max_size=6).map(named))
@settings(max_examples=100)
def test_nothing_shut_out_is_ranked_and_every_near_miss_is_true(need: NeedProfile, offers: list[OfferProfile]) -> None:
    engine = engine_of(offers)
    ranking = engine.rank(need, as_of=TODAY)
    by_id = {offer.id: offer for offer in offers}
    for match in ranking.matches:
        offer = by_id[match.offer_id]
        assert offer.availability not in ("closed", "full", "suspended")
        assert offer.closes_on is None or offer.closes_on >= TODAY
        assert offer.scope is None or need.state not in offer.scope.excluded_states
        assert 0.0 <= match.score <= match.ceiling <= 1.0
    assert len(ranking.near_misses) <= 5
    for miss in ranking.near_misses:
        assert engine.gates(need, by_id[miss.offer_id], as_of=TODAY) == (miss.gate,)
        assert miss.score_if_changed >= engine.recipe.serves_at


@st.composite
def full_needs(draw: st.DrawFn) -> NeedProfile:
    """A need of several sentences in one language, as needs are: too short a text cannot be told from a
    chance."""
    language = draw(st.sampled_from(sorted(SENTENCES)))
    sentences = draw(st.permutations(SENTENCES[language]))
    return replace(draw(NEEDS), title={language: sentences[0]}, description={language: ". ".join(sentences[1:])})


@given(full_needs(), OFFERS, st.sampled_from(["repeat", "all themes", "the need's words", "the need's texts"]))
@settings(max_examples=150)
def test_a_stuffed_twin_never_outranks_its_honest_twin(need: NeedProfile, offer: OfferProfile, way: str) -> None:
    honest = replace(
        offer,
        id="Z-honest",
        availability="open",
        scope=Scope(world=True),
        closes_on=None,
        eligibility=(),
        capacity=None,
    )
    language, text = next(iter(honest.description.items()))
    assume(text)
    asked = " ".join([*need.title.values(), *need.description.values()])
    added = {
        "repeat": f"{text} {text} {text}",
        "all themes": text,
        "the need's words": f"{text}. {asked.lower()}",
        "the need's texts": f"{text}. {asked}",
    }[way]
    twin = replace(
        honest,
        id="A-stuffed",
        description={language: added},
        themes=THEMES if way == "all themes" else honest.themes,
    )
    order = [match.offer_id for match in engine_of([honest, twin]).rank(need, as_of=TODAY).matches]
    assert order in (["Z-honest", "A-stuffed"], ["Z-honest"], [])


SIX = {
    "en": ("Asset freezing", "Training for judges and police"),
    "fr": ("Gel des avoirs", "Formation des juges et de la police"),
    "es": ("Congelación de activos", "Capacitación de jueces y policía"),
    "ar": ("تجميد الأصول", "تدريب القضاة والشرطة"),
    "ru": ("Замораживание активов", "Обучение судей и полиции"),
    "zh": ("冻结资产", "培训法官和警察"),
}


def test_the_same_need_in_six_languages_ranks_the_same() -> None:
    offers = [
        make_offer(id=f"{topic}-{code}", title={code: title}, description={code: body}, themes=())
        for code, (title, body) in SIX.items()
        for topic in ("freezing",)
    ]
    offers.append(
        make_offer(id="pnr", title={"en": "Passenger name records"}, description={"en": "PNR for police"}, themes=())
    )
    engine = engine_of(offers)
    for code, (title, body) in SIX.items():
        need = make_need(title={code: title}, description={code: body}, themes=(), needed_by=date(2027, 6, 1))
        result = engine.rank(need, as_of=TODAY)
        assert result.matches[-1].offer_id == "pnr"
        assert all(match.serves for match in result.matches[:-1])


@given(st.lists(OFFERS, min_size=1, max_size=12), NEEDS, st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_the_first_of_few_are_the_first_of_all(offers: list[OfferProfile], need: NeedProfile, limit: int) -> None:
    engine = engine_of(named(offers))
    whole = engine.rank(need, as_of=TODAY, limit=100)
    few = engine.rank(need, as_of=TODAY, limit=limit)
    assert few.matches == whole.matches[:limit]
    assert few.near_misses == whole.near_misses
    best = engine.best(need, as_of=TODAY)
    assert best == ((few.matches[0].offer_id, few.matches[0].score) if few.matches else None)


@given(st.lists(OFFERS, min_size=2, max_size=8), NEEDS, st.data())
@settings(max_examples=40, deadline=None)
def test_offers_changed_one_by_one_rank_as_if_read_together(
    offers: list[OfferProfile], need: NeedProfile, data: st.DataObject
) -> None:
    held = named(offers)
    engine = engine_of(held[:1])
    for offer in data.draw(st.permutations(held)):
        engine = engine.updated(changed=[offer])
    assert len(engine) == len(held)
    assert engine.rank(need, as_of=TODAY) == engine_of(held).rank(need, as_of=TODAY)
