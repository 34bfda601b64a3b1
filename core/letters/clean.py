"""Foreign text made safe to print: still the same words, but nothing that acts on its own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

_DROPPED = {"Cf", "Cs", "Cn", "Co"}  # bidi marks, zero-width characters, half surrogates
_BREAK = "\u200b"  # zero width space: a line may end here
_LONG_WORD = re.compile(r"\S{24,}")
_LONG_PART = 24
_SYLLABLE = 8
_JOINT = re.compile(r"(?<=[@._/\-])(?=\w)")
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)
_SLUG = re.compile(r"[^a-z0-9]+")


def clean(text: str) -> str:
    """``text`` on one line in NFC, without control and invisible characters.

    Line breaks and tabs become one space each, so that no value can open a line, a header or a
    paragraph of its own. Everything visible stays as it is.
    """
    return _scrub(text).strip()


def _scrub(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    if text.isprintable():
        return text
    return "".join(_visible(char) for char in text.replace("\r\n", "\n"))


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category in _DROPPED:
        return ""
    if category == "Cc":
        return " " if char in "\t\n\v\f\r\x85" else ""
    return " " if category[0] == "Z" else char


def printable(value: object) -> object:
    """``value``, a tree of dataclasses, mappings, lists and plain values, as plain JSON data in
    which every string is cleaned and can be broken into lines.
    """
    if isinstance(value, str):
        return breakable(_scrub(value))
    if isinstance(value, Mapping):
        return {key: printable(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [printable(entry) for entry in value]
    if is_dataclass(value):
        return {entry.name: printable(getattr(value, entry.name)) for entry in fields(value)}
    return value


def printable_map(values: Mapping[str, object]) -> dict[str, object]:
    """As :func:`printable`, for the mapping that a template is given."""
    return {key: printable(entry) for key, entry in values.items()}


def breakable(text: str) -> str:
    """``text`` with invisible break points in words that are too long for a column."""
    return _LONG_WORD.sub(lambda match: _with_breaks(match.group()), text)


def _with_breaks(word: str) -> str:
    """Breaks at the joints of an address or number; every few letters only without joints."""
    parts = _JOINT.split(word)
    return _BREAK.join(
        part[i : i + _SYLLABLE] if len(part) >= _LONG_PART else part
        for part in parts
        for i in range(0, len(part) if len(part) >= _LONG_PART else 1, _SYLLABLE)
    )


def umlauts_out(text: str) -> str:
    """``Müller`` as ``Mueller``."""
    return text.translate(_UMLAUTS)


def slug(text: str) -> str:
    """``text`` as a part of a file name: lower case ASCII letters, digits and single hyphens."""
    text = umlauts_out(text.lower())
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return _SLUG.sub("-", ascii_text).strip("-")[:40].strip("-")
