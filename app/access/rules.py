"""Who may do what: roles, permissions, levels, and the status of a consent, as plain decisions."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    OBSERVE_VISITS = "visits.observe"
    RECORD_NEEDS = "needs.record"
    CLOSE_NEEDS = "needs.close"
    ORDER_NEEDS = "needs.order"
    READ_ORDER = "needs.order.read"
    READ_NEEDS = "needs.read"
    RANK_OFFERS = "matches.read"
    PREVIEW_MATCHES = "matches.preview"
    DECIDE_ON_MATCHES = "matches.decide"
    READ_VERDICTS = "verdicts.read"
    PROPOSE_REFERRALS = "referrals.propose"
    TAKE_STEPS = "referrals.step"
    READ_REFERRALS = "referrals.read"
    WRITE_OFFERS = "offers.write"
    READ_REVERSE_MATCHES = "offers.matches"
    READ_GAPS = "gaps.read"
    READ_ASSESSMENTS = "assessments.read"
    RECORD_ASSESSMENTS = "assessments.record"
    SHARE_ASSESSMENTS = "assessments.share"
    READ_PLANS = "plans.read"
    READ_SYNERGIES = "synergies.read"
    EXPORT = "exports.read"
    READ_FIGURES = "figures.read"
    READ_PRACTICES = "practices.read"
    WRITE_PRACTICES = "practices.write"
    RELEASE_PRACTICES = "practices.release"
    GIVE_CONSENT = "consents.give"
    READ_CONSENTS = "consents.read"
    IMPORT = "imports.write"
    READ_OFFERS = "offers.read"
    READ_ACCOUNTS = "accounts.read"
    WRITE_ACCOUNTS = "accounts.write"
    WRITE_ORGANIZATIONS = "organizations.write"
    READ_CREDENTIALS = "credentials.read"
    WRITE_CREDENTIALS = "credentials.write"
    READ_AUDIT = "audit.read"
    READ_AUDIT_HEAD = "audit.head"
    READ_ACCESS_LOG = "audit.access_log"


_SIGNED_IN = frozenset(Role) - {Role.ANONYMOUS}

PERMITTED: dict[Permission, frozenset[Role]] = {
    Permission.RECORD_VISITS: frozenset({Role.OFFICER}),
    Permission.READ_VISITS: _SIGNED_IN,
    Permission.OBSERVE_VISITS: frozenset({Role.STATE}),
    Permission.RECORD_NEEDS: frozenset({Role.OFFICER}),
    Permission.ORDER_NEEDS: frozenset({Role.STATE}),
    Permission.READ_ORDER: frozenset({Role.OFFICER, Role.SECRETARIAT, Role.STATE}),
    Permission.CLOSE_NEEDS: frozenset({Role.OFFICER, Role.STATE}),
    Permission.READ_NEEDS: frozenset(Role),
    Permission.RANK_OFFERS: frozenset(Role),
    Permission.PREVIEW_MATCHES: frozenset({Role.OFFICER, Role.PROVIDER, Role.DESIGNER}),
    Permission.DECIDE_ON_MATCHES: frozenset({Role.OFFICER}),
    Permission.READ_VERDICTS: frozenset({Role.OFFICER, Role.SECRETARIAT}),
    Permission.PROPOSE_REFERRALS: frozenset({Role.OFFICER}),
    Permission.TAKE_STEPS: frozenset({Role.OFFICER, Role.STATE, Role.PROVIDER, Role.DESIGNER}),
    Permission.READ_REFERRALS: frozenset({Role.OFFICER, Role.SECRETARIAT, Role.STATE, Role.PROVIDER, Role.DESIGNER}),
    Permission.WRITE_OFFERS: frozenset({Role.PROVIDER, Role.DESIGNER}),
    Permission.READ_REVERSE_MATCHES: frozenset({Role.OFFICER, Role.SECRETARIAT, Role.PROVIDER, Role.DESIGNER}),
    Permission.READ_GAPS: frozenset({Role.OFFICER, Role.SECRETARIAT, Role.DESIGNER, Role.PROVIDER, Role.STATE}),
    Permission.READ_ASSESSMENTS: frozenset({Role.OFFICER, Role.SECRETARIAT, Role.STATE}),
    Permission.RECORD_ASSESSMENTS: frozenset({Role.OFFICER, Role.STATE}),
    Permission.SHARE_ASSESSMENTS: frozenset({Role.STATE}),
    Permission.READ_PLANS: frozenset({Role.OFFICER}),
    Permission.READ_SYNERGIES: frozenset({Role.OFFICER, Role.SECRETARIAT, Role.DESIGNER}),
    Permission.EXPORT: _SIGNED_IN - {Role.ADMIN, Role.AUDITOR},
    Permission.READ_FIGURES: frozenset(Role),
    Permission.READ_PRACTICES: frozenset(Role),
    Permission.WRITE_PRACTICES: frozenset({Role.OFFICER}),
    Permission.RELEASE_PRACTICES: frozenset({Role.STATE}),
    Permission.GIVE_CONSENT: frozenset({Role.STATE, Role.OFFICER}),
    Permission.READ_CONSENTS: _SIGNED_IN,
    Permission.IMPORT: frozenset({Role.PROVIDER, Role.DESIGNER, Role.OFFICER, Role.STATE}),
    Permission.READ_OFFERS: frozenset(Role),
    Permission.READ_ACCOUNTS: frozenset({Role.ADMIN}),
    Permission.WRITE_ACCOUNTS: frozenset({Role.ADMIN}),
    Permission.WRITE_ORGANIZATIONS: frozenset({Role.ADMIN}),
    Permission.READ_CREDENTIALS: _SIGNED_IN,
    Permission.WRITE_CREDENTIALS: _SIGNED_IN,
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
    session_id: UUID | None = None
    """Set where a person is signed in, and not a key."""
    granted: frozenset[Permission] | None = None
    """The only permissions of a key that has fewer than its role."""

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
        """Whether the role can ever do this, and the key was given it."""
        return self.role in PERMITTED[permission] and (self.granted is None or permission in self.granted)


class Scope(StrEnum):
    """What a key may do with its permissions."""

    READ_ONLY = "read-only"
    READ_WRITE = "read-write"


KEY_LIFE = timedelta(days=365)
"""The longest life of a key, and the one it has where none is asked for."""
FIRST_KEY_LIFE = timedelta(days=7)
"""An administrator has seen the first key of an account: its owner soon needs one that nobody else saw."""
IDLE_LIMIT = timedelta(minutes=30)
SESSION_LIFE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
"""How often the last use of a session is written down: reading would be writing otherwise."""


def is_live(*, created_at: datetime, last_seen_at: datetime, at: datetime) -> bool:
    """Whether a session still counts: neither idle for too long nor older than half a day."""
    return at - last_seen_at < IDLE_LIMIT and at - created_at < SESSION_LIFE


def csrf_token(session_token: str) -> str:
    """What our own pages send beside the cookie. Only who holds the cookie can compute it, so it is kept nowhere."""
    return hmac.new(session_token.encode(), b"csrf", hashlib.sha256).hexdigest()


class AccountStatus(StrEnum):
    """Computed, never stored."""

    PENDING = "pending"
    ACTIVE = "active"
    DISABLED = "disabled"


def account_status(*, confirmed_at: datetime | None, disabled_at: datetime | None) -> AccountStatus:
    """Disabled wins: it is the safer answer."""
    if disabled_at is not None:
        return AccountStatus.DISABLED
    return AccountStatus.PENDING if confirmed_at is None else AccountStatus.ACTIVE


class KeyStatus(StrEnum):
    """Computed, never stored."""

    PENDING = "pending"
    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"


def key_status(
    *, confirmed_at: datetime | None, expires_at: datetime, revoked_at: datetime | None, at: datetime
) -> KeyStatus:
    """Of the key alone, whatever its account is."""
    if revoked_at is not None:
        return KeyStatus.REVOKED
    if expires_at <= at:
        return KeyStatus.EXPIRED
    return KeyStatus.PENDING if confirmed_at is None else KeyStatus.LIVE


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
