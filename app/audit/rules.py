"""The chain: how a record is hashed, what proves it whole, and when reading is too much."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

START = "0" * 64
"""What the first record follows."""

CHAINED = (
    "number", "id", "at", "request_id", "operation", "status", "code", "account_id", "role", "organization", "state",
    "action", "subjects", "states", "facts", "previous_hash",
)  # fmt: skip
"""What the hash of a record covers: everything but itself."""


def digest(record: Mapping[str, object]) -> str:
    """SHA-256 over the record as canonical JSON: sorted keys, no spaces, UTF-8, instants in UTC to the microsecond."""
    plain = {name: record[name] for name in CHAINED}
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


@dataclass(frozen=True, slots=True)
class Head:
    """How many records there are, and the hash of the last."""

    count: int
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first record at which the chain does not hold, and why."""

    number: int
    reason: str

    @property
    def sentence(self) -> str:
        """For people."""
        return f"The chain is broken at record {self.number}: {self.reason}."


def first_break(
    records: Iterable[tuple[Mapping[str, object], frozenset[str]]], head: Head, anchors: Iterable[Head] = ()
) -> Break | None:
    """Where the chain does not hold. Each record comes with the needs that the States' logs show for it.

    Only anchors, kept where the database's owner cannot change them, show that the end was cut or all was rewritten.
    """
    anchored: dict[int, set[str]] = {}
    for anchor in anchors:
        anchored.setdefault(anchor.count, set()).add(anchor.hash)
    last = Head(0, START)
    for record, needs in records:
        number = last.count + 1
        if record["number"] != number:
            return Break(number, "it is missing")
        if record["previous_hash"] != last.hash:
            return Break(number, "it does not follow the one before")
        if record["hash"] != digest(record):
            return Break(number, "its content is not what was recorded")
        subjects = record["subjects"]
        if isinstance(subjects, Mapping) and needs != frozenset(_needs_of(record, subjects)):
            return Break(number, "the logs of the States do not name the needs that it names")
        last = Head(number, str(record["hash"]))
        if anchored.pop(number, {last.hash}) != {last.hash}:
            return Break(number, "it is not the one that was anchored")
    if last != head:
        return Break(min(last.count, head.count) + 1, "records and head do not end at the same place")
    beyond = [count for count in anchored if count > 0]
    return Break(last.count + 1, f"{max(beyond)} records were anchored") if beyond else None


def _needs_of(record: Mapping[str, object], subjects: Mapping[str, Iterable[str]]) -> Iterable[str]:
    return subjects.get("need", ()) if record["code"] is None else ()


def write_anchor(head: Head, at: datetime) -> str:
    """The line of an anchor file."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {head.count} {head.hash}\n"


def read_anchors(text: str) -> list[Head]:
    """The anchors in a file; raises `ValueError` naming the first line that is none."""
    anchors = []
    for position, line in enumerate(text.splitlines(), start=1):
        parts = line.split()
        if len(parts) != 3 or not parts[1].isdecimal() or len(parts[2]) != len(START):
            message = f"line {position} is no anchor"
            raise ValueError(message)
        anchors.append(Head(int(parts[1]), parts[2]))
    return anchors


WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Window:
    """What an account read within the last hour: need to the minute of its last reading."""

    reads: dict[str, str]
    is_alarm: bool


def slide(reads: Mapping[str, str], new: Iterable[str], *, at: datetime, limit: int) -> Window:
    """The window moved on to `at`; an alarm when it holds more than `limit` needs. It never grows far beyond that."""
    minute = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M}"
    oldest = f"{at.astimezone(UTC) - WINDOW:%Y-%m-%dT%H:%M}"
    kept = {need: seen for need, seen in reads.items() if seen >= oldest}
    kept.update(dict.fromkeys(new, minute))
    if len(kept) > limit:
        newest = sorted(kept.items(), key=lambda item: item[1], reverse=True)
        return Window(dict(newest[: limit + 1]), is_alarm=True)
    return Window(kept, is_alarm=False)
