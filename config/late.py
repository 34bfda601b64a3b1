"""Ports that load what fulfils them when it is first used.

Typst, Babel, openpyxl and pypdf take longer to import than most commands run, and a list of open
items needs none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from core.domain.model import Creditor, Debtor, Notice, RunId
from core.domain.records import FileImport
from core.ports import ImportOptions, LetterContext, MailMessage, ProposalList, SheetOf

if TYPE_CHECKING:
    from connectors.datev_csv.connector import DatevCsvConnector
    from core.letters.renderer import LetterRenderer


class LateRenderer:
    """``core.letters.renderer.LetterRenderer``, loaded with the first letter."""

    @cached_property
    def _real(self) -> LetterRenderer:
        from core.letters.renderer import LetterRenderer

        return LetterRenderer()

    def letter(self, context: LetterContext) -> bytes:
        return self._real.letter(context)

    def mail(self, context: LetterContext, pdf: bytes, to: str) -> MailMessage:
        return self._real.mail(context, pdf, to)

    def print_file(
        self,
        creditor: Creditor,
        run: RunId,
        on: date,
        letters: Sequence[tuple[Notice, Debtor, bytes]],
    ) -> bytes:
        return self._real.print_file(creditor, run, on, letters)

    def proposal_list_pdf(self, proposals: ProposalList) -> bytes:
        return self._real.proposal_list_pdf(proposals)

    def proposal_list_xlsx(self, proposals: ProposalList) -> bytes:
        return self._real.proposal_list_xlsx(proposals)

    def workbook(self, tables: tuple[SheetOf, ...], language: str, on: date) -> bytes:
        return self._real.workbook(tables, language, on)

    def title(self, text: str, language: str) -> str:
        from core.letters.blocks import title

        return title(text, language)

    def text_version(self, text: str, language: str) -> str:
        # Asked for within write transactions: nobody shall wait until Typst is loaded.
        from core.letters.blocks import text_version

        return text_version(text, language)


class LateFiles:
    """``connectors.datev_csv.connector.DatevCsvConnector``, loaded with the first file."""

    slug = "datev_csv"

    @cached_property
    def _real(self) -> DatevCsvConnector:
        from connectors.datev_csv.connector import DatevCsvConnector

        return DatevCsvConnector()

    def read(self, path: Path, options: ImportOptions) -> FileImport:
        return self._real.read(path, options)
