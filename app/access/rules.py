"""Who may do what: roles, permissions, levels, and the status of a consent, as plain decisions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.core.errors import NotAllowed


class Role(StrEnum):
    """What an account may be; `anonymous` is nobody's account."""

    ADMIN = "admin"
    OFFICER = "officer"
    SECRETARIAT = "secretariat"
    STATE = "state"
    PROVIDER = "provider"
    DESIGNER = "designer"
    AUDITOR = "auditor"
    ANONYMOUS = "anonymous"


class Level(StrEnum):
    """CTED's ceiling on who may see a record, closest first."""

    TEAM = "team"
    COMMITTEE = "committee"
    STATE = "state"
    NAMED = "named"
    COMMUNITY = "community"
    PUBLIC = "public"


BEYOND_STATE = (Level.NAMED, Level.COMMUNITY, Level.PUBLIC)
STATE_AND_WIDER = (Level.STATE, *BEYOND_STATE)

CLASSES = ("donor", "un_entity", "regional_org", "intl_org", "cso", "private_sector", "research", "designer")
ORGANIZATION_KINDS = (
    "donor_programme",
    "un_entity",
    "regional_org",
    "intl_org",
    "cso",
    "private_sector",
    "research",
)
FACILITATOR = "facilitator"


class Permission(StrEnum):
    """One line of the table below."""

    RECORD_VISITS = "visits.record"
    READ_VISITS = "visits.read"
    RECORD_NEEDS = "needs.record"
    READ_NEEDS = "needs.read"
    RANK_OFFERS = "matches.read"
    PREVIEW_MATCHES = "matches.preview"
    DECIDE_ON_MATCHES = "matches.decide"
    READ_VERDICTS = "verdicts.read"
    WRITE_OFFERS = "offers.write"
    READ_REVERSE_MATCHES = "offers.matches"
    READ_GAPS = "gaps.read"
    GIVE_CONSENT = "consents.give"
    READ_CONSENTS = "consents.read"
    IMPORT = "imports.write"
    READ_ACCOUNTS = "accounts.read"
    READ_AUDIT = "audit.read"
    READ_AUDIT_HEAD = "audit.head"
    READ_ACCESS_LOG = "audit.access_log"


_SIGNED_IN = frozenset(Role) - {Role.ANONYMOUS}

PERMITTED: dict[Permission, frozenset[Role]] = {
    Permission.RECORD_VISITS: frozenset({Role.OFFICER}),
    Permission.READ_VISITS: _SIGNED_IN,
    Permission.RECORD_NEEDS: frozenset({Role.OFFICER}),
    Permission.READ_NEEDS: frozenset(Role),
    Permission.RANK_OFFERS: frozenset(Role),
    Permission.PREVIEW_MATCHES: frozenset({Role.OFFICER, Role.PROVIDER, Role.DESIGNER}),
    Permission.DECIDE_ON_MATCHES: frozenset({Role.OFFICER}),
    Permission.READ_VERDICTS: frozenset({Role.OFFICER, Role.SECRETARIAT}),
    Permission.WRITE_OFFERS: frozenset({Role.PROVIDER, Role.DESIGNER}),
    Permission.READ_REVERSE_MATCHES: frozenset({Role.OFFICER, Role.SECRETARIAT, Role.PROVIDER, Role.DESIGNER}),
    Permission.READ_GAPS: frozenset({Role.OFFICER, Role.SECRETARIAT, Role.DESIGNER, Role.PROVIDER, Role.STATE}),
    Permission.GIVE_CONSENT: frozenset({Role.STATE, Role.OFFICER}),
    Permission.READ_CONSENTS: _SIGNED_IN,
    Permission.IMPORT: frozenset({Role.PROVIDER, Role.DESIGNER, Role.OFFICER}),
    Permission.READ_ACCOUNTS: frozenset({Role.ADMIN}),
    Permission.READ_AUDIT: _SIGNED_IN,
    Permission.READ_AUDIT_HEAD: frozenset({Role.AUDITOR}),
    Permission.READ_ACCESS_LOG: frozenset({Role.STATE, Role.OFFICER}),
}
"""Closed unless opened: a role that is not named may never."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, and at which instant: every decision on what they see takes nothing else."""

    role: Role
    at: datetime
    account_id: UUID | None = None
    organization: str | None = None
    organization_kind: str | None = None
    state: str | None = None

    @property
    def audience_class(self) -> str | None:
        """The class of a consent's audience that this actor is in."""
        if self.role is Role.DESIGNER:
            return "designer"
        if self.role is not Role.PROVIDER:
            return None
        return "donor" if self.organization_kind == "donor_programme" else self.organization_kind

    @property
    def writer(self) -> UUID:
        """The account that a record names as its author; raises `NotAllowed` for nobody."""
        if self.account_id is None:
            raise NotAllowed("account.missing", "Only somebody with an account records anything.")
        return self.account_id

    def may(self, permission: Permission) -> bool:
        """Whether the role can ever do this."""
        return self.role in PERMITTED[permission]


class ConsentStatus(StrEnum):
    """Computed, never stored."""

    PENDING = "pending"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    LIVE = "live"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


def consent_status(
    *,
    events: Iterable[str],
    on_behalf: bool,
    effective_from: datetime | None,
    expires_at: datetime | None,
    at: datetime,
) -> ConsentStatus:
    """The status at `at`; recorded by CTED for the State, a consent is pending until a second person confirms it."""
    happened = set(events)
    if "withdrawn" in happened:
        return ConsentStatus.WITHDRAWN
    if expires_at is not None and expires_at <= at:
        return ConsentStatus.EXPIRED
    if on_behalf and "confirmed" not in happened:
        return ConsentStatus.PENDING
    if effective_from is not None and at < effective_from:
        return ConsentStatus.NOT_YET_EFFECTIVE
    return ConsentStatus.LIVE
