"""The engine: right order, true near misses, nothing ranked that cannot be judged, changes without a
refit."""

from dataclasses import replace
from datetime import date

import pytest

from matching import Engine, Match, NearMiss, NotFitted, OfferProfile, Scope, Undecidable, UnknownOffer
from matching.types import Capacity, Change
from tests.matching.small import SMALL_FACTS, SMALL_TERMS, TODAY, make_need, make_offer, sample_offers

pytestmark = pytest.mark.pure


def engine_of(*offers: OfferProfile) -> Engine:
    return Engine(SMALL_TERMS, SMALL_FACTS).fit(offers)


def ranked(*offers: OfferProfile, **need: object) -> list[str]:
    return [match.offer_id for match in engine_of(*offers).rank(make_need(**need), as_of=TODAY).matches]


def test_ranking_before_fitting_says_so() -> None:
    with pytest.raises(NotFitted):
        Engine(SMALL_TERMS, SMALL_FACTS).rank(make_need(), as_of=TODAY)


def test_the_right_offer_comes_before_one_for_another_problem() -> None:
    other = make_offer(
        id="A",
        title={"en": "Passenger name records"},
        description={"en": "Training on PNR."},
        themes=("border.api-pnr",),
    )
    assert ranked(other, make_offer(id="B")) == ["B", "A"]


def test_purpose_comes_before_every_formal_fit() -> None:
    formal = make_offer(
        id="A",
        title={"en": "Passenger name records"},
        description={"en": "Training for judges."},
        scope=Scope(states=("KEN",)),
    )
    plain = make_offer(id="B", resolutions=(), target_institutions=(), last_confirmed_on=None, capacity=None)
    assert ranked(formal, plain) == ["B", "A"]


def test_a_language_nobody_works_in_outweighs_a_better_text() -> None:
    perfect = make_offer(id="A", delivery_languages=("ru",))
    fair = make_offer(id="B", title={"en": "Bank supervision"}, description={"en": "Asset freezing by banks."})
    assert ranked(perfect, fair) == ["B", "A"]


def test_a_named_state_settles_a_tie() -> None:
    assert ranked(make_offer(id="A"), make_offer(id="B", scope=Scope(states=("KEN",)))) == ["B", "A"]


def test_equal_offers_stand_in_the_order_of_their_ids() -> None:
    assert ranked(make_offer(id="B"), make_offer(id="A"), make_offer(id="C")) == ["A", "B", "C"]


def test_an_arabic_need_finds_an_english_offer() -> None:
    result = engine_of(make_offer()).rank(
        make_need(
            state="TUN",
            title={"ar": "تجميد الأصول الإرهابية"},
            description={"ar": "تدريب القضاة"},
            themes=(),
            languages=("ar", "en"),
        ),
        as_of=TODAY,
    )
    assert result.matches[0].serves


def test_a_good_match_serves_and_says_why() -> None:
    (match,) = engine_of(make_offer()).rank(make_need(), as_of=TODAY).matches
    assert match.serves
    assert match.score <= match.ceiling <= 1
    assert [finding.criterion for finding in match.findings][:2] == ["theme", "substance"]


def test_the_ceiling_is_what_the_unknown_could_add() -> None:
    full, bare = make_offer(), make_offer(last_confirmed_on=None, capacity=None)
    first = engine_of(full).rank(make_need(), as_of=TODAY).matches[0]
    second = engine_of(bare).rank(make_need(), as_of=TODAY).matches[0]
    assert second.score < first.score
    assert second.ceiling > second.score
    assert second.known_share < first.known_share


def test_the_explanation_of_a_pair_is_the_match_of_the_ranking() -> None:
    engine = engine_of(*sample_offers())
    for match in engine.rank(make_need(), as_of=TODAY).matches:
        assert engine.explain(make_need(), match.offer_id, as_of=TODAY) == match


def test_scores_are_those_of_the_ranking() -> None:
    engine = engine_of(*sample_offers())
    scores = engine.scores(make_need(), as_of=TODAY)
    assert {match.offer_id: match.score for match in engine.rank(make_need(), as_of=TODAY).matches} == scores


def test_an_offer_that_says_nothing_is_listed_apart() -> None:
    silent = make_offer(id="S", title={"en": "Support"}, description={"en": "We help."}, themes=())
    result = engine_of(silent, make_offer()).rank(make_need(), as_of=TODAY)
    assert [match.offer_id for match in result.matches] == ["O1"]
    assert result.undecidable == (Undecidable("S", ("description",)),)


