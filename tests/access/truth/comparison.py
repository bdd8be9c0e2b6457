"""What the service shows beside what the oracle says, at one instant of a history after another."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.access.truth.oracle import FULL_FIELDS, HEADER_FIELDS, Sight, may_see_consent
from tests.access.truth.stage import OFFICERS, THEMES, Playwright, Stage, description_word, title_word
from tests.world import Json

STEPS_BETWEEN_LOOKS = 12
MOST_RANKED = 100
STORIES = 12

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
WORD = re.compile(r"qz(?:title|description)(\d{4})w")
REFERENCE = re.compile(r"\b[A-Z]{3}-[0-9A-Z]{4,8}\b")


@dataclass(frozen=True)
class Difference:
    """What somebody saw and should not have, or did not see and should have."""

    surface: str
    person: str
    expected: str
    seen: str
    story: tuple[str, ...]

    def __str__(self) -> str:
        head = f"{self.surface} as {self.person}: expected {self.expected}, seen {self.seen}"
        return "\n".join((head, *self.story))


@dataclass
class Comparison:
    """Compares what the service shows with what the oracle says, at one instant after another."""

    stage: Stage
    offers: dict[str, str]
    sights: Counter[tuple[str, Sight]] = field(default_factory=Counter)
    requests: int = 0
    differences: list[Difference] = field(default_factory=list)
    looks: int = 0

    @property
    def triples(self) -> int:
        """How many (person, need, history) were compared."""
        return self.sights.total()

    def look(self) -> None:
        """Everybody looks at everything."""
        self.looks += 1
        people = list(self.stage.people)
        for place, person in enumerate(people):
            role = self.stage.people[person].role or "anonymous"
            self.sights.update((role, self.stage.sight(person, need["id"])) for need in self.stage.needs)
            rows = self._list(person)
            self._filters(person)
            self._records(person, rows)
            self._consents(person)
            self._visits(person)
            # Rankings over all needs cost as much as twenty lists: three people at each look, all of them in turn.
            if (place - self.looks * 3) % len(people) < 3:
                self.stage.random.choice((self._state, self._gaps, self._offers))(person)

    def _list(self, person: str) -> dict[str, Json]:
        limit = self.stage.random.choice((3, 17, 200, 200, 200))
        rows = self._pages(person, "/needs", limit=limit)
        found = {row["id"]: row for row in rows}
        where = f"GET /needs?limit={limit}"
        self._expect(where, person, "no need twice", len(rows) == len(found), len(rows))
        for need in self.stage.needs:
            self._compare(where, person, need, found.get(need["id"]))
        visible = [n["id"] for n in reversed(self.stage.needs) if self.stage.sight(person, n["id"])]
        self._expect(f"{where}, order", person, visible, list(found) == visible, list(found))
        return found

    def _filters(self, person: str) -> None:
        stage = self.stage
        draw = stage.random
        theme, state = draw.choice(THEMES), draw.choice(("KEN", "MDV", "TZA"))
        number = draw.randrange(len(stage.needs))
        visit = draw.choice(list(stage.history.visits))
        word = draw.choice((title_word(number), description_word(number), "designations"))
        needs = stage.history.needs

        def full(need: str) -> bool:
            return stage.sight(person, need) is Sight.FULL

        asked: list[tuple[dict[str, str], set[str]]] = [
            ({"theme": theme}, {n for n in needs if theme in needs[n].themes.at(stage.now) and stage.sight(person, n)}),
            ({"state": state}, {n for n in needs if needs[n].state == state and stage.sight(person, n)}),
            ({"q": word}, {n["id"] for n in stage.needs if word in str([n["title"], n["description"]])}),
            ({"visit": visit}, {n for n in needs if needs[n].visit == visit and stage.sees_visit(person, visit)}),
        ]
        for query, answer in draw.sample(asked, 2):
            [(name, value)] = query.items()
            expected = {n for n in answer if full(n)} if name in ("q", "visit") else answer
            if name == "q" and word == "designations":
                expected = {n for n in needs if full(n)}
            found = {row["id"] for row in self._pages(person, "/needs", limit=200, **query)}
            self._sets(f"GET /needs?{name}={value}", person, expected, found)

    def _records(self, person: str, rows: dict[str, Json]) -> None:
        stage = self.stage
        for need in stage.random.sample(stage.needs, 1):
            sight = stage.sight(person, need["id"])
            for ending in ("", "/matches"):
                where = f"GET /needs/ID{ending}"
                answer = self._ask(person, f"/needs/{need['id']}{ending}")
                hidden = 401 if person == "nobody" else 404
                expected = 200 if sight else hidden
                self._expect(where, person, expected, answer.status_code == expected, answer.status_code, need["id"])
                if answer.status_code == 200:
                    if ending:
                        self._named(where, person, answer.json()["need"])
                    else:
                        self._compare(where, person, need, answer.json())
                        same = answer.json() == rows.get(need["id"])
                        self._expect(where, person, "the same as in the list", same, answer.text, need["id"])

    def _consents(self, person: str) -> None:
        stage = self.stage
        if stage.people[person].role in (None, "auditor"):
            return
        found = {row["id"]: row for row in self._pages(person, "/consents", limit=200)}
        asks = stage.people[person]
        expected = {c.id for c in stage.history.consents.values() if may_see_consent(asks, c, stage.now)}
        seen = set(found)
        self._expect("GET /consents", person, sorted(expected), seen == expected, sorted(seen))
        for key in seen & expected:
            consent, row = stage.history.consents[key], found[key]
            shown = {n for n in consent.needs if stage.sight(person, n)}
            told = set(row["scope"]["needs"] or ())
            self._expect("GET /consents, scope", person, shown, told == shown, told, next(iter(told ^ shown), None))
            if asks.role in ("provider", "designer"):
                named = set(row["audience"]["organizations"]) <= {asks.organization}
                classed = set(row["audience"]["classes"]) <= {asks.consent_class}
                self._expect("GET /consents, audience", person, "its own name", named and classed, row["audience"])

    def _visits(self, person: str) -> None:
        if person == "nobody" or self.looks % 3:
            return
        stage = self.stage
        seen = {row["id"] for row in self._pages(person, "/visits", limit=200)}
        expected = {visit for visit in stage.history.visits if stage.sees_visit(person, visit)}
        self._expect("GET /visits", person, sorted(expected), seen == expected, sorted(seen))

    def _state(self, person: str) -> None:
        state = self.stage.random.choice(("KEN", "MDV", "TZA"))
        answer = self._ask(person, f"/states/{state}/matches").json()
        where = f"GET /states/{state}/matches"
        own = {n for n in self._visible(person) if self.stage.history.needs[n].state == state}
        self._sets(where, person, own, {row["need"]["id"] for row in answer["needs"]})
        self._sets(f"{where}, unmet", person, own, set(answer["unmet"]), only_too_much=True)
        for row in answer["needs"]:
            self._named(where, person, row["need"])

    def _gaps(self, person: str) -> None:
        path = "/gaps?limit=200"
        answer = self._ask(person, path)
        if self.stage.people[person].role in ("officer", "secretariat", "state", "provider", "designer"):
            self._expect("GET /gaps", person, 200, answer.status_code == 200, answer.status_code)
        if answer.status_code == 200:
            self._ranked(path, "items", person, answer.json()["items"])

    def _offers(self, person: str) -> None:
        for owner, offer in self.offers.items():
            path = f"/offers/{offer}/matches?limit=100"
            answer = self._ask(person, path)
            if owner == person or self.stage.people[person].role in ("officer", "secretariat"):
                self._expect("GET /offers/ID/matches", person, 200, answer.status_code == 200, answer.status_code)
            if answer.status_code == 200:
                self._ranked(path, "matches", person, answer.json()["matches"])

    def _visible(self, person: str) -> set[str]:
        return {need for need in self.stage.history.needs if self.stage.sight(person, need)}

    def _ranked(self, path: str, key: str, person: str, rows: list[Json]) -> None:
        """Whatever is ranked for CTED is ranked for whoever sees it in full, and nothing that is hidden is."""
        where = f"GET {path}"
        found = {row["need"]["id"] for row in rows}
        self._sets(where, person, self._visible(person), found, only_too_much=True)
        for row in rows:
            self._named(where, person, row["need"])
        if self.stage.random.random() < 0.3:
            known = {row["need"]["id"] for one in OFFICERS for row in self._ask(one, path).json()[key]}
            # A header alone can be ranked otherwise: only what is seen in full can be missed.
            full = {need for need in known if self.stage.sight(person, need) is Sight.FULL}
            if len(known) < MOST_RANKED:
                self._sets(where, person, full, found, only_too_little=True)

    def _named(self, where: str, person: str, name: Json) -> None:
        sight = self.stage.sight(person, name["id"])
        shown = name["title"] is not None
        self._expect(where, person, f"a title: {sight is Sight.FULL}", shown == (sight is Sight.FULL), name, name["id"])

    def _compare(self, where: str, person: str, need: Json, row: Json | None) -> None:
        stage = self.stage
        sight = stage.sight(person, need["id"])
        seen = Sight.NOTHING if row is None else Sight.HEADER if set(row) == HEADER_FIELDS else Sight.FULL
        self._expect(where, person, sight.name, sight is seen, seen.name, need["id"])
        if row is None or seen is not sight:
            return
        if sight is Sight.FULL:
            # Internal notes are CTED's: whatever else an officer sees is for officers.
            right = set(row) >= FULL_FIELDS if stage.people[person].role == "officer" else set(row) == FULL_FIELDS
            self._expect(where, person, sorted(FULL_FIELDS), right, sorted(row), need["id"])
            visit = stage.history.needs[need["id"]].visit
            named = visit if visit is not None and stage.sees_visit(person, visit) else None
            self._expect(f"{where}, visit", person, named, row["visit"] == named, row["visit"], need["id"])
            same = (row["title"], row["description"]) == (need["title"], need["description"])
            self._expect(where, person, need["title"], same, row["title"], need["id"])
        same = (row["reference"], row["state"]) == (need["reference"], need["state"])
        self._expect(where, person, need["reference"], same, row["reference"], need["id"])

    def _sets(
        self,
        where: str,
        person: str,
        expected: set[str],
        found: set[str],
        *,
        only_too_much: bool = False,
        only_too_little: bool = False,
    ) -> None:
        for need in () if only_too_little else found - expected:
            self._note(where, person, "not in it", "in it", need)
        for need in () if only_too_much else expected - found:
            self._note(where, person, "in it", "not in it", need)

    def _pages(self, person: str, path: str, *, limit: int, **query: str) -> list[Json]:
        rows: list[Json] = []
        cursor: str | None = None
        while True:
            more = {"cursor": cursor} if cursor else {}
            answer = self._ask(person, path, params={**query, "limit": str(limit), **more})
            if answer.status_code != 200:
                self._note(f"GET {path}, cursor {bool(cursor)}", person, 200, answer.status_code)
                return rows if limit == 200 else self._pages(person, path, limit=200, **query)
            page = answer.json()
            rows += page["items"]
            cursor = page["next"]
            if cursor is None:
                return rows
            whole = len(page["items"]) == limit
            self._expect(f"GET {path}", person, "a full page before the last", whole, len(page["items"]))

    def _ask(self, person: str, path: str, **more: Any) -> Any:
        self.requests += 1
        answer = self.stage.callers[person].ask("GET", path, **more)
        self._leaks(f"GET {path.split('?')[0]}", person, answer.text)
        return answer

    def _leaks(self, where: str, person: str, text: str) -> None:
        """No answer holds an id, a reference or a word of what its reader does not see."""
        stage = self.stage
        where = UUID.sub("ID", where)
        for key in set(UUID.findall(text)):
            if key in stage.history.needs and not stage.sight(person, key):
                self._note(f"{where}, bytes", person, "no id of a hidden need", key, key)
            if key in stage.history.visits and not stage.sees_visit(person, key):
                self._note(f"{where}, bytes", person, "no id of a hidden visit", key, visit=key)
        for number in set(WORD.findall(text)):
            need = stage.needs[int(number)]["id"]
            if stage.sight(person, need) is not Sight.FULL:
                self._note(f"{where}, bytes", person, "no word of the narrative", number, need)
        seen = set(REFERENCE.findall(text))
        for record in stage.needs:
            if record["reference"] in seen and not stage.sight(person, record["id"]):
                self._note(f"{where}, bytes", person, "no reference", record["reference"], record["id"])

    def _expect(
        self, where: str, person: str, expected: object, holds: bool, seen: object, need: str | None = None
    ) -> None:
        if not holds:
            self._note(where, person, expected, seen, need)

    def _note(
        self,
        where: str,
        person: str,
        expected: object,
        seen: object,
        need: str | None = None,
        visit: str | None = None,
    ) -> None:
        told = tuple(self.stage.story(person, need=need, visit=visit))
        self.differences.append(Difference(UUID.sub("ID", where), person, str(expected), str(seen), told))


def shortest(differences: Iterable[Difference]) -> list[Difference]:
    """For each kind of difference the one with the shortest story."""
    kinds: dict[tuple[str, str, str], list[Difference]] = defaultdict(list)
    for difference in differences:
        surface = difference.surface.split("=")[0]
        kinds[surface, UUID.sub("ID", difference.expected)[:20], UUID.sub("ID", difference.seen)[:20]].append(
            difference
        )
    return sorted((min(alike, key=lambda one: len(one.story)) for alike in kinds.values()), key=lambda d: len(d.story))


def compare(stage: Stage, triples: int, *, most_needs: int) -> Comparison:
    """Play a random history until so many (person, need, history) are compared."""
    offers = {by: stage.world.put_offer(by=by)["id"] for by in ("unodc", "osce", "canada")}
    comparison = Comparison(stage, offers)
    playwright = Playwright(stage, most_needs=most_needs)
    playwright.begin()
    while comparison.triples < triples:
        for _ in range(STEPS_BETWEEN_LOOKS):
            playwright.step()
        comparison.look()
    return comparison


def judge(comparison: Comparison, *, shown_to: tuple[str, ...] = ("provider", "designer")) -> None:
    """Fail with the shortest stories of what differs, or where one of `shown_to` never saw a header or a whole need."""
    found = shortest(comparison.differences)
    if found:
        told = "\n\n".join(str(difference) for difference in found[:STORIES])
        count = f"{len(comparison.differences)} differences in {comparison.triples} triples, {len(found)} kinds"
        pytest.fail(f"{count}\n\n{told}", pytrace=False)
    for role in shown_to:
        assert all(comparison.sights[role, sight] for sight in Sight), comparison.sights
