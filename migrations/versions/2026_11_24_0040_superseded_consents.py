"""A consent names the one that it takes the place of."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_superseded_consents"
down_revision = "2026_11_23_second_wall"


def upgrade() -> None:
    with op.batch_alter_table("consents") as consents:
        consents.add_column(sa.Column("supersedes", sa.Uuid(), nullable=True))
        consents.create_foreign_key("fk_consents_supersedes_consents", "consents", ["supersedes"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("consents") as consents:
        consents.drop_constraint("fk_consents_supersedes_consents", type_="foreignkey")
        consents.drop_column("supersedes")
