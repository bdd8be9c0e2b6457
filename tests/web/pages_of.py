"""The addresses of all pages, by who opens them, with the status of their answers."""

import re

from tests.web.town import SHOWN_STATE, Town


def found(town: Town, name: str | None, path: str, pattern: str) -> str:
    """The first address on a page that fits."""
    with town.client(name) as client:
        match = re.search(rf'href="({pattern})"', client.get(path).text)
    assert match is not None, (path, pattern)
    return match[1]


ID = "[0-9a-f-]{36}"


def pages_of(town: Town) -> dict[str | None, dict[str, int]]:
    """All of them."""
    state = f"/states/{SHOWN_STATE}"
    need = found(town, "officer", state, f"/needs/{ID}")
    pair = found(town, "officer", f"{need}/matches", f"{need}/matches/{ID}")
    offer = found(town, None, "/offers", f"/offers/{ID}")
    with town.client("officer") as client:
        ids = re.findall(rf'name="offer" value="({ID})"', client.get(f"{need}/matches").text)[:3]
    compared = "&".join(f"offer={one}" for one in ids)
    practice = found(town, None, "/practices", f"/practices/{ID}")
    own = found(town, "provider-un", "/own/offers", f"/own/offers/{ID}")
    consent = found(town, "state-mdv", "/consents", f"/consents/{ID}")
    fine = {
        None: ("/", "/sign-in", "/offers", offer, "/reference", "/reference/groupings/igad", "/practices", practice),
        "officer": (
            "/", "/states", state, f"{state}/matches", need, f"{need}/matches", pair, f"{need}/compare?{compared}",
            f"{offer}/matches", "/account", "/account/password/change", "/account/factor/add", "/consents",
            "/consents/new", "/import", f"{state}/access-log",
        ),
        "state-mdv": ("/", state, "/consents", "/consents/new", consent),
        "provider-un": ("/", "/own/offers", "/own/offers/new", own, f"{own}/confirm", "/keys", "/import"),
        "designer": ("/", "/gaps", "/gaps?theme=border&w_age=2&grouping=", "/gaps/matrix", "/gaps/bundles"),
        "admin": ("/", "/accounts", "/accounts/new", "/audit"),
        "auditor": ("/", "/audit"),
    }  # fmt: skip
    pages: dict[str | None, dict[str, int]] = {name: dict.fromkeys(paths, 200) for name, paths in fine.items()}
    pages["officer"]["/nowhere"] = 404
    return pages
