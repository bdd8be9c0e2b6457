"""Writes what the reader may see into files. Each says who took it, when and why, and is recorded."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from app.access.rules import Permission
from app.core import trail
from app.core.errors import Conflict, Fault, Invalid, NotAllowed
from app.exchange import activities, columns, templates
from app.exchange.rules import MOST_EXPORTED, Export, ExportFormat, ExportReason, Kind
from app.exchange.tables import safe_cell
from app.gaps import service as gaps
from app.gaps.schemas import BundleRead, GapRead
from app.gaps.service import Wanted
from app.matches.service import Asked
from app.needs import queries as need_queries
from app.needs import service as needs
from app.offers import queries as offer_queries
from app.offers import service as offers
from app.offers.models import Offer
from app.reference.rules import Labels

Record = dict[str, Any]  # JSON has no narrower type
NEEDED = {
    Export.NEEDS: Permission.READ_NEEDS,
    Export.OFFERS: Permission.READ_OFFERS,
    Export.GAPS: Permission.READ_GAPS,
    Export.BUNDLES: Permission.READ_GAPS,
}
MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.JSON: "application/json",
    ExportFormat.IATI: "application/xml",
}
ENDINGS = {ExportFormat.IATI: "xml"}
OWNER = "organization (label)"
"""Whose offer it is: told, and passed over by an import, which asks for it apart."""
GAP_COLUMNS = (
    "rank", "reference", "state", "title", "themes", "score", "priority", "agreed", "age", "best_match", "coverage",
    "shared_by", "rank_best", "rank_worst", "best_offer", "best_offer_organization", "sentence",
)  # fmt: skip
BUNDLE_COLUMNS = (
    "rank", "themes", "groupings", "state", "needs", "score", "assistance_types", "concepts", "strategies",
    "working_groups", "sister_committees", "partners", "ending_offers", "sentence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


def export(
    asked: Asked, wanted: Wanted, *, kind: Export, file_format: ExportFormat, reason: ExportReason, ending_within: int
) -> File:
    """What the reader may see of a kind, as a file. Raises `Invalid` for a format that the kind does not have, and
    `Conflict` where it would hold more than `MOST_EXPORTED` records, or be a file of no activity at all."""
    if not asked.actor.may(NEEDED[kind]):
        raise NotAllowed("role.not_permitted", f"Your role or key never reads {kind}.")
    if file_format is ExportFormat.IATI and kind not in (Export.GAPS, Export.BUNDLES):
        raise Invalid([Fault("query:format", "export.no_iati", "Only gaps and bundles are exported as activities.")])
    about = _about(asked, kind, reason)
    trail.acted(asked.session, "export.made", exported=kind, format=file_format, reason=reason)
    if kind is Export.NEEDS:
        header, records = _needs(asked, wanted)
    elif kind is Export.OFFERS:
        header, records = _offers(asked)
    else:
        found: Sequence[GapRead | BundleRead]
        if kind is Export.GAPS:
            found = gaps.rank(asked, wanted).items
            header = GAP_COLUMNS
        else:
            found = gaps.bundles(asked, wanted, ending_within=ending_within).items
            header = BUNDLE_COLUMNS
        if file_format is ExportFormat.IATI and not found:
            raise Conflict("export.empty", "A file of activities holds at least one, and there is nothing to export.")
        if file_format is ExportFormat.IATI:
            return _file(kind, file_format, activities.write(asked, found, about))
        records = [one.model_dump(mode="json") for one in found]
    if len(records) > MOST_EXPORTED:
        raise Conflict("export.too_many", f"At most {MOST_EXPORTED} records are exported at once: narrow the filters.")
    if file_format is ExportFormat.JSON:
        content = json.dumps({"about": about, "items": records}, ensure_ascii=False, indent=1).encode()
        return _file(kind, file_format, content)
    rows = [_row(kind, record) for record in records]
    header = [name for name in header if name in {key for row in rows for key in row} or not _is_narrative(name)]
    if file_format is ExportFormat.CSV:
        return _file(kind, file_format, _csv(header, rows, about))
    return _file(kind, file_format, _xlsx(asked, kind, header, rows, about))


def _file(kind: Export, file_format: ExportFormat, content: bytes) -> File:
    return File(f"{kind}.{ENDINGS.get(file_format, file_format)}", MEDIA_TYPES[file_format], content)


def _about(asked: Asked, kind: Export, reason: ExportReason) -> dict[str, str]:
    actor = asked.actor
    return {
        "kind": kind,
        "exported_at": actor.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "as_of": asked.as_of.isoformat(),
        "reader": " ".join(filter(None, (actor.role, actor.organization, actor.state))),
        "reason": reason,
        "notice": "What its reader could see at that instant; consent can end at any time.",
    }


def _needs(asked: Asked, wanted: Wanted) -> tuple[Sequence[str], list[Record]]:
    trail.reading(asked.session, "need.exported")
    query = need_queries.narrowed(
        need_queries.list_needs(asked.actor), asked.actor, theme=wanted.theme, priority=wanted.priority
    )
    states = gaps.states_of(asked, wanted.region, wanted.grouping)
    found = need_queries.find_all(asked.session, need_queries.weighing(query))
    seen = [
        one
        for one in found
        if one.need.state in states
        and (wanted.since is None or (one.is_full and one.need.created_at.date() >= wanted.since))
    ]
    shown = needs.shown(asked.session, asked.actor, seen[: MOST_EXPORTED + 1], asked.book)
    header = [column.name for column in templates.columns_of(Kind.NEEDS)]
    return header, [one.model_dump(mode="json") for one in shown]


def _offers(asked: Asked) -> tuple[Sequence[str], list[Record]]:
    query = offer_queries.list_offers(asked.actor).order_by(Offer.created_at, Offer.id).limit(MOST_EXPORTED + 1)
    shown = [offers.shown(asked.actor, offer) for offer in asked.session.scalars(query)]
    first, *others = [column.name for column in templates.columns_of(Kind.OFFERS)]
    return [first, OWNER, *others], [one.model_dump(mode="json") for one in shown]


def _is_narrative(name: str) -> bool:
    return name.startswith(("title_", "description_"))


def _row(kind: Export, record: Record) -> dict[str, str]:
    if kind is Export.GAPS:
        record = _gap(record)
    elif kind is Export.BUNDLES:
        record = _bundle(record)
    elif kind is Export.OFFERS:
        record = {**record, OWNER: record["organization"]}
    return {name: _cell(value) for name, value in _flat(record) if value not in (None, [], {})}


def _flat(record: Record) -> Iterable[tuple[str, Any]]:
    for name, value in record.items():
        if name in ("title", "description") and isinstance(value, dict):
            yield from ((f"{name}_{language}", text) for language, text in value.items())
        elif isinstance(value, dict):
            yield from ((f"{name}.{inner}", each) for inner, each in value.items())
        else:
            yield name, value


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(_listed(each) for each in value)
    return str(value)


def _listed(value: object) -> str:
    """One of several: rules and running help as an import reads them."""
    if not isinstance(value, dict):
        return str(value)
    first, second = (
        value.get("rule") or value.get("organization") or value.get("committee"),
        value.get("value") or value.get("until") or value.get("reference"),
    )
    return f"{first}:{second}" if second else str(first)


def _gap(record: Record) -> Record:
    need, offer, stability = record["need"], record["best_offer"], record["stability"]
    kept = {name: record[name] for name in ("rank", "themes", "score", "sentence")}
    return {
        **kept, **record["parts"], "reference": need["reference"], "state": need["state"],
        "title": need["title"], "rank_best": stability["best"], "rank_worst": stability["worst"],
        "best_offer": offer and offer["title"], "best_offer_organization": offer and offer["organization"],
    }  # fmt: skip


def _bundle(record: Record) -> Record:
    held = record["bundle"]
    return {
        "rank": record["rank"], "score": record["score"], "sentence": record["sentence"],
        "themes": [held["theme"]], "groupings": [held["grouping"]], "state": held["states"],
        "needs": [need["reference"] for need in held["needs"]],
        "concepts": [concept["label"] for concept in held["concepts"]],
        "strategies": [strategy["code"] for strategy in held["strategies"]],
        "partners": [partner["organization"] for partner in held["partners"]],
        "ending_offers": [offer["title"] for offer in held["ending_offers"]],
        **{name: held[name] for name in ("assistance_types", "working_groups", "sister_committees")},
    }  # fmt: skip


def _csv(header: Sequence[str], rows: Sequence[Mapping[str, str]], about: Mapping[str, str]) -> bytes:
    """A table that an import takes back: its last row is a remark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([safe_cell(row.get(name, "")) for name in header] for row in rows)
    writer.writerow(["# " + ", ".join(f"{name}: {value}" for name, value in about.items())])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(
    asked: Asked, kind: Export, header: Sequence[str], rows: Sequence[Mapping[str, str]], about: Mapping[str, str]
) -> bytes:
    """The same with a column of labels beside each column of codes, and a sheet that says what the file is."""
    book = asked.book
    labels: dict[str, Mapping[str, Labels]] = {
        "state": book.states, "themes": book.themes, "assistance_types": book.assistance_types,
        "target_institutions": book.institutions, "scope.states": book.states, "groupings": book.groupings,
        "scope.groupings": book.groupings, "scope.excluded_states": book.states, "strategies": book.groupings,
    }  # fmt: skip
    out = io.BytesIO()
    # Nothing that is written may be taken for a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(out, options)
    bold = workbook.add_format({"bold": True})
    sheet = workbook.add_worksheet(str(kind))
    sheet.freeze_panes(1, 1)
    place = 0
    for name in header:
        sheet.write(0, place, name, bold)
        sheet.write_column(1, place, [row.get(name, "") for row in rows])
        place += 1
        if name in labels:
            sheet.write(0, place, f"{name} {columns.LABELS.strip('_')}", bold)
            sheet.write_column(1, place, [_labelled(row.get(name, ""), labels[name], asked.language) for row in rows])
            place += 1
    page = workbook.add_worksheet("about")
    page.set_column(0, 1, 30)
    for number, (name, value) in enumerate(about.items()):
        page.write_row(number, 0, [name, value])
    if asked.language == "ar":
        sheet.right_to_left()
        page.right_to_left()
    workbook.close()
    return out.getvalue()


def _labelled(cell: str, known: Mapping[str, Labels], language: str) -> str:
    return "; ".join(known[code][language] if code in known else code for code in cell.split(";") if code)
