"""Tables as an XLSX file: typed cells, and text that is never taken for a formula."""

from __future__ import annotations

import io
from datetime import date, datetime, time

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from core.letters import formats
from core.letters import texts as text_blocks
from core.letters.spreadsheet import cells
from core.ports import SheetOf

_WIDTH = 18


def sheets(tables: tuple[SheetOf, ...], language: str, on: date) -> bytes:
    """One sheet for each table, with a bold head that stays in sight."""
    texts = text_blocks.load(formats.language_of(language))
    book = Workbook(write_only=True)
    book.properties.creator = "Mahnwerk"
    book.properties.created = datetime.combine(on, time.min)
    for table in tables:
        sheet = book.create_sheet(table.title)
        sheet.freeze_panes = "A2"
        for number in range(len(table.columns)):
            sheet.column_dimensions[get_column_letter(number + 1)].width = _WIDTH
        sheet.append(cells(sheet, table.columns, texts, bold=True))
        for row in table.rows:
            sheet.append(cells(sheet, row, texts))
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()
