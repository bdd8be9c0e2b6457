"""The audit: records in a hash chain, its head, the needs of each record, what each account read of late."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_audit"
down_revision = "2026_11_23_first_tables"

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "audit_records",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("organization", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subjects", Json, nullable=False),
        sa.Column("states", Json, nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_records"),
        sa.UniqueConstraint("id", name="uq_audit_records_id"),
    )
    op.create_index("ix_audit_records_at_id", "audit_records", ["at", "id"], unique=False)
    op.create_index("ix_audit_records_account_id_at_id", "audit_records", ["account_id", "at", "id"], unique=False)
    op.create_table(
        "audit_needs",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["audit_records.number"], name="fk_audit_needs_number_audit_records"),
        sa.PrimaryKeyConstraint("number", "need_id", name="pk_audit_needs"),
    )
    op.create_index("ix_audit_needs_state_need_id", "audit_needs", ["state", "need_id"], unique=False)
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.bulk_insert(head, [{"id": 1, "count": 0, "hash": "0" * 64}])
    op.create_table(
        "reading_windows",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reads", Json, nullable=False),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_reading_windows_account_id_accounts"),
        sa.PrimaryKeyConstraint("account_id", name="pk_reading_windows"),
    )
    with op.batch_alter_table("kept_answers") as kept:
        kept.add_column(sa.Column("record_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("kept_answers") as kept:
        kept.drop_column("record_id")
    op.drop_table("reading_windows")
    op.drop_table("audit_head")
    op.drop_index("ix_audit_needs_state_need_id", table_name="audit_needs")
    op.drop_table("audit_needs")
    op.drop_index("ix_audit_records_account_id_at_id", table_name="audit_records")
    op.drop_index("ix_audit_records_at_id", table_name="audit_records")
    op.drop_table("audit_records")
