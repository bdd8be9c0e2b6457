"""What docs/access.md says of permissions and parameters is what the code does."""

from pathlib import Path

import pytest

from app.access import rules as access
from app.access.rules import PERMITTED, Permission, Role
from app.signin import adapter, rules

pytestmark = pytest.mark.pure

PAGE = (Path(__file__).parents[2] / "docs" / "access.md").read_text(encoding="utf-8")


def shown(permission: Permission) -> str:
    roles = PERMITTED[permission]
    if roles == frozenset(Role):
        return "all, and anonymous"
    if roles == frozenset(Role) - {Role.ANONYMOUS}:
        return "all with an account"
    return ", ".join(role for role in Role if role in roles)


@pytest.mark.parametrize("permission", Permission)
def test_the_page_says_who_has_a_permission(permission: Permission) -> None:
    assert f"| `{permission}` | {shown(permission)} |\n" in PAGE


@pytest.mark.parametrize(
    "words",
    [
        f"{adapter.MEMORY_KIB // 1024} MiB, {adapter.ROUNDS} rounds, {adapter.LANES} lanes",
        f"{adapter.AT_ONCE} at a time in a process, {adapter.MOST_WAITING} waiting",
        f"{rules.SHORTEST_PASSWORD} to {rules.LONGEST_PASSWORD} characters",
        f"{rules.MOST_TRIES} for one name within {rules.TRIES_WINDOW.seconds // 60} minutes",
        f"ends after {access.IDLE_LIMIT.seconds // 60} minutes idle",
        f"after {access.SESSION_LIFE.seconds // 3600} hours in any case",
        f"at most {access.KEY_LIFE.days} days; the first of an account {access.FIRST_KEY_LIFE.days} days",
        f"| {rules.FLOW_LIFE.seconds // 60} minutes; its answers within {adapter.PATIENCE_SECONDS} s",
    ],
)
def test_the_page_prints_the_parameters(words: str) -> None:
    assert words in PAGE
