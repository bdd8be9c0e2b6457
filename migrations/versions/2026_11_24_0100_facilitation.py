"""Referrals with their histories, capacity that they take, and how far they bring a need."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_facilitation"
down_revision = "2026_11_24_languages_of_accounts"

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("visits") as visits:
        visits.add_column(sa.Column("status", sa.String(), nullable=True))
        visits.add_column(sa.Column("draft_on", sa.Date(), nullable=True))
        visits.add_column(sa.Column("responded_on", sa.Date(), nullable=True))
        visits.add_column(sa.Column("follows", sa.Uuid(), nullable=True))
        visits.create_foreign_key("fk_visits_follows_visits", "visits", ["follows"], ["id"])
    op.execute(
        "UPDATE visits SET status = CASE WHEN report_adopted_on IS NOT NULL THEN 'adopted'"
        " WHEN ends_on < CURRENT_DATE THEN 'held' ELSE 'planned' END"
    )
    with op.batch_alter_table("visits") as visits:
        visits.alter_column("status", existing_type=sa.String(), nullable=False)
    for name, columns in (
        ("observations", [sa.Column("text", Json, nullable=False)]),
        (
            "report_releases",
            [sa.Column("extent", sa.String(), nullable=False), sa.Column("parts", Json, nullable=False)],
        ),
    ):
        op.create_table(
            name,
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column("visit_id", sa.Uuid(), nullable=False),
            *columns,
            sa.Column("at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("by", sa.Uuid(), nullable=False),
            sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=f"fk_{name}_by_accounts"),
            sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=f"fk_{name}_visit_id_visits"),
            sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        )
        op.create_index(f"ix_{name}_visit_id", name, ["visit_id"], unique=False)
    with op.batch_alter_table("needs") as needs:
        needs.add_column(sa.Column("closed_as", sa.String(), nullable=True))
        needs.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        needs.add_column(sa.Column("closing_reason", sa.String(), nullable=True))
        needs.add_column(sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True))
        needs.add_column(sa.Column("reopened_by", sa.Uuid(), nullable=True))
        needs.create_foreign_key("fk_needs_reopened_by_visits", "visits", ["reopened_by"], ["id"])
    with op.batch_alter_table("offers") as offers:
        offers.add_column(sa.Column("capacity_stated", sa.Double(), nullable=False, server_default="0"))
        offers.add_column(sa.Column("capacity_taken", sa.Double(), nullable=False, server_default="0"))
    committed = {
        "sqlite": "json_extract(capacity, '$.committed')",
        "postgresql": "CAST(capacity ->> 'committed' AS float)",
    }[op.get_bind().dialect.name]
    op.execute(f"UPDATE offers SET capacity_stated = COALESCE({committed}, 0)")  # noqa: S608 - one of the two above
    op.create_table(
        "state_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("items", Json, nullable=False),
        sa.Column("plans", Json, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name="fk_state_orders_by_accounts"),
        sa.ForeignKeyConstraint(["state"], ["states.code"], name="fk_state_orders_state_states"),
        sa.PrimaryKeyConstraint("id", name="pk_state_orders"),
    )
    op.create_index("ix_state_orders_state", "state_orders", ["state"], unique=False)
    op.create_table(
        "need_progress",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("progress", sa.String(), nullable=True),
        sa.Column("coverage", sa.String(), nullable=False),
        sa.Column("parts", Json, nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name="fk_need_progress_need_id_needs"),
        sa.PrimaryKeyConstraint("need_id", name="pk_need_progress"),
    )
    op.create_index("ix_need_progress_progress", "need_progress", ["progress"], unique=False)
    op.create_table(
        "referrals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("covers", sa.String(), nullable=False),
        sa.Column("covered_types", Json, nullable=False),
        sa.Column("pledge", Json, nullable=True),
        sa.Column("commitment", Json, nullable=True),
        sa.Column("delivery", Json, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("taken", sa.Double(), nullable=False),
        sa.Column("match", Json, nullable=True),
        sa.Column("recipe", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name="fk_referrals_created_by_accounts"),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name="fk_referrals_need_id_needs"),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name="fk_referrals_offer_id_offers"),
        sa.ForeignKeyConstraint(
            ["organization"], ["organizations.code"], name="fk_referrals_organization_organizations"
        ),
        sa.ForeignKeyConstraint(["state"], ["states.code"], name="fk_referrals_state_states"),
        sa.PrimaryKeyConstraint("id", name="pk_referrals"),
    )
    for column in ("created_at", "due_on", "need_id", "offer_id", "organization", "state", "step"):
        op.create_index(f"ix_referrals_{column}", "referrals", [column], unique=False)
    op.create_table(
        "referral_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("for_side", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("values", Json, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name="fk_referral_steps_by_accounts"),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name="fk_referral_steps_referral_id_referrals"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_steps"),
        sa.UniqueConstraint("referral_id", "position", name="uq_referral_steps_referral_id_position"),
    )


def downgrade() -> None:
    op.drop_table("referral_steps")
    for column in ("step", "state", "organization", "offer_id", "need_id", "due_on", "created_at"):
        op.drop_index(f"ix_referrals_{column}", table_name="referrals")
    op.drop_table("referrals")
    op.drop_index("ix_need_progress_progress", table_name="need_progress")
    op.drop_table("need_progress")
    op.drop_index("ix_state_orders_state", table_name="state_orders")
    op.drop_table("state_orders")
    with op.batch_alter_table("offers") as offers:
        offers.drop_column("capacity_taken")
        offers.drop_column("capacity_stated")
    with op.batch_alter_table("needs") as needs:
        needs.drop_constraint("fk_needs_reopened_by_visits", type_="foreignkey")
        for name in (
            "reopened_by", "reopened_at", "closing_reason", "closed_on", "closed_as",
        ):  # fmt: skip
            needs.drop_column(name)
    for name in ("report_releases", "observations"):
        op.drop_index(f"ix_{name}_visit_id", table_name=name)
        op.drop_table(name)
    with op.batch_alter_table("visits") as visits:
        visits.drop_constraint("fk_visits_follows_visits", type_="foreignkey")
        for name in ("follows", "responded_on", "draft_on", "status"):
            visits.drop_column(name)
