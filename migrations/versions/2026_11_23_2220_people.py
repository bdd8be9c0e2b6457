"""People: second administrators, scoped keys, sessions, passwords, identities, tries, look-alike names."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_people"
down_revision = "2026_11_23_verdicts"

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("accounts", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE accounts SET confirmed_at = created_at")
    op.add_column("organizations", sa.Column("skeleton", sa.String(), nullable=True))
    op.create_index("ix_organizations_skeleton", "organizations", ["skeleton"], unique=True)
    with op.batch_alter_table("api_keys") as keys:
        keys.add_column(sa.Column("label", sa.String(), nullable=False, server_default=""))
        keys.add_column(sa.Column("scope", sa.String(), nullable=False, server_default="read-write"))
        keys.add_column(sa.Column("permissions", Json, nullable=True))
        keys.add_column(sa.Column("issued_by", sa.Uuid(), nullable=True))
        keys.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        keys.add_column(sa.Column("last_used_on", sa.Date(), nullable=True))
        keys.create_foreign_key("fk_api_keys_issued_by_accounts", "accounts", ["issued_by"], ["id"])
    op.execute("UPDATE api_keys SET confirmed_at = created_at")
    op.create_table(
        "role_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("organization", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_role_grants_account_id_accounts"),
        sa.ForeignKeyConstraint(["requested_by"], ["accounts.id"], name="fk_role_grants_requested_by_accounts"),
        sa.ForeignKeyConstraint(["confirmed_by"], ["accounts.id"], name="fk_role_grants_confirmed_by_accounts"),
        sa.ForeignKeyConstraint(
            ["organization"], ["organizations.code"], name="fk_role_grants_organization_organizations"
        ),
        sa.ForeignKeyConstraint(["state"], ["states.code"], name="fk_role_grants_state_states"),
        sa.PrimaryKeyConstraint("id", name="pk_role_grants"),
    )
    op.create_index("ix_role_grants_account_id", "role_grants", ["account_id"], unique=False)
    op.create_table(
        "account_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_sessions_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_account_sessions"),
        sa.UniqueConstraint("digest", name="uq_account_sessions_digest"),
    )
    op.create_index("ix_account_sessions_account_id", "account_sessions", ["account_id"], unique=False)
    op.create_table(
        "credentials",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("totp_secret", sa.String(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_credentials_account_id_accounts"),
        sa.PrimaryKeyConstraint("account_id", name="pk_credentials"),
    )
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_identities_account_id_accounts"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identities"),
    )
    op.create_index("ix_identities_account_id", "identities", ["account_id"], unique=False)
    op.create_table(
        "sign_in_tries",
        sa.Column("name_digest", sa.String(), nullable=False),
        sa.Column("tries", Json, nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name_digest", name="pk_sign_in_tries"),
    )
    op.create_index("ix_sign_in_tries_last_at", "sign_in_tries", ["last_at"], unique=False)


def downgrade() -> None:
    op.drop_table("sign_in_tries")
    op.drop_table("identities")
    op.drop_table("credentials")
    op.drop_table("account_sessions")
    op.drop_table("role_grants")
    # What nobody confirmed must not come to work in a version that knows no confirmation.
    op.execute("UPDATE api_keys SET revoked_at = created_at WHERE confirmed_at IS NULL AND revoked_at IS NULL")
    # Nor may a key that was limited come back without its limits.
    op.execute(
        "UPDATE api_keys SET revoked_at = created_at"
        " WHERE revoked_at IS NULL AND (scope <> 'read-write' OR permissions IS NOT NULL)"
    )
    with op.batch_alter_table("api_keys") as keys:
        keys.drop_constraint("fk_api_keys_issued_by_accounts", type_="foreignkey")
        for name in ("last_used_on", "confirmed_at", "issued_by", "permissions", "scope", "label"):
            keys.drop_column(name)
    op.drop_index("ix_organizations_skeleton", table_name="organizations")
    op.drop_column("organizations", "skeleton")
    op.execute("UPDATE accounts SET disabled_at = created_at WHERE confirmed_at IS NULL AND disabled_at IS NULL")
    op.drop_column("accounts", "confirmed_at")
