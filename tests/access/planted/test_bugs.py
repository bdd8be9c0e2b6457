"""Every bug still fits the source; `make soak` plants each and sees it found."""

import ast

import pytest

from tests.access.planted.bugs import BUGS, Bug, planted

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_fits_the_source_as_it_is(bug: Bug) -> None:
    """A bug that no longer fits proves nothing: whoever moves the source writes it anew."""
    for source in planted(bug).values():
        ast.parse(source)


def test_there_are_enough_of_them_and_no_two_are_alike() -> None:
    """24 are promised."""
    assert len({bug.name for bug in BUGS}) == len(BUGS) >= 24
