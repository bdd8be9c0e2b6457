"""The chain's arithmetic, and what counts as reading in bulk."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.audit import rules
from app.audit.rules import START, Break, Head

pytestmark = pytest.mark.pure

AT = datetime(2026, 11, 23, 9, 30, 5, 120, tzinfo=UTC)


def record(number: int, previous: str, **changes: object) -> dict[str, object]:
    made: dict[str, object] = {
        "number": number, "id": UUID(int=number), "at": AT, "request_id": "r", "operation": "GET /needs", "status": 200,
        "code": None, "account_id": UUID(int=9), "role": "officer", "organization": None, "state": None,
        "action": "need.list", "subjects": {"need": ["n1"]}, "states": ["KEN"], "facts": {}, "previous_hash": previous,
    }  # fmt: skip
    made |= changes
    return {**made, "hash": rules.digest(made)}


def chain(length: int) -> list[tuple[dict[str, object], frozenset[str]]]:
    made: list[tuple[dict[str, object], frozenset[str]]] = []
    previous = START
    for number in range(1, length + 1):
        made.append((record(number, previous), frozenset({"n1"})))
        previous = str(made[-1][0]["hash"])
    return made


def head_of(records: list[tuple[dict[str, object], frozenset[str]]]) -> Head:
    return Head(len(records), str(records[-1][0]["hash"])) if records else Head(0, START)


@pytest.mark.parametrize("length", [0, 1, 7])
def test_an_untouched_chain_holds(length: int) -> None:
    records = chain(length)
    assert rules.first_break(records, head_of(records), [head_of(records)]) is None


def test_the_hash_is_the_same_for_the_same_instant_in_any_zone() -> None:
    from datetime import timezone

    elsewhere = AT.astimezone(timezone(timedelta(hours=3)))
    assert record(1, START)["hash"] == record(1, START, at=elsewhere)["hash"]


def test_the_hash_is_known() -> None:
    """A change of the canonical form would make every chain that exists look broken."""
    assert record(1, START)["hash"] == "4139c0796137dbe44bd7aa483c79616c3b9c1ac1bac4ffae455b19a57fdf313a"


def test_the_first_broken_record_is_named() -> None:
    records = chain(5)
    records[2][0]["role"] = "auditor"
    records[4][0]["role"] = "auditor"
    broken = rules.first_break(records, head_of(records))
    assert broken == Break(3, "its content is not what was recorded")


def test_a_states_log_that_leaves_out_a_need_is_found() -> None:
    records = chain(3)
    records[1] = (records[1][0], frozenset())
    broken = rules.first_break(records, head_of(records))
    assert broken is not None
    assert broken.number == 2


def test_a_cut_end_is_found_by_an_anchor_alone() -> None:
    records = chain(5)
    anchor = head_of(records)
    assert rules.first_break(records[:3], head_of(records[:3])) is None
    broken = rules.first_break(records[:3], head_of(records[:3]), [anchor])
    assert broken == Break(4, "5 records were anchored")


def test_two_different_anchors_of_one_place_cannot_both_hold() -> None:
    records = chain(2)
    assert rules.first_break(records, head_of(records), [head_of(records), Head(2, "f" * 64)]) is not None


def test_anchors_are_read_as_they_were_written() -> None:
    heads = [Head(1, "a" * 64), Head(500, "b" * 64)]
    text = "".join(rules.write_anchor(head, AT) for head in heads)
    assert text.startswith("2026-11-23T09:30:05Z 1 aaaa")
    assert rules.read_anchors(text) == heads


@pytest.mark.parametrize("line", ["", "nonsense", "2026-11-23T09:30:05Z x " + "a" * 64, "2026-11-23T09:30:05Z 1 abc"])
def test_a_line_that_is_no_anchor_is_refused_by_its_number(line: str) -> None:
    with pytest.raises(ValueError, match="line 2 is no anchor"):
        rules.read_anchors(rules.write_anchor(Head(1, "a" * 64), AT) + line + "\n")


def test_the_same_needs_read_again_and_again_raise_no_alarm() -> None:
    reads: dict[str, str] = {}
    for minute in range(0, 300, 10):
        window = rules.slide(reads, map(str, range(200)), at=AT + timedelta(minutes=minute), limit=200)
        assert not window.is_alarm
        reads = window.reads


def test_one_need_more_than_the_limit_raises_the_alarm() -> None:
    window = rules.slide({}, map(str, range(200)), at=AT, limit=200)
    assert rules.slide(window.reads, ["another"], at=AT + timedelta(minutes=59), limit=200).is_alarm


def test_what_was_read_more_than_an_hour_ago_counts_no_more() -> None:
    window = rules.slide({}, map(str, range(200)), at=AT, limit=200)
    later = rules.slide(window.reads, ["another"], at=AT + timedelta(minutes=61), limit=200)
    assert later == rules.Window({"another": "2026-11-23T10:31"}, is_alarm=False)


def test_the_window_stays_small_however_much_is_read() -> None:
    assert len(rules.slide({}, map(str, range(20_000)), at=AT, limit=200).reads) == 201
