"""Invoices of Stripe onto the pile of the next batch: what changed, beside what stands around it.

An invoice that cannot be read becomes an ``Unread``; its neighbours go on. What concerns the whole
account (key, network, limit) is raised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors._pile import Pile
from connectors._values import FieldError, Json, text
from connectors.stripe.around import LIVING, Around
from connectors.stripe.buyers import Buyers
from connectors.stripe.events import ref
from connectors.stripe.invoices import Parsed, parse_invoice
from connectors.stripe.kinds import OPEN
from connectors.stripe.markers import notices_of
from connectors.stripe.problems import error
from core.domain.platform_records import InvoiceRecord, Unread
from core.errors import NotFound, Rejected
from core.ports import Known, SyncScope


class Reader:
    """Puts what changed on its pile."""

    def __init__(
        self, around: Around, buyers: Buyers, known: Known, scope: SyncScope, pile: Pile
    ) -> None:
        self.around, self.buyers, self.pile = around, buyers, pile
        self.seen: set[str] = set()  # invoices that were listed or read
        self.unread: set[str] = set()  # that could not be read, over all piles
        self.reminding: list[str] = []  # numbers of open invoices that Stripe may remind of
        self.unpaid_known = True  # payments stood with every settled row that was listed
        self._known, self._scope = known, scope

    def put(self, rows: Sequence[Json]) -> None:
        """Some rows of a list."""
        ids = [text(row, "id") for row in rows]
        self.seen.update(ids)
        stored = self._known.invoices(ids)
        piled = {each.external_id: each for each in self.pile.invoices}
        unread = (self._known.unread() | self.unread) - piled.keys()
        for row in rows:
            id_ = text(row, "id")
            before = piled.get(id_) or stored.get(id_)
            self._put(row, before, again=id_ in unread, deep=text(row, "status") in LIVING)

    def read_alone(self, id_: str, *, always: bool = False) -> None:
        """One invoice without any list. ``always``: also when nothing of it changed."""
        self.pile.reads += 1
        self.seen.add(id_)
        before = self._known.invoices([id_]).get(id_)
        try:
            row = self.around.fetch(id_)
        except NotFound:
            self.unread.discard(id_)
            # One that we never had was a draft, or belongs to somebody else.
            if always or before is not None or id_ in self._known.unread():
                self.pile.gone.append(id_)
            return
        again = always or id_ in self.unread or id_ in self._known.unread()
        self._put(row, before, again=again, deep=True)

    def read_listed(self, id_: str) -> None:
        """The same on the way through many: one that Stripe refuses to show keeps no other."""
        try:
            self.read_alone(id_)
        except Rejected as refused:
            before = self._known.invoices([id_]).get(id_)
            bad = FieldError("Antwort", f"ist ein Fehler ({refused.status or 200})")
            self._refuse({"id": id_, "number": before.number if before else ""}, before, bad)

    def _put(self, row: Json, before: InvoiceRecord | None, *, again: bool, deep: bool) -> None:
        try:
            full = self.buyers.with_customer(row, deep=deep)
            bare, beside = self.around.beside(full, deep=deep)
            parsed = parse_invoice(bare, beside)
        except FieldError as bad:
            self._refuse(row, before, bad)
            return
        if parsed.record is None:
            self._drop(text(row, "id"), before)
            return
        if parsed.record.open and not deep:
            # Paid, and some of it went back: who owes it, and what lies on his account, counts again.
            self._put(row, before, again=again, deep=True)
            return
        self.unpaid_known &= parsed.record.payments_read or parsed.record.open
        self._note_reminders(row, parsed.record)
        if self._worth(parsed.record, before, again=again):
            self._add(bare, parsed, parsed.record)
        elif parsed.record.open:
            # Nothing of the invoice changed, but maybe of whoever owes it.
            self.buyers.put(self.pile, bare, parsed.record)

    def _drop(self, id_: str, before: InvoiceRecord | None) -> None:
        """A draft is no claim; one that was stored is none any more."""
        if before is not None:
            self.pile.gone.append(id_)
        self.unread.discard(id_)

    def _worth(self, now: InvoiceRecord, before: InvoiceRecord | None, *, again: bool) -> bool:
        if again:
            return True
        if before is None:
            old = now.invoice_date is not None and now.invoice_date < self._scope.since
            return now.open or not old
        if now.payments_read or not before.payments_read:
            return now != before
        return _without_payments(now) != _without_payments(before)

    def _add(self, row: Json, parsed: Parsed, record: InvoiceRecord) -> None:
        self.unread.discard(record.external_id)
        self.pile.heal(record.external_id)
        self.pile.invoices = [
            each for each in self.pile.invoices if each.external_id != record.external_id
        ]
        self.pile.invoices.append(record)
        self.pile.problems.extend(parsed.problems)
        self.pile.notices.extend(notices_of(row))
        self.buyers.put(self.pile, row, record)

    def _note_reminders(self, row: Json, record: InvoiceRecord) -> None:
        """Open invoices that Stripe's own automation looks after: it may remind of them as well."""
        on = row.get("auto_advance") is True
        if on and text(row, "status") == OPEN and not record.direct_debit:
            self.reminding.append(record.number or record.external_id)

    def _refuse(
        self, row: Mapping[str, object], before: InvoiceRecord | None, bad: FieldError
    ) -> None:
        id_, number = text(row, "id"), text(row, "number") or "Rechnung"
        problem = error(
            "stripe_invoice_unreadable",
            f"{number} ({id_}) {bad.path}",
            f"Das Feld {bad.path} {bad.reason}; bis es lesbar ist, wird der Kunde nicht gemahnt. Bitte die "
            "Rechnung in Stripe prüfen; ist sie dort in Ordnung, die Rechte des Schlüssels prüfen und "
            "Mahnwerk aktualisieren.",
        )
        debtor = before.debtor if before is not None else ref(row, "customer")
        self.pile.unread = [each for each in self.pile.unread if each.external_id != id_]
        self.pile.unread.append(Unread(id_, debtor, problem))
        self.unread.add(id_)


def _without_payments(record: InvoiceRecord) -> tuple[object, ...]:
    """What tells of a change where a row did not show its payments."""
    return (record.state, record.total, record.outstanding, record.due_date, record.pay_link)
