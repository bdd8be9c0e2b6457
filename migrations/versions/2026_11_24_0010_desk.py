"""Good practices, assessments with their items, and what States offer in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_desk"
down_revision = "2026_11_24_superseded_consents"

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "good_practices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("description", Json, nullable=False),
        sa.Column("themes", Json, nullable=False),
        sa.Column("resolutions", Json, nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["accounts.id"], name="fk_good_practices_changed_by_accounts"),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name="fk_good_practices_created_by_accounts"),
        sa.ForeignKeyConstraint(["state"], ["states.code"], name="fk_good_practices_state_states"),
        sa.PrimaryKeyConstraint("id", name="pk_good_practices"),
        sa.UniqueConstraint("code", name="uq_good_practices_code"),
    )
    op.create_index("ix_good_practices_created_at", "good_practices", ["created_at"], unique=False)
    op.create_index("ix_good_practices_state", "good_practices", ["state"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_good_practices_state", table_name="good_practices")
    op.drop_index("ix_good_practices_created_at", table_name="good_practices")
    op.drop_table("good_practices")
