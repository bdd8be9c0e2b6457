"""The second wall, on PostgreSQL: who may see and write rows of needs, visits and consents, said once more by the database.

The actor stands in settings of the transaction (`taysir.role` and others); where they are missing nothing is seen.
Only the owning role can act as `operator`. SQLite has no such wall.
"""

from alembic import op

revision = "2026_11_23_row_level_security"
down_revision = "2026_11_23_indexes_of_sight"

BEYOND_STATE = "('named', 'community', 'public')"
STATE_AND_WIDER = "('state', 'named', 'community', 'public')"

# The setting of one transaction, or NULL. An unset one is an empty string once any transaction of the session set it.
SETTING = """
CREATE FUNCTION taysir_setting(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('taysir.' || name, true), '')
"""



def below(signature: str, query: str, *, returns: str) -> str:
    """A function that reads below the wall: as the owner, and for that one query as the owner's operator."""
    answer = f"RETURN QUERY {query}" if returns.startswith(("SETOF", "TABLE")) else f"answer := ({query})"
    end = "" if answer.startswith("RETURN") else "RETURN answer;"
    declared = "" if answer.startswith("RETURN") else f"answer {returns};"
    return f"""
CREATE FUNCTION {signature} RETURNS {returns} LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    acting text := current_setting('taysir.role', true);
    {declared}
BEGIN
    PERFORM set_config('taysir.role', 'operator', true);
    {answer};
    PERFORM set_config('taysir.role', coalesce(acting, ''), true);
    {end}
END $$
"""


TEAM_VISITS = below(
    "taysir_team_visits(an_account uuid)",
    "SELECT visit_id FROM team_members WHERE account_id = an_account",
    returns="SETOF uuid",
)
CONSENTS_OF = below(
    "taysir_consents_of(a_state text)", "SELECT id FROM consents WHERE state = a_state", returns="SETOF uuid"
)

# What live consents open to a reader: for level, State and scope, the latest moment at which a covered need was
# recorded. One look-up by key replaces a search per need; it is made once for each statement.
OPENED = below(
    "taysir_opened(an_organization text, a_class text, at timestamptz)",
    """
    WITH live AS MATERIALIZED (
        SELECT c.id, c.state, c.visit_id, levels.level,
               CASE WHEN c.covers_future THEN timestamptz 'infinity' ELSE c.recorded_at END AS until
        FROM (
            SELECT consent_id, kind FROM consent_audience WHERE kind = 'organization' AND value = an_organization
            UNION ALL SELECT consent_id, kind FROM consent_audience WHERE kind = 'class' AND value = a_class
            UNION ALL SELECT id, 'public' FROM consents WHERE is_public
        ) AS named (consent_id, reach)
        JOIN consents c ON c.id = named.consent_id
        JOIN (VALUES ('organization', 'named'), ('organization', 'community'), ('organization', 'public'),
                     ('class', 'community'), ('class', 'public'), ('public', 'public')) AS levels (reach, level)
          ON levels.reach = named.reach
        WHERE (c.expires_at IS NULL OR c.expires_at > at)
          AND (c.effective_from IS NULL OR c.effective_from <= at)
          AND NOT EXISTS (SELECT FROM consent_events e WHERE e.consent_id = c.id AND e.kind = 'withdrawn')
          AND (NOT c.on_behalf
               OR EXISTS (SELECT FROM consent_events e WHERE e.consent_id = c.id AND e.kind = 'confirmed'))
    ), scopes (key, until) AS (
        SELECT live.level || '/' || live.state || '/' || n.need_id, timestamptz 'infinity'
        FROM live JOIN consent_needs n ON n.consent_id = live.id
        UNION ALL
        SELECT live.level || '/' || live.state || '/' || live.visit_id, until FROM live WHERE visit_id IS NOT NULL
        UNION ALL
        SELECT live.level || '/' || live.state || '/' || t.theme, until
        FROM live JOIN consent_themes t ON t.consent_id = live.id
    )
    SELECT coalesce(jsonb_object_agg(key, until), '{}')
    FROM (SELECT key, max(until) AS until FROM scopes GROUP BY key) AS latest
    """,
    returns="jsonb",
)

# A view reads as its owner, to whom `need_themes` stands open: a policy on needs could not read it otherwise,
# for the policy on `need_themes` asks for the need.
THEMES_OF_NEEDS = "CREATE VIEW taysir_themes_of_needs AS SELECT need_id, theme, area FROM need_themes"

ROLE = "(SELECT taysir_setting('role'))"
ACCOUNT = "(SELECT taysir_setting('account')::uuid)"
STATE = "(SELECT taysir_setting('state'))"
AT = "(SELECT taysir_setting('at')::timestamptz)"
NAMED = """(a.kind = 'organization' AND a.value = (SELECT taysir_setting('organization'))
    OR a.kind = 'class' AND a.value = (SELECT taysir_setting('class')))"""
READER = "taysir_setting('organization'), taysir_setting('class'), taysir_setting('at')::timestamptz"

OF_OFFICER = "{t}.level <> 'team' OR {t}.created_by = {account} OR {visit} IN (SELECT taysir_team_visits({account}))"

SHARED = f"""
needs.level IN {BEYOND_STATE} AND EXISTS (
    WITH reader AS MATERIALIZED (SELECT taysir_opened({READER}) AS opened)
    SELECT FROM reader, LATERAL (SELECT needs.level || '/' || needs.state || '/') AS scope (prefix)
    WHERE opened ? (prefix || needs.id)
       OR (opened ->> (prefix || needs.visit_id))::timestamptz >= needs.created_at
       OR EXISTS (
           SELECT FROM taysir_themes_of_needs t
           WHERE t.need_id = needs.id
             AND greatest((opened ->> (prefix || t.theme))::timestamptz, (opened ->> (prefix || t.area))::timestamptz)
                 >= needs.created_at))
"""

