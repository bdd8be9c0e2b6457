"""What PostgreSQL's row-level security says of each table: the one place where a table gets its policy.

A table stands in `TABLES` once, with one line: `of_need()` for what hangs on a need and is seen by whoever sees it,
`of_visit()` for what hangs on a visit, `Walled(…)` for a rule of its own, `Open(…)` with the reason why it has none.
The service gets no right at all on a table that is missing here. `taysir init` builds the wall anew each time.

Conditions are PostgreSQL's own SQL over the row's columns and `NAMES`: who acts. Where nobody acts all of these are
NULL, and nothing is seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ALL = "SELECT, INSERT, UPDATE, DELETE"
ADD = "SELECT, INSERT"
READ = "SELECT"


@dataclass(frozen=True, slots=True)
class Walled:
    """Which rows the acting reader sees, and which of those they may write; `rights` bound the service's role."""

    seen: str
    written: str
    rights: str = ALL


@dataclass(frozen=True, slots=True)
class Open:
    """A table without row-level security, and why."""

    why: str
    rights: str = ALL


NAMES: Mapping[str, str] = {
    ":role": "(SELECT taysir_setting('role'))",
    ":account": "(SELECT taysir_setting('account')::uuid)",
    ":organization": "(SELECT taysir_setting('organization'))",
    ":class": "(SELECT taysir_setting('class'))",
    ":state": "(SELECT taysir_setting('state'))",
    ":at": "(SELECT taysir_setting('at')::timestamptz)",
    ":team_visits": "(SELECT taysir_team_visits((SELECT taysir_setting('account')::uuid)))",
    ":own_consents": "(SELECT taysir_consents_of((SELECT taysir_setting('state'))))",
    ":shared_needs": "(SELECT taysir_shared_needs())",
}
"""Who acts, and sets of ids that hang on them; a sub-select is asked once and not for each row."""


def in_sql(condition: str) -> str:
    """The condition with its names written out."""
    for name, meaning in NAMES.items():
        condition = condition.replace(name, meaning)
    return condition


SOMEBODY = ":role IS NOT NULL"
BY_OFFICER = ":role = 'officer'"

# The needs that a reader beyond CTED and the State sees are known by id: no need to ask the policy of needs again.
_OF_NEED = """CASE
    WHEN :role = 'operator' THEN false
    WHEN :role IN ('officer', 'secretariat', 'state') THEN EXISTS (SELECT FROM needs WHERE needs.id = {column})
    ELSE :role IS NOT NULL AND {column} IN :shared_needs END"""


def of_need(column: str = "need_id", *, also: str = "true", written: str | None = None, rights: str = ALL) -> Walled:
    """Rows that hang on a need: seen by whoever sees it and meets `also`; written by the same, or as `written`."""
    seen = f"({also}) AND {_OF_NEED.replace('{column}', column)}"
    return Walled(seen, written or seen, rights)


_OF_VISIT = "{column} IN (SELECT id FROM visits)"


def of_visit(column: str = "visit_id", *, also: str = "true", written: str | None = None, rights: str = ALL) -> Walled:
    """Rows that hang on a visit: seen by whoever sees it and meets `also`; written by the same, or as `written`."""
    seen = f"({also}) AND {_OF_VISIT.replace('{column}', column)}"
    return Walled(seen, written or seen, rights)


_BY_GIVER = ":role = 'officer' OR :role = 'state' AND state = :state"
_PART_WRITTEN = ":role = 'officer' OR :role = 'state' AND consent_id IN :own_consents"
# Parts that say nothing without their consent or their need. A hidden withdrawal would even open what it ends.
_PART = Walled(SOMEBODY, _PART_WRITTEN, ADD)

_VISITS = """CASE :role
    WHEN 'officer' THEN level <> 'team' OR created_by = :account OR id IN :team_visits
    WHEN 'secretariat' THEN level <> 'team' AND report_adopted_on IS NOT NULL
    WHEN 'state' THEN state = :state AND level IN ('state', 'named', 'community', 'public')
    ELSE false END"""

_RECOMMENDATIONS = """CASE :role
    WHEN 'officer' THEN level <> 'team' OR created_by = :account OR visit_id IN :team_visits
    WHEN 'secretariat' THEN level <> 'team'
    WHEN 'state' THEN level IN ('state', 'named', 'community', 'public')
    ELSE false END"""

_NEEDS = """CASE :role
    WHEN 'officer' THEN level <> 'team' OR created_by = :account OR visit_id IN :team_visits
    WHEN 'secretariat' THEN level <> 'team'
    WHEN 'state' THEN
        state = :state AND level IN ('state', 'named', 'community', 'public') OR id IN :shared_needs
    WHEN 'operator' THEN false
    ELSE :role IS NOT NULL AND id IN :shared_needs END"""

