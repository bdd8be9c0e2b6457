"""`taysir audit`, and the record of what operators do."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from app.audit.models import RECORDS
from app.cli import main
from tests.databases import owner_of

Run = Callable[..., int]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the program over the test's database and give its exit code."""

    def call(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["taysir", *arguments, "--database-url", owner_of(database_url)])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    return call


def test_the_acts_of_operators_are_recorded(run: Run, engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("account", "add", "visitor", "--role", "officer") == 0
    key = capsys.readouterr().out.partition(": ")[2].split()[0]
    assert run("key", "add", "visitor") == 0
    assert run("account", "disable", "visitor") == 0
    with Session(engine) as session:
        records = session.execute(RECORDS.select().order_by(RECORDS.c.number)).mappings().all()
    assert [(r["action"], r["role"], r["operation"]) for r in records] == [
        ("account.added", "operator", "taysir account add"),
        ("key.issued", "operator", "taysir key add"),
        ("account.disabled", "operator", "taysir account disable"),
    ]
    assert records[0]["facts"] == {"role": ["officer"], "also": ["key.issued"]}
    assert key not in str(records)
    assert "visitor" not in str(records)


def test_looking_is_not_recorded(run: Run, engine: Engine) -> None:
    assert run("account", "list") == 0
    assert run("audit", "verify") == 0
    with Session(engine) as session:
        assert session.execute(RECORDS.select()).all() == []


def test_verifying_names_the_first_broken_record(
    run: Run, engine: Engine, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("one", "two", "three"):
        run("account", "add", name, "--role", "officer")
    anchors = str(tmp_path / "anchors")
    assert run("audit", "anchor", "--anchor", anchors) == 0
    assert run("audit", "verify", "--anchor", anchors) == 0
    assert "The chain holds: 3 records, 1 anchors." in capsys.readouterr().out
    with Session(engine) as session:
        session.execute(update(RECORDS).where(RECORDS.c.number == 2).values(role="admin"))
        session.commit()
    assert run("audit", "verify") == 1
    assert capsys.readouterr().err == "The chain is broken at record 2: its content is not what was recorded.\n"


def test_an_anchor_file_that_is_not_there_is_wrong_use(run: Run, tmp_path: Path) -> None:
    assert run("audit", "verify", "--anchor", str(tmp_path / "none")) == 2
    assert run("audit", "anchor") == 2


def test_a_file_that_holds_no_anchors_is_told(run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "anchors"
    file.write_text("something else\n", encoding="utf-8")
    assert run("audit", "verify", "--anchor", str(file)) == 1
    assert "line 1 is no anchor" in capsys.readouterr().err
