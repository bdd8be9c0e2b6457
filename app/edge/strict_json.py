"""Reads JSON that can be stored and answered without surprises; everything else is `Invalid`.

Python's reader takes NaN, infinite numbers, repeated keys, lone surrogates and NUL; databases and encoders do not.
"""

import json
import math
from typing import Any, NoReturn

from app.core.errors import Fault, Invalid

MAX_DEPTH = 32
MAX_INTEGER = 2**53
MAX_DIGITS = 400
MAX_COMMAS = 50_000
MAX_KEYS = 1_000
"""No record comes near either; half a million numbers, or 40,000 faulty keys, keep a processor busy for a second."""


def parse(body: bytes) -> Any:  # JSON has no narrower type
    """The value in `body`; raises `Invalid` with one fault."""
    if body.count(b",") > MAX_COMMAS:
        _refuse("json.too_many", f"The body may hold at most {MAX_COMMAS} commas.")
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_constant=_refuse_constant,
            parse_int=_integer,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        _refuse("json.not_utf8", "The body must be UTF-8.")
    except (json.JSONDecodeError, RecursionError):
        _refuse("json.malformed", f"The body must be one JSON value, nested at most {MAX_DEPTH} deep.")
    _check(value, 0)
    return value


def _refuse(code: str, detail: str) -> NoReturn:
    raise Invalid([Fault("", code, detail)], "json.invalid")


def _refuse_constant(_name: str) -> NoReturn:
    _refuse("json.not_finite", "Numbers must be finite.")


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS or abs(int(digits)) > MAX_INTEGER:
        _refuse("json.number_too_big", "Whole numbers must lie within ±2^53.")
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_KEYS:
        _refuse("json.too_many", f"An object may have at most {MAX_KEYS} keys.")
    value = dict(pairs)
    if len(value) < len(pairs):
        _refuse("json.repeated_key", "An object must not name a key twice.")
    return value


def _check(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        _refuse("json.too_deep", f"The body may be nested at most {MAX_DEPTH} deep.")
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, float) and not math.isfinite(value):
        _refuse("json.not_finite", "Numbers must be finite.")
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            check_text(key)
            _check(item, depth + 1)


def check_text(text: str) -> None:
    """Refuse what no database column holds: NUL and halves of surrogate pairs."""
    if "\x00" in text:
        _refuse("text.nul", "Text must not contain the NUL character.")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        _refuse("text.surrogate", "Text must not contain half of a surrogate pair.")
