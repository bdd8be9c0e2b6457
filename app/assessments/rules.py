"""Compares two editions of one desk review and picks what fell short; the State itself gets no figure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

TOP = 5
"""The overview of implementation names its five foremost shortfalls."""
SHORT_UP_TO = 2
"""Levels up to this one are shortfalls, of 0 (nothing done) to 4 (done in full)."""


class Tool(StrEnum):
    """The instrument: CTED's overview of implementation, or the detailed survey that is for the State alone."""

    OIA = "oia"
    DIS = "dis"


class Change(StrEnum):
    """What became of an item between two editions."""

    ROSE = "rose"
    FELL = "fell"
    UNCHANGED = "unchanged"
    NEW = "new"
    GONE = "gone"
    NOT_COMPARABLE = "not_comparable"


class Reason(StrEnum):
    """Why two items cannot be compared."""

    NOT_ASSESSED_BEFORE = "not_assessed_before"
    NOT_ASSESSED_NOW = "not_assessed_now"
    SPLIT = "split"
    MERGED = "merged"


class MatchedBy(StrEnum):
    """How an item was found again in the other edition."""

    ITEM = "item"
    TOOL_CHANGE = "tool_change"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Item:
    """One item as comparison reads it: `number` is the tool's own, `ordinal` 0–4, nothing: not assessed."""

    position: int
    number: str | None
    theme: str
    resolution: str | None
    ordinal: int | None


@dataclass(frozen=True, slots=True)
class Pair:
    """An item before and after, by position; either may be absent."""

    change: Change
    before: int | None
    after: int | None
    matched_by: MatchedBy | None = None
    reason: Reason | None = None


def compare(
    before: Sequence[Item], after: Sequence[Item], *, same_version: bool, renumbered: Mapping[str, Sequence[str]]
) -> list[Pair]:
    """What rose, fell, stayed, came, went or cannot be compared, in the order of the later edition, what went last.

    Items are the same by number within one version of the tool; across versions by `renumbered`, which gives for
    numbers of the earlier version those of the later. What neither tells is the same where theme and paragraph occur
    once on both sides.
    """
    earlier = {item.number: item for item in before if item.number}
    later = {item.number: item for item in after if item.number}
    into = _into(renumbered)
    pairs: list[Pair] = []
    used: set[int] = set()
    settled: set[int] = set()
    for item in after:
        if item.number is None:
            continue
        if same_version:
            old = earlier.get(item.number)
            if old is not None:
                pairs.append(_pair(old, item, MatchedBy.ITEM))
                used.add(old.position)
                settled.add(item.position)
            continue
        sources = [earlier[number] for number in into.get(item.number, ()) if number in earlier]
        if not sources:
            continue
        reason = _unlike(sources, renumbered, later)
        found = _pair(sources[0], item, MatchedBy.TOOL_CHANGE)
        if reason is not None:
            found = Pair(Change.NOT_COMPARABLE, sources[0].position, item.position, MatchedBy.TOOL_CHANGE, reason)
        pairs.append(found)
        used.update(source.position for source in sources)
        settled.add(item.position)
    named = {old.position for number, old in earlier.items() if number in renumbered}
    pairs += _by_paragraph(
        [item for item in before if item.position not in used | named],
        [item for item in after if item.position not in settled],
        used,
        settled,
    )
    pairs += [Pair(Change.NEW, None, item.position) for item in after if item.position not in settled]
    pairs.sort(key=lambda pair: -1 if pair.after is None else pair.after)
    return pairs + [Pair(Change.GONE, item.position, None) for item in before if item.position not in used]


def _into(renumbered: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    into: dict[str, list[str]] = {}
    for old in sorted(renumbered):
        for new in renumbered[old]:
            into.setdefault(new, []).append(old)
    return into


def _unlike(
    sources: Sequence[Item], renumbered: Mapping[str, Sequence[str]], later: Mapping[str, Item]
) -> Reason | None:
    """Why an item is not the one item it came from."""
    if len(sources) > 1:
        return Reason.MERGED
    targets = [new for new in renumbered[sources[0].number or ""] if new in later]
    return Reason.SPLIT if len(targets) > 1 else None


def _by_paragraph(before: Sequence[Item], after: Sequence[Item], used: set[int], settled: set[int]) -> Iterable[Pair]:
    """Items that only theme and paragraph tell: the same where both sides have just one. What is found is noted."""
    found = []
    olds, news = _single(before), _single(after)
    for key, item in news.items():
        old = olds.get(key)
        if old is not None:
            found.append(_pair(old, item, MatchedBy.PARAGRAPH))
            used.add(old.position)
            settled.add(item.position)
    return found


def _single(items: Sequence[Item]) -> dict[tuple[str, str], Item]:
    by_key: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        if item.resolution is not None:
            by_key.setdefault((item.theme, item.resolution), []).append(item)
    return {key: found[0] for key, found in by_key.items() if len(found) == 1}


def _pair(old: Item, new: Item, matched_by: MatchedBy) -> Pair:
    if old.ordinal is None or new.ordinal is None:
        reason = Reason.NOT_ASSESSED_BEFORE if old.ordinal is None else Reason.NOT_ASSESSED_NOW
        return Pair(Change.NOT_COMPARABLE, old.position, new.position, matched_by, reason)
    change = (
        Change.ROSE if new.ordinal > old.ordinal else Change.FELL if new.ordinal < old.ordinal else Change.UNCHANGED
    )
    return Pair(change, old.position, new.position, matched_by)


def shortfalls(items: Sequence[Item], limit: int) -> list[Item]:
    """The items that fall short most, lowest level first; within a level in the order of the document. What was not
    assessed is no shortfall."""
    short = [item for item in items if item.ordinal is not None and item.ordinal <= SHORT_UP_TO]
    return sorted(short, key=lambda item: (item.ordinal, item.position))[:limit]