_CONSENTS = """CASE
    WHEN :role = 'operator' THEN false
    WHEN :role IN ('officer', 'secretariat') THEN true
    WHEN :role = 'state' AND state = :state THEN true
    ELSE :role IS NOT NULL
        AND (expires_at IS NULL OR expires_at > :at)
        AND (effective_from IS NULL OR effective_from <= :at)
        AND (is_public
             OR EXISTS (SELECT FROM consent_audience a WHERE a.consent_id = consents.id
                        AND (a.kind = 'organization' AND a.value = :organization
                             OR a.kind = 'class' AND a.value = :class)))
        AND NOT EXISTS (SELECT FROM consent_events e WHERE e.consent_id = consents.id AND e.kind = 'withdrawn')
        AND (NOT on_behalf
             OR EXISTS (SELECT FROM consent_events e WHERE e.consent_id = consents.id AND e.kind = 'confirmed'))
    END"""

_AUDIENCE = """CASE :role
    WHEN 'officer' THEN true
    WHEN 'secretariat' THEN true
    WHEN 'operator' THEN false
    WHEN 'state' THEN consent_id IN :own_consents
    ELSE kind = 'organization' AND value = :organization OR kind = 'class' AND value = :class END"""

# Records of one's own acts; and for CTED and the State those that show a need which they see, for the State's own log.
_RECORDS = """CASE
    WHEN :role = 'operator' THEN false
    WHEN :role = 'auditor' OR account_id = :account THEN true
    WHEN :role = 'admin' THEN action ~ '^(account|key|role|organization)[.]'
    WHEN :role IN ('officer', 'state') THEN number IN (SELECT number FROM audit_needs)
    ELSE false END"""

_RECORDED_NEEDS = """CASE
    WHEN :role = 'operator' THEN false
    WHEN :role = 'auditor' THEN true
    ELSE :role IS NOT NULL AND (need_id IN (SELECT id FROM needs) OR taysir_recorded(number, :account)) END"""

_PRACTICES = """CASE
    WHEN :role = 'operator' THEN false
    WHEN :role IN ('officer', 'secretariat') THEN true
    ELSE :role IS NOT NULL
        AND (level = 'public' AND (state IS NULL OR released_at IS NOT NULL)
             OR :role = 'state' AND state = :state AND level IN ('state', 'named', 'community', 'public'))
    END"""

_ASSESSMENTS = """CASE :role
    WHEN 'officer' THEN tool = 'oia' AND (level <> 'team' OR created_by = :account)
    WHEN 'secretariat' THEN tool = 'oia' AND level <> 'team' AND adopted_on <= (:at AT TIME ZONE 'UTC')::date
    WHEN 'state' THEN
        state = :state AND (tool = 'dis' OR level IN ('state', 'named', 'community', 'public'))
        OR tool = 'oia' AND shared_at IS NOT NULL AND level IN ('community', 'public')
    ELSE false END"""
_BY_ASSESSOR = ":role = 'officer' AND tool = 'oia' OR :role = 'state' AND state = :state"
_OF_ASSESSMENT = Walled(
    "assessment_id IN (SELECT id FROM assessments)",
    """assessment_id IN (SELECT id FROM assessments
        WHERE :role = 'officer' AND tool = 'oia' OR :role = 'state' AND state = :state)""",
)
_ORDERS = ":role IN ('officer', 'secretariat') OR :role = 'state' AND state = :state"

_OWN_REFERRALS = """CASE
    WHEN :role = 'officer' THEN true
    WHEN :role = 'secretariat' THEN notified_at IS NOT NULL
    WHEN :role = 'state' THEN state = :state AND notified_at IS NOT NULL
    WHEN :role IN ('provider', 'designer') THEN organization = :organization AND sent_at IS NOT NULL
    ELSE false END"""
_STEPS = "referral_id IN (SELECT id FROM referrals)"
_BY_SIDES = ":role IN ('officer', 'state', 'provider', 'designer')"

_OWN = "account_id = :account"

_REFERENCE = Open("reference data: everybody reads it, and only `taysir init` writes it", READ)
_SIGN_IN = Open("looked up by a secret, before it is known who asks")

