"""Codes become sentences in the six official languages: `render` and what values it takes."""

from app.i18n.languages import LANGUAGES, direction, language_name
from app.i18n.sentences import UnknownMessage, joined, load, render
from app.i18n.values import Quoted, Share, Value

__all__ = [
    "LANGUAGES",
    "Quoted",
    "Share",
    "UnknownMessage",
    "Value",
    "direction",
    "joined",
    "language_name",
    "load",
    "render",
]
