"""The verbs of people: accounts and roles, keys, organisations, and the recognition of who asks."""

from app.access.service.accounts import (
    add_account,
    change_account,
    close_account,
    confirm_account,
    disable_account,
    get_account,
    list_accounts,
    operator,
    request_account,
    shown_accounts,
    status_of,
)
from app.access.service.keys import (
    change_key,
    confirm_key,
    issue_key,
    list_keys,
    request_key,
    revoke_key,
    shown_key,
)
from app.access.service.organizations import (
    add_organization,
    change_organization,
    load_organizations,
    put_organization,
)
from app.access.service.recognition import (
    Recognized,
    actor_of,
    digest,
    enter,
    recognize,
    recognize_session,
)

__all__ = [
    "Recognized",
    "actor_of",
    "add_account",
    "add_organization",
    "change_account",
    "change_key",
    "change_organization",
    "close_account",
    "confirm_account",
    "confirm_key",
    "digest",
    "disable_account",
    "enter",
    "get_account",
    "issue_key",
    "list_accounts",
    "list_keys",
    "load_organizations",
    "operator",
    "put_organization",
    "recognize",
    "recognize_session",
    "request_account",
    "request_key",
    "revoke_key",
    "shown_accounts",
    "shown_key",
    "status_of",
]
