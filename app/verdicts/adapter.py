"""Opens the engine: matches to keep and to show again, and verdicts as cases to learn from."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from app.verdicts.rules import Reason, Ruling, speaks_of_fit
from matching import Case, Engine, Evidence, Finding, Graded, Match, NeedProfile, UnknownOffer
from matching import Verdict as FindingVerdict
from matching.learning import ACCEPTED, DECLINED

Json = dict[str, Any]  # one JSON object


def match_of(engine: Engine, need: NeedProfile, offer_id: str, *, as_of: date) -> Match | None:
    """The match of one pair, or nothing where the offer is excluded or cannot be judged."""
    try:
        found = engine.explain(need, offer_id, as_of=as_of)
    except UnknownOffer:
        return None
    return found if isinstance(found, Match) else None


def frozen(match: Match) -> Json:
    """The match as JSON, in full figures."""
    kept = asdict(match)
    del kept["offer_id"]
    return kept


def thawed(kept: Mapping[str, Any], offer_id: str) -> Match:
    """The match that `frozen` kept."""
    findings = tuple(
        Finding(
            finding["criterion"],
            FindingVerdict(finding["verdict"]),
            finding["value"],
            finding["weight"],
            finding["code"],
            finding["cap"],
            Evidence(tuple(finding["evidence"]["need"]), tuple(finding["evidence"]["offer"])),
            finding["values"],
        )
        for finding in kept["findings"]
    )
    return Match(offer_id, kept["score"], kept["ceiling"], kept["serves"], kept["known_share"], findings)


def cases_of(verdicts: Iterable[Mapping[str, Any]]) -> tuple[Case, ...]:
    """Verdicts as cases, one a need. Of several on one pair the latest counts; those on anything but the fit do not.

    Each verdict gives `need`, `state`, `offer`, `verdict`, `reason`, `created_at` and `findings` (criterion, value)."""
    latest: dict[tuple[str, str], Mapping[str, Any]] = {}
    for one in verdicts:
        pair = (str(one["need"]), str(one["offer"]))
        if pair not in latest or _age(one) >= _age(latest[pair]):
            latest[pair] = one
    by_need: dict[str, list[Mapping[str, Any]]] = {}
    for pair in sorted(latest):
        one = latest[pair]
        if speaks_of_fit(Ruling(one["verdict"]), Reason(one["reason"]) if one["reason"] else None):
            by_need.setdefault(pair[0], []).append(one)
    return tuple(
        Case(need, str(decided[0]["state"]), tuple(_graded(one) for one in decided), is_decided=True)
        for need, decided in by_need.items()
    )


def _age(verdict: Mapping[str, Any]) -> tuple[str, str]:
    """Two verdicts of one instant: a fixed one of them counts."""
    return str(verdict["created_at"]), str(verdict["verdict"])


def _graded(verdict: Mapping[str, Any]) -> Graded:
    values = {finding["criterion"]: float(finding["value"]) for finding in verdict["findings"]}
    return Graded(str(verdict["offer"]), values, ACCEPTED if verdict["verdict"] == Ruling.ACCEPTED else DECLINED)
