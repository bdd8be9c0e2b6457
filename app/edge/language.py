"""Which of the six languages an answer speaks."""

from typing import Annotated

from fastapi import Depends, Header

from app.i18n import LANGUAGES


def choose(accept_language: str | None) -> str:
    """The best of the six for an `Accept-Language` value (RFC 9110, 12.5.4); English where none fits."""
    wanted: list[tuple[float, int, str]] = []
    for position, part in enumerate((accept_language or "").split(",")[:20]):
        tag, _, parameter = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        quality = parameter.strip().removeprefix("q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if language in LANGUAGES and weight > 0:
            wanted.append((-weight, position, language))
    return min(wanted)[2] if wanted else "en"


def _language(accept_language: Annotated[str | None, Header()] = None) -> str:
    return choose(accept_language)


Language = Annotated[str, Depends(_language)]
