"""Plays random histories to the service and tells them to the oracle at the same time."""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.access.rules import Role
from tests.access.truth.oracle import (
    LEVELS,
    Consent,
    Dated,
    History,
    Need,
    Person,
    Sight,
    Visit,
    admits,
    covers,
    may_see,
    may_see_visit,
    status,
)
from tests.world import PEOPLE, Caller, Json, World

KINDS: Mapping[str, str] = {
    "unodc-tpb": "un_entity",
    "iom": "un_entity",
    "unoct": "un_entity",
    "osce": "regional_org",
    "canada-ctcbp": "donor_programme",
    "interpol": "intl_org",
    "icct": "cso",
    "iata": "private_sector",
}
MORE_PEOPLE: Mapping[str, tuple[Role, str | None, str | None]] = {
    "second_kenya": (Role.STATE, None, "KEN"),
    "iom": (Role.PROVIDER, "iom", None),
    "interpol": (Role.PROVIDER, "interpol", None),
    "icct": (Role.PROVIDER, "icct", None),
    "iata": (Role.PROVIDER, "iata", None),
    "unoct": (Role.PROVIDER, "unoct", None),
}
OFFICERS = ("officer", "other_officer")
GIVERS: Mapping[str, tuple[str, ...]] = {"KEN": ("kenya", "second_kenya"), "MDV": ("maldives",), "TZA": ()}
THEMES = (
    "cft.asset-freezing",
    "cft.fiu",
    "border.api-pnr",
    "border.biometrics",
    "justice.prosecution",
    "prr.prisons",
)
CLASSES = ("donor", "un_entity", "regional_org", "intl_org", "cso", "private_sector", "research", "designer")
INSTRUMENT = {"reference": "Note verbale 12", "date": "2026-11-01"}


@dataclass(frozen=True)
class Event:
    """One thing that happened, as one line, with what it bears on."""

    at: datetime
    line: str
    need: str | None = None
    visit: str | None = None
    consent: str | None = None


