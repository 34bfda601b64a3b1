"""The renderer behind ``core.ports.Renderer``: letters, mails and lists from frozen notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.domain.model import Creditor, Debtor, Notice, RunId
from core.letters import blocks, girocode, online
from core.letters.clean import printable
from core.letters.engine import TEMPLATES, Engine
from core.letters.frame import letter_data
from core.letters.mail import MailRenderer
from core.letters.print_file import merged
from core.letters.proposals import list_data
from core.letters.spreadsheet import workbook
from core.letters.view import view_of
from core.letters.workbook import sheets
from core.ports import LetterContext, MailMessage, ProposalList, SheetOf


class LetterRenderer:
    """Implements ``core.ports.Renderer``. One instance serves many threads."""

    def __init__(self) -> None:
        self._engine = Engine()
        self._mail = MailRenderer(TEMPLATES)

    def letter(self, context: LetterContext) -> bytes:
        """The letter as PDF/A-2b; equal contexts give equal bytes.

        Raises:
            NotPrintable: name or address hold signs that no built-in font has.
            ConfigError: the text block does not exist.

        """
        view = view_of(context)
        code = view.payment.code
        data = {
            "view": printable(view),
            "frame": printable(letter_data(context, view)),
            "qr": girocode.svg(code) if code else "",
            "ways": online.pictures(view.online),
        }
        return self._engine.pdf("letter.typ", data, context.notice.issue_date)

    def mail(self, context: LetterContext, pdf: bytes, to: str) -> MailMessage:
        """The mail with ``pdf`` attached; in test mode it goes to the creditor.

        Raises:
            NotMailable: ``to`` cannot receive mail; another channel may.
            ConfigError: the creditor's own addresses or the text block are not usable.

        """
        return self._mail.render(context, view_of(context), pdf, to)

    def print_file(
        self,
        creditor: Creditor,
        run: RunId,
        on: date,
        letters: Sequence[tuple[Notice, Debtor, bytes]],
    ) -> bytes:
        """All letters in their order behind a cover list; not PDF/A, see docs/letters.md."""
        return merged(self._engine, creditor, run, on, letters)

    def proposal_list_pdf(self, proposals: ProposalList) -> bytes:
        return self._engine.list_pdf("proposals.typ", list_data(proposals), proposals.on)

    def proposal_list_xlsx(self, proposals: ProposalList) -> bytes:
        return workbook(proposals)

    def workbook(self, tables: tuple[SheetOf, ...], language: str, on: date) -> bytes:
        """Tables as an XLSX file, one sheet each."""
        return sheets(tables, language, on)

    def title(self, text: str, language: str) -> str:
        """See :func:`core.letters.blocks.title`."""
        return blocks.title(text, language)

    def text_version(self, text: str, language: str) -> str:
        """See :func:`core.letters.blocks.text_version`."""
        return blocks.text_version(text, language)
