"""Ids and references: random, so that nothing can be learnt from them."""

import secrets
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """A random id."""
    return uuid4()


def new_reference(state: str) -> str:
    """A short reference for people, such as `MDV-7KQ3M`: the State and five random letters that look like no other."""
    return f"{state}-{''.join(secrets.choice(_LETTERS) for _ in range(5))}"


def sample_id(kind: str, key: str) -> UUID:
    """The id of an invented sample record: the same on every machine, so that a demo can be repeated."""
    return uuid5(NAMESPACE_URL, f"taysir:sample:{kind}:{key}")


def sample_reference(state: str, identifier: UUID) -> str:
    """The reference of an invented sample record, drawn from its id."""
    number = identifier.int
    letters = []
    for _ in range(5):
        number, position = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[position])
    return f"{state}-{''.join(letters)}"
