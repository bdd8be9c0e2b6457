"""Whoever changes, removes, swaps or adds a record, cuts the end or rewrites the whole is found."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from app.audit import rules, service
from app.audit.models import HEAD, NEEDS, RECORDS
from app.audit.rules import START, Head
from app.cli.printing import Operator
from app.core import trail
from app.core.errors import Conflict
from tests.world import START as NOW

LENGTH = 24
ATTEMPTS = 50
"""Of each kind on each database: 700 in all."""

Row = dict[str, Any]


def rand_id(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def write_chain(session: Session, chance: random.Random) -> list[Head]:
    """A chain of requests of several people, and anchors taken on the way."""
    anchors = []
    people = [replace(Operator(NOW), role=role, account_id=None) for role in ("officer", "state", "provider")]
    for position in range(LENGTH):
        trail.begin(session, "GET /needs", at=NOW, request_id=str(rand_id(chance)))
        trail.by(session, replace(chance.choice(people), at=NOW + timedelta(seconds=position)))
        for _ in range(chance.randrange(1, 4)):
            trail.read(session, rand_id(chance), chance.choice(("KEN", "MDV")))
        service.seal(session, alarm_at=1000)
        if position % 7 == 6:
            anchors.append(service.head(session))
    return [*anchors, service.head(session)]


@dataclass
class Copy:
    """All rows of the audit, to be changed and written back by somebody who can do anything to the database."""

    records: list[Row]
    needs: list[Row]
    head: Row

    @classmethod
    def of(cls, session: Session) -> "Copy":
        def rows(table: Table) -> list[Row]:
            return [dict(row) for row in session.execute(select(table)).mappings()]

        return cls(sorted(rows(RECORDS), key=lambda row: row["number"]), rows(NEEDS), rows(HEAD)[0])

    def write(self, session: Session) -> None:
        session.execute(delete(NEEDS))
        session.execute(delete(RECORDS))
        for table, rows in ((RECORDS, self.records), (NEEDS, self.needs)):
            if rows:
                session.execute(insert(table), rows)
        session.execute(update(HEAD).values(count=self.head["count"], hash=self.head["hash"]))

    def rehash(self, first: int = 1) -> None:
        """Make the chain whole again from a record on, as somebody would who knows how it is made."""
        previous = self.records[first - 2]["hash"] if first > 1 else START
        for position in range(first - 1, len(self.records)):
            row = self.records[position]
            row |= {"number": position + 1, "previous_hash": previous}
            row["hash"] = previous = rules.digest(row)
        self.head |= {"count": len(self.records), "hash": previous}

    def cut(self, length: int) -> None:
        del self.records[length:]
        self.needs = [row for row in self.needs if row["number"] <= length]
        self.head |= {"count": length, "hash": self.records[-1]["hash"] if length else START}


def forged(row: Row, chance: random.Random) -> Row:
    return {**row, "id": rand_id(chance), "subjects": {}, "action": "account.added"}


def edit(copy: Copy, chance: random.Random) -> None:
    changes: Row = {
        "at": NOW - timedelta(days=1), "request_id": "another", "operation": "GET /gaps", "status": 404,
        "account_id": rand_id(chance), "role": "auditor", "organization": "osce", "state": "FRA", "action": "gap.read",
        "subjects": {}, "states": ["FRA"], "facts": {"a": ["b"]}, "id": rand_id(chance), "code": "x", "hash": "0" * 64,
    }  # fmt: skip
    column = chance.choice(sorted(changes))
    row = chance.choice(copy.records)
    assert row[column] != changes[column]
    row[column] = changes[column]


def remove(copy: Copy, chance: random.Random) -> None:
    number = chance.randrange(1, LENGTH + 1)
    copy.records = [row for row in copy.records if row["number"] != number]
    copy.needs = [row for row in copy.needs if row["number"] != number]


def swap(copy: Copy, chance: random.Random) -> None:
    one, other = chance.sample(copy.records, 2)
    one["number"], other["number"] = other["number"], one["number"]


def add(copy: Copy, chance: random.Random) -> None:
    place = chance.randrange(1, LENGTH)
    for row in (*copy.records[place:], *(n for n in copy.needs if n["number"] > place)):
        row["number"] += 1
    new = {**forged(copy.records[place], chance), "number": place + 1}
    copy.records.insert(place, {**new, "hash": rules.digest(new)})
    copy.head["count"] += 1


def cut_the_end(copy: Copy, chance: random.Random) -> None:
    copy.cut(chance.randrange(LENGTH))


def rewrite_all(copy: Copy, chance: random.Random) -> None:
    place = chance.randrange(LENGTH)
    copy.records[place]["role"] = "service"
    copy.rehash()


def restore_an_old_copy_and_go_on(copy: Copy, chance: random.Random) -> None:
    length = chance.randrange(1, LENGTH)
    copy.cut(length)
    copy.records += [forged(copy.records[-1], chance) for _ in range(chance.randrange(LENGTH - length, LENGTH))]
    copy.rehash(length + 1)


ATTACKS = [edit, remove, swap, add, cut_the_end, rewrite_all, restore_an_old_copy_and_go_on]


@pytest.fixture
def anchored(session: Session) -> list[Head]:
    return write_chain(session, random.Random(7))


def test_an_untouched_chain_holds_with_all_its_anchors(session: Session, anchored: list[Head]) -> None:
    assert service.verify(session, anchored) is None
    assert anchored[-1].count == LENGTH


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_every_tampering_is_found(
    session: Session, anchored: list[Head], attack: Callable[[Copy, random.Random], None]
) -> None:
    chance = random.Random(attack.__name__)
    missed = 0
    for _ in range(ATTEMPTS):
        savepoint = session.begin_nested()
        copy = Copy.of(session)
        attack(copy, chance)
        copy.write(session)
        missed += service.verify(session, anchored) is None
        savepoint.rollback()
    assert missed == 0
    assert service.verify(session, anchored) is None


def test_what_the_chain_alone_cannot_tell_is_known(session: Session, anchored: list[Head]) -> None:
    """Why the anchor is kept elsewhere: without it a cut end passes."""
    copy = Copy.of(session)
    copy.cut(11)
    copy.write(session)
    assert service.verify(session) is None
    broken = service.verify(session, anchored)
    assert broken is not None
    assert broken.number == 12


def test_a_state_that_is_told_less_than_was_recorded_is_found(session: Session, anchored: list[Head]) -> None:
    number = session.scalar(select(NEEDS.c.number).order_by(NEEDS.c.number.desc()).limit(1))
    session.execute(delete(NEEDS).where(NEEDS.c.number == number))
    broken = service.verify(session, anchored)
    assert broken is not None
    assert broken.number == number


def test_an_anchor_of_another_chain_is_not_added_to(session: Session, anchored: list[Head], tmp_path: Any) -> None:
    file = tmp_path / "anchors"
    service.anchor(session, file, at=NOW)
    copy = Copy.of(session)
    rewrite_all(copy, random.Random(1))
    copy.write(session)
    with pytest.raises(Conflict, match=r"audit\.anchor_mismatch"):
        service.anchor(session, file, at=NOW)


def test_an_end_that_is_anchored_is_not_anchored_twice(session: Session, anchored: list[Head], tmp_path: Any) -> None:
    file = tmp_path / "elsewhere" / "anchors"
    assert service.anchor(session, file, at=NOW) == anchored[-1]
    assert service.anchor(session, file, at=NOW) is None
    assert service.read_anchors(file) == [anchored[-1]]
