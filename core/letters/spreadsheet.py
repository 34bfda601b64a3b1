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

from core.domain.model import NoticeKind
from core.domain.money import Money, minor_digits
from core.letters import charge_lines, formats, lines
from core.letters import texts as text_blocks
from core.letters.clean import clean
from core.letters.proposals import (
    channels,
    charge_name,
    default_since,
    level_label,
    oldest_due,
    sum_of,
)
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
    ("in_default", 16),
    ("information", 18),
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
    ("in_default", 16),
    ("disputed", 18),
)
_CHARGES = (
    ("id", 8),
    ("debtor", 34),
    ("account", 14),
    ("charge", 34),
    ("number", 22),
    ("basis", 34),
    ("since", 14),
    ("until", 14),
    ("total", 18),
    ("currency", 10),
    ("demanded", 18),
)


def workbook(proposals: ProposalList) -> bytes:
    """The list as XLSX with frozen header rows and a sum per currency."""
    texts = text_blocks.load(formats.language_of(proposals.language))
    book = Workbook(write_only=True)
    book.properties.creator = "Mahnwerk"
    book.properties.created = datetime.combine(proposals.on, time.min)
    notices = _sheet(book, texts, "sheet_notices", _NOTICES)
    for row in _notice_rows(proposals, texts):
        notices.append(cells(notices, row, texts))
    for amount, count in per_currency(notice.total for notice, _ in proposals.rows):
        label = texts.fill("proposals", "sum", currency=amount.currency, count=count)
        row = [None, label, *[None] * 6, amount, amount.currency]
        notices.append(cells(notices, row, texts, bold=True))
    items = _sheet(book, texts, "sheet_items", _ITEMS)
    for row in _item_rows(proposals, texts):
        items.append(cells(items, row, texts))
    if any(notice.charges for notice, _ in proposals.rows):
        charges = _sheet(book, texts, "sheet_charges", _CHARGES)
        for row in _charge_rows(proposals, texts):
            charges.append(cells(charges, row, texts))
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
    sheet.append(cells(sheet, head, texts, bold=True))
    return cast("WriteOnlyWorksheet", sheet)


def _notice_rows(proposals: ProposalList, texts: Texts) -> list[list[Value]]:
    rows: list[list[Value]] = []
    for notice, debtor in proposals.rows:
        oldest = oldest_due(notice)
        shown = charge_lines.shown(notice)
        rows.append(
            [
                notice.id,
                debtor.name,
                debtor.number,
                level_label(notice, notice.level, proposals, texts),
                ", ".join(line.number for line in notice.lines),
                oldest,
                (proposals.on - oldest).days if oldest else None,
                sum_of(charge_lines.demanded(notice), notice.currency),
                notice.total,
                notice.currency,
                notice.deadline,
                channels(notice, texts),
                texts.label("states", notice.state),
                default_since(notice),
                sum_of(shown, notice.currency) if shown else None,
            ]
        )
    return rows


def _item_rows(proposals: ProposalList, texts: Texts) -> list[list[Value]]:
    rows: list[list[Value]] = []
    for notice, debtor in proposals.rows:
        for line in notice.lines:
            claim = lines.is_claim(line)
            level = level_label(notice, line.level, proposals, texts) if claim else ""
            rows.append(
                [
                    notice.id,
                    debtor.name,
                    debtor.number,
                    line.number,
                    line.invoice_date,
                    line.due_date,
                    line.total,
                    # What an instalment leaves open was not paid.
                    None if notice.kind is NoticeKind.PLAN else lines.paid(line),
                    line.outstanding,
                    notice.currency,
                    level,
                    line.default_since,
                    lines.disputed(line),
                ]
            )
    return rows


def _charge_rows(proposals: ProposalList, texts: Texts) -> list[list[Value]]:
    return [
        [
            notice.id,
            debtor.name,
            debtor.number,
            charge_name(charge, texts),
            charge.number,
            charge_lines.basis(charge.basis, texts.language),
            charge.since,
            charge.until,
            charge.amount,
            notice.currency,
            texts.get("proposals", "yes" if charge.demanded else "no"),
        ]
        for notice, debtor in proposals.rows
        for charge in notice.charges
    ]


def cells(
    sheet: WriteOnlyWorksheet, row: Sequence[Value], texts: Texts, *, bold: bool = False
) -> list[Cell | None]:
    """The cells of a row, amounts and days as such."""
    found = [_cell(sheet, value, texts) for value in row]
    if bold:
        for cell in found:
            if cell is not None:
                cell.font = _BOLD
    return found


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
