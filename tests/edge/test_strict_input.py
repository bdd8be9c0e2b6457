"""What is not clean JSON, clean text or a known field is refused in one sentence, never stored and never a crash."""

import json
from typing import Any

import pytest

from tests.edge.raw import Answer, ask
from tests.world import World

JSON = (b"content-type", b"application/json")
NEED: dict[str, Any] = {
    "state": "KEN", "source": "cted", "title": {"en": "Radio network"}, "description": {"en": "For the coast."},
}  # fmt: skip


def post(world: World, body: bytes, *headers: tuple[bytes, bytes], path: bytes = b"/api/v1/needs") -> Answer:
    key = (b"authorization", f"Bearer {world.key('officer')}".encode())
    return ask(world.app, "POST", path, headers=[key, *(headers or (JSON,))], body=body)


def with_title(title: str) -> bytes:
    return json.dumps(NEED).replace('"Radio network"', title).encode()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(with_title("NaN"), "json.not_finite", id="not a number"),
        pytest.param(with_title("-Infinity"), "json.not_finite", id="minus infinity"),
        pytest.param(with_title("1e400"), "json.not_finite", id="a number beyond all floats"),
        pytest.param(with_title(r'"\ud800"'), "text.surrogate", id="half a surrogate pair"),
        pytest.param(with_title(r'"\udc00\ud800"'), "text.surrogate", id="a surrogate pair turned round"),
        pytest.param(with_title(r'"a\u0000b"'), "text.nul", id="NUL in a text"),
        pytest.param(with_title('"x"').replace(b'"en"', rb'"e\u0000"'), "text.nul", id="NUL in a key"),
        pytest.param(b'{"state": "KEN", "state": "MDV"}', "json.repeated_key", id="a key twice"),
        pytest.param(b'{"title": {"en": "a", "en": "b"}}', "json.repeated_key", id="a key twice, deeper"),
        pytest.param(with_title('"\xff"').replace("ÿ".encode(), b"\xff"), "json.not_utf8", id="no UTF-8"),
        pytest.param(with_title('"x"').replace(b"x", b"\xed\xa0\x80"), "json.not_utf8", id="a surrogate in UTF-8"),
        pytest.param(json.dumps(NEED).encode("utf-16"), "json.not_utf8", id="UTF-16"),
        pytest.param(json.dumps(NEED).encode("utf-16-le"), "json.malformed", id="UTF-16 without its mark"),
        pytest.param(b"\xef\xbb\xbf{}", "json.malformed", id="a byte order mark"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, "json.malformed", id="100,000 lists deep"),
        pytest.param(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "json.malformed", id="100,000 objects deep"),
        pytest.param(b'{"a":' * 40 + b"1" + b"}" * 40, "json.too_deep", id="40 deep"),
        pytest.param(with_title("9" * 5_000), "json.number_too_big", id="5,000 digits"),
        pytest.param(with_title("9007199254740993"), "json.number_too_big", id="a number that floats cannot hold"),
        pytest.param(b"", None, id="empty"),
        pytest.param(b"null", None, id="null"),
        pytest.param(b"[]", None, id="a list"),
        pytest.param(b'"text"', None, id="a text"),
        pytest.param(b"{}", "field.missing", id="an empty object"),
        pytest.param(b"{", "json.malformed", id="half an object"),
        pytest.param(b"{} {}", "json.malformed", id="two objects"),
        pytest.param(b"{'state': 'KEN'}", "json.malformed", id="single quotes"),
        pytest.param(b'{"a": [' + b"0," * 400_000 + b"0]}", "json.too_many", id="400,000 numbers"),
    ],
)
def test_json_that_is_not_clean_is_refused(shared_world: World, body: bytes, code: str | None) -> None:
    answer = post(shared_world, body)
    assert answer.status == 422
    faults = json.loads(answer.body)["errors"]
    assert faults
    assert code is None or code in {fault["code"] for fault in faults}


@pytest.mark.parametrize(
    "content_type",
    [
        b"text/plain",
        b"application/xml",
        b"multipart/form-data",
        b"application/x-www-form-urlencoded",
        b"",
        b"application/json; charset=utf-16",
        b"\xff",
    ],
)  # fmt: skip
def test_a_body_that_does_not_say_it_is_json_is_refused(shared_world: World, content_type: bytes) -> None:
    body = json.dumps(NEED).encode("utf-16" if b"utf-16" in content_type else "utf-8")
    assert post(shared_world, body, (b"content-type", content_type)).status == 422


def test_sixty_megabytes_are_refused(shared_world: World) -> None:
    big = b'{"title": "' + b"x" * 60_000_000 + b'"}'
    assert post(shared_world, big).status == 413
    assert ask(shared_world.app, "POST", b"/api/v1/needs", body=big, length=2).status == 413


