"""Organisations: who may add them, and names that look like others' (T31)."""

import csv
import unicodedata

import pytest

from app.core.names import skeleton
from app.reference.service import SEED_DATA
from tests.world import Json, World

RESERVED = ("UNODC Terrorism Prevention Branch", "INTERPOL", "جامعة نايف العربية")

IMITATIONS = {
    "UNODC Тerrorism Рrevention Вranch": 0,  # Cyrillic letters in Latin words
    "ＵＮＯＤＣ Ｔｅｒｒｏｒｉｓｍ Ｐｒｅｖｅｎｔｉｏｎ Ｂｒａｎｃｈ": 0,  # full width
    "UN\u200bODC Terrorism Prevention Branch": 0,  # no width
    "\u202eUNODC Terrorism Prevention Branch": 0,  # direction
    "UN0DC Terrorism Prevention Branch": 0,  # a digit
    "U.N.O.D.C. Terrorism-Prevention Branch": 0,  # points
    "INTERP0L": 1,
    "lNTERPOL": 1,
    "ІΝΤΕRΡΟL": 1,  # Cyrillic, Greek
    "ɪɴᴛᴇʀᴘᴏʟ": 1,  # small capitals
    "جامعه نايف العربيه": 2,  # another form of a letter
    "ﺟﺎﻣﻌﺔ نایف العربية": 2,  # presentation forms, a Persian letter
    "جـامعة نَايف العربية": 2,  # stretched, with vowel signs
}
OTHERS = ("UNODC Global Programme against Money-Laundering", "INTERPA", "جامعة الدول العربية", "UN Women")


@pytest.mark.parametrize(("imitation", "of"), IMITATIONS.items())
def test_an_imitation_looks_the_same(imitation: str, of: int) -> None:
    assert skeleton(imitation) == skeleton(RESERVED[of])


@pytest.mark.parametrize("other", OTHERS)
def test_another_name_does_not(other: str) -> None:
    assert skeleton(other) not in {skeleton(name) for name in RESERVED}


def names() -> list[str]:
    """Five hundred different names: organisations, and States in six languages."""
    found: dict[str, None] = {}
    languages = [f"name_{language}" for language in ("en", "ar", "ru", "zh")]
    for file, columns in (("organizations.csv", ["name"]), ("states.csv", languages)):
        with (SEED_DATA / "reference" / file).open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                found |= dict.fromkeys(row[column] for column in columns)
    return list(found)[:500]


LOOKS = str.maketrans("aceopxyiTBMHKAEOPC", "асеорхуіТВМНКАЕОРС")
WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})


def test_five_hundred_names_look_different_and_their_imitations_the_same() -> None:
    kept = names()
    assert len(kept) == 500
    shapes = {skeleton(name) for name in kept}
    assert len(shapes) == 500
    assert "" not in shapes
    missed = [
        (name, twin)
        for name in kept
        for twin in (
            name.translate(LOOKS),
            name.translate(WIDE),
            "\u200d".join(name),
            f"\u2067{name}\u2069",
            unicodedata.normalize("NFD", name),
            name.upper().replace("O", "0"),
            name.replace("ي", "ی").replace("ة", "ه").replace("ا", "أ").replace("ك", "ک"),
        )
        if skeleton(twin) != skeleton(name)
    ]
    assert missed == []


def body(code: str, name: str, **more: object) -> Json:
    return {"code": code, "name": name, "kind": "cso", **more}


def test_an_administrator_adds_and_renames_an_organization(world: World) -> None:
    made = world.admin.post("/organizations", body("bridge", "Bridge Foundation", url="https://bridge.example"))
    assert (made["role"], made["is_sample"]) == ("provider", False)
    changed = world.admin.step("PATCH", "/organizations/bridge", body={"name": "Bridges Foundation"})
    assert changed["name"] == "Bridges Foundation"
    world.admin.step("PATCH", "/organizations/bridge", body={"name": "Bridges  Foundation"})
    assert world.nobody.get("/organizations/bridge")["name"] == "Bridges  Foundation"
    assert world.admin.ask("PATCH", "/organizations/bridge", json={"name": "x"}).status_code == 428
    assert world.admin.post("/organizations", body("bridge", "Quite Another"), expect=409)["code"] == (
        "organization.taken"
    )


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("UNОDC Terrorism Prevention Branch", 409, "organization.look_alike"),
        ("UN0DC Terrorism Prevention Branch", 409, "organization.look_alike"),
        ("UNODC\u200b Terrorism Prevention Branch", 422, "name.invisible"),
        ("UNODC \u202eTerrorism Prevention Branch", 422, "name.invisible"),
        ("…!?", 422, "name.empty"),
    ],
    ids=["a Cyrillic letter", "a digit", "a space without width", "written backwards", "no letter at all"],
)
def test_a_name_that_misleads_is_refused(world: World, name: str, status: int, code: str) -> None:
    answer = world.admin.post("/organizations", body("imitator", name), expect=status)
    assert code in (answer["code"], *(fault["code"] for fault in answer["errors"]))
    if name == "UNОDC Terrorism Prevention Branch":
        renamed = world.admin.step("PATCH", "/organizations/osce", body={"name": name}, expect=409)
        assert renamed["code"] == "organization.look_alike"


def test_kind_and_role_stay_as_they_decide_what_is_seen(world: World) -> None:
    for field in ("kind", "role", "state", "code"):
        answer = world.admin.step("PATCH", "/organizations/osce", body={field: "un_entity"}, expect=422)
        assert answer["errors"][0]["code"] == "field.extra_forbidden"


def test_a_facilitator_has_no_provider(world: World) -> None:
    world.admin.post("/organizations", body("go-between", "Go-Between", role="facilitator"))
    account = {"name": "seller", "role": "provider", "organization": "go-between"}
    answer = world.admin.post("/accounts", account, expect=422)
    assert answer["errors"][0]["code"] == "organization.facilitator"


def test_only_administrators_write_organizations(world: World) -> None:
    for caller in (world.officer, world.unodc, world.kenya):
        assert caller.ask("POST", "/organizations", json=body("x1", "Y")).status_code == 403
    assert world.nobody.ask("POST", "/organizations", json=body("x1", "Y")).status_code == 401
