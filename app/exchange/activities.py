"""Writes gaps and bundles as planned activities of IATI 2.03: what a project for them would be, no promise of one."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal

from lxml import etree

from app.gaps.schemas import BundleRead, GapRead
from app.matches.service import Asked
from app.needs import queries as needs
from app.needs.queries import Seen

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
REPORTER = "cted"
"""Who reports where the reader belongs to no organisation: the facilitator holds the record."""
PIPELINE, PLANNED_START, PLANNED_END = "1", "1", "3"
NATIONAL, MULTINATIONAL = "4", "3"
OWN_VOCABULARY = "99"
"""Sectors are our themes: the DAC's list has no code for counter-terrorism."""
MULTILATERAL, GOVERNMENT = "40", "10"
ACCOUNTABLE = "2"


def write(asked: Asked, found: Sequence[GapRead | BundleRead], about: Mapping[str, str]) -> bytes:
    """An activity a gap or bundle, in the order of their ranks. A need of which the reader sees the header alone shows
    no words of its own."""
    at = asked.actor.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    root = etree.Element("iati-activities", {"version": "2.03", "generated-datetime": at})
    root.append(etree.Comment(" " + "; ".join(f"{name}: {value}" for name, value in about.items()) + " "))
    seen = _seen(asked, found)
    for one in found:
        activity = etree.SubElement(root, "iati-activity", {LANG: asked.language, "last-updated-datetime": at})
        _Activity(asked, activity, seen).fill(one)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _seen(asked: Asked, found: Iterable[GapRead | BundleRead]) -> dict[str, Seen]:
    wanted = {one.need.reference for one in found if isinstance(one, GapRead)}
    if not wanted:
        return {}
    query = needs.weighing(needs.list_needs(asked.actor))
    return {one.need.reference: one for one in needs.find_all(asked.session, query) if one.need.reference in wanted}


class _Activity:
    def __init__(self, asked: Asked, element: etree._Element, seen: Mapping[str, Seen]) -> None:
        self._asked, self._element, self._seen = asked, element, seen
        actor = asked.actor
        self._reporter = actor.organization or (actor.state or REPORTER).lower()
        self._type = GOVERNMENT if actor.state and not actor.organization else MULTILATERAL

    def fill(self, one: GapRead | BundleRead) -> None:
        """The elements in the order of the schema."""
        if isinstance(one, GapRead):
            name, states = str(one.need.reference), [one.need.state]
            themes = one.themes
            seen = self._seen.get(name)
            need = seen.need if seen is not None and seen.is_full else None
            title = dict(need.title) if need is not None else {}
            texts = [("1", dict(need.description) if need is not None else {}), ("2", self._own(one.sentence))]
            end = need.needed_by if need is not None else None
        else:
            held = one.bundle
            name, states = "-".join((held.theme, held.grouping, str(held.needs[0].reference))), held.states
            themes, end = [held.theme], None
            title = {}
            texts = [("1", self._own(one.sentence))]
        self._add("iati-identifier").text = f"TAYSIR-{self._reporter}-{name}"
        self._narratives(self._add("reporting-org", ref=f"TAYSIR-{self._reporter}", type=self._type),
                         self._own(self._reporter))  # fmt: skip
        self._narratives(self._add("title"), title or self._own(self._theme(themes)))
        for kind, text in texts:
            if text:
                self._narratives(self._add("description", type=kind), text)
        self._narratives(self._add("participating-org", role=ACCOUNTABLE, type=self._type), self._own(self._reporter))
        self._add("activity-status", code=PIPELINE)
        self._add("activity-date", {"type": PLANNED_START, "iso-date": self._asked.as_of.isoformat()})
        if end is not None and end >= self._asked.as_of:
            self._add("activity-date", {"type": PLANNED_END, "iso-date": end.isoformat()})
        self._add("activity-scope", code=NATIONAL if len(states) == 1 else MULTINATIONAL)
        iso2 = {state: code for code, state in self._asked.book.iso2.items()}
        for state, share in zip(states, shares(len(states)), strict=True):
            self._add("recipient-country", code=iso2[state], percentage=share)
        for theme, share in zip(themes, shares(len(themes)), strict=True):
            sector = self._add("sector", vocabulary=OWN_VOCABULARY, code=theme, percentage=share)
            self._narratives(sector, self._own(self._theme([theme])))

    def _own(self, text: str) -> dict[str, str]:
        return {self._asked.language: text}

    def _theme(self, themes: Sequence[str]) -> str:
        labels = self._asked.book.themes
        return "; ".join(labels[theme][self._asked.language] for theme in themes) or self._reporter

    def _add(self, name: str, attributes: Mapping[str, str] | None = None, /, **more: str) -> etree._Element:
        return etree.SubElement(self._element, name, {**(attributes or {}), **more})

    def _narratives(self, element: etree._Element, texts: Mapping[str, str]) -> None:
        for language, text in texts.items():
            spoken = {} if language in (self._asked.language, "und") else {LANG: language}
            etree.SubElement(element, "narrative", spoken).text = text


def shares(count: int) -> list[str]:
    """Percentages that are alike but for the last, and add to 100 exactly."""
    if count < 2:
        return ["100"] * count
    each = (Decimal(100) / count).quantize(Decimal("0.01"), ROUND_DOWN)
    return [*(str(each) for _ in range(count - 1)), str(100 - each * (count - 1))]