@pytest.mark.parametrize(("fields", "faults"), [(900, 50), (10_000, 1)])
def test_too_many_fields_are_refused_with_few_faults(shared_world: World, fields: int, faults: int) -> None:
    answer = post(shared_world, json.dumps({f"field{number}": number for number in range(fields)}).encode())
    assert answer.status == 422
    assert len(json.loads(answer.body)["errors"]) == faults


def test_a_question_that_says_json_and_sends_nothing_is_answered(shared_world: World) -> None:
    shared_world.officer.ask("GET", "/needs", headers={"Content-Type": "application/json"}, expect=200)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        pytest.param(b"/api/v1/states/%00", b"", id="NUL in the path"),
        pytest.param(b"/api/v1/states/%ff", b"", id="no UTF-8 in the path"),
        pytest.param(b"/api/v1/states/\xff", b"", id="a raw byte in the path"),
        pytest.param(b"/api/v1/states/%ed%a0%80", b"", id="a surrogate in the path"),
        pytest.param(b"/api/v1/needs", b"q=%00%00", id="NUL in the query"),
        pytest.param(b"/api/v1/needs", b"q=%c3%28", id="no UTF-8 in the query"),
        pytest.param(b"/api/v1/needs", b"q=\xff\xfe", id="raw bytes in the query"),
    ],
)
def test_an_address_that_is_no_clean_text_is_refused(shared_world: World, path: bytes, query: bytes) -> None:
    answer = ask(shared_world.app, "GET", path, query=query)
    assert (answer.status, json.loads(answer.body)["errors"][0]["code"]) == (422, "address.malformed")


@pytest.mark.parametrize("path", ["/states", "/states/KEN", "/needs", "/offers", "/gaps", "/states/KEN/matches"])
def test_an_unknown_query_parameter_is_refused(shared_world: World, path: str) -> None:
    problem = shared_world.officer.get(path, params={"colour": "red"}, expect=422)
    assert [fault["code"] for fault in problem["errors"]] == ["query.unknown"]


@pytest.mark.parametrize(
    "field", ["id", "reference", "status", "coverage", "created_by", "row_version", "is_sample", "organization"]
)
def test_a_field_that_is_not_the_writers_is_refused(shared_world: World, field: str) -> None:
    problem = shared_world.officer.post("/needs", NEED | {field: "x"}, expect=422)
    assert [(fault["pointer"], fault["code"]) for fault in problem["errors"]] == [
        (f"/{field}", "field.extra_forbidden")
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("needed_by", 1_800_000_000, id="a number for a day"),
        pytest.param("needed_by", "1800000000", id="digits for a day"),
        pytest.param("needed_by", "2027-01-01T00:00:00", id="an instant for a day"),
        pytest.param("needed_by", "2027-02-30", id="a day that no month has"),
        pytest.param("needed_by", "0001-01-01", id="a day long ago"),
        pytest.param("needed_by", True, id="true for a day"),
        pytest.param("priority", "High", id="another spelling of a code"),
        pytest.param("state_priority", 0, id="zero for a rank"),
        pytest.param("state_priority", 1.5, id="a fraction for a rank"),
        pytest.param("themes", "cft", id="a text for a list"),
        pytest.param("themes", None, id="null for a list"),
        pytest.param("themes", ["cft"] * 101, id="101 themes"),
        pytest.param("title", {"english": "x"}, id="no code of a language"),
        pytest.param("title", {"en": "   "}, id="blanks for a title"),
        pytest.param("title", {"en": "x" * 501}, id="a title of 501 letters"),
        pytest.param("title", {"en": "a\u0007b"}, id="a bell in a title"),
        pytest.param("description", {}, id="a description in no language"),
        pytest.param("resolutions", ["9999"], id="a resolution that is none"),
    ],
)
def test_a_value_that_is_not_the_fields_is_refused(shared_world: World, field: str, value: object) -> None:
    problem = shared_world.officer.post("/needs", NEED | {field: value}, expect=422)
    assert all(fault["pointer"].startswith(f"/{field}") for fault in problem["errors"])


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1800000000", 5, "soon"])
def test_an_instant_out_of_bounds_is_refused(shared_world: World, moment: object) -> None:
    consent = {
        "state": "KEN", "scope": {"themes": ["cft"]}, "fields": "full", "audience": {"public": True},
        "instrument": {"reference": "Note", "date": "2026-11-01"}, "effective_from": moment,
    }  # fmt: skip
    problem = shared_world.kenya.post("/consents", consent, expect=422)
    assert [fault["pointer"] for fault in problem["errors"]] == ["/effective_from"]


@pytest.mark.parametrize("external_id", ["%07", "%E2%80%AE", "x" * 201, ""])
def test_an_external_id_that_is_no_plain_name_is_refused(shared_world: World, external_id: str) -> None:
    body = shared_world.offer_body()
    shared_world.unodc.ask("PUT", f"/offers/unodc-tpb/{external_id}", json=body, expect=422)
