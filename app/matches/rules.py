"""Puts what the engine found into sentences as a practitioner would write them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app import i18n
from app.i18n import Quoted, Value
from app.reference.rules import Book, Labels

NAMED_AT_MOST = 4
"""Beyond this many items a list names one fewer and counts the rest."""
DAYS = frozenset({"closes_on", "opens_on", "needed_by", "last_confirmed_on"})
"""Values that are dates."""
KINDS_OF_HELP = {
    "legislative": "law",
    "equipment": "things",
    "it-system": "things",
    "infrastructure": "things",
    "funding": "money",
    "policy": "policy",
    "needs-assessment": "assessment",
    "training": "skills",
    "tot": "skills",
    "elearning": "skills",
    "mentoring": "skills",
    "exercise": "skills",
    "expert-deployment": "people",
    "guidance": "guidance",
    "peer-exchange": "exchange",
    "convening": "exchange",
}
"""Why another kind of help does not do: one reason for each of these groups, the hardest to replace first."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a sentence is about. A title is empty where the reader may not see it."""

    state: str
    """The State's name in the language of the sentence."""
    need_title: str
    offer_title: str
    organization: str


def finding_sentence(
    code: str,
    language: str,
    *,
    values: Mapping[str, str | int | float],
    need: Sequence[str],
    offer: Sequence[str],
    subject: Subject,
    book: Book,
) -> str:
    """What one criterion found, naming what the need has, what the offer has and why it matters. Raises
    `i18n.UnknownMessage` for a code without a sentence."""
    criterion = code.partition(".")[0]
    named: dict[str, Value] = {**_subject(subject), **_values(values, language, book)}
    both, missing = _compared(criterion, need, offer)
    sides = {
        "need": need,
        "offer": offer,
        "both": both,
        "missing": missing,
        "need_only": () if offer else need,
        "offer_only": () if need else offer,
    }
    named.update((side, listed(criterion, items, language, book)) for side, items in sides.items() if items)
    sentences = [i18n.render(code, language, named)]
    if code in ("assistance_type.akin", "assistance_type.other") and need and offer:
        sentences.append(_why_other_help_falls_short(need, offer, language))
    return i18n.joined(sentences, language)


def near_miss_sentence(
    gate: str,
    language: str,
    *,
    values: Mapping[str, str | int | float],
    change_path: str | None,
    change_value: str | float | None,
    subject: Subject,
    book: Book,
) -> str:
    """Why an offer is out and the one change after which it would serve; without a path, only why it is out."""
    named: dict[str, Value] = {**_subject(subject), **_values(values, language, book)}
    sentences = [i18n.render(f"excluded.{gate}", language, named)]
    if change_path is not None:
        if change_path == "closes_on" and isinstance(change_value, str):
            named["closes_on"] = date.fromisoformat(change_value)
        sentences.append(i18n.render(f"change.{change_path}", language, named))
    return i18n.joined(sentences, language)


def undecidable_sentence(language: str, *, missing: Sequence[str], subject: Subject, book: Book) -> str:
    """Why nothing can be judged of an offer, and what its provider would have to add."""
    del book
    named = _subject(subject)
    return i18n.joined([i18n.render(f"undecidable.{field}", language, named) for field in missing], language)


def practice_sentence(
    language: str,
    *,
    title: str,
    kind: str,
    compared: Iterable[tuple[str, Sequence[str], Sequence[str]]],
    is_served: bool,
    book: Book,
) -> str:
    """What a good practice has to do with the need: the words of both sides, else their themes; `compared` gives by
    criterion what each side shows."""
    sides = {criterion: (need, offer) for criterion, need, offer in compared}
    criterion = next((name for name in ("substance", "theme") if all(sides.get(name, ((), ())))), "theme")
    need, offer = sides.get(criterion, ((), ()))
    both, _ = _compared(criterion, need, offer)
    named: dict[str, Value] = {"practice": Quoted(title)}
    for side, items in {"need": need, "offer": offer, "both": both}.items():
        if items:
            named[side] = listed(criterion, items, language, book)
    sentences = [i18n.render(f"practice.{criterion}", language, named)]
    if kind == "model_law":
        sentences.append(i18n.render("practice.model_law", language))
    if not is_served:
        sentences.append(i18n.render("practice.meanwhile", language))
    return i18n.joined(sentences, language)


def _subject(subject: Subject) -> dict[str, Value]:
    return {
        "state": subject.state,
        "need_title": Quoted(subject.need_title),
        "offer_title": Quoted(subject.offer_title),
        "organization": subject.organization,
    }


def _values(values: Mapping[str, str | int | float], language: str, book: Book) -> dict[str, Value]:
    named: dict[str, Value] = {}
    for name, value in values.items():
        if name == "state":
            continue  # the subject has its label
        if name in DAYS and isinstance(value, str):
            named[name] = date.fromisoformat(value)
        elif name == "grouping" and isinstance(value, str):
            named[name] = Quoted(_label(book.groupings, value, language))
        else:
            named[name] = value
    return named


def _compared(criterion: str, need: Sequence[str], offer: Sequence[str]) -> tuple[list[str], list[str]]:
    """What both sides name, and what the need names and the offer does not. Quoted words are in both only where
    they are the same one by one."""
    if criterion == "substance":
        same = [word.casefold() for word in need] == [word.casefold() for word in offer]
        return (list(need) if same else []), []
    if criterion == "legal_basis":
        exact = [name for name in need if name in offer and ":" in name]
        numbers = {name.partition(":")[0] for name in offer}
        shared = [name for name in dict.fromkeys(name.partition(":")[0] for name in need) if name in numbers]
        return exact or shared, []
    return [name for name in need if name in offer], [name for name in need if name not in offer]


def listed(criterion: str, items: Iterable[str], language: str, book: Book) -> list[Value]:
    """Codes or words of one criterion's evidence in words, a long list cut short."""
    named = list(dict.fromkeys(_item(criterion, item, language, book) for item in items))
    if len(named) <= NAMED_AT_MOST:
        return [*named]
    rest = i18n.render("list.others", language, {"count": len(named) - NAMED_AT_MOST + 1})
    return [*named[: NAMED_AT_MOST - 1], rest]


def _item(criterion: str, item: str, language: str, book: Book) -> str:
    match criterion:
        case "theme":
            return Quoted(_running(_label(book.themes, item, language)))
        case "assistance_type":
            return Quoted(_running(_label(book.assistance_types, item, language)))
        case "institution":
            return Quoted(_running(_label(book.institutions, item, language)))
        case "language":
            return i18n.language_name(item, language)
        case "legal_basis":
            number, _, paragraph = item.partition(":")
            named = {"number": number, "paragraph": paragraph}
            return i18n.render("reference.resolution", language, named)
        case "eligibility":
            rule, _, value = item.partition(":")
            grouping = Quoted(_label(book.groupings, value, language)) if value else ""
            return i18n.render(f"rule.{rule}", language, {"grouping": grouping})
        case _:
            return Quoted(item)


def _label(labels: Mapping[str, Labels], code: str, language: str) -> str:
    return labels.get(code, {}).get(language) or code


def _running(label: str) -> str:
    """A label as it stands inside a sentence: small at the start, unless it begins with an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _why_other_help_falls_short(need: Sequence[str], offer: Sequence[str], language: str) -> str:
    if set(offer) == {"guidance"}:
        return i18n.render("why.guidance_only", language)
    reason = next((reason for kind, reason in KINDS_OF_HELP.items() if kind in need), None)
    return i18n.render(f"why.{reason}", language) if reason else ""
