"""Reads of visits, recommendations and consents start from their `visible_to`, or stand on a list with their reason."""

import ast
from pathlib import Path

import pytest

from tests.house.test_reads_of_needs import READS, SOURCES

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]
GUARDED = {"Visit", "Recommendation", "TeamMember", "Consent", "ConsentNeed", "ConsentTheme", "ConsentAudience"}
CONDITIONS = {"visible_to", "recommendation_visible_to", "list_visits", "list_consents"}

WITHOUT: dict[tuple[str, str], str] = {
    ("app/access/queries.py", "counts"): "the condition itself",
    ("app/access/queries.py", "happened"): "the condition itself",
    ("app/access/queries.py", "names"): "the condition itself",
    ("app/access/queries.py", "_names"): "the condition itself",
    ("app/needs/queries.py", "_may_be_shared_with"): "the condition of needs",
    ("app/needs/queries.py", "_is_covered"): "the condition of needs",
    ("app/needs/queries.py", "is_shared"): "the condition of needs",
    ("app/needs/queries.py", "somebody"): "the condition of needs",
    ("app/visits/queries.py", "in_team"): "the condition itself",
    ("app/visits/service.py", "recommend"): "numbers of a visit that the officer sees: they are unique in it",
    ("app/matches/queries.py", "visit_days"): "only the last day, of visits of needs that the reader sees in full",
    ("app/exchange/samples.py", "__init__"): "the operator's command line",
}
"""File and function, and why it may."""


def unguarded(path: Path) -> set[tuple[str, str]]:
    """Functions that read these tables and never name a condition."""
    found = set()
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        inner = [n for n in ast.walk(function) if isinstance(n, ast.Call)]
        named = {n.func.attr if isinstance(n.func, ast.Attribute) else getattr(n.func, "id", "") for n in inner}
        if named & CONDITIONS:
            continue
        for call in inner:
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            tables = {n.id for a in call.args for n in ast.walk(a) if isinstance(n, ast.Name)} & GUARDED
            if tables and (name in READS or name == "where"):
                found.add((str(path.relative_to(ROOT)), function.name))
    return found


def test_each_read_starts_from_the_condition_or_says_why_not() -> None:
    found = set().union(*(unguarded(path) for path in SOURCES))
    assert found - set(WITHOUT) == set()
    assert set(WITHOUT) - found == set(), "no longer needed: take it off the list"
