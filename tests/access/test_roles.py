"""Each address and each role against one table: who may never, who must sign in, who may."""

import inspect
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from app.access.rules import PERMITTED, Permission, Role
from app.core.config import Settings
from app.main import create_app
from tests.world import PEOPLE, World

WHO = {
    "officer": "officer", "secretariat": "secretariat", "state": "kenya", "provider": "unodc", "designer": "designer",
    "auditor": "auditor", "admin": "admin", "anonymous": "nobody",
}  # fmt: skip
ALL = frozenset(WHO)
SIGNED_IN = ALL - {"anonymous"}
OFFICER = frozenset({"officer"})
ADMIN = frozenset({"admin"})
OFFERING = frozenset({"provider", "designer"})
CONSENTING = frozenset({"officer", "state"})
IMPORTING = frozenset({"officer", "state", "provider", "designer"})
ASSESSING = frozenset({"officer", "secretariat", "state"})
READING_REFERRALS = frozenset({"officer", "secretariat", "state", "provider", "designer"})
ABSENT = "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f"

MAY: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/states"): ALL,
    ("GET", "/states/{iso3}"): ALL,
    ("GET", "/themes"): ALL,
    ("GET", "/institutions"): ALL,
    ("GET", "/assistance-types"): ALL,
    ("GET", "/resolutions"): ALL,
    ("GET", "/groupings"): ALL,
    ("GET", "/organizations"): ALL,
    ("GET", "/organizations/{code}"): ALL,
    ("GET", "/working-groups"): ALL,
    ("GET", "/good-practices"): ALL,
    ("POST", "/good-practices"): OFFICER,
    ("GET", "/good-practices/{practice_id}"): ALL,
    ("PATCH", "/good-practices/{practice_id}"): OFFICER,
    ("POST", "/good-practices/{practice_id}/release"): frozenset({"state"}),
    ("POST", "/good-practices/{practice_id}/withhold"): frozenset({"state"}),
    ("POST", "/organizations"): ADMIN,
    ("PATCH", "/organizations/{code}"): ADMIN,
    ("GET", "/accounts"): ADMIN,
    ("POST", "/accounts"): ADMIN,
    ("GET", "/accounts/{account_id}"): ADMIN,
    ("PATCH", "/accounts/{account_id}"): ADMIN,
    ("POST", "/accounts/{account_id}/confirm"): ADMIN,
    ("GET", "/keys"): SIGNED_IN,
    ("POST", "/keys"): SIGNED_IN,
    ("GET", "/keys/{key_id}"): SIGNED_IN,
    ("PATCH", "/keys/{key_id}"): SIGNED_IN,
    ("POST", "/keys/{key_id}/confirm"): ADMIN,
    ("POST", "/keys/{key_id}/revoke"): SIGNED_IN,
    ("POST", "/session"): ALL,
    ("GET", "/session"): SIGNED_IN,
    ("DELETE", "/session"): SIGNED_IN,
    ("POST", "/session/password"): SIGNED_IN,
    ("POST", "/session/totp"): SIGNED_IN,
    ("POST", "/session/totp/confirm"): SIGNED_IN,
    ("POST", "/session/totp/remove"): SIGNED_IN,
    ("GET", "/session/provider"): ALL,
    ("GET", "/session/provider/return"): ALL,
    ("POST", "/session/provider/link"): SIGNED_IN,
    ("GET", "/visits"): SIGNED_IN,
    ("POST", "/visits"): OFFICER,
    ("GET", "/visits/{visit_id}"): SIGNED_IN,
    ("PATCH", "/visits/{visit_id}"): OFFICER,
    ("GET", "/visits/{visit_id}/recommendations"): SIGNED_IN,
    ("POST", "/visits/{visit_id}/recommendations"): OFFICER,
    ("POST", "/visits/{visit_id}/observations"): frozenset({"state"}),
    ("POST", "/visits/{visit_id}/release"): frozenset({"state"}),
    ("GET", "/states/{iso3}/priorities"): frozenset({"officer", "secretariat", "state"}),
    ("PUT", "/states/{iso3}/priorities"): frozenset({"state"}),
    ("POST", "/needs/{need_id}/close"): CONSENTING,
    ("POST", "/needs/{need_id}/reopen"): OFFICER,
    ("GET", "/referrals"): READING_REFERRALS,
    ("POST", "/referrals"): OFFICER,
    ("GET", "/referrals/{referral_id}"): READING_REFERRALS,
    ("POST", "/referrals/{referral_id}/transitions"): READING_REFERRALS - {"secretariat"},
    ("POST", "/recommendations/proposals"): OFFICER,
    ("POST", "/recommendations/proposals/table"): OFFICER,
    ("GET", "/assessments"): ASSESSING,
    ("POST", "/assessments"): CONSENTING,
    ("GET", "/assessments/compare"): ASSESSING,
    ("GET", "/assessments/tool-changes"): ASSESSING,
    ("POST", "/assessments/tool-changes"): OFFICER,
    ("GET", "/assessments/tool-changes/{change_id}"): ASSESSING,
    ("PUT", "/assessments/tool-changes/{change_id}"): OFFICER,
    ("GET", "/assessments/{assessment_id}"): ASSESSING,
    ("PATCH", "/assessments/{assessment_id}"): CONSENTING,
    ("PUT", "/assessments/{assessment_id}/sharing"): frozenset({"state"}),
    ("GET", "/assessments/{assessment_id}/shortfalls"): ASSESSING,
    ("POST", "/assessments/{assessment_id}/capacity/{entry_id}/offer"): CONSENTING,
    ("GET", "/needs"): ALL,
    ("POST", "/needs"): OFFICER,
    ("GET", "/needs/{need_id}"): ALL,
    ("PATCH", "/needs/{need_id}"): OFFICER,
    ("PUT", "/needs/{need_id}/level"): OFFICER,
    ("GET", "/needs/{need_id}/matches"): ALL,
    ("GET", "/states/{iso3}/matches"): ALL,
    ("GET", "/needs/{need_id}/verdicts"): frozenset({"officer", "secretariat"}),
    ("POST", "/needs/{need_id}/verdicts"): OFFICER,
    ("GET", "/audit"): SIGNED_IN,
    ("GET", "/audit/head"): frozenset({"auditor"}),
    ("GET", "/states/{iso3}/access-log"): CONSENTING,
    ("POST", "/matches/preview"): frozenset({"officer", "provider", "designer"}),
    ("GET", "/offers"): ALL,
    ("POST", "/offers"): OFFERING,
    ("GET", "/offers/{offer_id}"): ALL,
    ("PATCH", "/offers/{offer_id}"): OFFERING,
    ("PUT", "/offers/{organization}/{external_id}"): OFFERING,
    ("POST", "/offers/{offer_id}/publish"): OFFERING,
    ("POST", "/offers/{offer_id}/withdraw"): OFFERING,
    ("POST", "/offers/{offer_id}/confirm"): OFFERING,
    ("GET", "/offers/{offer_id}/matches"): frozenset({"officer", "secretariat", "provider", "designer"}),
    ("GET", "/exports/{kind}"): frozenset({"officer", "secretariat", "state", "provider", "designer"}),
    ("GET", "/figures"): ALL,
    ("GET", "/synergies"): frozenset({"officer", "secretariat", "designer"}),
    ("GET", "/states/{iso3}/plan"): frozenset({"officer"}),
    ("GET", "/gaps/bundles"): frozenset({"officer", "secretariat", "designer", "provider", "state"}),
    ("GET", "/gaps"): frozenset({"officer", "secretariat", "designer", "provider", "state"}),
    ("GET", "/consents"): SIGNED_IN,
    ("POST", "/consents"): CONSENTING,
    ("GET", "/consents/{consent_id}"): SIGNED_IN,
    ("POST", "/consents/withdraw-all"): CONSENTING,
    ("POST", "/consents/{consent_id}/confirm"): CONSENTING,
    ("POST", "/consents/{consent_id}/withdraw"): CONSENTING,
    ("POST", "/imports"): IMPORTING,
    ("GET", "/imports/{import_id}"): IMPORTING,
    ("GET", "/templates/{kind}.{ending}"): ALL,
}
PUBLIC = {
    (method, path)
    for (method, path), roles in MAY.items()
    if roles == ALL and not path.startswith(("/needs", "/offers", "/good-practices", "/figures", "/states/{iso3}/"))
}
"""Addresses that ask for no permission: what is shown of a record depends on its reader all the same."""


