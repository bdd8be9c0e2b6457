"""What the second wall stands on: indexes for the question who may see a need, the State beside themes, the area too.

The wall itself is built by `taysir init`, from `app.core.policies`.
"""

import sqlalchemy as sa
from alembic import op

from app.core import wall

revision = "2026_11_23_second_wall"
down_revision = "2026_11_23_people"


def upgrade() -> None:
    with op.batch_alter_table("consent_themes") as table:
        table.add_column(sa.Column("state", sa.String(), nullable=True))
    op.execute(
        "UPDATE consent_themes SET state = (SELECT state FROM consents WHERE consents.id = consent_themes.consent_id)"
    )
    with op.batch_alter_table("consent_themes") as table:
        table.alter_column("state", existing_type=sa.String(), nullable=False)
        table.create_foreign_key("fk_consent_themes_state_states", "states", ["state"], ["code"])
        table.create_index("ix_consent_themes_state_theme", ["state", "theme"])
    with op.batch_alter_table("need_themes") as table:
        table.add_column(sa.Column("area", sa.String(), nullable=True))
        table.add_column(sa.Column("state", sa.String(), nullable=True))
    op.execute(
        "UPDATE need_themes SET state = (SELECT state FROM needs WHERE needs.id = need_themes.need_id),"
        " area = COALESCE((SELECT parent FROM themes WHERE themes.code = need_themes.theme), need_themes.theme)"
    )
    with op.batch_alter_table("needs") as table:
        table.create_unique_constraint("uq_needs_id_state", ["id", "state"])
    with op.batch_alter_table("need_themes") as table:
        table.alter_column("area", existing_type=sa.String(), nullable=False)
        table.alter_column("state", existing_type=sa.String(), nullable=False)
        table.drop_constraint("fk_need_themes_need_id_needs", type_="foreignkey")
        table.create_foreign_key("fk_need_themes_need_id_state_needs", "needs", ["need_id", "state"], ["id", "state"])
        table.create_index("ix_need_themes_state_theme", ["state", "theme"])
        table.create_index("ix_need_themes_state_area", ["state", "area"])
    op.create_index("ix_consent_audience_kind_value", "consent_audience", ["kind", "value"])
    op.create_index("ix_consents_state_visit_id", "consents", ["state", "visit_id"])
    op.drop_index("ix_consents_state", table_name="consents")
    op.create_index("ix_consents_is_public", "consents", ["is_public"])
    op.create_index("ix_needs_created_at_id", "needs", ["created_at", "id"])
    op.drop_index("ix_needs_created_at", table_name="needs")
    op.create_index("ix_needs_visit_id_level_created_at_id", "needs", ["visit_id", "level", "created_at", "id"])
    op.drop_index("ix_needs_visit_id", table_name="needs")


def downgrade() -> None:
    _open_all()
    op.create_index("ix_needs_visit_id", "needs", ["visit_id"])
    op.drop_index("ix_needs_visit_id_level_created_at_id", table_name="needs")
    op.create_index("ix_needs_created_at", "needs", ["created_at"])
    op.drop_index("ix_needs_created_at_id", table_name="needs")
    op.drop_index("ix_consents_is_public", table_name="consents")
    op.create_index("ix_consents_state", "consents", ["state"])
    op.drop_index("ix_consents_state_visit_id", table_name="consents")
    op.drop_index("ix_consent_audience_kind_value", table_name="consent_audience")
    with op.batch_alter_table("need_themes") as table:
        table.drop_index("ix_need_themes_state_area")
        table.drop_index("ix_need_themes_state_theme")
        table.drop_constraint("fk_need_themes_need_id_state_needs", type_="foreignkey")
        table.create_foreign_key("fk_need_themes_need_id_needs", "needs", ["need_id"], ["id"])
        table.drop_column("state")
        table.drop_column("area")
    with op.batch_alter_table("needs") as table:
        table.drop_constraint("uq_needs_id_state", type_="unique")
    with op.batch_alter_table("consent_themes") as table:
        table.drop_index("ix_consent_themes_state_theme")
        table.drop_constraint("fk_consent_themes_state_states", type_="foreignkey")
        table.drop_column("state")


def _open_all() -> None:
    """The service of before knows no wall: it would see nothing behind one."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    wall.pull_down(connection)
    walled = sa.text(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relrowsecurity"
    )
    for table in connection.scalars(walled).all():
        op.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
