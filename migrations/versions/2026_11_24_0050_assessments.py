"""Assessments with their items, what States can give, and how tools were renumbered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_assessments"
down_revision = "2026_11_24_designers"

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "assessments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("tool_version", sa.String(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("willing_to_share", sa.Boolean(), nullable=True),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name="fk_assessments_created_by_accounts"),
        sa.ForeignKeyConstraint(["state"], ["states.code"], name="fk_assessments_state_states"),
        sa.PrimaryKeyConstraint("id", name="pk_assessments"),
    )
    op.create_index("ix_assessments_created_at", "assessments", ["created_at"], unique=False)
    op.create_index("ix_assessments_state", "assessments", ["state"], unique=False)
    op.create_table(
        "assessment_items",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("resolution", sa.String(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("comment", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name="fk_assessment_items_assessment_id_assessments"
        ),
        sa.ForeignKeyConstraint(["theme"], ["themes.code"], name="fk_assessment_items_theme_themes"),
        sa.PrimaryKeyConstraint("assessment_id", "position", name="pk_assessment_items"),
    )
    op.create_table(
        "capacity_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("description", Json, nullable=False),
        sa.Column("themes", Json, nullable=False),
        sa.Column("assistance_types", Json, nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name="fk_capacity_entries_assessment_id_assessments"
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name="fk_capacity_entries_offer_id_offers"),
        sa.PrimaryKeyConstraint("id", name="pk_capacity_entries"),
    )
    op.create_index("ix_capacity_entries_assessment_id", "capacity_entries", ["assessment_id"], unique=False)
    op.create_table(
        "tool_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("from_version", sa.String(), nullable=False),
        sa.Column("to_version", sa.String(), nullable=False),
        sa.Column("items", Json, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["accounts.id"], name="fk_tool_changes_changed_by_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_tool_changes"),
        sa.UniqueConstraint("tool", "from_version", "to_version", name="uq_tool_changes_tool_from_version_to_version"),
    )


def downgrade() -> None:
    op.drop_table("tool_changes")
    op.drop_index("ix_capacity_entries_assessment_id", table_name="capacity_entries")
    op.drop_table("capacity_entries")
    op.drop_table("assessment_items")
    op.drop_index("ix_assessments_state", table_name="assessments")
    op.drop_index("ix_assessments_created_at", table_name="assessments")
    op.drop_table("assessments")
