"""The network is closed to tests, this machine is not."""

import socket

import pytest

from tests.network import NetworkClosed

pytestmark = pytest.mark.pure

ELSEWHERE = "192.0.2.1"  # RFC 5737: kept for documentation, belongs to nobody


def test_another_machine_cannot_be_reached() -> None:
    with socket.socket() as probe, pytest.raises(NetworkClosed):
        probe.connect((ELSEWHERE, 80))


def test_no_datagram_leaves() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as probe, pytest.raises(NetworkClosed):
        probe.sendto(b"", (ELSEWHERE, 53))


def test_no_name_is_looked_up() -> None:
    with pytest.raises(NetworkClosed):
        socket.create_connection(("example.org", 80))


def test_this_machine_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        pass
