"""How many requests a minute one key, one session or one address may make, counted in this process's memory."""

import hashlib
import math
import time
from collections import OrderedDict
from http.cookies import CookieError, SimpleCookie
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import Scope

from app.core.errors import Throttled
from app.edge.cookies import SESSION

REMEMBERED = 10_000
"""Credentials that were good of late; the oldest is forgotten first."""
FREE = "/health/"
MINUTE = 60


class Rates:
    """Counts requests. A credential that this process has not yet seen to be good counts for its address."""

    def __init__(self, *, per_credential: int, per_address: int) -> None:
        """Limits a minute; 0 means none."""
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._per_credential = _limit(per_credential)
        self._per_address = _limit(per_address)
        self._good: OrderedDict[str, None] = OrderedDict()

    def admit(self, scope: Scope) -> Throttled | None:
        """Count a request that begins; the refusal where it is one too many."""
        if scope["path"].startswith(FREE):
            return None
        credential = _credential(scope)
        if credential is not None and credential in self._good:
            return self._count(self._per_credential, "key", credential)
        if credential is None:
            return self._count(self._per_address, "address", _address(scope))
        if self._per_address and not self._limiter.test(self._per_address, "address", _address(scope)):
            return self._refusal(self._per_address, "address", _address(scope))
        return None

    def answered(self, scope: Scope) -> None:
        """Learn whether the credential was recognised; one that was not counts for its address."""
        credential = _credential(scope)
        if credential is None or scope["path"].startswith(FREE):
            return
        if scope["state"].get("is_recognized"):
            self._good[credential] = None
            self._good.move_to_end(credential)
            if len(self._good) > REMEMBERED:
                self._good.popitem(last=False)
        elif scope["state"].get("is_refused") or credential not in self._good:
            self._good.pop(credential, None)
            self._count(self._per_address, "address", _address(scope))

    def policy(self, scope: Scope) -> str | None:
        """The `RateLimit-Policy` of the request: a constant, so that answers do not differ by what was asked before."""
        limit, name = (self._per_address, "address") if _credential(scope) is None else (self._per_credential, "key")
        return None if limit is None else f'"{name}";q={limit.amount};w={MINUTE}'

    def _count(self, limit: RateLimitItem | None, name: str, who: str) -> Throttled | None:
        if limit is None or self._limiter.hit(limit, name, who):
            return None
        return self._refusal(limit, name, who)

    def _refusal(self, limit: RateLimitItem, name: str, who: str) -> Throttled:
        reset_at = self._limiter.get_window_stats(limit, name, who).reset_time
        seconds = min(MINUTE, max(1, math.ceil(reset_at - time.time())))
        return Throttled("rate.exceeded", f"At most {limit.amount} requests a minute.", retry_after=seconds)


def _limit(per_minute: int) -> RateLimitItem | None:
    return RateLimitItemPerMinute(per_minute) if per_minute else None


def _credential(scope: Scope) -> str | None:
    """The digest of the key or of the session's token."""
    headers = dict(scope["headers"])
    sent: bytes | None = headers.get(b"authorization")
    if sent is None and SESSION.encode() in headers.get(b"cookie", b""):
        try:
            cookies = SimpleCookie(headers[b"cookie"].decode("latin-1"))
        except CookieError:
            return None
        found = cookies.get(f"__Host-{SESSION}") or cookies.get(SESSION)
        sent = found.value.encode() if found is not None else None
    return None if sent is None else hashlib.sha256(sent).hexdigest()


def _address(scope: Scope) -> str:
    """The client's address; of IPv6 the network that one household or office has."""
    host = str((scope.get("client") or ("unknown", 0))[0])
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(IPv6Address(int(address) >> 64 << 64)) if address.version == 6 else host
