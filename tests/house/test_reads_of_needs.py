"""Every read of needs goes through `visible_to(actor)`: found in the sources, not promised."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]
QUERIES = ROOT / "app" / "needs" / "queries.py"
SOURCES = sorted((ROOT / "app").rglob("*.py"))
READS = {
    "select",
    "get",
    "exists",
    "join",
    "outerjoin",
    "select_from",
    "query",
    "scalars",
    "scalar",
    "aliased",
    "get_one",
}
GUARDED = {"Need", "NeedTheme"}


def reads(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls that read, with a table of needs among their arguments, even deep inside."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        named = {inner.id for argument in call.args for inner in ast.walk(argument) if isinstance(inner, ast.Name)}
        if name in READS and named & GUARDED:
            yield call


JOINED = ROOT / "app" / "verdicts" / "queries.py"
"""Takes the State's code of a need that the asker has just been shown, and nothing else of it."""
WALL = ROOT / "app" / "core" / "policies.py"
"""What the database itself says: the same condition once more."""


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path not in (QUERIES, JOINED, WALL)], ids=lambda p: str(p.relative_to(ROOT))
)
def test_no_other_file_reads_the_tables_of_needs(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [call.lineno for call in reads(ast.parse(text))] == []
    for words in ("from needs", "join needs", "from need_themes", "join need_themes"):
        assert words not in " ".join(text.lower().split()).replace('"', ""), words


def test_each_function_that_runs_a_read_of_needs_holds_the_condition() -> None:
    tree = ast.parse(QUERIES.read_text(encoding="utf-8"))
    runs = []
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        arguments = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
        calls = {n.func.id for n in ast.walk(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        if "session" in arguments:
            runs.append(function.name)
            assert calls & {"visible_to", "list_needs"} or "query" in arguments, function.name
    assert len(runs) >= 3


def test_the_scan_finds_a_read_that_goes_round_the_condition() -> None:
    for source in (
        "session.scalar(select(Need.id).where(Need.id == x))",
        "session.get(Need, x)",
        "select(Visit).join(Need, Need.visit_id == Visit.id)",
        "session.execute(select(func.count(Need.id)))",
    ):
        assert list(reads(ast.parse(source))), source
