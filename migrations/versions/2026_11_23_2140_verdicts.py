"""Verdicts on matches, and the recipes that people adopted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_verdicts"
down_revision = "2026_11_23_audit"

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "recipes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("weights", Json, nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("adopted_by", sa.Uuid(), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["adopted_by"], ["accounts.id"], name="fk_recipes_adopted_by_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_recipes"),
        sa.UniqueConstraint("revision", name="uq_recipes_revision"),
    )
    op.create_table(
        "verdicts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("match", Json, nullable=False),
        sa.Column("recipe", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name="fk_verdicts_created_by_accounts"),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name="fk_verdicts_need_id_needs"),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name="fk_verdicts_offer_id_offers"),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
    )
    op.create_index("ix_verdicts_created_at", "verdicts", ["created_at"], unique=False)
    op.create_index("ix_verdicts_need_id", "verdicts", ["need_id"], unique=False)
    op.create_index("ix_verdicts_offer_id", "verdicts", ["offer_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_verdicts_offer_id", table_name="verdicts")
    op.drop_index("ix_verdicts_need_id", table_name="verdicts")
    op.drop_index("ix_verdicts_created_at", table_name="verdicts")
    op.drop_table("verdicts")
    op.drop_table("recipes")
