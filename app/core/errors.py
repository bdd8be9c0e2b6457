"""The five kinds of error that a service raises; they carry a code and values, no status and no sentence.

Error
├── NotFound     absent, or hidden from the one who asks: the two are the same
├── Conflict     the record's state does not allow it
│   └── Stale    somebody changed the record in between
├── NotAllowed   seen, but this person may never do it
├── Invalid      the input is malformed; carries one `Fault` per place
│   └── TooBig   the input is longer than the limit
└── Unavailable  something that we need is away; trying again may help
    └── Throttled  too many requests or tries; trying again helps after a while
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the input: where (JSON pointer), a stable code, and what would be right."""

    pointer: str
    code: str
    detail: str


class Error(Exception):
    """Base of the service's errors; `detail` is one English sentence without any of the input in it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class NotFound(Error):
    """Absent or hidden."""

    def __init__(self) -> None:
        super().__init__("not_found", "There is no such record.")


class Conflict(Error):
    """The record's state does not allow this."""


class Stale(Conflict):
    """The record is no longer the one that was read."""

    def __init__(self) -> None:
        super().__init__("record.stale", "The record has changed since you read it; read it again.")


class NotAllowed(Error):
    """This person may never do this."""


class Invalid(Error):
    """The input is malformed."""

    def __init__(self, faults: Sequence[Fault], code: str = "input.invalid") -> None:
        super().__init__(code, "The input is not valid; each fault is listed with what would be right.")
        self.faults = tuple(faults)

    def under(self, pointer: str) -> "Invalid":
        """The same, for a record that stands at this place in the input."""
        return Invalid([replace(fault, pointer=pointer + fault.pointer) for fault in self.faults])


class TooBig(Invalid):
    """The input is longer than the limit, in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__([Fault("", "input.too_big", f"At most {limit} bytes are taken.")], "input.too_big")


class Unavailable(Error):
    """Something that we need is away; trying again may help after `retry_after` seconds."""

    retry_after = 5


class Throttled(Unavailable):
    """Too many requests or tries in a short time."""

    def __init__(self, code: str, detail: str, *, retry_after: int) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


def present(record: Record | None) -> Record:
    """The record that was looked for among those that the actor may see; raises `NotFound` where there is none."""
    if record is None:
        raise NotFound
    return record
