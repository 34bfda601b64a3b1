"""What of the books counts: opening balances and the lines of the latest OPOS list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from core.domain.ledger_parts import ZERO, Books, ListRow
from core.domain.records import Balance, Posting, PostingKind


def counted_openings(
    postings: list[Posting], *, listed: bool
) -> tuple[Iterable[Posting], Sequence[Posting]]:
    """Postings that count, and opening balances that do not (the year before is loaded).

    A list says what was open on its day, so that beside it no opening balance counts at all.
    """
    starts = [_year_start(p) for p in postings if p.kind is PostingKind.OPENING]
    if not starts:
        return postings, ()
    first_year = min(starts)
    first_move = min(
        (p.booked_on for p in postings if p.kind is not PostingKind.OPENING), default=date.max
    )
    if not listed and first_move >= first_year:
        ignored = [
            p for p in postings if p.kind is PostingKind.OPENING and _year_start(p) > first_year
        ]
    else:
        ignored = [p for p in postings if p.kind is PostingKind.OPENING]
    out = {p.external_id for p in ignored}
    return [p for p in postings if p.external_id not in out], ignored


def lost_openings(ignored: Sequence[Posting], books: Books) -> list[Posting]:
    """Ignored opening balances whose claim or credit is nowhere else in the books.

    A list of their day or later says that they are settled; a sum without a number is always
    made of items that the year before has.
    """
    claims = {group.key for group in books.groups if group.claim}
    credits_ = {group.key for group in books.groups if not group.claim}
    return [
        p
        for p in ignored
        if p.item_key
        and p.item_key not in claims
        and (p.base_effect.amount > 0 or p.item_key not in credits_)
        and (books.as_of is None or p.booked_on > books.as_of)
    ]


def _year_start(posting: Posting) -> date:
    return posting.fiscal_year_start or posting.booked_on


def list_rows(
    balances: Sequence[Balance], books: Books
) -> tuple[dict[str, list[ListRow]], list[ListRow]]:
    """Lines of the latest list by number (one per currency), and its lines without a number."""
    lines = sorted(
        (b for b in balances if b.as_of == books.as_of),
        key=lambda b: (b.invoice_date or date.min, b.file, b.row),
    )
    files = sorted({b.file for b in lines})
    if len(files) > 1:
        # Two lists of one day would count everything twice; nothing says which is the later one.
        books.rival_lists = tuple(files)
        lines = [b for b in lines if b.file == files[-1]]
    gathered: dict[tuple[str, str], list[Balance]] = {}
    for line in lines:
        gathered.setdefault((line.item_key, line.outstanding.currency), []).append(line)
    rows: dict[str, list[ListRow]] = {}
    loose: list[ListRow] = []
    for (key, _), same in sorted(gathered.items()):
        if key:
            rows.setdefault(key, []).append(_row(same))
        else:
            loose.extend(_row([line]) for line in same)
    return rows, loose


def _row(lines: list[Balance]) -> ListRow:
    debits = [line for line in lines if line.outstanding.amount > 0]
    last = (debits or lines)[-1]
    totals = [line.total.amount for line in lines if line.total is not None]
    return ListRow(
        last.item_key,
        last.number,
        last.outstanding.currency,
        sum((line.outstanding.amount for line in lines), ZERO),
        sum(totals, ZERO) if totals else None,
        last.invoice_date,
        last.due_date,
        " ".join(line.text for line in lines if line.text),
        f"{last.file}:{last.row}",
    )
