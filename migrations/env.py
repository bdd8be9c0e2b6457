"""Runs the migrations over the address that `app.core.db` hands in."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event

url = context.config.attributes["url"]
engine = create_engine(url)
if engine.dialect.name == "sqlite":

    @event.listens_for(engine, "connect")
    def _leave_transactions_to_us(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


if engine.dialect.name == "postgresql":

    @event.listens_for(engine, "connect")
    def _see_every_row(connection: Any, _record: object) -> None:
        connection.execute("SELECT set_config('taysir.role', 'operator', false)")


with engine.connect() as connection:
    context.configure(connection=connection, render_as_batch=True, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
