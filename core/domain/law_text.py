"""Sentences of the law modules: German first, with the facts they print and the paragraph."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from core.domain.reasons import is_english

# How paragraphs are cited in English: "§ 288 (2) BGB".
_ENGLISH = (
    (re.compile(r"\bAbs\. (\d+), (\d+)"), r"(\1), (\2)"),
    (re.compile(r"\bAbs\. (\d+)"), r"(\1)"),
    (re.compile(r"\bSatz (?=\d)"), "sentence "),
    (re.compile(r"\bNr\. (?=\d)"), "no. "),
    (re.compile(r"\bArt\. (?=\d)"), "art. "),
    (re.compile(r"\ba\. F\."), "(old version)"),
)


def cited(basis: str, language: str) -> str:
    """A paragraph, kept as Germans cite it, as the reader's language does."""
    if is_english(language):
        for pattern, said in _ENGLISH:
            basis = pattern.sub(said, basis)
    return basis


@dataclass(frozen=True, slots=True)
class LawText:
    """A sentence for a bookkeeper and the paragraph it rests on, each in German and English."""

    de: str
    en: str
    basis_de: str
    basis_en: str

    @property
    def facts(self) -> tuple[str, ...]:
        """Names of the facts that the sentences fill in."""
        return tuple(name for _, name, _, _ in Formatter().parse(self.de) if name)

    def sentence(self, facts: Mapping[str, str], language: str = "de") -> str:
        """The sentence with its facts; one that is missing shows as a dash.

        Days and amounts appear as given: format them before, by ``FACT_KINDS`` of the module.
        """
        template = self.en if is_english(language) else self.de
        return template.format_map({name: facts.get(name, "–") for name in self.facts})

    def basis(self, language: str = "de") -> str:
        """The paragraph in ``language`` (German unless it begins with "en")."""
        return self.basis_en if is_english(language) else self.basis_de
