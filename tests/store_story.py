"""Words to tell stories about the store in days and euros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from core.domain.decision import PlannedNotice
from core.domain.ledger import LedgerHold, LedgerItem, LedgerPayment, LedgerResult
from core.domain.model import (
    Address,
    Automation,
    ConnectionId,
    CreditorId,
    CreditorProfile,
    DebtorId,
    ItemId,
    ItemKind,
    ItemState,
    NoticeId,
    NoticeKind,
    NoticeLine,
    Role,
    RunId,
)
from core.domain.money import Money
from core.domain.records import DebtorRecord
from core.ports import NoticeDraft, Tx
from core.store.unit import SqlStore

A, B = CreditorId("muster"), CreditorId("beispiel")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def euro(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR").rounded()


def invoice(
    number: str,
    amount: str | int,
    *,
    outstanding: str | int | None = None,
    kind: ItemKind = ItemKind.INVOICE,
    due: date = date(2026, 1, 15),
) -> LedgerItem:
    left = euro(amount if outstanding is None else outstanding)
    return LedgerItem(
        external_id=f"100000000/{number}",
        kind=kind,
        number=number,
        invoice_date=date(2026, 1, 1),
        due_date=due,
        total=euro(amount),
        outstanding=left,
        state=ItemState.OPEN if left.amount else ItemState.SETTLED,
        facts={"file": "buchungen.csv"},
    )


class Story:
    """One creditor with one connection and debtor 10000 in a store."""

    def __init__(self, store: SqlStore, creditor: CreditorId = A) -> None:
        self.store, self.id = store, creditor
        with store.write() as tx:
            tx.creditors.add(creditor, CreditorProfile("Muster GmbH"), NOW)
            added = tx.connections.add(creditor, "datev_csv", "datev", Role.LEADING, "1/2", TODAY)
            self.connection: ConnectionId = added.id
            self.debtor = self.new_debtor(tx, "100000000", "Kunde GmbH")

    def new_debtor(self, tx: Tx, account: str, name: str) -> DebtorId:
        place = Address(name, ("Einkauf",), "Musterweg 1", "12345", "Musterstadt")
        record = DebtorRecord(account, account[:5], name, place, email="kunde@kunde.example")
        tx.debtors.upsert(self.id, self.connection, [record])
        return tx.debtors.ensure(self.id, self.connection, {account: account[:5]})[account]

    def books(
        self,
        *items: LedgerItem,
        payments: Sequence[LedgerPayment] = (),
        holds: Sequence[LedgerHold] = (),
        on: date = TODAY,
        backlog_before: date | None = None,
        start_level: int = 1,
    ) -> dict[str, ItemId]:
        """Imports what the books say of debtor 10000; returns the ids by number."""
        result = LedgerResult(tuple(items), tuple(payments), tuple(holds))
        with self.store.write() as tx:
            tx.ledger.save_ledger(
                self.id,
                self.connection,
                {self.debtor: result},
                backlog_before=backlog_before,
                start_level=start_level,
                on=on,
            )
            found = [tx.items.find(self.id, i.number)[0] for i in items]
        return {item.number: item.id for item in found}

    def draft(
        self, lines: Mapping[str, int], *, debtor: DebtorId | None = None, version: str = "v1"
    ) -> NoticeDraft:
        """A notice about the named items at the given levels, 0 for credits."""
        with self.store.read() as tx:
            items = [(tx.items.find(self.id, n)[0], level) for n, level in lines.items()]
        net = Money.zero("EUR")
        for item, _ in items:
            net += item.outstanding
        plan = PlannedNotice(
            NoticeKind.NOTICE,
            "EUR",
            max(lines.values()),
            tuple(
                NoticeLine(
                    i.id, i.number, i.kind, i.invoice_date, i.due_date, i.total, i.outstanding,
                    level, i.cycle,
                )
                for i, level in items
            ),
            (),
            net,
            ("email", "letter"),
            Automation.APPROVE,
            date(2026, 3, 20),
        )  # fmt: skip
        return NoticeDraft(debtor or self.debtor, "standard", version, plan)

    def run(self, *drafts: NoticeDraft, on: date = TODAY, finish: bool = True) -> list[NoticeId]:
        with self.store.write() as tx:
            self.last_run: RunId = tx.runs.start(self.id, on, {"standard": "v1"}, NOW)
            debtors = sorted({self.debtor, *(d.debtor for d in drafts)})
            ids = tx.notices.replace_proposals(self.id, self.last_run, on, debtors, drafts)
            if finish:
                tx.runs.finish(self.id, self.last_run, "ready", {}, "", NOW)
        return ids
