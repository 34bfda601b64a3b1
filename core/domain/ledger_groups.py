"""Movements of one account gathered under their number, as far as they count (datev.md §2.5, §7).

Three things decide what counts: opening balances only where the year before is not loaded, the
latest OPOS list for everything up to its day, and the currency the item is kept in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from core.domain.ledger_parts import ZERO, Books, Group, ListRow, Move, Part, part_of
from core.domain.ledger_sources import counted_openings, list_rows, lost_openings
from core.domain.ledger_tokens import guessed_number
from core.domain.ledger_types import LedgerRules
from core.domain.records import Balance, DebtorRecord, Posting


def gather(
    account: str,
    postings: Sequence[Posting],
    balances: Sequence[Balance],
    master: DebtorRecord | None,
    rules: LedgerRules,
) -> Books:
    """The groups of the account, in a stable order; nothing is placed by second tries yet."""
    books = Books()
    books.as_of = max((*rules.opos_days, *(b.as_of for b in balances)), default=None)
    ordered = sorted(postings, key=lambda p: (p.booked_on, p.external_id))
    counted, ignored = counted_openings(ordered, listed=books.as_of is not None)
    rows, loose_rows = list_rows(balances, books)
    by_key: dict[str, list[Posting]] = {}
    for posting in counted:
        by_key.setdefault(posting.item_key, []).append(posting)
    loose = by_key.pop("", [])
    base_chosen = rules.currency_mode == "base" or bool(master and master.dun_in_base_currency)
    sheet = _Sheet(account, books, rules, base_chosen)
    for key in sorted({*by_key, *rows}):
        sheet.add_key(key, by_key.get(key, []), rows.get(key, []))
    sheet.add_loose(loose, loose_rows)
    books.lost_openings = lost_openings(ignored, books)
    return books


class _Sheet:
    """Adds the groups of one account to its books."""

    def __init__(self, account: str, books: Books, rules: LedgerRules, base_chosen: bool) -> None:
        self.account = account
        self.books = books
        self.as_of = books.as_of
        self.input_mode = rules.currency_mode == "input"
        self.base_chosen = base_chosen

    def add_key(self, key: str, postings: list[Posting], rows: list[ListRow]) -> None:
        """Groups of one number: normally one; one per currency where its amounts do not fit."""
        use_input, unclear = self._currency(postings, rows)
        values: dict[str, list[tuple[Posting, Decimal]]] = {row.currency: [] for row in rows}
        for posting in postings:
            money = posting.effect if use_input else posting.base_effect
            values.setdefault(money.currency, []).append((posting, money.amount))
        by_currency = {row.currency: row for row in rows}
        unclear = unclear or len(values) > 1
        for n, (currency, valued) in enumerate(values.items()):
            group = Group(
                external_id=f"{self.account}/{key}" + (f"~{currency}" if n else ""),
                key=key,
                number="",
                currency=currency,
                unclear=unclear,
                claim=False,
                postings=[posting for posting, _ in valued],
                row=by_currency.get(currency),
            )
            self._fill(group, valued)

    def _currency(self, postings: list[Posting], rows: list[ListRow]) -> tuple[bool, bool]:
        """Whether the input currency is used, and whether the choice is unclear."""
        if self.input_mode:
            used = {p.effect.currency for p in postings} | {row.currency for row in rows}
            return len(used) == 1, len(used) > 1
        foreign = any(p.effect.currency != p.base_effect.currency for p in postings)
        return False, foreign and not self.base_chosen

    def _fill(self, group: Group, valued: list[tuple[Posting, Decimal]]) -> None:
        moves = [
            Move(p.booked_on, part_of(p.kind, value), p.external_id, value) for p, value in valued
        ]
        row = group.row
        group.claim = (row is not None and row.outstanding > 0) or any(
            move.part is Part.CLAIM for move in moves
        )
        group.number = _number(group, valued)
        for move in self._after_list(group, moves):
            group.add(move)
        if group.claim:
            self.books.groups.append(group)
        else:
            self.books.groups.extend(_credits(group, self.account))

    def _after_list(self, group: Group, moves: list[Move]) -> list[Move]:
        """What counts beside the list: it fixes the balance of its day (datev.md §7)."""
        if self.as_of is None:
            return moves
        before = [move for move in moves if move.day <= self.as_of]
        known = sum((move.value for move in before), ZERO)
        row = group.row
        target = row.outstanding if row is not None else ZERO
        if known == target:
            return moves
        after = moves[len(before) :]
        if row is not None and target:
            return [_list_move(group, row, before, self.as_of), *after]
        if row is None:
            here = [p for p in group.postings if p.booked_on <= self.as_of]
            self.books.absent.append((group.number, here, known))
        if not group.claim:
            return after
        part = Part.CREDIT if known > 0 else Part.CORRECTION
        return [*before, Move(self.as_of, part, "", -known, "opos"), *after]

    def add_loose(self, postings: list[Posting], rows: list[ListRow]) -> None:
        """Movements without a number: each is an item of its own."""
        rest = list(rows)
        cleared: list[Posting] = []
        cleared_sum = ZERO
        for posting in postings:
            use_input, unclear = self._currency([posting], [])
            money = posting.effect if use_input else posting.base_effect
            row = None
            if self.as_of is not None and posting.booked_on <= self.as_of:
                row = _take(rest, money.amount, money.currency, posting.booked_on)
                if row is None:
                    cleared.append(posting)
                    cleared_sum += money.amount
                    continue
            name = f"{self.account}/~{posting.external_id}"
            self._add_single(name, money.currency, unclear, posting, money.amount, row)
        if cleared:
            self.books.absent.append(("", cleared, cleared_sum))
        seen: dict[str, int] = {}
        for row in rest:
            # A list has no row ids: day and amount name the line, equal lines are counted.
            name = f"{self.account}/~opos:{row.invoice_date or ''}:{row.outstanding}"
            seen[name] = seen.get(name, 0) + 1
            name = name if seen[name] == 1 else f"{name}:{seen[name]}"
            self._add_single(name, row.currency, False, None, row.outstanding, row)

    def _add_single(
        self,
        name: str,
        currency: str,
        unclear: bool,
        posting: Posting | None,
        value: Decimal,
        row: ListRow | None,
    ) -> None:
        if posting is not None:
            move = Move(posting.booked_on, part_of(posting.kind, value), posting.external_id, value)
        else:
            day = (row and row.invoice_date) or self.as_of or date.max
            move = Move(day, Part.CLAIM if value > 0 else Part.CREDIT, "", value, "opos")
        group = Group(
            external_id=name,
            key="",
            number=_loose_number(posting, row) if move.part is Part.CLAIM else "",
            currency=currency,
            unclear=unclear,
            claim=move.part is Part.CLAIM,
            postings=[posting] if posting is not None else [],
            row=row,
        )
        group.add(move)
        self.books.groups.append(group)


def _list_move(group: Group, row: ListRow, before: list[Move], as_of: date) -> Move:
    """The list's balance as one movement, dated when the claim began.

    What was open on the list's day was open at least since the invoice; payments before that
    day are in it and must not be counted again.
    """
    claims = [move for move in before if move.part in (Part.CLAIM, Part.REVERSAL)]
    debit_days = [move.day for move in claims if move.part is Part.CLAIM]
    start = row.invoice_date or max(debit_days, default=as_of)
    if row.outstanding > 0:
        known_total = sum((move.value for move in claims), ZERO)
        total = row.total if row.total is not None else known_total
        group.beyond = max(ZERO, total - row.outstanding)
    if row.outstanding > 0:
        part = Part.CLAIM
    elif {move.part for move in before} == {Part.CREDIT_NOTE}:
        part = Part.CREDIT_NOTE
    else:
        part = Part.CREDIT
    return Move(min(start, as_of), part, "", row.outstanding, "opos")


def _take(rows: list[ListRow], value: Decimal, currency: str, day: date) -> ListRow | None:
    for n, row in enumerate(rows):
        if (row.outstanding, row.currency, row.invoice_date) == (value, currency, day):
            return rows.pop(n)
    return None


def _loose_number(posting: Posting | None, row: ListRow | None) -> str:
    references = posting.references if posting is not None else ()
    texts = [posting.text] if posting is not None else []
    return guessed_number(references, [*texts, row.text] if row is not None else texts)


def _number(group: Group, valued: list[tuple[Posting, Decimal]]) -> str:
    """The number as it was written on the last debit, else on the list, else anywhere."""
    for posting, value in reversed(valued):
        if value > 0 and posting.number:
            return posting.number
    if group.row is not None and group.row.number:
        return group.row.number
    return next((p.number for p in reversed(group.postings) if p.number), group.key)


def _credits(group: Group, account: str) -> Iterable[Group]:
    """Money and credits under a number that no claim has.

    A credit note is one document however many rows it has. Payments that share a foreign number
    (a bank statement) are looked at one by one, unless one of them was returned.
    """
    parts = {move.part for move in group.moves}
    if not parts:
        return
    if parts <= {Part.CREDIT_NOTE} or parts & {Part.RETURN, Part.CORRECTION}:
        yield group
        return
    by_ref = {posting.external_id: posting for posting in group.postings}
    document = Group(
        group.external_id, group.key, group.number, group.currency, group.unclear, False, [],
        group.row,
    )  # fmt: skip
    for move in group.moves:
        posting = by_ref.get(move.ref)
        if posting is None or move.part is Part.CREDIT_NOTE:
            document.add(move)
            if posting is not None:
                document.postings.append(posting)
            continue
        single = Group(
            f"{account}/~{move.ref}", group.key, posting.number or group.key, group.currency,
            group.unclear, False, [posting],
        )  # fmt: skip
        single.add(move)
        yield single
    if document.moves:
        yield document
