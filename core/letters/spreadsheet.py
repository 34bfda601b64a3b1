"""The proposals of a run as an XLSX: typed cells, one row per proposal and one per item.

Text is always stored as text: a name that begins with =, +, - or @ is no formula.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from core.domain.money import Money, minor_digits
from core.letters import formats
from core.letters import texts as text_blocks
from core.letters.clean import clean
from core.letters.proposals import channels, level_label, oldest_due
from core.letters.sums import per_currency
from core.letters.texts import Texts
from core.ports import ProposalList

Value = str | int | date | Money | None
_DATE_FORMATS = {formats.GERMAN: "dd.mm.yyyy", formats.ENGLISH: "d mmm yyyy"}
_BOLD = Font(bold=True)
_TOP = Alignment(vertical="top")
_ACTIVE = ("=", "+", "-", "@")

_NOTICES = (
    ("id", 8),
    ("debtor", 34),
    ("account", 14),
    ("level", 16),
    ("items", 40),
    ("oldest", 16),
    ("days", 8),
    ("charges", 18),
    ("total", 18),
    ("currency", 10),
    ("deadline", 14),
    ("channel", 18),
    ("state", 16),
)
_ITEMS = (
    ("id", 8),
    ("debtor", 34),
    ("account", 14),
    ("number", 22),
    ("invoice_date", 16),
    ("due_date", 14),
    ("original", 18),
    ("paid", 18),
    ("open", 18),
    ("currency", 10),
    ("level", 16),
)


def workbook(proposals: ProposalList) -> bytes:
    """The list as XLSX with frozen header rows and a sum per currency."""
    texts = text_blocks.load(formats.language_of(proposals.language))
    book = Workbook(write_only=True)
    book.properties.creator = "Mahnwerk"
    book.properties.created = datetime.combine(proposals.on, time.min)
    notices = _sheet(book, texts, "sheet_notices", _NOTICES)
    for row in _notice_rows(proposals, texts):
        notices.append(_cells(notices, row, texts))
    for amount, count in per_currency(notice.total for notice, _ in proposals.rows):
        label = texts.fill("proposals", "sum", currency=amount.currency, count=count)
        row = [None, label, *[None] * 6, amount, amount.currency]
        notices.append(_cells(notices, row, texts, bold=True))
    items = _sheet(book, texts, "sheet_items", _ITEMS)
    for row in _item_rows(proposals, texts):
        items.append(_cells(items, row, texts))
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def _sheet(
    book: Workbook, texts: Texts, title: str, columns: Sequence[tuple[str, int]]
) -> WriteOnlyWorksheet:
    sheet = book.create_sheet(texts.get("proposals", title))
    sheet.freeze_panes = "A2"
    for number, (_, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    head: list[Value] = [texts.get("proposals", key) for key, _ in columns]
    sheet.append(_cells(sheet, head, texts, bold=True))
    return cast("WriteOnlyWorksheet", sheet)


def _notice_rows(proposals: ProposalList, texts: Texts) -> list[list[Value]]:
    rows: list[list[Value]] = []
    for notice, debtor in proposals.rows:
        oldest = oldest_due(notice)
        charges = Money.zero(notice.currency)
        for charge in notice.charges:
            charges = charges + charge.amount
        rows.append(
            [
                notice.id,
                debtor.name,
                debtor.number,
                level_label(notice, notice.level, proposals, texts),
                ", ".join(line.number for line in notice.lines),
                oldest,
                (proposals.on - oldest).days if oldest else None,
                charges,
                notice.total,
                notice.currency,
                notice.deadline,
                channels(notice, texts),
                texts.label("states", notice.state),
            ]
        )
    return rows


def _item_rows(proposals: ProposalList, texts: Texts) -> list[list[Value]]:
    rows: list[list[Value]] = []
    for notice, debtor in proposals.rows:
        for line in notice.lines:
            level = level_label(notice, line.level, proposals, texts) if line.level > 0 else ""
            rows.append(
                [
                    notice.id,
                    debtor.name,
                    debtor.number,
                    line.number,
                    line.invoice_date,
                    line.due_date,
                    line.total,
                    line.total - line.outstanding,
                    line.outstanding,
                    notice.currency,
                    level,
                ]
            )
    return rows


def _cells(
    sheet: WriteOnlyWorksheet, row: Sequence[Value], texts: Texts, *, bold: bool = False
) -> list[Cell | None]:
    cells = [_cell(sheet, value, texts) for value in row]
    if bold:
        for cell in cells:
            if cell is not None:
                cell.font = _BOLD
    return cells


def _cell(sheet: WriteOnlyWorksheet, value: Value, texts: Texts) -> Cell | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _text_cell(sheet, clean(value))
    if isinstance(value, Money):
        cell = WriteOnlyCell(sheet)
        cell.value = value.rounded().amount
        cell.number_format = _money_format(value.currency)
    else:
        cell = WriteOnlyCell(sheet)
        cell.value = value
        if isinstance(value, date):
            cell.number_format = _DATE_FORMATS[texts.language]
    cell.alignment = _TOP
    return cell


def _text_cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # openpyxl takes a leading = for a formula, and #N/A for an error
    if text.startswith(_ACTIVE):
        # Excel shows it as typed with a leading apostrophe: still text after editing.
        cell.quotePrefix = True
    cell.alignment = _TOP
    return cell


def _money_format(currency: str) -> str:
    digits = minor_digits(currency)
    decimals = "." + "0" * digits if digits else ""
    return f'#,##0{decimals} "{currency}"'
