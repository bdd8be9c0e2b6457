"""The migration of people goes up, down and up again, with rows in the tables."""

from sqlalchemy import text

from app.core import db

BEFORE = "2026_11_23_verdicts"
OURS = "2026_11_23_people"


def test_keys_of_before_work_after_and_limited_keys_do_not_come_back(empty_database_url: str) -> None:
    db.migrate(empty_database_url, BEFORE)
    engine = db.make_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO accounts (id, name, role, created_at)"
                " VALUES ('00000000000000000000000000000001', 'a', 'officer', '2026-11-01 00:00:00')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO api_keys (id, account_id, digest, created_at, expires_at)"
                " VALUES ('00000000000000000000000000000002', '00000000000000000000000000000001', 'd',"
                " '2026-11-01 00:00:00', '2027-11-01 00:00:00')"
            )
        )
    db.migrate(empty_database_url, OURS)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT confirmed_at = created_at FROM accounts"))
        kept = connection.execute(text("SELECT confirmed_at = created_at, scope FROM api_keys")).one()
        assert tuple(kept) == (1, "read-write")
        connection.execute(text("UPDATE api_keys SET scope = 'read-only'"))
    db.downgrade(empty_database_url, BEFORE)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT revoked_at IS NOT NULL FROM api_keys"))
    db.migrate(empty_database_url, OURS)
    engine.dispose()


def test_models_and_migrations_say_the_same(database_url: str) -> None:
    assert list(db.differences(database_url)) == []
