"""The print file of a run: a cover list, then every letter in its order, in one PDF.

Made for the printer. The single letters are the archive copies: merging gives up PDF/A
(docs/letters.md). Letters follow each other without blank pages: the file is meant for
one-sided printing.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import date

from pypdf import PdfReader, PdfWriter

from core.domain.model import Creditor, Debtor, Notice, NoticeKind, RunId
from core.letters import formats
from core.letters import texts as text_blocks
from core.letters.address import cut
from core.letters.clean import clean, printable_map
from core.letters.engine import Engine
from core.letters.payment import notice_reference
from core.letters.proposals import INSTALMENT
from core.letters.sums import per_currency
from core.letters.texts import Texts

Letters = Sequence[tuple[Notice, Debtor, bytes]]


def merged(engine: Engine, creditor: Creditor, run: RunId, on: date, letters: Letters) -> bytes:
    """Cover list and letters in one PDF; page numbers on the list count from the first letter."""
    readers = [PdfReader(io.BytesIO(pdf)) for _, _, pdf in letters]
    counts = [len(reader.pages) for reader in readers]
    cover = engine.list_pdf("cover.typ", _cover(creditor, run, on, letters, counts), on)
    writer = PdfWriter()
    for reader in (PdfReader(io.BytesIO(cover)), *readers):
        writer.append(reader, import_outline=False)
    title = f"{clean(creditor.profile.name)}, {run}, {on.isoformat()}"
    writer.metadata = {"/Title": title, "/Producer": "Mahnwerk"}
    # Letters of one run share letterhead, colour profile and often fonts: store them once.
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _cover(
    creditor: Creditor, run: RunId, on: date, letters: Letters, counts: Sequence[int]
) -> dict[str, object]:
    language = formats.language_of(creditor.profile.language)
    texts = text_blocks.load(language)
    summary = "summary_one" if len(letters) == 1 else "summary"
    columns = ("position", "reference", "debtor", "city", "level", "pages", "first_page", "total")
    data = {
        "language": language,
        "title": texts.fill("cover", "title", run=run),
        "subtitle": texts.fill(
            "cover", "subtitle", creditor=creditor.profile.name, date=formats.day(on, language)
        ),
        "summary": texts.fill("cover", summary, letters=len(letters), pages=sum(counts)),
        "head": [texts.get("cover", column) for column in columns],
        "rows": _rows(letters, counts, texts),
        "sums": [
            [texts.fill("cover", "sum", currency=amount.currency), formats.money(amount, language)]
            for amount, _ in per_currency(notice.total for notice, _, _ in letters)
        ],
        "check": [texts.get("cover", "check"), checksum(letters)],
        "posted": texts.get("cover", "posted"),
        "page": texts.get("proposals", "page"),
        "watermark": "" if creditor.live else texts.get("common", "test"),
    }
    return printable_map(data)


def _rows(letters: Letters, counts: Sequence[int], texts: Texts) -> list[list[str]]:
    rows, first = [], 1
    for position, ((notice, debtor, _), pages) in enumerate(
        zip(letters, counts, strict=True), start=1
    ):
        rows.append(
            [
                str(position),
                notice_reference(notice.id),
                cut(debtor.name),
                f"{debtor.address.postcode} {debtor.address.city}",
                _level(notice, texts),
                str(pages),
                str(first),
                formats.money(notice.total, texts.language),
            ]
        )
        first += pages
    return rows


def _level(notice: Notice, texts: Texts) -> str:
    """By number; the note before an instalment has no level."""
    if notice.kind is NoticeKind.PLAN:
        return texts.blocks[INSTALMENT]["level"]
    if notice.kind is NoticeKind.APOLOGY:
        return texts.get("apology", "level")
    return texts.fill("table", "level_number", number=notice.level)


def checksum(letters: Letters) -> str:
    """SHA-256 over the letters one after the other, in groups that can be compared by eye."""
    digest = hashlib.sha256()
    for _, _, pdf in letters:
        digest.update(pdf)
    text = digest.hexdigest()
    return " ".join(text[i : i + 8] for i in range(0, len(text), 8))
