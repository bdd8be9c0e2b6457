"""Two editions side by side: found again by number, by the table of renumbering, or by theme and paragraph."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessments.rules import Change, Item, MatchedBy, Pair, Reason, compare, shortfalls

pytestmark = pytest.mark.pure


def item(
    position: int, number: str | None, ordinal: int | None, *, theme: str = "cft", basis: str | None = None
) -> Item:
    return Item(position, number, theme, basis, ordinal)


def compared(before: list[Item], after: list[Item], **renumbered: list[str]) -> list[Pair]:
    return compare(before, after, same_version=not renumbered, renumbered=renumbered)


@pytest.mark.parametrize(
    ("before", "after", "change", "reason"),
    [
        pytest.param(1, 3, Change.ROSE, None, id="higher: rose"),
        pytest.param(3, 0, Change.FELL, None, id="lower: fell"),
        pytest.param(0, 0, Change.UNCHANGED, None, id="nothing done twice: unchanged, not unassessed"),
        pytest.param(None, 3, Change.NOT_COMPARABLE, Reason.NOT_ASSESSED_BEFORE, id="not assessed before"),
        pytest.param(3, None, Change.NOT_COMPARABLE, Reason.NOT_ASSESSED_NOW, id="not assessed now"),
    ],
)
def test_an_item_is_compared_by_its_ordinal(
    before: int | None, after: int | None, change: Change, reason: Reason | None
) -> None:
    assert compared([item(1, "1.1", before)], [item(1, "1.1", after)]) == [Pair(change, 1, 1, MatchedBy.ITEM, reason)]


def test_what_comes_and_goes_is_told_and_what_is_gone_stands_last() -> None:
    pairs = compared([item(1, "1.1", 2)], [item(1, "2.1", 2)])
    assert pairs == [Pair(Change.NEW, None, 1), Pair(Change.GONE, 1, None)]


def test_a_renumbered_item_is_found_again() -> None:
    (pair,) = compared([item(1, "A.4", 1)], [item(1, "7", 2)], **{"A.4": ["7"]})
    assert pair == Pair(Change.ROSE, 1, 1, MatchedBy.TOOL_CHANGE)


def test_an_item_that_was_split_is_not_compared() -> None:
    pairs = compared([item(1, "A", 1)], [item(1, "7", 2), item(2, "8", 3)], A=["7", "8"])
    assert [(pair.change, pair.reason) for pair in pairs] == [(Change.NOT_COMPARABLE, Reason.SPLIT)] * 2


def test_items_that_were_joined_are_not_compared() -> None:
    (pair,) = compared([item(1, "A", 1), item(2, "B", 4)], [item(1, "7", 2)], A=["7"], B=["7"])
    assert (pair.change, pair.reason, pair.after) == (Change.NOT_COMPARABLE, Reason.MERGED, 1)


def test_an_item_that_was_dropped_is_gone_even_where_its_paragraph_comes_again() -> None:
    pairs = compared([item(1, "A", 1, basis="1373:1")], [item(1, "7", 2, basis="1373:1")], A=[])
    assert [pair.change for pair in pairs] == [Change.NEW, Change.GONE]


def test_an_equal_number_of_another_version_means_nothing() -> None:
    pairs = compare([item(1, "1.1", 1)], [item(1, "1.1", 3)], same_version=False, renumbered={})
    assert [pair.change for pair in pairs] == [Change.NEW, Change.GONE]


def test_theme_and_paragraph_tell_where_they_occur_once_on_both_sides() -> None:
    before = [item(1, "1.1", 1, basis="1373:1"), item(2, "1.2", 1, basis="1373:2"), item(3, "1.3", 1, basis="1373:2")]
    after = [item(1, "7", 3, basis="1373:1"), item(2, "8", 3, basis="1373:2")]
    pairs = compare(before, after, same_version=False, renumbered={})
    assert pairs[0] == Pair(Change.ROSE, 1, 1, MatchedBy.PARAGRAPH)
    assert [pair.change for pair in pairs[1:]] == [Change.NEW, Change.GONE, Change.GONE]


def test_shortfalls_come_lowest_first_and_what_was_not_assessed_is_none() -> None:
    items = [item(1, "a", 2), item(2, "b", None), item(3, "c", 0), item(4, "d", 4), item(5, "e", 0), item(6, "f", 3)]
    assert [one.number for one in shortfalls(items, 5)] == ["c", "e", "a"]
    assert [one.number for one in shortfalls(items, 1)] == ["c"]


NUMBERS = st.sampled_from(["1", "2", "3", "4", None])
ITEMS = st.lists(
    st.tuples(NUMBERS, st.sampled_from([None, 0, 1, 4]), st.sampled_from(["cft", "border"]),
              st.sampled_from([None, "1373", "2396:12"])),
    max_size=6, unique_by=lambda entry: entry[0] or object(),
)  # fmt: skip


@given(
    ITEMS, ITEMS, st.booleans(), st.dictionaries(st.sampled_from("1234"), st.lists(st.sampled_from("1234"), max_size=3))
)
def test_every_later_item_is_told_once_and_no_earlier_one_is_lost(
    before: list[tuple[str | None, int | None, str, str | None]],
    after: list[tuple[str | None, int | None, str, str | None]],
    same_version: bool,
    renumbered: dict[str, list[str]],
) -> None:
    olds, news = (
        [Item(at, number, theme, basis, ordinal) for at, (number, ordinal, theme, basis) in enumerate(side, start=1)]
        for side in (before, after)
    )
    pairs = compare(olds, news, same_version=same_version, renumbered=renumbered)
    assert sorted(pair.after for pair in pairs if pair.after is not None) == [one.position for one in news]
    merged = {pair.after for pair in pairs if pair.reason is Reason.MERGED}
    told = {pair.before for pair in pairs if pair.before is not None}
    if not merged:
        assert told == {one.position for one in olds}
    assert compare(olds, news, same_version=same_version, renumbered=renumbered) == pairs
