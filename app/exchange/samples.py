"""Loads the seed data of a demonstration: real programmes, and invented visits, needs, offers and consents."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import queries as access_queries
from app.access import service as access
from app.access.models import Consent, ConsentAudience, ConsentEvent, ConsentNeed, ConsentTheme
from app.access.rules import Actor, Level, Role
from app.assessments import service as assessments
from app.assessments.models import Assessment, ToolChange
from app.assessments.schemas import AssessmentCreate, ToolChangeCreate
from app.consents.schemas import ConsentCreate
from app.core.errors import Fault, Invalid
from app.core.ids import sample_id, sample_reference
from app.exchange import iati, service
from app.exchange.report import Outcome
from app.exchange.rules import Draft, Result
from app.matches.adapter import Matcher
from app.matches.service import Asked
from app.needs import service as needs
from app.needs.models import Need
from app.needs.schemas import NeedCreate
from app.offers import queries as offers
from app.reference.rules import Book
from app.reference.service import SEED_DATA
from app.referrals import queries as referral_queries
from app.referrals import service as referrals
from app.referrals.schemas import ReferralCreate, Transition
from app.visits.models import Recommendation, TeamMember, Visit
from app.visits.schemas import RecommendationCreate, VisitCreate
from app.visits.service import status_at_first

_OFFSET = re.compile(r"today(?:([+-])(\d{1,5}))?")
_INSTANTS = ("effective_from", "expires_at")
Json = dict[str, Any]  # one line of a file


def load_organizations(session: Session, folder: Path = SEED_DATA) -> None:
    """Bring the invented organisations to what their file says."""
    for row in _lines(folder / "sample" / "organizations.jsonl"):
        access.put_organization(session, row, is_sample=True)


def load(
    session: Session, book: Book, *, today: date, now: datetime, recorded_by: UUID, folder: Path = SEED_DATA
) -> dict[str, int]:
    """Load everything, and say how much of what; loading twice adds nothing.

    Dates are offsets from `today`; what has been withdrawn or has expired was given before. `recorded_by` is the
    officer in whose name the records stand. Raises `Invalid` where a file of the seed data is wrong.
    """
    loader = _Loader(session, book, today, now, recorded_by)
    sample = folder / "sample"
    counts = {"programmes": loader.offers(folder / "programmes.jsonl", is_sample=False)}
    counts["visits"] = sum(loader.visit(row) for row in _all(sample, "visits"))
    session.flush()
    counts["recommendations"] = sum(loader.recommendation(row) for row in _all(sample, "recommendations"))
    session.flush()
    counts["needs"] = sum(loader.need(row) for row in _all(sample, "needs"))
    session.flush()
    counts["offers"] = sum(loader.offers(file, is_sample=True) for file in sorted(sample.glob("offers-*.jsonl")))
    counts["offers from IATI files"] = sum(loader.activities(file) for file in sorted(folder.glob("iati/*.xml")))
    counts["assessments"] = sum(loader.assessment(row) for row in _all(sample, "assessments"))
    loader.tool_changes(_all(sample, "tool_changes"))
    numbered = ((file, number, row) for file in sorted(sample.glob("consents-*.jsonl")) for number, row in _rows(file))
    counts["consents"] = sum(loader.consent(f"{file.stem}-{number}", row) for file, number, row in numbered)
    session.flush()
    counts["referrals"] = loader.referrals(list(_all(sample, "referrals")))
    return counts


class _Loader:
    def __init__(self, session: Session, book: Book, today: date, now: datetime, recorded_by: UUID) -> None:
        self._session, self._book = session, book
        self._today, self._now, self._by = today, now, recorded_by
        self._there = {
            table: frozenset(session.scalars(select(table.id)))
            for table in (Visit, Recommendation, Need, Consent, Assessment)
        }
        self._visits: dict[UUID, Visit] = {visit.id: visit for visit in session.scalars(select(Visit))}

    def visit(self, row: Json) -> bool:
        identifier = sample_id("visit", row.pop("key"))
        if identifier in self._there[Visit]:
            return False
        new = VisitCreate.model_validate(self._dated(row))
        is_adopted = new.report_adopted_on is not None and new.report_adopted_on <= self._today
        visit = Visit(
            id=identifier, status=status_at_first(new, self._today), **new.model_dump(exclude={"team", "level"}),
            level=_released(is_adopted=is_adopted),
            is_sample=True, created_at=self._day_after(new.ends_on), created_by=self._by,
            team=[TeamMember(account_id=self._by)],
        )  # fmt: skip
        self._visits[identifier] = visit
        self._session.add(visit)
        return True

    def recommendation(self, row: Json) -> bool:
        identifier = sample_id("recommendation", row.pop("key"))
        if identifier in self._there[Recommendation]:
            return False
        visit = self._visits[sample_id("visit", row.pop("visit"))]
        new = RecommendationCreate.model_validate({**row, "number": str(row["number"])})
        self._session.add(Recommendation(
            id=identifier, visit_id=visit.id, **new.model_dump(exclude={"level"}), level=visit.level, is_sample=True,
            created_at=visit.created_at, created_by=self._by,
        ))  # fmt: skip
        return True

    def need(self, row: Json) -> bool:
        key = row.pop("key")
        identifier = sample_id("need", key)
        if identifier in self._there[Need]:
            return False
        for name in ("visit", "recommendation"):
            row[name] = sample_id(name, row[name]) if row[name] else None
        new = NeedCreate.model_validate(self._dated(row))
        _refuse(key, needs.check(self._session, new, self._book))
        visit = self._visits.get(new.visit) if new.visit else None
        recorded_on = visit.ends_on if visit else new.agreed_on or self._today
        need = needs.unsaved(
            new, visit_id=new.visit, reference=sample_reference(new.state, identifier), by=self._by,
            at=self._day_after(recorded_on),
        )  # fmt: skip
        need.id, need.is_sample = identifier, True
        self._session.add(need)
        needs.note_recorded(self._session, need)
        return True

    def assessment(self, row: Json) -> bool:
        key = row.pop("key")
        identifier = sample_id("assessment", key)
        if identifier in self._there[Assessment]:
            return False
        new = AssessmentCreate.model_validate(self._dated(row))
        _refuse(key, assessments.check_lists(new, self._book))
        made = assessments.unsaved(new, at=self._day_after(new.assessed_on), by=self._by)
        made.id, made.is_sample = identifier, True
        self._session.add(made)
        return True

    def tool_changes(self, rows: Iterator[Json]) -> None:
        for row in rows:
            identifier = sample_id("tool_change", row.pop("key"))
            if self._session.get(ToolChange, identifier) is None:
                new = ToolChangeCreate.model_validate(row)
                made = ToolChange(id=identifier, **new.model_dump(), changed_at=self._now, changed_by=self._by)
                self._session.add(made)

    def offers(self, file: Path, *, is_sample: bool) -> int:
        by_organization: dict[str, list[Draft]] = {}
        for number, row in _rows(file):
            fields = {name: value for name, value in self._dated(row).items() if value is not None}
            by_organization.setdefault(row["organization"], []).append(Draft(number, fields=fields))
        return sum(
            self._merge(file.name, organization, drafts, is_sample=is_sample)
            for organization, drafts in by_organization.items()
        )

    def activities(self, file: Path) -> int:
        """The file's name is the code of the organisation whose file it is."""
        drafts, _ = iati.read(file.read_bytes(), self._book)
        return self._merge(file.name, file.stem, drafts, is_sample=True, from_iati=True)

    def _merge(
        self, name: str, organization: str, drafts: list[Draft], *, is_sample: bool, from_iati: bool = False
    ) -> int:
        actor = Actor(Role.PROVIDER, self._now, self._by, organization)
        outcomes: list[Outcome] = service.merge_offers(
            self._session, actor, organization, drafts, self._book, from_iati=from_iati, is_sample=is_sample
        )
        for outcome in outcomes:
            _refuse(f"{name} {outcome.draft.number}", outcome.draft.faults)
        return sum(outcome.result is Result.CREATED for outcome in outcomes)

    def consent(self, key: str, row: Json) -> bool:
        identifier = sample_id("consent", key)
        if identifier in self._there[Consent]:
            return False
        withdrawn_at = row.pop("withdrawn_at", None)
        instants = {name: f"{self._resolved(row[name])}T00:00:00Z" for name in _INSTANTS if row.get(name)}
        new = ConsentCreate.model_validate({**self._dated(row), **instants, "scope": _scope(row["scope"])})
        has_expired = new.expires_at is not None and new.expires_at <= self._now
        given_at = self._now
        if withdrawn_at or has_expired:
            given_at = min(new.effective_from or self._now, _noon(new.instrument.date))
        consent = Consent(
            id=identifier, state=new.state, visit_id=new.scope.visit, fields=new.fields,
            covers_future=new.covers_future, is_public=new.audience.public,
            instrument=new.instrument.model_dump(mode="json"), effective_from=new.effective_from,
            expires_at=new.expires_at, recorded_at=given_at, recorded_by=self._by, on_behalf=False,
            themes=[ConsentTheme(theme=code, state=new.state) for code in new.scope.themes or ()],
            needs=[ConsentNeed(need_id=need_id) for need_id in new.scope.needs or ()],
            audience=[
                *(ConsentAudience(kind="organization", value=value) for value in new.audience.organizations),
                *(ConsentAudience(kind="class", value=value) for value in new.audience.classes),
            ],
            events=[],
        )  # fmt: skip
        if withdrawn_at:
            at = _noon(date.fromisoformat(self._resolved(withdrawn_at)))
            consent.events.append(ConsentEvent(kind="withdrawn", at=min(at, self._now), by=self._by, reason=None))
        self._session.add(consent)
        return True

    def referrals(self, rows: list[Json]) -> int:
        """Each takes its steps on its days, by the rules that hold for everybody."""
        there = referral_queries.find_ids(self._session, [sample_id("referral", row["key"]) for row in rows])
        matcher = Matcher(self._book)
        made = 0
        for row in (self._dated(row) for row in rows):
            identifier = sample_id("referral", row["key"])
            if identifier in there:
                continue
            offer = offers.find_by_external_id(self._session, row["organization"], row["external_id"])
            if offer is None:
                raise Invalid([Fault(f"{row['key']}/external_id", "offer.unknown", "No such offer.")])
            organization = access_queries.get_organization(self._session, row["organization"])
            asked = Asked(
                self._session,
                Actor(Role.OFFICER, self._at(row["proposed_on"]), self._by),
                self._book,
                matcher,
                "en",
                self._today,
            )
            new = ReferralCreate(need=sample_id("need", row["need"]), offer=offer.id)
            referral = referrals.propose(asked, new, sample_id=identifier)
            actors = {
                "cted": Actor(Role.OFFICER, self._now, self._by),
                "state": Actor(Role.STATE, self._now, self._by, state=referral.state),
                "provider": Actor(Role.PROVIDER, self._now, self._by, organization.code, organization.kind),
            }
            for step in row["steps"]:
                actor = replace(actors[step.pop("by")], at=self._at(step.pop("on")))
                referrals.take_step(self._session, actor, referral, Transition.model_validate(step))
            made += 1
        return made

    def _at(self, day: str) -> datetime:
        return min(_noon(date.fromisoformat(day)), self._now)

    def _dated(self, value: Any) -> Any:  # JSON has no narrower type
        """The same record with every offset as the day that it is."""
        if isinstance(value, dict):
            return {name: self._dated(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._dated(item) for item in value]
        return self._resolved(value) if isinstance(value, str) else value

    def _resolved(self, text: str) -> str:
        offset = _OFFSET.fullmatch(text)
        if offset is None:
            return text
        days = int(offset[2] or 0) * (-1 if offset[1] == "-" else 1)
        return (self._today + timedelta(days)).isoformat()

    def _day_after(self, day: date) -> datetime:
        return min(_noon(day + timedelta(1)), self._now)


def _released(*, is_adopted: bool) -> Level:
    return Level.STATE if is_adopted else Level.COMMITTEE


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _scope(scope: Json) -> Json:
    if "visit" in scope:
        return {"visit": sample_id("visit", scope["visit"])}
    if "needs" in scope:
        return {"needs": [sample_id("need", key) for key in scope["needs"]]}
    return scope


def _refuse(where: str, faults: list[Fault]) -> None:
    if faults:
        raise Invalid([Fault(f"{where} {fault.pointer}", fault.code, fault.detail) for fault in faults])


def _all(folder: Path, kind: str) -> Iterator[Json]:
    for file in sorted(folder.glob(f"{kind}-*.jsonl")):
        yield from _lines(file)


def _lines(file: Path) -> Iterator[Json]:
    for _, row in _rows(file):
        yield row


def _rows(file: Path) -> Iterator[tuple[int, Json]]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, json.loads(line)