@dataclass
class Stage:
    """The service, the people before it, and what was played so far."""

    world: World
    callers: Mapping[str, Caller]
    people: Mapping[str, Person]
    random: random.Random
    history: History = field(default_factory=History)
    needs: list[Json] = field(default_factory=list)
    """As the author read them when they were recorded, in that order."""
    recorders: dict[str, str] = field(default_factory=dict)
    """Who recorded a visit: the service keeps that officer in the visit's team."""
    events: list[Event] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The world's clock."""
        return self.world.now

    def sight(self, person: str, need: str) -> Sight:
        """What the oracle says."""
        return may_see(self.people[person], self.history.needs[need], self.history, self.now)

    def sees_visit(self, person: str, visit: str) -> bool:
        """What the oracle says."""
        return may_see_visit(self.people[person], self.history.visits[visit], self.now)

    def record_visit(
        self,
        *,
        state: str = "KEN",
        by: str = "officer",
        level: str = "committee",
        team: Iterable[str] = (),
        adopted: bool = False,
    ) -> str:
        """A visit; its recorder is always of its team."""
        names = sorted({by, *team})
        body = {
            "state": state,
            "mode": "on_site",
            "type": "focused",
            "starts_on": "2026-09-07",
            "ends_on": "2026-09-11",
            "team": names,
            "level": level,
            "report_adopted_on": "2026-11-02" if adopted else None,
        }
        made = self._send(by, "/visits", body)
        since = self.now
        self.history.visits[made["id"]] = Visit(
            made["id"], state, Dated(since, level), Dated(since, frozenset(names)), adopted
        )
        self.recorders[made["id"]] = by
        self._tell(f"{by} records visit of {state}, {level}, team {names}, adopted: {adopted}", visit=made["id"])
        return str(made["id"])

    def record_need(
        self,
        *,
        state: str = "KEN",
        by: str = "officer",
        level: str = "committee",
        visit: str | None = None,
        themes: Iterable[str] = ("cft.asset-freezing",),
    ) -> str:
        """A need; its title and its description hold one word each that no other text has."""
        number = len(self.needs)
        named = sorted(themes)
        body = {
            "state": state,
            "source": "cted",
            "title": {"en": f"Procedures and training {title_word(number)}"},
            "description": {
                "en": f"Staff learn of designations weeks later, and a procedure is missing. {description_word(number)}"
            },
            "themes": named,
            "assistance_types": ["training"],
            "priority": "high",
            "languages": ["en"],
            "level": level,
            "visit": visit,
        }
        made = self._send(by, "/needs", body)
        since = self.now
        self.history.needs[made["id"]] = Need(
            made["id"], state, by, since, Dated(since, level), Dated(since, frozenset(named)), visit
        )
        self.needs.append(made)
        self._tell(f"{by} records need {number} of {state}, {level}, {named}", need=made["id"])
        return str(made["id"])

    def set_level(self, need: str, level: str, *, by: str = "officer") -> None:
        """CTED's own act."""
        self.callers[by].step("PUT", f"/needs/{need}", "/level", {"level": level})
        self.history.needs[need].level.change(self.now, level)
        self._tell(f"{by} sets the level to {level}", need=need)

    def set_themes(self, need: str, themes: Iterable[str], *, by: str = "officer") -> None:
        """The need is tagged anew."""
        named = sorted(themes)
        self.callers[by].step("PATCH", f"/needs/{need}", body={"themes": named})
        self.history.needs[need].themes.change(self.now, frozenset(named))
        self._tell(f"{by} tags it {named}", need=need)

    def set_team(self, visit: str, team: Iterable[str], *, by: str) -> None:
        """The visit gets another team."""
        names = sorted({by, self.recorders[visit], *team})
        self.callers[by].step("PATCH", f"/visits/{visit}", body={"team": names})
        self.history.visits[visit].team.change(self.now, frozenset(names))
        self._tell(f"{by} makes the team {names}", visit=visit)

    def consent(self, *, by: str, state: str = "KEN", **body: Any) -> str:
        """A State gives consent, or CTED records it on the State's behalf."""
        body = {"state": state, "fields": "full", "instrument": INSTRUMENT, **body}
        made = self._send(by, "/consents", body)
        scope, audience = body["scope"], body["audience"]
        self.history.consents[made["id"]] = Consent(
            made["id"],
            state,
            full=body["fields"] == "full",
            recorded_at=self.now,
            visit=scope.get("visit"),
            themes=frozenset(scope.get("themes", ())),
            needs=frozenset(scope.get("needs", ())),
            covers_future=body.get("covers_future", False),
            organizations=frozenset(audience.get("organizations", ())),
            classes=frozenset(audience.get("classes", ())),
            public=audience.get("public", False),
            effective_from=_instant(body.get("effective_from")),
            expires_at=_instant(body.get("expires_at")),
            on_behalf=by in OFFICERS,
        )
        told = {key: value for key, value in body.items() if key != "instrument"}
        self._tell(f"{by} gives consent: {told}", consent=made["id"])
        return str(made["id"])

    def confirm(self, consent: str, *, by: str) -> None:
        """The second person."""
        self.callers[by].step("POST", f"/consents/{consent}", "/confirm")
        self.history.consents[consent].confirmed_at = self.now
        self._tell(f"{by} confirms the consent", consent=consent)

    def withdraw(self, consent: str, *, by: str) -> None:
        """The State, or CTED with a reason."""
        self.callers[by].step("POST", f"/consents/{consent}", "/withdraw", {"reason": "Asked for by note verbale"})
        self.history.consents[consent].withdrawn_at = self.now
        self._tell(f"{by} withdraws the consent", consent=consent)

    def pass_time(self, **delta: float) -> None:
        """The clock goes on; nothing ever happens at the very instant of another thing."""
        self.world.pass_time(**delta)

    def story(self, person: str, *, need: str | None = None, visit: str | None = None) -> list[str]:
        """What bears on one need or one visit, and what the oracle makes of it for one person."""
        if need is None:
            told = [event for event in self.events if event.visit == visit and visit is not None]
            return [f"    {event.at:%d %b %H:%M:%S}  {event.line}" for event in told]
        record = self.history.needs[need]
        told = [event for event in self.events if self._bears_on(event, record, self.people[person])]
        level = record.level.at(self.now)
        return [
            *(f"    {event.at:%d %b %H:%M:%S}  {event.line}" for event in told),
            f"    {self.now:%d %b %H:%M:%S}  {person} asks: level {level}, {self.sight(person, need).name}",
            *(
                f"        a consent in its scope is {status(consent, self.now)}"
                for consent in self.history.consents.values()
                if covers(consent, record, self.now) and admits(consent, self.people[person], "public")
            ),
        ]

    def _bears_on(self, event: Event, need: Need, person: Person) -> bool:
        if event.need is not None:
            return event.need == need.id
        if event.visit is not None:
            return event.visit == need.visit
        consent = self.history.consents.get(event.consent or "")
        return consent is not None and covers(consent, need, self.now) and admits(consent, person, "public")

    def _send(self, by: str, path: str, body: Json) -> Json:
        made: Json = self.callers[by].post(path, body)
        return made

    def _tell(self, line: str, **bearing: str) -> None:
        self.events.append(Event(self.now, line, **bearing))
        self.pass_time(seconds=1)


