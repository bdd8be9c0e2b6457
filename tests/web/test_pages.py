"""What pages promise beyond their words: headers, weights, refusals, what is hidden, and records of reading."""

import re
import time

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditNeed
from tests.databases import operator_engine
from tests.web.pages_of import ID, found, pages_of
from tests.web.town import SHOWN_STATE, Town

FIRST_PAGE = 60_000
ANY_PAGE = 150_000


def test_the_first_page_weighs_little_all_told(sqlite_town: Town) -> None:
    with sqlite_town.visited(language="ar") as visitor:
        sizes: list[int] = []
        visitor.page.on("response", lambda answer: sizes.append(len(answer.body())))
        visitor.open("/")
        visitor.page.wait_for_load_state("networkidle")
    assert len(sizes) >= 3
    assert sum(sizes) <= FIRST_PAGE


@pytest.mark.parametrize("language", ["en", "ar", "ru"])
def test_no_page_weighs_more_than_its_share(sqlite_town: Town, language: str) -> None:
    heavy: dict[str, int] = {}
    for name, paths in pages_of(sqlite_town).items():
        with sqlite_town.client(name, language) as client:
            heavy |= {path: size for path in paths if (size := len(client.get(path).content)) > ANY_PAGE}
    assert heavy == {}


def test_every_page_forbids_what_is_not_ours(sqlite_town: Town) -> None:
    for name, paths in pages_of(sqlite_town).items():
        with sqlite_town.client(name) as client:
            for path in paths:
                answer = client.get(path)
                policy = answer.headers["content-security-policy"]
                assert "default-src 'none'" in policy, path
                assert "unsafe" not in policy
                assert answer.headers["x-frame-options"] == "DENY"
                assert "no-store" in answer.headers["cache-control"], path
                assert not re.search(r"<script>|<style|\son[a-z]+=|\sstyle=|javascript:", answer.text), path
                assert not re.search(r'(?:src="|<link[^>]* href=")https?:', answer.text), path


def test_static_files_stay_with_the_browser(sqlite_town: Town) -> None:
    with sqlite_town.client() as client:
        address = re.search(r'href="(/static/taysir\.css\?\w+)"', client.get("/").text)
        assert address is not None
        assert "immutable" in client.get(address[1]).headers["cache-control"]
        assert client.get("/static/../main.py").status_code == 404


def test_nobody_is_asked_to_sign_in_and_comes_back(town: Town) -> None:
    with town.client() as client:
        answer = client.get("/states/MDV/access-log")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/sign-in?next=%2Fstates%2FMDV%2Faccess-log"


def test_a_hidden_need_is_as_absent_as_one_that_never_was(town: Town) -> None:
    with town.client("officer") as client:
        all_of_them = set(re.findall(f"/needs/{ID}", client.get(f"/states/{SHOWN_STATE}").text))
    with town.client("provider-donor") as client:
        hidden = sorted(all_of_them - set(re.findall(f"/needs/{ID}", client.get(f"/states/{SHOWN_STATE}").text)))[0]
        for more in ("", "/matches", "/compare"):
            pages = [client.get(path + more) for path in (hidden, "/needs/00000000-0000-4000-8000-000000000000")]
            assert [page.status_code for page in pages] == [404, 404]
            assert re.sub(ID, "", pages[0].text) == re.sub(ID, "", pages[1].text)


def test_the_words_that_a_match_rests_on_are_marked_in_both_texts(sqlite_town: Town) -> None:
    need = found(sqlite_town, "officer", f"/states/{SHOWN_STATE}", f"/needs/{ID}")
    pair = found(sqlite_town, "officer", f"{need}/matches", f"{need}/matches/{ID}")
    with sqlite_town.client("officer") as client:
        sides = re.findall(
            r'<section aria-labelledby="of-(need|offer)">(.*?)</section>', client.get(pair).text, re.DOTALL
        )
    assert [name for name, text in sides if "<mark>" in text] == ["need", "offer"]


def test_a_form_of_another_page_changes_nothing(town: Town) -> None:
    with town.client("provider-un") as client:
        foreign = client.post("/keys", data={"label": "x", "scope": "read-only"})
        assert foreign.status_code == 403
        elsewhere = {"Origin": "https://elsewhere.example"}
        assert client.post("/sign-in", data={"account": "x"}, headers=elsewhere).status_code == 403


def test_wrong_passwords_leave_the_name_and_say_what_to_check(town: Town) -> None:
    with town.client() as client:
        answer = client.post("/sign-in", data={"account": "officer", "password": "wrong password"})
        assert answer.status_code == 401
        assert 'value="officer"' in answer.text
        assert "wrong password" not in answer.text


@pytest.mark.parametrize("of", ["need", "matches", "all matches of a State"])
def test_a_page_takes_at_most_twice_as_long_as_the_same_answer_in_json(sqlite_town: Town, of: str) -> None:
    need = found(sqlite_town, "officer", f"/states/{SHOWN_STATE}", f"/needs/{ID}")
    every = f"/states/{SHOWN_STATE}/matches"
    path, answer = {
        "need": (need, need),
        "matches": (f"{need}/matches", f"{need}/matches?limit=20"),
        "all matches of a State": (every, f"{every}?limit=3"),
    }[of]
    times: dict[str, list[float]] = {path: [], f"/api/v1{answer}": []}
    with sqlite_town.client("officer") as client:
        for _ in range(9):
            for address, taken in times.items():
                before = time.perf_counter()
                assert client.get(address).status_code == 200
                taken.append(time.perf_counter() - before)
    page, json = (min(taken) for taken in times.values())  # the least disturbed of each
    assert page <= 2 * json


def test_a_page_that_shows_a_need_leaves_a_record(town: Town) -> None:
    need = found(town, "officer", f"/states/{SHOWN_STATE}", f"/needs/{ID}")
    engine = operator_engine(town.database_url)
    with Session(engine) as session:
        before = session.scalar(select(func.count()).select_from(AuditNeed)) or 0
    with town.client("officer") as client:
        assert client.get(need).status_code == 200
    with Session(engine) as session:
        after = session.scalar(select(func.count()).select_from(AuditNeed)) or 0
    engine.dispose()
    assert after == before + 1


def test_the_language_is_kept(town: Town) -> None:
    with town.client() as client:
        answer = client.post("/language", data={"language": "ru", "back": "/offers"})
        assert answer.headers["location"] == "/offers"
        assert 'lang="ru"' in client.get("/offers").text[:60]


def test_the_language_goes_with_the_person(town: Town) -> None:
    with town.client("second-officer") as client:
        csrf = re.search(r'name="csrf" value="(\w+)"', client.get("/").text)
        assert csrf is not None
        client.post("/language", data={"language": "es", "back": "/", "csrf": csrf[1]})
    with town.client("second-officer", "fr") as elsewhere:
        assert 'lang="es"' in elsewhere.get("/").text[:60]
