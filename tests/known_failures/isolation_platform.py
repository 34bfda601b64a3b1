"""What the store keeps of live platforms, for known failure 11: rows for a creditor, and calls.

Both creditors have a connection 1 with invoice r-1 of customer k-1, whatever else they have.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from store_story import NOW, TODAY, euro

from core.domain.bank_lines import Line, LineHold
from core.domain.ledger_types import LedgerItem, LedgerResult
from core.domain.model import (
    Address,
    ConnectionId,
    DebtorId,
    ItemId,
    ItemKind,
    ItemState,
    NoticeId,
)
from core.domain.platform_records import (
    ALONE,
    BankLine,
    Batch,
    InvoiceRecord,
    NoticeToWrite,
    PlatformNotice,
    Unread,
)
from core.domain.records import DebtorRecord
from core.errors import Problem, Severity
from core.ports import Lane, Tx
from core.store.unit import SqlStore

ONE = ConnectionId(1)
DAY = date(2026, 1, 5)
MONEY = BankLine("t-1", DAY, euro(50), "Kunde GmbH")
BALANCE = BankLine("cash:k-1:eur", None, euro(7), debtor="k-1")
HELD = LineHold("t-1", None, "Geldeingang", None)
BAD = Problem("platform_record", Severity.ERROR, "r-9", "Nicht lesbar. Bitte prüfen.")


def _claim(number: str, left: int) -> InvoiceRecord:
    state = ItemState.OPEN if left else ItemState.SETTLED
    return InvoiceRecord(
        number, ItemKind.INVOICE, number, "k-1", DAY, DAY, euro(50), euro(left), state, "x", "m"
    )


def _batch(left: int) -> Batch:
    place = Address("Kunde GmbH", (), "Musterweg 1", "12345", "Musterstadt")
    return Batch(
        {},
        (_claim("r-1", left), _claim("r-2", 0)),
        (DebtorRecord("k-1", "k-1", "Kunde GmbH", place),),
        unread=(Unread("r-9", "k-1", BAD),),
    )


def _seen(number: str) -> list[PlatformNotice]:
    return [PlatformNotice(number, "r-1", TODAY, "1. Mahnung")]


def _write(marker: str) -> NoticeToWrite:
    return NoticeToWrite("r-1", marker, "Mahnung", TODAY, None, "de", euro(50))


def _lose_a_credit(tx: Tx, creditor: Any) -> None:
    """A credit of which nobody can tell whose it is."""
    debtor = tx.debtors.ensure(creditor, ONE, {f"{ALONE}g-1": "g-1"})[f"{ALONE}g-1"]
    left = euro(-9)
    credit = LedgerItem("g-1", ItemKind.CREDIT_NOTE, "g-1", DAY, None, left, left, ItemState.OPEN)
    results = {debtor: LedgerResult((credit,), (), ())}
    tx.ledger.save_ledger(creditor, ONE, results, backlog_before=None, start_level=1, on=TODAY)


def furnish_platform(store: SqlStore, creditor: Any) -> None:
    """One row at least in every table of platforms; needs connection 1, notice 1 and item 1."""
    with store.write() as tx:
        tx.connections.save_cursor(creditor, ONE, "invoices", {"page": 1})
        tx.connections.save_secret(creditor, ONE, "api_key", "gAAAA")
        tx.sources.save(creditor, ONE, _batch(50), NOW)
        _lose_a_credit(tx, creditor)
        tx.bank_lines.replace(creditor, ONE, [MONEY, BALANCE], NOW)
        tx.bank_lines.keep_holds(creditor, {DebtorId(1): [HELD]}, [DebtorId(1)], TODAY)
        tx.platform_notices.save_seen(creditor, ONE, _seen("d-1"), NOW)
        tx.platform_notices.intend(creditor, ONE, NoticeId(1), ItemId(1), _write("MW-1"), NOW)
        tx.budgets.take(creditor, ONE, Lane.SYNC, 1_000_000, 10, 1)
        tx.budgets.block(creditor, ONE, 1_000_000, None)


PLATFORM_CALLS: dict[str, Callable[[Any, Any, Any], object]] = {
    "connections.cursors": lambda x, c, s: x.connections.cursors(c, ONE),
    "connections.save_cursor": lambda x, c, s: x.connections.save_cursor(c, ONE, "a", {"b": 2}),
    "connections.secrets": lambda x, c, s: x.connections.secrets(c, ONE),
    "connections.save_secret": lambda x, c, s: x.connections.save_secret(c, ONE, "api_key", "B"),
    "sources.save": lambda x, c, s: x.sources.save(c, ONE, _batch(20), NOW),
    "sources.invoices": lambda x, c, s: x.sources.invoices(c, ONE, ["k-1"]),
    "sources.by_id": lambda x, c, s: x.sources.by_id(c, ONE, ["r-1"]),
    "sources.debtors": lambda x, c, s: x.sources.debtors(c, ONE, ["k-1"]),
    "sources.unread": lambda x, c, s: x.sources.unread(c, ONE),
    "sources.marks": lambda x, c, s: x.sources.marks(c, ONE, ["r-1"]),
    "sources.open_marks": lambda x, c, s: x.sources.open_marks(c, ONE),
    "sources.changed_since": lambda x, c, s: x.sources.changed_since(
        c, ONE, ["r-1"], NOW.replace(year=2020)
    ),
    "sources.lost_credits": lambda x, c, s: x.sources.lost_credits(c, ONE),
    "sources.forget_marks": lambda x, c, s: x.sources.forget_marks(c, ONE),
    "sources.known_debtors": lambda x, c, s: x.sources.known_debtors(c, ONE, ["k-1"]),
    "sources.without_payments": lambda x, c, s: x.sources.without_payments(c, ONE, 9),
    "sources.counts": lambda x, c, s: any(x.sources.counts(c, ONE).values()),
    "bank_lines.replace": lambda x, c, s: (
        x.bank_lines.replace(c, ONE, [], NOW, {"k-1"}) and x.bank_lines.replace(c, ONE, [], NOW)
    ),
    "bank_lines.changed_since": lambda x, c, s: x.bank_lines.changed_since(
        c, ONE, {"k-1"}, NOW - timedelta(days=1), NOW
    ),
    "bank_lines.all": lambda x, c, s: x.bank_lines.all(c),
    "bank_lines.save_explained": lambda x, c, s: x.bank_lines.save_explained(
        c, {Line(ONE, MONEY): True}
    ),
    "bank_lines.payers": lambda x, c, s: x.bank_lines.payers(c),
    "bank_lines.unlike": lambda x, c, s: x.bank_lines.unlike(c, {}),
    "bank_lines.keep_holds": lambda x, c, s: x.bank_lines.keep_holds(c, {}, [DebtorId(1)], TODAY),
    "platform_notices.save_seen": lambda x, c, s: x.platform_notices.save_seen(
        c, ONE, _seen("d-2"), NOW
    ),
    "platform_notices.known": lambda x, c, s: x.platform_notices.known(c, ONE, ["d-1"]),
    "platform_notices.rows": lambda x, c, s: x.platform_notices.rows(c),
    "platform_notices.get": lambda x, c, s: x.platform_notices.get(c, 1),
    "platform_notices.intend": lambda x, c, s: x.platform_notices.intend(
        c, ONE, 1, 1, _write("MW-2"), NOW
    ),
    "platform_notices.set_state": lambda x, c, s: x.platform_notices.set_state(c, 1, "dismissed"),
    "budgets.take": lambda x, c, s: x.budgets.take(c, ONE, Lane.SYNC, 9_000_000, 10, 1),
    "budgets.block": lambda x, c, s: x.budgets.block(c, ONE, 9_000_000, 5),
    "budgets.ease": lambda x, c, s: x.budgets.ease(c, ONE),
    "budgets.blocked": lambda x, c, s: x.budgets.blocked(c, ONE, 1_000_000),
}