def title_word(number: int) -> str:
    """A word that only the title of this need holds."""
    return f"qztitle{number:04d}w"


def description_word(number: int) -> str:
    """A word that only the description of this need holds."""
    return f"qzdescription{number:04d}w"


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def set_stage(world: World, seed: int) -> Stage:
    """Everybody before one service: each role, each kind of provider, and somebody without a key."""
    callers = {name: getattr(world, name) for name in PEOPLE} | {"nobody": world.nobody}
    callers |= {
        name: world.join(name, role, organization=organization, state=state)
        for name, (role, organization, state) in MORE_PEOPLE.items()
    }
    people = {
        name: Person(name, str(role.value), organization, KINDS.get(organization or ""), state)
        for name, (role, organization, state) in {**PEOPLE, **MORE_PEOPLE}.items()
    }
    return Stage(world, callers, people | {"nobody": Person("nobody")}, random.Random(seed))


class Playwright:
    """Invents what happens next; each step is one that the matrix allows."""

    def __init__(self, stage: Stage, *, most_needs: int) -> None:
        self.stage = stage
        self.random = stage.random
        self.most_needs = most_needs

    def begin(self) -> None:
        """Visits and a first stock of needs of each level."""
        for _ in range(8):
            self._record_visit()
        for _ in range(self.most_needs * 3 // 4):
            self._record_need()
        for _ in range(self.most_needs // 4):
            self._give()

    def step(self) -> None:
        """One more thing happens."""
        steps: list[tuple[Callable[[], None], int]] = [
            (self._record_need, 3 if len(self.stage.needs) < self.most_needs else 0),
            (self._record_visit, 1 if len(self.stage.history.visits) < self.most_needs // 3 else 0),
            (self._give, 6),
            (self._confirm, 3),
            (self._withdraw, 3),
            (self._set_level, 5),
            (self._set_themes, 1),
            (self._set_team, 1),
            (self._wait, 3),
        ]
        choices, weights = zip(*steps, strict=True)
        self.random.choices(choices, weights)[0]()

    def _some(self, of: Iterable[str], most: int) -> list[str]:
        pool = list(of)
        return self.random.sample(pool, self.random.randint(1, min(most, len(pool))))

    def _level(self, *, even_team: bool = True) -> str:
        """Those under which consent decides twice as often as the others."""
        levels = LEVELS + LEVELS[3:]
        return self.random.choice(levels if even_team else levels[1:])

    def _record_visit(self) -> None:
        draw = self.random
        self.stage.record_visit(
            state=draw.choice(list(GIVERS)),
            by=draw.choice(OFFICERS),
            level=draw.choice(LEVELS),
            team=draw.choice(((), OFFICERS)),
            adopted=draw.random() < 0.5,
        )

    def _record_need(self) -> None:
        draw, stage = self.random, self.stage
        state, by = draw.choice(list(GIVERS)), draw.choice(OFFICERS)
        visits = [v.id for v in stage.history.visits.values() if v.state == state and stage.sees_visit(by, v.id)]
        stage.record_need(
            state=state,
            by=by,
            level=self._level(),
            visit=draw.choice(visits) if visits and draw.random() < 0.6 else None,
            themes=self._some(THEMES, 2),
        )

    def _give(self) -> None:
        draw, stage = self.random, self.stage
        state = draw.choice(list(GIVERS))
        by = draw.choice(GIVERS[state] * 2 + OFFICERS)
        scope = self._scope(state, by)
        if scope is None:
            return
        instants: dict[str, str] = {}
        if draw.random() < 0.3:
            # Half a second beside every step of the clock: nobody asks at the very instant.
            starts = stage.now + timedelta(minutes=draw.randint(-600, 240), seconds=0.5)
            instants["effective_from"] = starts.astimezone(UTC).isoformat()
        if draw.random() < 0.35:
            ends = stage.now + timedelta(minutes=draw.randint(300, 900), seconds=0.5)
            instants["expires_at"] = ends.astimezone(UTC).isoformat()
        stage.consent(
            by=by,
            state=state,
            scope=scope,
            fields=draw.choice(("header", "full")),
            covers_future=draw.random() < 0.4,
            audience=self._audience(),
            **instants,
        )

    def _scope(self, state: str, by: str) -> Json | None:
        draw, stage = self.random, self.stage
        kind = draw.choice(("visit", "themes", "needs", "needs"))
        if kind == "themes":
            return {"themes": draw.choice((self._some(THEMES, 2), [draw.choice(THEMES).split(".")[0]]))}
        if kind == "visit":
            visits = [v.id for v in stage.history.visits.values() if v.state == state and stage.sees_visit(by, v.id)]
            return {"visit": draw.choice(visits)} if visits else None
        needs = [n.id for n in stage.history.needs.values() if n.state == state and stage.sight(by, n.id)]
        return {"needs": self._some(needs, 4)} if needs else None

    def _audience(self) -> Json:
        draw = self.random
        return draw.choice(
            (
                {"organizations": self._some(KINDS, 3)},
                {"classes": self._some(CLASSES, 2)},
                {"organizations": self._some(KINDS, 2), "classes": self._some(CLASSES, 2)},
                {"public": True},
                {"classes": self._some(CLASSES, 3), "public": True},
            )
        )

    def _confirm(self) -> None:
        stage = self.stage
        pending = [c for c in stage.history.consents.values() if status(c, stage.now) == "pending"]
        if pending:
            consent = self.random.choice(pending)
            line = next(event.line for event in stage.events if event.consent == consent.id)
            second = next(name for name in OFFICERS if not line.startswith(f"{name} "))
            stage.confirm(consent.id, by=second)

    def _withdraw(self) -> None:
        stage = self.stage
        given = [c for c in stage.history.consents.values() if status(c, stage.now) in ("live", "not_yet_effective")]
        if given:
            consent = self.random.choice(given)
            stage.withdraw(consent.id, by=self.random.choice(GIVERS[consent.state] + OFFICERS))

    def _set_level(self) -> None:
        by = self.random.choice(OFFICERS)
        need = self.random.choice(list(self.stage.history.needs.values()))
        stays = by == need.author
        if self.stage.sight(by, need.id):
            self.stage.set_level(need.id, self._level(even_team=stays), by=by)

    def _set_themes(self) -> None:
        by = self.random.choice(OFFICERS)
        need = self.random.choice(list(self.stage.history.needs))
        if self.stage.sight(by, need):
            self.stage.set_themes(need, self._some(THEMES, 2), by=by)

    def _set_team(self) -> None:
        by = self.random.choice(OFFICERS)
        visit = self.random.choice(list(self.stage.history.visits))
        if self.stage.sees_visit(by, visit):
            self.stage.set_team(visit, self.random.choice(((), OFFICERS)), by=by)

    def _wait(self) -> None:
        self.stage.pass_time(minutes=self.random.randint(5, 300))