@pytest.mark.parametrize(
    ("changes", "gate", "change"),
    [
        pytest.param(
            {"scope": Scope(states=("SEN",))},
            "scope.state_not_listed",
            Change("scope.states", "add", "KEN"),
            id="the State is not listed",
        ),
        pytest.param({"availability": "full"}, "availability.full", Change("availability", "set", "open"), id="full"),
        pytest.param(
            {"capacity": Capacity("states", 2, 2)},
            "capacity.full",
            Change("capacity.total", "set", 3),
            id="no capacity left",
        ),
    ],
)
def test_a_near_miss_serves_after_its_change(changes: dict[str, object], gate: str, change: Change) -> None:
    (miss,) = engine_of(make_offer(**changes)).rank(make_need(), as_of=TODAY).near_misses
    assert (miss.gate, miss.change) == (gate, change)
    assert miss.score_if_changed >= 0.5


def test_a_near_miss_is_the_score_of_the_changed_offer() -> None:
    offer = make_offer(scope=Scope(states=("SEN",)))
    (miss,) = engine_of(offer).rank(make_need(), as_of=TODAY).near_misses
    changed = replace(offer, scope=Scope(states=("SEN", "KEN")))
    assert engine_of(changed).rank(make_need(), as_of=TODAY).matches[0].score == miss.score_if_changed


def test_two_shut_gates_are_no_near_miss() -> None:
    offer = make_offer(scope=Scope(states=("SEN",)), availability="closed")
    assert engine_of(offer).rank(make_need(), as_of=TODAY).near_misses == ()


def test_a_miss_that_would_not_serve_is_not_near() -> None:
    offer = make_offer(
        title={"en": "Passenger name records"}, description={"en": "PNR"}, availability="closed", themes=()
    )
    assert engine_of(offer).rank(make_need(), as_of=TODAY).near_misses == ()


def test_near_misses_are_five_at_most() -> None:
    offers = [make_offer(id=f"M{at}", availability="closed") for at in range(9)]
    assert len(engine_of(*offers).rank(make_need(), as_of=TODAY).near_misses) == 5


def test_an_excluded_pair_is_explained_by_its_gate() -> None:
    engine = engine_of(make_offer(availability="closed", is_facilitator=True))
    answer = engine.explain(make_need(), "O1", as_of=TODAY)
    assert isinstance(answer, NearMiss)
    assert (answer.gate, answer.change) == ("availability.closed", None)


def test_an_unknown_offer_is_an_error() -> None:
    with pytest.raises(UnknownOffer):
        engine_of().explain(make_need(), "O9", as_of=TODAY)


def test_changes_give_what_a_fresh_fit_gives() -> None:
    before = [make_offer(id=f"O{at}") for at in range(5)]
    changed = make_offer(id="O2", title={"en": "Bank supervision"}, description={"en": "Supervision of banks"})
    added = make_offer(id="O7", scope=Scope(states=("KEN",)))
    engine = engine_of(*before)
    late = engine.updated(changed=[changed, added], removed=["O0"])
    fresh = engine_of(before[1], changed, before[3], before[4], added)
    assert late.rank(make_need(), as_of=TODAY) == fresh.rank(make_need(), as_of=TODAY)
    assert engine.rank(make_need(), as_of=TODAY) == engine_of(*before).rank(make_need(), as_of=TODAY)


def test_many_changes_end_in_one_segment() -> None:
    engine = engine_of(*(make_offer(id=f"O{at:03}") for at in range(10)))
    for at in range(10, 90):
        engine = engine.updated(changed=[make_offer(id=f"O{at:03}")])
    assert len(engine.scores(make_need(), as_of=TODAY)) == 90
    gone = engine.updated(removed=[f"O{at:03}" for at in range(80)])
    assert sorted(gone.scores(make_need(), as_of=TODAY)) == [f"O{at:03}" for at in range(80, 90)]


def test_needs_are_ranked_for_an_offer_as_offers_for_a_need() -> None:
    near, far = (
        make_need(id="N1"),
        make_need(id="N2", title={"en": "PNR"}, description={"en": "PNR"}, themes=()),
    )
    elsewhere = make_need(id="N3", state="PER")
    offer = make_offer(scope=Scope(states=("KEN",)))
    found = engine_of().rank_needs(offer, [far, elsewhere, near], as_of=TODAY)
    assert [entry.need_id for entry in found] == ["N1", "N2"]
    alone = engine_of(offer).explain(near, "O1", as_of=TODAY)
    assert isinstance(alone, Match)
    assert found[0].match == alone


def test_a_copy_of_the_needs_sentences_counts_for_nothing() -> None:
    honest = make_offer(
        id="A", title={"en": "Bank supervision"}, description={"en": "Supervision of banks."}, themes=()
    )
    words = make_need().description["en"]
    copy = replace(honest, id="AA", description={"en": f"Supervision of banks. {words}"})
    scores = engine_of(honest, copy).scores(make_need(), as_of=TODAY)
    assert scores["AA"] < scores["A"]


def test_the_as_of_day_decides() -> None:
    engine = engine_of(make_offer(closes_on=date(2027, 1, 31)))
    assert engine.scores(make_need(), as_of=date(2027, 1, 31))
    assert not engine.scores(make_need(), as_of=date(2027, 2, 1))
