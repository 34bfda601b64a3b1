"""The text blocks: read from ``texts/<language>.toml``, filled with data, never executed."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.domain.procedure import APOLOGY_TEXT
from core.errors import ConfigError

_FOLDER = Path(__file__).parent / "texts"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
HAND_OVER = "hand_over"  # text of the level that is work for a person
_VERSION_LENGTH = 16
# Sections that letters and mails print; the others are of lists for the office.
_PRINTED = (
    "common",
    "table",
    "kinds",
    "charges",
    "charge_lines",
    "information",
    "statement",
    "statement_item",
    "grounds",
    "ground_basis",
    "payment",
    "pay",
    "pay_demand",
    "footer",
    "mail",
)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph, bold or not."""

    text: str
    bold: bool = False


Paragraph = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of one language, by section and key."""

    language: str
    sections: Mapping[str, Mapping[str, str]]
    blocks: Mapping[str, Mapping[str, str]]

    def get(self, section: str, key: str) -> str:
        return self.sections[section][key]

    def label(self, section: str, key: str) -> str:
        """The text, or the key itself when the section has no name for it."""
        return self.sections[section].get(key, key)

    def fill(self, section: str, key: str, **values: object) -> str:
        return fill(self.sections[section][key], {k: str(v) for k, v in values.items()})

    def block(self, name: str) -> Mapping[str, str]:
        """The text block ``name``.

        Raises:
            ConfigError: there is no such block.

        """
        if name == APOLOGY_TEXT:
            return self.sections["apology"]
        if name not in self.blocks:
            known = ", ".join(sorted(self.blocks))
            raise ConfigError(f"There is no text block {name!r}; known blocks are {known}.")
        return self.blocks[name]


@lru_cache(maxsize=8)
def load(language: str) -> Texts:
    """The texts of ``language`` ("de" or "en")."""
    data = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    blocks = data.pop("blocks")
    return Texts(language, data, blocks)


def version(block: str, language: str) -> str:
    """Hash over everything a letter or mail of that block says besides data.

    A hand-over says nothing to a debtor, but a person approves it like a letter: it has a version
    without a block.

    Raises:
        ConfigError: there is no such block.

    """
    texts = load(language)
    said = {
        "language": language,
        "block": {} if block == HAND_OVER else texts.block(block),
        # The level column may name any level, and the labels are part of what is approved.
        "levels": {name: entry["level"] for name, entry in texts.blocks.items()},
        "sections": {name: texts.sections[name] for name in _PRINTED},
    }
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:_VERSION_LENGTH]


def fill(template: str, values: Mapping[str, str]) -> str:
    """``template`` with its placeholders replaced in one pass: values are never parsed again."""
    return _PLACEHOLDER.sub(lambda match: values[match.group(1)], template)


def paragraph(template: str, values: Mapping[str, str], bold: frozenset[str]) -> Paragraph:
    """As :func:`fill`, with the placeholders named in ``bold`` printed bold."""
    runs: list[Run] = []
    position = 0
    for match in _PLACEHOLDER.finditer(template):
        runs.append(Run(template[position : match.start()]))
        runs.append(Run(values[match.group(1)], bold=match.group(1) in bold))
        position = match.end()
    runs.append(Run(template[position:]))
    return tuple(run for run in runs if run.text)


def plain(runs: Paragraph) -> str:
    return "".join(run.text for run in runs)
