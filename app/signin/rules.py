"""What a password and a code must be, how many tries there are, and what a return from the provider must carry."""

import hashlib
import hmac
import math
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

import pyotp

from app.core.errors import Fault

MOST_TRIES = 10
TRIES_WINDOW = timedelta(minutes=15)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
STEP = 30
"""Seconds that a code of a second factor lasts (RFC 6238)."""
FLOW_LIFE = timedelta(minutes=10)
"""How long a person may take at the sign-in provider."""


def recent(tries: Sequence[str], at: datetime) -> list[datetime]:
    """The tries that still count, oldest first."""
    return sorted(moment for moment in map(datetime.fromisoformat, tries) if at - moment < TRIES_WINDOW)


def wait(tries: Sequence[datetime], at: datetime) -> int | None:
    """Seconds until the next try is free; nothing where one is free now."""
    if len(tries) < MOST_TRIES:
        return None
    return max(1, math.ceil((tries[-MOST_TRIES] + TRIES_WINDOW - at).total_seconds()))


def name_digest(name: str) -> str:
    """Under which the tries for a name are counted."""
    return hashlib.sha256(unicodedata.normalize("NFC", name).encode("utf-8", "replace")).hexdigest()


def plain(password: str) -> str:
    """The password as it is hashed: the same on a keyboard that composes its letters and on one that does not."""
    return unicodedata.normalize("NFC", password)


def password_faults(password: str, name: str, *, pointer: str = "/password") -> list[Fault]:
    """What is wrong with a new password."""
    length = len(plain(password))
    if not SHORTEST_PASSWORD <= length <= LONGEST_PASSWORD:
        detail = f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
        return [Fault(pointer, "password.length", detail)]
    folded = plain(password).casefold()
    if len(set(folded)) < 5 or (len(name) > 3 and name.casefold() in folded):
        detail = "A password has five different characters or more, and not the account's name in it."
        return [Fault(pointer, "password.too_plain", detail)]
    return []


def new_password() -> str:
    """A password that nobody chose: four times five letters and digits, none of which looks like another."""
    return "-".join("".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(5)) for _ in range(4))


def matching_step(secret: str, code: str, *, at: datetime, after: int) -> int | None:
    """The half minute whose code this is: now or next to now, and later than `after`, so that no code counts twice."""
    totp = pyotp.TOTP(secret)
    now = int(at.timestamp()) // STEP
    for step in (now - 1, now, now + 1):
        if step > after and hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            return step
    return None


def derived(flow: str, purpose: str) -> str:
    """One secret of a sign-in at the provider, from the browser's cookie: nothing of it needs to be stored here."""
    return hmac.new(flow.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def own_path(path: str | None) -> str:
    """Where a person goes after signing in: a path of ours and nothing else."""
    if path is None or not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return "/"
    return path