TABLES: Mapping[str, Walled | Open] = {
    "visits": Walled(_VISITS, BY_OFFICER),
    "team_members": of_visit(also=BY_OFFICER, written=BY_OFFICER),
    "recommendations": of_visit(also=_RECOMMENDATIONS, written=BY_OFFICER),
    "observations": of_visit(written=f":role = 'state' AND {_OF_VISIT.replace('{column}', 'visit_id')}", rights=ADD),
    "report_releases": of_visit(written=f":role = 'state' AND {_OF_VISIT.replace('{column}', 'visit_id')}", rights=ADD),
    "needs": Walled(_NEEDS, _BY_GIVER),
    "need_themes": of_need(written=BY_OFFICER),
    "verdicts": of_need(written=BY_OFFICER, rights=ADD),
    "state_orders": Walled(_ORDERS, ":role = 'state' AND state = :state", ADD),
    "need_progress": of_need(rights="SELECT, INSERT, UPDATE"),
    "referrals": of_need(also=_OWN_REFERRALS, rights="SELECT, INSERT, UPDATE"),
    "referral_steps": Walled(_STEPS, f"{_BY_SIDES} AND {_STEPS}", ADD),
    "good_practices": Walled(_PRACTICES, _BY_GIVER),
    "assessments": Walled(_ASSESSMENTS, _BY_ASSESSOR),
    "assessment_items": _OF_ASSESSMENT,
    "capacity_entries": _OF_ASSESSMENT,
    "tool_changes": Open("numbers of items of a tool, and of no State"),
    "consents": Walled(_CONSENTS, _BY_GIVER, ADD),
    "consent_audience": Walled(_AUDIENCE, _PART_WRITTEN, ADD),
    "consent_needs": _PART,
    "consent_themes": _PART,
    "consent_events": _PART,
    "audit_records": Walled(_RECORDS, "true", ADD),
    "audit_needs": Walled(_RECORDED_NEEDS, "true", ADD),
    "reading_windows": Walled(_OWN, _OWN),
    "imports": Walled(_OWN, _OWN, ADD),
    "audit_head": Open("one row, a count and a hash; whoever records anything moves it on"),
    "kept_answers": Open("looked up by the digest of a key or session, and given only to who shows it again"),
    "offers": Open("a provider's and no State's; its drafts are held by the application alone"),
    "catalogue_revision": Open("one number"),
    "recipes": Open("weights and figures; only the operator adopts one", READ),
    "organizations": Open("everybody reads them"),
    "accounts": _SIGN_IN,
    "api_keys": _SIGN_IN,
    "account_sessions": _SIGN_IN,
    "credentials": _SIGN_IN,
    "identities": _SIGN_IN,
    "sign_in_tries": _SIGN_IN,
    "role_grants": Open("roles that wait: no need is in them"),
    "alembic_version": Open("the revision of the tables", READ),
    "states": _REFERENCE,
    "themes": _REFERENCE,
    "institutions": _REFERENCE,
    "assistance_types": _REFERENCE,
    "resolutions": _REFERENCE,
    "groupings": _REFERENCE,
    "memberships": _REFERENCE,
    "working_groups": _REFERENCE,
}
"""Every table of the database. What is only ever added to has the rights `ADD`."""

OPERATED = "current_setting('taysir.role', true) = 'operator'"
"""The operator sees and writes every row; only the role that owns the tables can act as one."""

# The setting of one transaction, or NULL. An unset one is an empty string once any transaction of the session set it.
_SETTING = """
CREATE OR REPLACE FUNCTION taysir_setting(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('taysir.' || name, true), '')
"""


def _below(signature: str, query: str, *, gives: str = "SETOF uuid") -> str:
    """A function that reads below the wall: as the owner, and for that one query as the owner's operator."""
    return f"""
CREATE OR REPLACE FUNCTION {signature} RETURNS {gives}
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    acting text := current_setting('taysir.role', true);
    answer boolean;
BEGIN
    PERFORM set_config('taysir.role', 'operator', true);
    {query};
    PERFORM set_config('taysir.role', coalesce(acting, ''), true);
    {"RETURN answer;" if gives == "boolean" else ""}
END $$
"""


# Found once in a transaction: a request asks for them several times.
_SHARED_NEEDS = """
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
                JOIN needs n ON n.visit_id = v.visit_id AND n.level = v.level AND n.state = v.state
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
"""

FUNCTIONS: Mapping[str, str] = {
    "taysir_setting(text)": _SETTING,
    "taysir_team_visits(uuid)": _below(
        "taysir_team_visits(an_account uuid)",
        "RETURN QUERY SELECT visit_id FROM team_members WHERE account_id = an_account",
    ),
    "taysir_consents_of(text)": _below(
        "taysir_consents_of(a_state text)", "RETURN QUERY SELECT id FROM consents WHERE state = a_state"
    ),
    "taysir_recorded(bigint, uuid)": _below(
        "taysir_recorded(a_number bigint, an_account uuid)",
        "answer := EXISTS (SELECT FROM audit_records WHERE number = a_number AND account_id = an_account)",
        gives="boolean",
    ),
    "taysir_shared_needs()": _below("taysir_shared_needs()", _SHARED_NEEDS),
}
"""What the policies ask, by signature: ids, or yes and no."""
