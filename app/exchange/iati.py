"""Reads IATI activity files 2.01–2.03: each activity becomes one row, a candidate for an offer."""

from collections.abc import Iterator
from datetime import date

from lxml import etree

from app.core.errors import Fault, Invalid
from app.exchange import narratives, rules
from app.exchange.codes import Codes
from app.exchange.rules import Draft
from app.reference.rules import Book

VERSIONS = ("2.01", "2.02", "2.03")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_READ = frozenset(
    {"iati-identifier", "title", "description", "activity-status", "activity-date", "activity-scope"}
    | {"recipient-country", "recipient-region", "sector", "transaction"}
)
_CHUNK = 65_536
_MOST_WRONG = 10


class _Refused(Exception):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.fault = Fault("", code, detail)


class _Watch:
    """Sees the file go by before a tree is built of it."""

    def __init__(self) -> None:
        self._depth = 0

    def doctype(self, *_: object) -> None:
        """Refuse one before what it declares is read."""
        raise _Refused("file.doctype", "A document type declaration is not taken: remove the line with <!DOCTYPE.")

    def start(self, *_: object) -> None:
        """Count how deep the elements go."""
        self._depth += 1
        if self._depth > rules.MAX_DEPTH:
            raise _Refused("file.too_deep", f"Elements may be nested at most {rules.MAX_DEPTH} deep.")

    def end(self, *_: object) -> None:
        """Come up again."""
        self._depth -= 1

    def data(self, *_: object) -> None:
        """Pass over text."""

    comment = data
    close = data


def _root(payload: bytes) -> etree._Element:
    if len(payload) > rules.MAX_BYTES:
        raise _refusal("file.too_big", f"At most {rules.MAX_BYTES} bytes are taken.")
    watch = etree.XMLParser(target=_Watch(), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        for start in range(0, len(payload), _CHUNK):
            watch.feed(payload[start : start + _CHUNK])
        watch.close()
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
            remove_pis=True,
        )  # fmt: skip
        return etree.fromstring(payload, parser)
    except _Refused as refused:
        raise Invalid([refused.fault], "import.unreadable") from None
    except etree.XMLSyntaxError as error:
        line = f" (line {error.lineno})" if error.lineno else ""
        raise _refusal("file.not_xml", f"The file is not well-formed XML{line}.") from None


def _refusal(code: str, detail: str) -> Invalid:
    return Invalid([Fault("", code, detail)], "import.unreadable")


def read(payload: bytes, book: Book) -> tuple[list[Draft], list[rules.Note]]:
    """The activities in their order, and notes on the file as a whole; raises `Invalid` for what is no such file."""
    root = _root(payload)
    if root.tag != "iati-activities":
        raise _refusal("file.not_iati", "The outermost element must be iati-activities.")
    version = root.get("version")
    if version is not None and version not in VERSIONS:
        raise _refusal("file.version", f"Versions {', '.join(VERSIONS)} of the IATI standard are read.")
    activities = root.findall("iati-activity")
    if not activities:
        raise _refusal("file.empty", "The file holds no iati-activity.")
    if len(activities) > rules.MAX_ROWS:
        raise _refusal("file.too_many_rows", f"At most {rules.MAX_ROWS} activities are taken in one file.")
    seen: dict[str, int] = {}
    codes = Codes(book)
    drafts = [_activity(element, number, seen, book, codes) for number, element in enumerate(activities, start=1)]
    unread = {child.tag for activity in activities for child in activity if "{" not in child.tag} - _READ
    notes = []
    if version is None:
        notes.append(rules.Note("file.no_version", "The file names no version: read as 2.03."))
    if unread:
        notes.append(rules.Note("file.not_read", f"No part of an offer, and not read: {', '.join(sorted(unread))}."))
    return drafts, notes


