"""Lists by keyset: pages join without holes, rows that come shift nothing, and a cursor is not a way in."""

import base64
import json
from collections.abc import Iterator

import pytest

from tests.world import World


@pytest.fixture(scope="module")
def listed(shared_world: World) -> World:
    """A world with seven needs, several of them recorded at one instant."""
    for number in range(7):
        shared_world.make_need(title={"en": f"Need {number}"})
        shared_world.pass_time(seconds=number % 2)
    return shared_world


def pages(world: World, path: str, limit: int) -> Iterator[list[str]]:
    cursor = None
    while True:
        page = world.officer.get(path, params={"limit": limit} | ({"cursor": cursor} if cursor else {}))
        yield [item.get("id") or item["code"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_of_any_size_hold_every_row_once_in_one_order(listed: World, limit: int) -> None:
    (whole,) = pages(listed, "/needs", 200)
    parts = list(pages(listed, "/needs", limit))
    assert [one for part in parts for one in part] == whole
    assert len(whole) >= 7
    assert all(len(part) == limit for part in parts[:-1])


def test_a_row_that_comes_in_between_shifts_nothing(listed: World) -> None:
    (before,) = pages(listed, "/needs", 200)
    first = listed.officer.get("/needs", params={"limit": 3})
    listed.pass_time(seconds=1)
    listed.make_need(title={"en": "A later one"})
    rest = listed.officer.get("/needs", params={"limit": 200, "cursor": first["next"]})
    assert [need["id"] for need in first["items"] + rest["items"]] == before


def test_the_link_header_leads_to_the_next_page_with_the_same_filters(listed: World) -> None:
    answer = listed.officer.ask("GET", "/needs", params={"limit": 2, "state": "KEN"}, expect=200)
    target, relation = answer.headers["link"].split("; ")
    assert relation == 'rel="next"'
    following = listed.officer.get(target.strip("<>").removeprefix("/api/v1"))
    direct = listed.officer.get("/needs", params={"limit": 2, "state": "KEN", "cursor": answer.json()["next"]})
    assert following == direct
    assert "link" not in listed.officer.ask("GET", "/needs", params={"limit": 200}).headers


def test_a_list_tells_its_items_and_the_next_cursor_and_no_total(listed: World) -> None:
    assert set(listed.officer.get("/needs")) == {"items", "next"}


def test_fifty_rows_are_given_where_no_limit_is_asked(shared_world: World) -> None:
    assert len(shared_world.nobody.get("/states")["items"]) == 50
    assert len(shared_world.nobody.get("/states", params={"limit": 200})["items"]) == 193


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1.5", "ten", "9" * 5000, ""])
def test_a_limit_out_of_bounds_is_refused(shared_world: World, limit: str) -> None:
    shared_world.nobody.get("/states", params={"limit": limit}, expect=422)


def cursor_of(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


ID = "0f4c2a9e-5b7d-4f5e-9a63-0a1b2c3d4e5f"


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("", id="empty"),
        pytest.param("not a cursor", id="no cursor at all"),
        pytest.param("é", id="no ASCII"),
        pytest.param("A" * 501, id="too long"),
        pytest.param(cursor_of([]), id="no keys"),
        pytest.param(cursor_of(["2026-01-01T00:00:00+00:00"]), id="too few keys"),
        pytest.param(cursor_of(["2026-01-01T00:00:00+00:00", ID, ID]), id="too many keys"),
        pytest.param(cursor_of(["2026-01-01T00:00:00", ID]), id="an instant without a zone"),
        pytest.param(cursor_of(["0001-01-01T00:00:00+14:00", ID]), id="an instant before all instants"),
        pytest.param(cursor_of(["9999-12-31T23:59:59-14:00", ID]), id="an instant after all instants"),
        pytest.param(cursor_of([1, ID]), id="a number for an instant"),
        pytest.param(cursor_of([["2026-01-01T00:00:00+00:00"], ID]), id="a list for an instant"),
        pytest.param(cursor_of({"2026-01-01T00:00:00+00:00": 1, ID: 2}), id="an object"),
        pytest.param(cursor_of(["2026-01-01T00:00:00+00:00", "\ud800"]), id="half a surrogate pair"),
        pytest.param(base64.urlsafe_b64encode(b"[" * 300).decode(), id="deep nesting"),
    ],
)
def test_a_cursor_that_no_page_gave_is_refused(shared_world: World, cursor: str) -> None:
    problem = shared_world.officer.get("/needs", params={"cursor": cursor}, expect=422)
    assert problem["errors"][0]["pointer"] == "query:cursor"


@pytest.mark.parametrize("text", ["\x00", "\ud800", "a\x00b"])
def test_a_cursor_with_text_that_no_column_holds_is_refused(shared_world: World, text: str) -> None:
    shared_world.nobody.get("/states", params={"cursor": cursor_of([text])}, expect=422)


def test_a_cursor_shows_no_row_that_its_reader_may_not_see(world: World) -> None:
    shared = world.make_need(level="state")
    world.share(shared)
    world.make_need()
    theirs = world.officer.get("/needs", params={"limit": 1})["next"]
    assert {need["id"] for need in world.unodc.get("/needs", params={"cursor": theirs})["items"]} <= {shared["id"]}
