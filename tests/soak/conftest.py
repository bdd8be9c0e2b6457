"""How long the long runs are: `make soak ARGS="--triples 100000 --withdrawals 10000 --cycles 200"`."""

import pytest

COUNTS = {
    "triples": (100_000, "(person, need, history) compared with the oracle, on each kind of database"),
    "withdrawals": (10_000, "withdrawals over replicas, on each kind of database"),
    "cycles": (200, "times that a serving process is killed, on each kind of database"),
    "seed": (1, "where the random histories begin"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option for each count."""
    for name, (default, what) in COUNTS.items():
        parser.addoption(f"--{name}", type=int, default=default, help=what)


@pytest.fixture
def triples(pytestconfig: pytest.Config) -> int:
    """As many as were asked for."""
    return int(pytestconfig.getoption("triples"))


@pytest.fixture
def withdrawals(pytestconfig: pytest.Config) -> int:
    """As many as were asked for."""
    return int(pytestconfig.getoption("withdrawals"))


@pytest.fixture
def cycles(pytestconfig: pytest.Config) -> int:
    """As many as were asked for."""
    return int(pytestconfig.getoption("cycles"))


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> int:
    """As it was asked for."""
    return int(pytestconfig.getoption("seed"))