def _activity(element: etree._Element, number: int, seen: dict[str, int], book: Book, codes: Codes) -> Draft:
    draft = Draft(number)
    identifier = " ".join("".join(_text(found) for found in element.findall("iati-identifier")[:1]).split())
    if not identifier:
        draft.faults.append(Fault("/iati-identifier", "activity.no_identifier", "Give the activity an identifier."))
    elif identifier in seen:
        detail = f"Activity {seen[identifier]} of this file has the same identifier: each needs its own."
        draft.faults.append(Fault("/iati-identifier", "activity.duplicate", detail))
    seen.setdefault(identifier, number)
    draft.identifier = identifier or None
    draft.fields["external_id"] = identifier
    _texts(draft, element)
    _dates(draft, element)
    _status(draft, element)
    _recipients(draft, element, book, codes)
    _sectors(draft, element)
    return draft


def _text(element: etree._Element) -> str:
    if len(element):  # markup that was not escaped
        return etree.tostring(element, encoding="unicode", with_tail=False)
    return element.text or ""


def _narratives(activity: etree._Element, name: str) -> Iterator[tuple[str | None, str]]:
    default = activity.get(_LANGUAGE)
    for element in activity.findall(name):
        found = element.findall("narrative")
        for narrative in found or [element]:  # some leave the narrative element out
            yield narrative.get(_LANGUAGE) or default, _text(narrative)


def _texts(draft: Draft, activity: etree._Element) -> None:
    longer = list(_narratives(activity, "description"))
    beside = narratives.found_languages(longer)
    title = narratives.gather(draft, "title", _narratives(activity, "title"), beside)
    description = narratives.gather(draft, "description", longer)
    if not title:
        draft.faults.append(Fault("/title", "activity.no_title", "Give the activity a title."))
    if activity.get(_LANGUAGE) is None and any(language == narratives.UNKNOWN for language in {**title, **description}):
        draft.note("narrative.no_language", "No language is named: what could not be told is kept as und.")
    draft.fields["title"] = narratives.cut(draft, "title", title, narratives.MAX_TITLE)
    draft.fields["description"] = narratives.cut(draft, "description", description, narratives.MAX_TEXT)


def _dates(draft: Draft, activity: etree._Element) -> None:
    found: dict[str, date] = {}
    for element in activity.findall("activity-date"):
        try:
            day = date.fromisoformat((element.get("iso-date") or "").strip()[:10])
        except ValueError:
            draft.note("date.malformed", "A date is not written as YYYY-MM-DD: not read.")
            continue
        if not 1945 <= day.year <= 2200:
            draft.note("date.out_of_range", "A date lies outside 1945 to 2200: not read.")
            continue
        found.setdefault(element.get("type") or "", day)
    opens_on, closes_on = found.get("2", found.get("1")), found.get("4", found.get("3"))
    if opens_on is None:
        draft.note("date.no_start", "No start date is given.")
    if closes_on is None:
        draft.note("date.no_end", "No end date is given.")
    if opens_on and closes_on and closes_on < opens_on:
        draft.note("date.reversed", "The activity ends before it starts: neither date was taken.")
        return
    for name, day_or_none in (("opens_on", opens_on), ("closes_on", closes_on)):
        if day_or_none is not None:
            draft.fields[name] = day_or_none.isoformat()


def _status(draft: Draft, activity: etree._Element) -> None:
    element = activity.find("activity-status")
    code = (element.get("code") or "").strip() if element is not None else ""
    availability = rules.AVAILABILITY_BY_STATUS.get(code)
    if availability is not None:
        draft.fields["availability"] = availability
        return
    if code == "2":
        return
    draft.note("status.unknown", "The activity's status is missing or no code of IATI: availability is left unknown.")


def _with_transactions(activity: etree._Element, name: str, draft: Draft) -> list[etree._Element]:
    """The activity's own elements of that name, else those of its transactions."""
    own = activity.findall(name)
    under = activity.findall(f"transaction/{name}")
    if under and not own:
        draft.note(f"{name}.transactions", f"Read under transactions, where the activity itself has no {name}.")
    if under and own:
        draft.note(f"{name}.both", f"Where activity and transactions both hold {name}, the activity's are read.")
    return own or under


