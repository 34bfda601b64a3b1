"""An office with a mailbox of its own: seed invoices, run, approve, send, and look what happened."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from creditor_desk import LETTERHEAD, FixedClock, desk

from core.domain.ledger import LedgerItem, LedgerResult
from core.domain.model import (
    Address,
    CreditorId,
    HoldKind,
    ItemKind,
    ItemState,
    NoticeState,
    Role,
)
from core.domain.money import Money
from core.domain.records import DebtorRecord
from core.services.approve import approve
from core.services.creditors import init_creditor
from core.services.deliver import send
from core.services.owner import this_task
from core.services.posted import posted
from core.services.run import run

MONDAY = date(2026, 3, 2)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in range(1, 5))
ADDRESS = Address("Beispiel AG", (), "Musterweg 1", "90402", "Nürnberg", "DE")


class Office:
    """Muster Handels GmbH with one DATEV connection; its clock stands on ``today``."""

    def __init__(self, folder, mailbox, *, live=True, today=MONDAY, store=None, **fields):
        self.clock = FixedClock(today)
        self.composed = desk(folder, self.clock)
        self.app = replace(self.composed.app, store=store or self.composed.app.store)
        self.mailbox = mailbox
        mail = {
            "mail_from": "buchhaltung@muster.example",
            "smtp_host": "127.0.0.1",
            "smtp_port": str(mailbox.port),
            "smtp_security": "none",
        }
        made = init_creditor(
            self.app, None, LETTERHEAD | mail | fields, secrets={}, by="erika"
        ).creditor
        self.id: CreditorId = made.id
        self.debtors = {}
        self.items = {}
        with self.app.store.write() as tx:
            tx.creditors.set_live(self.id, live)
            self.connection = tx.connections.add(
                self.id, "datev", "datev", Role.LEADING, "29098/55003", today
            )
        self.booked(today)

    def close(self):
        self.composed.close()

    @property
    def creditor(self):
        with self.app.store.read() as tx:
            return tx.creditors.get(self.id)

    # --- what is owed ----------------------------------------------------------------------

    def debtor(self, account, name="Beispiel AG", email="kunde@beispiel.example", address=ADDRESS):
        record = DebtorRecord(
            f"{account}0000",
            account,
            name,
            replace(address, name=name) if address.city else address,
            email=email,
        )
        with self.app.store.write() as tx:
            tx.debtors.upsert(self.id, self.connection.id, [record])
            found = tx.debtors.ensure(self.id, self.connection.id, {record.external_id: account})
        self.debtors[account] = found[record.external_id]
        self.items.setdefault(account, {})
        return self.debtors[account]

    def owes(self, account, number, amount, due, currency="EUR"):
        kind = ItemKind.INVOICE if Decimal(amount) > 0 else ItemKind.CREDIT_NOTE
        money = Money(Decimal(amount), currency)
        self.items[account][number] = LedgerItem(
            f"{account}/{number}",
            kind,
            number,
            due - timedelta(days=14),
            due,
            money,
            money,
            ItemState.OPEN,
        )
        self._save(account)

    def paid(self, account, number, left="0"):
        item = self.items[account][number]
        if Decimal(left):
            money = Money(Decimal(left), item.outstanding.currency)
            self.items[account][number] = replace(
                item, outstanding=money, state=ItemState.PARTLY_PAID
            )
        else:
            del self.items[account][number]
        self._save(account)

    def _save(self, account):
        with self.app.store.write() as tx:
            result = LedgerResult(tuple(self.items[account].values()))
            tx.ledger.save_ledger(
                self.id,
                self.connection.id,
                {self.debtors[account]: result},
                backlog_before=None,
                start_level=1,
                on=self.clock.day,
            )

    def booked(self, until):
        with self.app.store.write() as tx:
            current = tx.connections.get(self.id, self.connection.id)
            tx.connections.save(self.id, replace(current, booked_until=until, booked_source="test"))

    def hold(self, account, number=None, reason="Reklamation", kind=HoldKind.DISPUTE, on=None):
        with self.app.store.write() as tx:
            item = tx.items.find(self.id, number)[0].id if number else None
            tx.holds.add(
                self.id,
                kind,
                self.debtors[account],
                item,
                reason,
                "erika",
                on or self.clock.day,
                None,
            )

    # --- what the office does --------------------------------------------------------------

    def day(self, day, *, booked=True):
        self.clock.day = day
        if booked:
            self.booked(day)

    def run(self):
        return run(self.app, self.id, on=self.clock.day)

    def approve(self, *ids):
        return approve(self.app, self.id, ids, by="erika", on=self.clock.day)

    def propose_and_approve(self):
        report = self.run()
        self.approve(*report.proposals)
        return report.proposals

    def send(self, app=None, owner=None):
        return send(app or self.app, self.id, on=self.clock.day, owner=owner or this_task())

    def posted(self, *ids, on=None, run=None):
        return posted(self.app, self.id, ids=ids, run=run, on=on or self.clock.day, by="erika")

    # --- what came of it -------------------------------------------------------------------

    def notice(self, notice):
        with self.app.store.read() as tx:
            return tx.notices.get(self.id, notice)

    def state(self, notice) -> NoticeState:
        return self.notice(notice).state

    def item(self, number):
        with self.app.store.read() as tx:
            return tx.items.find(self.id, number)[0]

    def deliveries(self, notice):
        with self.app.store.read() as tx:
            return tx.deliveries.of_notice(self.id, notice)

    def outbox(self, pattern="*.pdf"):
        return sorted((self.composed.outbox / str(self.id)).glob(pattern))

    def audit_is_fine(self):
        with self.app.store.read() as tx:
            return tx.events.verify(self.id).ok


@contextmanager
def office_in(folder, mailbox, **options):
    office = Office(folder, mailbox, **options)
    try:
        yield office
    finally:
        office.close()