def routes() -> dict[tuple[str, str], Any]:
    app = create_app(Settings(database_url="sqlite://"))
    return {
        (method, str(route.path).removeprefix("/api/v1").replace(":path", "")): route
        for route in iter_route_contexts(app.routes)
        if str(route.path).startswith("/api/v1") and not str(route.path).endswith("openapi.json")
        for method in route.methods or ()
    }


ROUTES = routes()


def required(dependant: Any) -> set[Permission]:
    """Permissions that a route asks for, through all its dependencies."""
    found: set[Permission] = set()
    for inner in dependant.dependencies:
        if getattr(inner.call, "__qualname__", "").endswith(".permitted"):
            found.add(inspect.getclosurevars(inner.call).nonlocals["permission"])
        found |= required(inner)
    return found


def test_the_table_names_every_address_and_no_other() -> None:
    assert set(ROUTES) == set(MAY)


@pytest.mark.parametrize("address", sorted(MAY), ids=" ".join)
def test_an_address_asks_for_one_permission_or_is_on_the_public_list(address: tuple[str, str]) -> None:
    assert len(required(ROUTES[address].dependant)) == (0 if address in PUBLIC else 1)


@pytest.mark.parametrize("address", sorted(set(MAY) - PUBLIC), ids=" ".join)
def test_the_permission_of_an_address_is_given_to_the_roles_of_the_table(address: tuple[str, str]) -> None:
    (permission,) = required(ROUTES[address].dependant)
    assert {role.value for role in PERMITTED[permission]} == MAY[address]


