"""The language in which a person reads the pages."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_languages_of_accounts"
down_revision = "2026_11_24_assessments"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("language", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("accounts", "language")