def _recipients(draft: Draft, activity: etree._Element, book: Book, codes: Codes) -> None:
    countries = _with_transactions(activity, "recipient-country", draft)
    regions = _with_transactions(activity, "recipient-region", draft)
    states: list[str] = []
    wrong: dict[str, etree._Element] = {}
    for element in countries:
        code = (element.get("code") or "").strip().upper()
        state = book.iso2.get(code)
        if state is not None:
            states.append(state)
        elif code in rules.NOT_MEMBER_STATES:
            draft.note("country.not_a_member_state", f"{code} is no Member State: not in the scope.")
        else:
            wrong.setdefault(code, element)
    for code, element in list(wrong.items())[:_MOST_WRONG]:
        hint = _meant_country(code, element, book, codes)
        detail = f"recipient-country takes a code of ISO 3166 alpha-2.{hint}"
        draft.faults.append(Fault("/recipient-country", "country.unknown", detail))
    groupings = [g for element in regions for g in _groupings(draft, element, book)]
    scope_element = activity.find("activity-scope")
    is_global = scope_element is not None and scope_element.get("code") == "1"
    if is_global and not countries and not regions:
        draft.note("scope.global", "The activity's scope is global: read as all States.")
        groupings.append(rules.WORLD)
    _check_shares(draft, "recipients", [*activity.findall("recipient-country"), *activity.findall("recipient-region")])
    if states or groupings:
        draft.fields["scope"] = {
            "world": rules.WORLD in groupings,
            "states": list(dict.fromkeys(states)),
            "groupings": [g for g in dict.fromkeys(groupings) if g != rules.WORLD],
        }


def _meant_country(code: str, element: etree._Element, book: Book, codes: Codes) -> str:
    name = code or (element.findtext("narrative") or "").strip()
    state = codes.find("state", name)
    return next((f" Did you mean {iso2}?" for iso2, code in book.iso2.items() if code == state), "")


def _groupings(draft: Draft, element: etree._Element, book: Book) -> tuple[str, ...]:
    code = (element.get("code") or "").strip()
    vocabulary = (element.get("vocabulary") or "1").strip()
    groupings = rules.groupings_of_region(code, vocabulary, book.groupings)
    if not groupings:
        draft.note("region.unknown", "A recipient-region is in no list that we know (DAC, M49): not in the scope.")
    elif groupings == (rules.WORLD,):
        draft.note("region.unspecified", f"Region {code} names no part of the world: read as all States.")
    else:
        draft.note("region.read", f"Region {code} was read as {', '.join(groupings)}, with the members of each day.")
    return groupings


def _sectors(draft: Draft, activity: etree._Element) -> None:
    sectors = _with_transactions(activity, "sector", draft)
    by_vocabulary: dict[str, list[etree._Element]] = {}
    for element in sectors:
        by_vocabulary.setdefault((element.get("vocabulary") or "1").strip(), []).append(element)
    for vocabulary, elements in sorted(by_vocabulary.items()):
        codes = {(element.get("code") or "").strip() for element in elements}
        if vocabulary in ("98", "99"):
            draft.note("sector.private", "Codes of a private vocabulary (98, 99) mean what their maker says: not read.")
        elif vocabulary not in ("1", "2"):
            draft.note("sector.other", "Codes of a list of sectors other than the DAC's: not read.")
        for code in sorted(codes & rules.HINTS.keys() if vocabulary == "1" else ()):
            draft.note("sector.hint", f"Sector {code}, {rules.HINTS[code]}: where it touches our themes, add them.")
        if vocabulary not in ("98", "99"):
            _check_shares(draft, "sectors", [e for e in elements if e.getparent() is activity])


def _check_shares(draft: Draft, name: str, elements: list[etree._Element]) -> None:
    given = [element.get("percentage") for element in elements if element.get("percentage") is not None]
    shares = [rules.share_of(text) for text in given]
    known = [share for share in shares if share is not None]
    if len(known) < len(shares):
        draft.note("percentage.malformed", f"A percentage of the {name} is no number.")
    elif given and not rules.adds_to_hundred(known):
        draft.note("percentage.sum", f"The percentages of the {name} add to {sum(known):f}, not to 100.")
