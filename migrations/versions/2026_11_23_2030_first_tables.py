"""The first tables: reference data, people and consents, visits, needs, offers, imports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_first_tables"
down_revision = None

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "assistance_types",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_assistance_types"),
    )
    op.create_table(
        "catalogue_revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_revision"),
    )
    op.create_table(
        "groupings",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.Column("as_of", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_groupings"),
    )
    op.create_table(
        "institutions",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_institutions"),
    )
    op.create_table(
        "kept_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("request_digest", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", Json, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_answers"),
        sa.UniqueConstraint("principal", "idempotency_key", name="uq_kept_answers_principal_idempotency_key"),
    )
    op.create_index("ix_kept_answers_created_at", "kept_answers", ["created_at"], unique=False)
    op.create_table(
        "resolutions",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.Column("themes", Json, nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_resolutions"),
    )
    op.create_table(
        "states",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.Column("iso2", sa.String(), nullable=False),
        sa.Column("m49", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("subregion", sa.String(), nullable=False),
        sa.Column("regional_group", sa.String(), nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_states"),
    )
    op.create_table(
        "themes",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("labels", Json, nullable=False),
        sa.Column("resolutions", Json, nullable=False),
        sa.Column("strategy_pillars", Json, nullable=False),
        sa.Column("sister_committees", Json, nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["themes.code"], name="fk_themes_parent_themes"),
        sa.PrimaryKeyConstraint("code", name="pk_themes"),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("grouping", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["grouping"], ["groupings.code"], name="fk_memberships_grouping_groupings"),
        sa.ForeignKeyConstraint(["state"], ["states.code"], name="fk_memberships_state_states"),
        sa.PrimaryKeyConstraint("id", name="pk_memberships"),
        sa.UniqueConstraint("grouping", "state", "since", name="uq_memberships_grouping_state_since"),
    )
    op.create_index("ix_memberships_grouping", "memberships", ["grouping"], unique=False)
    op.create_index("ix_memberships_state", "memberships", ["state"], unique=False)
    op.create_table(
        "organizations",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["state"], ["states.code"], name="fk_organizations_state_states"),
        sa.PrimaryKeyConstraint("code", name="pk_organizations"),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("organization", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"], ["organizations.code"], name="fk_accounts_organization_organizations"
        ),
        sa.ForeignKeyConstraint(["state"], ["states.code"], name="fk_accounts_state_states"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("title", Json, nullable=False),
        sa.Column("description", Json, nullable=False),
        sa.Column("themes", Json, nullable=False),
        sa.Column("resolutions", Json, nullable=False),
        sa.Column("assistance_types", Json, nullable=False),
        sa.Column("target_institutions", Json, nullable=False),
        sa.Column("scope", Json, nullable=True),
        sa.Column("delivery_languages", Json, nullable=False),
        sa.Column("availability", sa.String(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("capacity", Json, nullable=True),
        sa.Column("eligibility", Json, nullable=False),
        sa.Column("safeguards", Json, nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("last_confirmed_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organization"], ["organizations.code"], name="fk_offers_organization_organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
        sa.UniqueConstraint("organization", "external_id", name="uq_offers_organization_external_id"),
    )
    op.create_index("ix_offers_created_at", "offers", ["created_at"], unique=False)
    op.create_index("ix_offers_organization", "offers", ["organization"], unique=False)
    op.create_index("ix_offers_revision", "offers", ["revision"], unique=False)
    op.create_index("ix_offers_status", "offers", ["status"], unique=False)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_api_keys_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("digest", name="uq_api_keys_digest"),
    )
    op.create_index("ix_api_keys_account_id", "api_keys", ["account_id"], unique=False)
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organization", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("is_dry_run", sa.Boolean(), nullable=False),
        sa.Column("report", Json, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_imports_account_id_accounts"),
        sa.ForeignKeyConstraint(["organization"], ["organizations.code"], name="fk_imports_organization_organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_index("ix_imports_account_id", "imports", ["account_id"], unique=False)
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("delegation", Json, nullable=False),
        sa.Column("report_adopted_on", sa.Date(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name="fk_visits_created_by_accounts"),
        sa.ForeignKeyConstraint(["state"], ["states.code"], name="fk_visits_state_states"),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
    )
    op.create_index("ix_visits_state", "visits", ["state"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("covers_future", sa.Boolean(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("instrument", Json, nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by"], ["accounts.id"], name="fk_consents_recorded_by_accounts"),
        sa.ForeignKeyConstraint(["state"], ["states.code"], name="fk_consents_state_states"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_consents_visit_id_visits"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_state", "consents", ["state"], unique=False)
    op.create_table(
        "recommendations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("text", Json, nullable=False),
        sa.Column("themes", Json, nullable=False),
        sa.Column("resolutions", Json, nullable=False),
        sa.Column("priority", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name="fk_recommendations_created_by_accounts"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_recommendations_visit_id_visits"),
        sa.PrimaryKeyConstraint("id", name="pk_recommendations"),
        sa.UniqueConstraint("visit_id", "number", name="uq_recommendations_visit_id_number"),
    )
    op.create_index("ix_recommendations_visit_id", "recommendations", ["visit_id"], unique=False)
    op.create_table(
        "team_members",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_team_members_account_id_accounts"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_team_members_visit_id_visits"),
        sa.PrimaryKeyConstraint("visit_id", "account_id", name="pk_team_members"),
    )
    op.create_index("ix_team_members_account_id", "team_members", ["account_id"], unique=False)
    op.create_table(
        "consent_audience",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"], name="fk_consent_audience_consent_id_consents"),
        sa.PrimaryKeyConstraint("consent_id", "kind", "value", name="pk_consent_audience"),
    )
    op.create_table(
        "consent_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name="fk_consent_events_by_accounts"),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"], name="fk_consent_events_consent_id_consents"),
        sa.PrimaryKeyConstraint("id", name="pk_consent_events"),
        sa.UniqueConstraint("consent_id", "kind", name="uq_consent_events_consent_id_kind"),
    )
    op.create_index("ix_consent_events_consent_id", "consent_events", ["consent_id"], unique=False)
    op.create_table(
        "consent_themes",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"], name="fk_consent_themes_consent_id_consents"),
        sa.ForeignKeyConstraint(["theme"], ["themes.code"], name="fk_consent_themes_theme_themes"),
        sa.PrimaryKeyConstraint("consent_id", "theme", name="pk_consent_themes"),
    )
    op.create_table(
        "needs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("recommendation_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("description", Json, nullable=False),
        sa.Column("resolutions", Json, nullable=False),
        sa.Column("assistance_types", Json, nullable=False),
        sa.Column("target_institutions", Json, nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.Column("priority", sa.String(), nullable=True),
        sa.Column("state_priority", sa.Integer(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("needed_by", sa.Date(), nullable=True),
        sa.Column("existing_help", Json, nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name="fk_needs_created_by_accounts"),
        sa.ForeignKeyConstraint(
            ["recommendation_id"], ["recommendations.id"], name="fk_needs_recommendation_id_recommendations"
        ),
        sa.ForeignKeyConstraint(["state"], ["states.code"], name="fk_needs_state_states"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_needs_visit_id_visits"),
        sa.PrimaryKeyConstraint("id", name="pk_needs"),
        sa.UniqueConstraint("reference", name="uq_needs_reference"),
    )
    op.create_index("ix_needs_created_at", "needs", ["created_at"], unique=False)
    op.create_index("ix_needs_state", "needs", ["state"], unique=False)
    op.create_index("ix_needs_visit_id", "needs", ["visit_id"], unique=False)
    op.create_table(
        "consent_needs",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"], name="fk_consent_needs_consent_id_consents"),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name="fk_consent_needs_need_id_needs"),
        sa.PrimaryKeyConstraint("consent_id", "need_id", name="pk_consent_needs"),
    )
    op.create_index("ix_consent_needs_need_id", "consent_needs", ["need_id"], unique=False)
    op.create_table(
        "need_themes",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name="fk_need_themes_need_id_needs"),
        sa.ForeignKeyConstraint(["theme"], ["themes.code"], name="fk_need_themes_theme_themes"),
        sa.PrimaryKeyConstraint("need_id", "theme", name="pk_need_themes"),
    )
    op.create_index("ix_need_themes_theme", "need_themes", ["theme"], unique=False)
    op.execute("INSERT INTO catalogue_revision (id, revision) VALUES (1, 0)")


def downgrade() -> None:
    op.drop_index("ix_need_themes_theme", table_name="need_themes")
    op.drop_table("need_themes")
    op.drop_index("ix_consent_needs_need_id", table_name="consent_needs")
    op.drop_table("consent_needs")
    op.drop_index("ix_needs_visit_id", table_name="needs")
    op.drop_index("ix_needs_state", table_name="needs")
    op.drop_index("ix_needs_created_at", table_name="needs")
    op.drop_table("needs")
    op.drop_table("consent_themes")
    op.drop_index("ix_consent_events_consent_id", table_name="consent_events")
    op.drop_table("consent_events")
    op.drop_table("consent_audience")
    op.drop_index("ix_team_members_account_id", table_name="team_members")
    op.drop_table("team_members")
    op.drop_index("ix_recommendations_visit_id", table_name="recommendations")
    op.drop_table("recommendations")
    op.drop_index("ix_consents_state", table_name="consents")
    op.drop_table("consents")
    op.drop_index("ix_visits_state", table_name="visits")
    op.drop_table("visits")
    op.drop_index("ix_imports_account_id", table_name="imports")
    op.drop_table("imports")
    op.drop_index("ix_api_keys_account_id", table_name="api_keys")
    op.drop_table("api_keys")
    op.drop_index("ix_offers_status", table_name="offers")
    op.drop_index("ix_offers_revision", table_name="offers")
    op.drop_index("ix_offers_organization", table_name="offers")
    op.drop_index("ix_offers_created_at", table_name="offers")
    op.drop_table("offers")
    op.drop_table("accounts")
    op.drop_table("organizations")
    op.drop_index("ix_memberships_state", table_name="memberships")
    op.drop_index("ix_memberships_grouping", table_name="memberships")
    op.drop_table("memberships")
    op.drop_table("themes")
    op.drop_table("states")
    op.drop_table("resolutions")
    op.drop_index("ix_kept_answers_created_at", table_name="kept_answers")
    op.drop_table("kept_answers")
    op.drop_table("institutions")
    op.drop_table("groupings")
    op.drop_table("catalogue_revision")
    op.drop_table("assistance_types")
