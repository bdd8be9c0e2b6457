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
            for r in _rows(folder, "groupings")]),
        (models.Membership, [
            {"id": number, "grouping": r["grouping"], "state": r["state"], "since": _day(r["from"]),
             "until": _day(r["until"])}
            for number, r in enumerate(_rows(folder, "memberships"), start=1)]),
    ]  # fmt: skip