@pytest.mark.pure
def test_the_table_of_permissions_is_closed() -> None:
    assert set(PERMITTED) == set(Permission)
    for permission, roles in PERMITTED.items():
        assert roles <= set(Role), permission
        assert roles, permission


@pytest.mark.pure
def test_the_tables_of_roles_hold_every_role() -> None:
    assert set(WHO) == {role.value for role in Role}
    assert {PEOPLE[name][0].value for name in WHO.values() if name in PEOPLE} == SIGNED_IN


@pytest.mark.parametrize("role", sorted(WHO))
def test_a_role_is_refused_where_the_table_says_so_and_nowhere_else(shared_world: World, role: str) -> None:
    caller = getattr(shared_world, WHO[role])
    found, expected = {}, {}
    for method, path in MAY:
        if path.startswith("/session"):
            continue  # who is signed in is no matter of roles
        filled = path.format(
            iso3="KEN", code="osce", organization="unodc-tpb", external_id="X", kind="offers", ending="csv",
            need_id=ABSENT, visit_id=ABSENT, offer_id=ABSENT, consent_id=ABSENT, import_id=ABSENT,
            account_id=ABSENT, key_id=ABSENT, practice_id=ABSENT, referral_id=ABSENT,
            assessment_id=ABSENT, entry_id=ABSENT, change_id=ABSENT,
        )  # fmt: skip
        if path.endswith("/compare"):
            filled += f"?state={ABSENT}"
        filled += "?reason=reporting" if path.startswith("/exports") else ""
        sent = {} if method == "GET" else {"json": {"x": 1}}
        answer = caller.ask(method, filled, headers={"If-Match": '"0"'}, **sent)
        found[method, path] = answer.status_code
        if role in MAY[method, path]:
            # Past the door: the empty question is answered, or the body or the record is at fault.
            allowed = {200} if method == "GET" and ABSENT not in filled else {404, 422}
            allowed = {401} if role == "anonymous" and ABSENT in filled else allowed
            expected[method, path] = answer.status_code if answer.status_code in allowed else min(allowed)
        else:
            expected[method, path] = 401 if role == "anonymous" else 403
    assert found == expected


@pytest.mark.parametrize("end", ["disabled", "expired", "revoked"])
def test_a_key_that_ended_opens_nothing(world: World, end: str) -> None:
    assert world.officer.ask("GET", "/visits").status_code == 200
    if end == "disabled":
        world.disable("officer")
    elif end == "expired":
        world.pass_time(days=366)
    else:
        world.revoke_keys("officer")
    for path in ("/visits", "/states", "/needs"):
        expect = 200 if path == "/states" else 401
        assert world.officer.ask("GET", path).status_code == expect