SEEN = {
    "visits": f"""CASE {ROLE}
        WHEN 'officer' THEN {OF_OFFICER.format(t="visits", visit="visits.id", account=ACCOUNT)}
        WHEN 'secretariat' THEN level <> 'team' AND report_adopted_on IS NOT NULL
        WHEN 'state' THEN state = {STATE} AND level IN {STATE_AND_WIDER}
        ELSE false END""",
    "team_members": f"{ROLE} = 'officer' AND visit_id IN (SELECT id FROM visits)",
    "recommendations": f"""visit_id IN (SELECT id FROM visits) AND CASE {ROLE}
        WHEN 'officer' THEN {OF_OFFICER.format(t="recommendations", visit="visit_id", account=ACCOUNT)}
        WHEN 'secretariat' THEN level <> 'team'
        WHEN 'state' THEN level IN {STATE_AND_WIDER}
        ELSE false END""",
    "needs": f"""CASE {ROLE}
        WHEN 'officer' THEN {OF_OFFICER.format(t="needs", visit="visit_id", account=ACCOUNT)}
        WHEN 'secretariat' THEN level <> 'team'
        WHEN 'state' THEN state = {STATE} AND level IN {STATE_AND_WIDER} OR {SHARED}
        WHEN 'operator' THEN false
        ELSE {ROLE} IS NOT NULL AND {SHARED} END""",
    "need_themes": "EXISTS (SELECT FROM needs WHERE needs.id = need_id)",
    "verdicts": "EXISTS (SELECT FROM needs WHERE needs.id = need_id)",
    "consents": f"""CASE
        WHEN {ROLE} IN ('officer', 'secretariat') THEN true
        WHEN {ROLE} = 'state' AND state = {STATE} THEN true
        ELSE {ROLE} IS NOT NULL
            AND (expires_at IS NULL OR expires_at > {AT})
            AND (effective_from IS NULL OR effective_from <= {AT})
            AND (is_public OR EXISTS (SELECT FROM consent_audience a WHERE a.consent_id = consents.id AND {NAMED}))
            AND NOT EXISTS (SELECT FROM consent_events e WHERE e.consent_id = consents.id AND e.kind = 'withdrawn')
            AND (NOT on_behalf
                 OR EXISTS (SELECT FROM consent_events e WHERE e.consent_id = consents.id AND e.kind = 'confirmed'))
        END""",
    "consent_audience": f"""CASE {ROLE}
        WHEN 'officer' THEN true
        WHEN 'secretariat' THEN true
        WHEN 'state' THEN consent_id IN (SELECT taysir_consents_of({STATE}))
        ELSE {NAMED.replace("a.", "")} END""",
    # Parts that say nothing without their consent or their need. A hidden withdrawal would even open what it ends.
    "consent_needs": f"{ROLE} IS NOT NULL",
    "consent_themes": f"{ROLE} IS NOT NULL",
    "consent_events": f"{ROLE} IS NOT NULL",
}
"""What the reader sees of each table."""

BY_OFFICER = f"{ROLE} = 'officer'"
BY_GIVER = f"{ROLE} = 'officer' OR {ROLE} = 'state' AND {{state}} = {STATE}"
OF_CONSENT = f"{ROLE} = 'officer' OR {ROLE} = 'state' AND consent_id IN (SELECT taysir_consents_of({STATE}))"

WRITTEN = {
    "visits": BY_OFFICER,
    "team_members": BY_OFFICER,
    "recommendations": BY_OFFICER,
    "needs": BY_GIVER.format(state="state"),
    "need_themes": BY_OFFICER,
    "verdicts": BY_OFFICER,
    "consents": BY_GIVER.format(state="state"),
    "consent_needs": OF_CONSENT,
    "consent_themes": OF_CONSENT,
    "consent_audience": OF_CONSENT,
    "consent_events": OF_CONSENT,
}
"""Who may write a row of each table, of those that they see."""

OPEN_TO_OWNER = {"need_themes"}


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for statement in (SETTING, TEAM_VISITS, CONSENTS_OF, OPENED, THEMES_OF_NEEDS):
        op.execute(statement)
    for table, seen in SEEN.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        if table not in OPEN_TO_OWNER:
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY seen ON {table} FOR SELECT USING ({seen})")
        op.execute(f"CREATE POLICY added ON {table} FOR INSERT WITH CHECK ({WRITTEN[table]})")
        op.execute(f"CREATE POLICY changed ON {table} FOR UPDATE USING ({WRITTEN[table]})")
        op.execute(f"CREATE POLICY removed ON {table} FOR DELETE USING ({WRITTEN[table]})")
        op.execute(f"CREATE POLICY operated ON {table} TO CURRENT_USER USING ({ROLE} = 'operator')")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in SEEN:
        for policy in ("seen", "added", "changed", "removed", "operated"):
            op.execute(f"DROP POLICY {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP VIEW taysir_themes_of_needs")
    for function in (
        "taysir_opened(text, text, timestamptz)",
        "taysir_consents_of(text)",
        "taysir_team_visits(uuid)",
        "taysir_setting(text)",
    ):
        op.execute(f"DROP FUNCTION {function}")
