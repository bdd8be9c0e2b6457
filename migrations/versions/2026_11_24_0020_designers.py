"""Regional strategies as groupings, working groups of the Compact, and needs that a sister committee holds too."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_designers"
down_revision = "2026_11_24_desk"

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("groupings", sa.Column("members_of", sa.String(), nullable=True))
    op.add_column("groupings", sa.Column("themes", Json, nullable=False, server_default="[]"))
    op.add_column("groupings", sa.Column("organization", sa.String(), nullable=True))
    op.add_column("needs", sa.Column("sister_references", Json, nullable=False, server_default="[]"))
    op.create_table(
        "working_groups",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.Column("themes", Json, nullable=False),
        sa.Column("chairs", Json, nullable=False),
        sa.Column("vice_chairs", Json, nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("notes", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_working_groups"),
    )


def downgrade() -> None:
    op.drop_table("working_groups")
    op.drop_column("needs", "sister_references")
    op.execute("DELETE FROM memberships WHERE \"grouping\" IN (SELECT code FROM groupings WHERE kind = 'strategy')")
    op.execute("DELETE FROM groupings WHERE kind = 'strategy'")
    op.drop_column("groupings", "organization")
    op.drop_column("groupings", "themes")
    op.drop_column("groupings", "members_of")
