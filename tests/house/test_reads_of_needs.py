"""Every read of needs and of what hangs on them goes through `visible_to(actor)`: found in the sources."""

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
NEEDS = frozenset({"Need", "NeedTheme", "NeedProgress"})
REFERRALS = frozenset({"Referral", "ReferralStep"})
REFERRAL_QUERIES = ROOT / "app" / "referrals" / "queries.py"


def reads(tree: ast.AST, guarded: frozenset[str] = NEEDS) -> Iterator[ast.Call]:
    """Calls that read, with a guarded table among their arguments, even deep inside."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        named = {inner.id for argument in call.args for inner in ast.walk(argument) if isinstance(inner, ast.Name)}
        if name in READS and named & guarded:
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


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path not in (REFERRAL_QUERIES, WALL)], ids=lambda p: str(p.relative_to(ROOT))
)
def test_no_other_file_reads_the_tables_of_referrals(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [call.lineno for call in reads(ast.parse(text), REFERRALS)] == []
    for words in ("from referrals", "join referrals", "from referral_steps", "join referral_steps"):
        assert words not in " ".join(text.lower().split()).replace('"', "").replace("from referrals import", ""), words


UNSEEN = {"of_need", "find_ids"}
"""One decides on a need that its caller has locked, one is the operator's; neither shows anything."""


@pytest.mark.parametrize(
    ("path", "tables", "conditions"),
    [(QUERIES, NEEDS, {"visible_to", "list_needs"}), (REFERRAL_QUERIES, REFERRALS, {"visible_to", "list_referrals"})],
    ids=["needs", "referrals"],
)
def test_each_function_that_runs_a_read_holds_the_condition(
    path: Path, tables: frozenset[str], conditions: set[str]
) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    runs = []
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        arguments = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
        calls = {n.func.id for n in ast.walk(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        names = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
        if "session" in arguments and (names & tables or calls & conditions) and function.name not in UNSEEN:
            runs.append(function.name)
            assert calls & conditions or "query" in arguments, function.name
    assert len(runs) >= 3


def test_referrals_are_visible_with_their_need_only() -> None:
    tree = ast.parse(REFERRAL_QUERIES.read_text(encoding="utf-8"))
    (condition,) = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "visible_to"]
    returns = [n for n in ast.walk(condition) if isinstance(n, ast.Return)]
    assert len(returns) >= 5
    for one in returns:
        named = {n.id for n in ast.walk(one) if isinstance(n, ast.Name)}
        assert named & {"of_visible_needs", "false"}


def test_the_scan_finds_a_read_that_goes_round_the_condition() -> None:
    for source in (
        "session.scalar(select(Need.id).where(Need.id == x))",
        "session.get(Need, x)",
        "select(Visit).join(Need, Need.visit_id == Visit.id)",
        "session.execute(select(func.count(Need.id)))",
    ):
        assert list(reads(ast.parse(source))), source
