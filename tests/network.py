"""Closes the network to the tests: only this machine's own addresses and Unix sockets can be reached."""

import ipaddress
import socket
from typing import Any

import pytest

LOCAL_NAMES = frozenset({"localhost", "", None})


class NetworkClosed(AssertionError):
    """A test tried to reach another machine."""


def is_local(host: object) -> bool:
    """Whether the host is this machine, told without asking a name server."""
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False


def close(patch: pytest.MonkeyPatch) -> None:
    """Let connecting, sending and looking up names fail for every other machine."""
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    original_sendto, original_lookup = socket.socket.sendto, socket.getaddrinfo

    def sendto(self: socket.socket, data: Any, *arguments: Any) -> int:
        _refuse_others(self, arguments[-1])
        return original_sendto(self, data, *arguments)

    def getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
        # Listening on all addresses is local; looking them up is no traffic.
        if not is_local(host) and host not in ("0.0.0.0", "::"):  # noqa: S104
            raise NetworkClosed(f"the network is closed in tests, and {host!r} is not this machine")
        return original_lookup(host, *arguments, **named)

    patch.setattr(socket.socket, "sendto", sendto)
    patch.setattr(socket, "getaddrinfo", getaddrinfo)


def _guarded(original: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        _refuse_others(self, address)
        return original(self, address)

    return guarded


def _refuse_others(endpoint: socket.socket, address: Any) -> None:
    if endpoint.family in (socket.AF_INET, socket.AF_INET6) and not is_local(address[0]):
        raise NetworkClosed(f"the network is closed in tests, and {address[0]!r} is not this machine")
