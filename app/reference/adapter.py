"""Reads the files of `seed_data/reference/` into rows for the tables."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from app.core.db import Base
from app.i18n import LANGUAGES
from app.reference import models


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _labels(row: dict[str, str], prefix: str) -> dict[str, str]:
    return {language: row[f"{prefix}_{language}"] for language in LANGUAGES}


def _list(cell: str) -> list[str]:
    return [part for part in cell.split(";") if part]


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def _strategies(folder: Path) -> list[dict[str, Any]]:
    return [
        {"code": r["code"], "kind": models.STRATEGY, "labels": _labels(r, "label"), "as_of": r["adopted_on"],
         "notes": r["notes"], "members_of": r["members_of"], "themes": _list(r["themes"]),
         "organization": r["organization"] or None}
        for r in _rows(folder, "strategies")
    ]  # fmt: skip


def _memberships(folder: Path) -> Iterator[dict[str, Any]]:  # rows as the table takes them
    """The spells of the file, and for each strategy those of the grouping that it is for, cut to its own dates."""
    spells: list[dict[str, Any]] = [
        {"grouping": r["grouping"], "state": r["state"], "since": _day(r["from"]), "until": _day(r["until"])}
        for r in _rows(folder, "memberships")
    ]
    yield from spells
    for strategy in _rows(folder, "strategies"):
        adopted, ended = _day(strategy["adopted_on"]), _day(strategy["ended_on"])
        for spell in spells:
            if spell["grouping"] == strategy["members_of"]:
                since = max(filter(None, (spell["since"], adopted)), default=None)
                until = min(filter(None, (spell["until"], ended)), default=None)
                if since is None or until is None or since < until:
                    yield {"grouping": strategy["code"], "state": spell["state"], "since": since, "until": until}


def read(folder: Path) -> list[tuple[type[Base], list[dict[str, Any]]]]:
    """The rows of every table, tables that others point at first."""
    return [
        (models.State, [
            {"code": r["iso3"], "labels": _labels(r, "name"), "iso2": r["iso2"], "m49": r["m49"],
             "region": r["un_region"], "subregion": r["m49_subregion_name"],
             "regional_group": r["un_regional_group"], "languages": _list(r["languages"])}
            for r in _rows(folder, "states")]),
        (models.Theme, sorted((
            {"code": r["code"], "parent": r["parent"] or None, "labels": _labels(r, "label"),
             "resolutions": _list(r["resolutions"]), "strategy_pillars": _list(r["strategy_pillar"]),
             "sister_committees": _list(r["sister_committees"])}
            for r in _rows(folder, "themes")), key=lambda t: t["parent"] is not None)),
        (models.Institution, [
            {"code": r["code"], "labels": _labels(r, "label")} for r in _rows(folder, "institutions")]),
        (models.AssistanceType, [
            {"code": r["code"], "labels": _labels(r, "label")} for r in _rows(folder, "assistance_types")]),
        (models.Resolution, [
            {"code": r["resolution"], "year": int(r["year"]), "kind": r["kind"], "labels": _labels(r, "subject"),
             "themes": _list(r["themes"]), "standing": r["status"]}
            for r in _rows(folder, "resolutions")]),
        (models.Grouping, [
            {"code": r["code"], "kind": r["kind"], "labels": _labels(r, "label"), "as_of": r["as_of"],
             "notes": r["notes"]}
            for r in _rows(folder, "groupings")] + _strategies(folder)),
        (models.Membership, [{"id": number, **row} for number, row in enumerate(_memberships(folder), start=1)]),
        (models.WorkingGroup, [
            {"code": r["code"], "number": int(r["number"]), "labels": _labels(r, "label"),
             "themes": _list(r["themes"]), "chairs": _list(r["chairs"]), "vice_chairs": _list(r["vice_chairs"]),
             "since": _day(r["from"]), "until": _day(r["until"]), "notes": r["notes"]}
            for r in _rows(folder, "working_groups")]),
    ]  # fmt: skip
