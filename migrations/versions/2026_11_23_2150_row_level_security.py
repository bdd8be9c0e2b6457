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



def below(signature: str, query: str) -> str:
    """A function giving ids read below the wall: as the owner, and for that one query as the owner's operator."""
    return f"""
CREATE FUNCTION {signature} RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    acting text := current_setting('taysir.role', true);
BEGIN
    PERFORM set_config('taysir.role', 'operator', true);
    {query};
    PERFORM set_config('taysir.role', coalesce(acting, ''), true);
END $$
"""


TEAM_VISITS = below(
    "taysir_team_visits(an_account uuid)",
    "RETURN QUERY SELECT visit_id FROM team_members WHERE account_id = an_account",
)
CONSENTS_OF = below(
    "taysir_consents_of(a_state text)", "RETURN QUERY SELECT id FROM consents WHERE state = a_state"
)

# The needs that live consents open to the reader, found once in a transaction: a request asks for them several times.
SHARED_NEEDS = below(
    "taysir_shared_needs()",
    """
    IF taysir_setting('shared') IS NULL THEN
        PERFORM set_config('taysir.shared', (
            WITH live AS MATERIALIZED (
                SELECT c.id, c.state, c.visit_id, levels.level,
                       CASE WHEN c.covers_future THEN timestamptz 'infinity' ELSE c.recorded_at END AS until
                FROM (
                    SELECT consent_id, kind FROM consent_audience
                    WHERE kind = 'organization' AND value = (SELECT taysir_setting('organization'))
                    UNION ALL
                    SELECT consent_id, kind FROM consent_audience
                    WHERE kind = 'class' AND value = (SELECT taysir_setting('class'))
                    UNION ALL SELECT id, 'public' FROM consents WHERE is_public
                ) AS named (consent_id, reach)
                JOIN consents c ON c.id = named.consent_id
                JOIN (VALUES ('organization', 'named'), ('organization', 'community'), ('organization', 'public'),
                             ('class', 'community'), ('class', 'public'), ('public', 'public')) AS levels (reach, level)
                  ON levels.reach = named.reach
                WHERE (c.expires_at IS NULL OR c.expires_at > (SELECT taysir_setting('at')::timestamptz))
                  AND (c.effective_from IS NULL OR c.effective_from <= (SELECT taysir_setting('at')::timestamptz))
                  AND NOT EXISTS (SELECT FROM consent_events e WHERE e.consent_id = c.id AND e.kind = 'withdrawn')
                  AND (NOT c.on_behalf
                       OR EXISTS (SELECT FROM consent_events e WHERE e.consent_id = c.id AND e.kind = 'confirmed'))
            ), of_visits AS MATERIALIZED (
                SELECT level, state, visit_id, max(until) AS until FROM live
                WHERE visit_id IS NOT NULL GROUP BY level, state, visit_id
            ), of_themes AS MATERIALIZED (
                SELECT live.level, live.state, t.theme, max(until) AS until
                FROM live JOIN consent_themes t ON t.consent_id = live.id GROUP BY live.level, live.state, t.theme
            ), opened AS (
                SELECT n.id FROM live JOIN consent_needs cn ON cn.consent_id = live.id
                JOIN needs n ON n.id = cn.need_id AND n.level = live.level AND n.state = live.state
                UNION
                SELECT n.id FROM of_visits v
                JOIN needs n ON n.visit_id = v.visit_id AND n.level = v.level
                WHERE n.created_at <= v.until
                UNION
                SELECT n.id FROM of_themes t
                JOIN need_themes nt ON nt.state = t.state AND nt.theme = t.theme
                JOIN needs n ON n.id = nt.need_id AND n.level = t.level
                WHERE n.created_at <= t.until
                UNION
                SELECT n.id FROM of_themes t
                JOIN need_themes nt ON nt.state = t.state AND nt.area = t.theme
                JOIN needs n ON n.id = nt.need_id AND n.level = t.level
                WHERE n.created_at <= t.until
            )
            SELECT coalesce(array_agg(id), '{}')::text FROM opened
        ), true);
    END IF;
    RETURN QUERY SELECT unnest(taysir_setting('shared')::uuid[])
    """,
)

ROLE = "(SELECT taysir_setting('role'))"
ACCOUNT = "(SELECT taysir_setting('account')::uuid)"
STATE = "(SELECT taysir_setting('state'))"
AT = "(SELECT taysir_setting('at')::timestamptz)"
NAMED = """(a.kind = 'organization' AND a.value = (SELECT taysir_setting('organization'))
    OR a.kind = 'class' AND a.value = (SELECT taysir_setting('class')))"""

OF_OFFICER = "{t}.level <> 'team' OR {t}.created_by = {account} OR {visit} IN (SELECT taysir_team_visits({account}))"

SHARED = "IN (SELECT taysir_shared_needs())"

# The needs that a reader beyond CTED and the State sees are known by id: no need to ask the policy of needs again.
OF_NEED = f"""CASE
    WHEN {ROLE} = 'operator' THEN false
    WHEN {ROLE} IN ('officer', 'secretariat', 'state') THEN EXISTS (SELECT FROM needs WHERE needs.id = need_id)
    ELSE {ROLE} IS NOT NULL AND need_id {SHARED} END"""

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
        WHEN 'state' THEN state = {STATE} AND level IN {STATE_AND_WIDER} OR id {SHARED}
        WHEN 'operator' THEN false
        ELSE {ROLE} IS NOT NULL AND id {SHARED} END""",
    "need_themes": OF_NEED,
    "verdicts": OF_NEED,
    "consents": f"""CASE
        WHEN {ROLE} = 'operator' THEN false
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
        WHEN 'operator' THEN false
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

def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for statement in (SETTING, TEAM_VISITS, CONSENTS_OF, SHARED_NEEDS):
        op.execute(statement)
    for table, seen in SEEN.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
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
    for function in (
        "taysir_shared_needs()",
        "taysir_consents_of(text)",
        "taysir_team_visits(uuid)",
        "taysir_setting(text)",
    ):
        op.execute(f"DROP FUNCTION {function}")
