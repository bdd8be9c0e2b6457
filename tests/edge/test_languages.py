"""Six languages for labels and sentences; codes stay what they are."""

import pytest

from app.edge.language import choose
from tests.world import World


@pytest.mark.pure
@pytest.mark.parametrize(
    ("header", "language"),
    [
        pytest.param(None, "en", id="nothing asked"),
        pytest.param("", "en", id="an empty wish"),
        pytest.param("de, *;q=0.5", "en", id="none of the six"),
        pytest.param("FR-ca", "fr", id="a dialect in capitals"),
        pytest.param("de, ru;q=0.2, es;q=0.8", "es", id="the heaviest of the six"),
        pytest.param("zh;q=0, ar", "ar", id="a language that is not wanted"),
        pytest.param("fr;q=nan, ru;q=x, es", "es", id="weights that are none"),
        pytest.param("fr" * 100_000, "en", id="a long word"),
        pytest.param("de," * 100_000 + "fr", "en", id="a long list"),
    ],
)
def test_the_best_of_the_six_is_chosen(header: str | None, language: str) -> None:
    assert choose(header) == language


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ru", "zh"])
def test_labels_and_sentences_follow_the_language_and_codes_do_not(shared_world: World, language: str) -> None:
    wish = {"Accept-Language": language}
    kenya = shared_world.nobody.get("/states/KEN", headers=wish)
    assert kenya["label"] == kenya["labels"][language]
    shared_world.put_offer("L-1")
    need = shared_world.make_need()
    english, asked = (
        shared_world.officer.get(f"/needs/{need['id']}/matches", headers=headers)["matches"][0]["findings"]
        for headers in ({}, wish)
    )
    assert [finding["code"] for finding in asked] == [finding["code"] for finding in english]
    assert all(finding["sentence"] for finding in asked)
    if language != "en":
        assert [f["sentence"] for f in asked] != [f["sentence"] for f in english]
