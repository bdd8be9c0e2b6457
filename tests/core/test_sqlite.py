"""Every connection to SQLite keeps a synced write-ahead log, or is none."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import event, text

from app.core import db
from app.core.errors import Unavailable


def test_every_connection_has_the_log_and_syncs_each_commit(tmp_path: Path) -> None:
    engine = db.make_engine(f"sqlite:///{tmp_path}/taysir.db")
    opened: list[object] = []
    event.listen(engine, "connect", lambda connection, _: opened.append(connection))
    kept: list[tuple[str, int]] = []
    together = threading.Barrier(5)

    def look() -> None:
        with engine.connect() as connection:
            kept.append(tuple(connection.scalar(text(f"PRAGMA {n}")) for n in ("journal_mode", "synchronous")))
            together.wait(10)

    threads = [threading.Thread(target=look) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    assert len(opened) == 5
    assert kept == [("wal", db.SYNCHRONOUS_FULL)] * 5


def test_where_the_log_cannot_be_kept_nothing_is_opened() -> None:
    class Stubborn:
        """A database that stays with its rollback journal."""

        def execute(self, statement: str) -> "Stubborn":
            self.asked = statement
            return self

        def fetchone(self) -> tuple[object]:
            return ("delete",) if "journal" in self.asked else (db.SYNCHRONOUS_FULL,)

    with pytest.raises(Unavailable):
        db._prepare_sqlite(Stubborn(), None)
