"""Runs the migrations over the address that `app.core.db` hands in."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event, make_url

url = context.config.attributes["url"]
is_sqlite = make_url(url).get_backend_name() == "sqlite"
as_operator = {} if is_sqlite else {"options": "-c taysir.role=operator"}  # migrations see every row
engine = create_engine(url, connect_args=as_operator)
if is_sqlite:

    @event.listens_for(engine, "connect")
    def _leave_transactions_to_us(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


with engine.connect() as connection:
    context.configure(connection=connection, render_as_batch=True, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
