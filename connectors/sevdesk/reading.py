"""Documents of sevDesk onto the pile of the next batch: what changed, beside what stands around it.

A record that cannot be read becomes an ``Unread``; its neighbours go on. What concerns the whole
account (token, network, limit) is raised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from connectors._pile import Pile
from connectors._values import FieldError, Json, text
from connectors.sevdesk.around import Around, has_logs
from connectors.sevdesk.client import NoRecord
from connectors.sevdesk.credit_notes import counted, parse_credit_note, reduces
from connectors.sevdesk.customers import Customers
from connectors.sevdesk.invoices import parse_invoice
from connectors.sevdesk.judging import wants_logs, with_known_payments
from connectors.sevdesk.kinds import CANCELLATION, CREDIT_NOTE, REMINDER, credit_note_id, debtor_id
from connectors.sevdesk.lists import EMBED
from connectors.sevdesk.problems import error
from connectors.sevdesk.records import Mapped, is_draft
from connectors.sevdesk.values import ref
from core.domain.model import ItemState
from core.domain.platform_records import InvoiceRecord, Unread
from core.errors import NotFound, Rejected
from core.ports import Known, SyncScope

# What a document may turn to only after its cancellation was looked for once more: a list that did
# not show the cancellation must not bring a claim back to life.
_ALIVE = (ItemState.OPEN, ItemState.PARTLY_PAID, ItemState.SETTLED)
_DEAD = (ItemState.CANCELLED, ItemState.UNKNOWN)


class _New(NamedTuple):
    """A document that is not stored as it is now."""

    row: Json
    id: str  # external id
    mapped: Mapped


class Reader:
    """Puts what changed on its pile."""

    def __init__(self, around: Around, known: Known, scope: SyncScope, pile: Pile) -> None:
        self.around = around
        self.pile = pile
        self.customers = Customers(around, known)
        self.reminders: dict[str, Json] = {}  # rows of reminders (MA) by their ids
        self.unread: set[str] = set()  # ids that could not be read, over all piles
        self.seen: set[str] = set()  # external ids of all documents that were listed or read
        self._refused: dict[str, Unread] = {}
        self._known = known
        self._scope = scope

    # Rows of lists.

    def put(self, rows: Sequence[Json], *, first: bool = False) -> None:
        """Some rows of a list of invoices; ``first`` saves requests for what is settled."""
        claims = [row for row in rows if not self._beside(row)]
        ids = [text(row, "id") for row in claims]
        self.seen.update(ids)
        marks, unread = self._stored(ids)
        new = [found for row in claims if (found := self._changed(row, marks, unread)) is not None]
        self._add(new, unread, first=first)

    def put_credit_notes(self, rows: Sequence[Json], *, first: bool = False) -> None:
        """The same of credit notes, after the invoices that they lower."""
        ids = [f"{CREDIT_NOTE}{text(row, 'id')}" for row in rows]
        self.seen.update(ids)
        marks, unread = self._stored(ids)
        lowered = self._known.invoices({reduces(row) for row in rows} - {""})
        here = {each.external_id: each for each in self.pile.invoices}
        new = []
        for row in rows:
            invoice = reduces(row)
            record = here.get(invoice) or lowered.get(invoice)
            found = self._changed_note(row, record, marks, unread)
            if found is not None:
                new.append(found)
        self._add(new, unread, first=first)

    # Single documents.

    def read_alone(self, external_id: str, before: InvoiceRecord | None) -> None:
        """One document without any list; the pile has it whether it changed or not."""
        row = self.fetch(external_id)
        if row is not None:
            self.put_alone(row, external_id, before)

    def read_listed(self, external_id: str, before: InvoiceRecord | None) -> None:
        """The same on the way through many: one that sevDesk refuses to show keeps no other."""
        try:
            self.read_alone(external_id, before)
        except Rejected as error:
            bad = FieldError("Antwort", f"ist ein Fehler ({error.status or 200})")
            self._refuse_unseen(external_id, before, bad)

    def fetch(self, external_id: str) -> Json | None:
        """One document as it is now; None, and on the pile as gone, when sevDesk lost it."""
        self.pile.reads += 1
        self.seen.add(external_id)
        note = credit_note_id(external_id)
        client = self.around.lists.client
        try:
            return client.credit_note(note) if note else client.invoice(external_id, embed=EMBED)
        except NoRecord:
            # Half an answer looks like this as well: a claim that is open must not be lost by it.
            before = self._known.invoices([external_id]).get(external_id)
            self._refuse_unseen(external_id, before, FieldError("Antwort", "ist leer"))
            return None
        except NotFound:
            self.unread.discard(external_id)
            self.pile.gone.append(external_id)
            return None

    def put_alone(self, row: Json, external_id: str, before: InvoiceRecord | None) -> None:
        """A document that was fetched, in any case."""
        note = bool(credit_note_id(external_id))
        if not note and self._beside(row):
            return
        try:
            mapped = (
                self._parse_note(row, self._lowered(row), None)
                if note
                else self._parse(row, None, deeply=False)
            )
        except FieldError as bad:
            self._refuse(row, external_id, before, bad)
            return
        stored = {external_id: before} if before is not None else {}
        self.customers.expect({mapped.record.debtor} if mapped.record else ())
        self._finish(_New(row, external_id, mapped), stored, always=True, first=False)

    def _lowered(self, row: Json) -> InvoiceRecord | None:
        """The invoice that a credit note lowers, as it was read last."""
        invoice = reduces(row)
        here = {each.external_id: each for each in self.pile.invoices}
        return here.get(invoice) or (
            self._known.invoices([invoice]).get(invoice) if invoice else None
        )

    # What is new.

    def _beside(self, row: Json) -> bool:
        """Whether the row is no claim but says something of one."""
        kind = text(row, "invoiceType")
        if kind == REMINDER:
            self.reminders[text(row, "id")] = row
        self.around.note_cancellation(row)
        return kind in (REMINDER, CANCELLATION)

    def _stored(self, ids: Sequence[str]) -> tuple[Mapping[str, str], frozenset[str]]:
        """Marks of what is stored, or lies on the pile: one document stands on several lists."""
        wanted = [each for each in ids if each]
        marks = self._known.marks(wanted) if wanted else {}
        piled = {each.external_id: each.mark for each in self.pile.invoices}
        return {**marks, **piled}, (self._known.unread() | self.unread) - piled.keys()

    def _changed(self, row: Json, marks: Mapping[str, str], unread: frozenset[str]) -> _New | None:
        """The row as a record, when it is not stored so."""
        id_ = text(row, "id")
        try:
            mapped = self._parse(row, None, deeply=False)
        except FieldError as bad:
            self._refuse(row, id_, None, bad)
            return None
        return self._if_changed(_New(row, id_, mapped), marks, unread)

    def _changed_note(
        self,
        row: Json,
        invoice: InvoiceRecord | None,
        marks: Mapping[str, str],
        unread: frozenset[str],
    ) -> _New | None:
        id_ = f"{CREDIT_NOTE}{text(row, 'id')}"
        try:
            mapped = self._parse_note(row, invoice, None)
        except FieldError as bad:
            self._refuse(row, id_, None, bad)
            return None
        return self._if_changed(_New(row, id_, mapped), marks, unread)

    def _if_changed(
        self, found: _New, marks: Mapping[str, str], unread: frozenset[str]
    ) -> _New | None:
        record, stored = found.mapped.record, found.id in marks
        if record is None:
            if stored and is_draft(found.row):
                return found  # taken back to draft: it is said of the stored record
            self.pile.problems.extend(found.mapped.problems)
            return None
        if stored and marks[found.id] == record.mark and found.id not in unread:
            return None
        old = record.invoice_date is not None and record.invoice_date < self._scope.since
        return None if old and not stored and not record.open else found

    def _add(self, new: Sequence[_New], unread: frozenset[str], *, first: bool) -> None:
        stored = self._known.invoices([each.id for each in new]) if new else {}
        self.customers.expect({each.mapped.record.debtor for each in new if each.mapped.record})
        for each in new:
            self._finish(each, stored, always=each.id in unread, first=first)

    def _finish(
        self, new: _New, stored: Mapping[str, InvoiceRecord], *, always: bool, first: bool
    ) -> None:
        """Puts a changed document on the pile, judged beside what was known of it."""
        before = stored.get(new.id)
        try:
            mapped = self._again(new, before, alone=always and not first)
        except FieldError as bad:
            self._refuse(new.row, new.id, before, bad)
            return
        record = mapped.record
        if record is None or (record == before and not always):
            return
        self.unread.discard(record.external_id)
        self.pile.heal(record.external_id)
        self.pile.invoices.append(record)
        self.pile.problems.extend(mapped.problems)
        worth = record.open or not first
        self.customers.put(self.pile, new.row, record, worth_reading=worth)

    def _again(self, new: _New, before: InvoiceRecord | None, *, alone: bool) -> Mapped:
        """The document once more, with what is only read for documents that changed."""
        if credit_note_id(new.id):
            if before is None:
                return new.mapped
            return self._parse_note(new.row, self._lowered(new.row), before)
        deeply = wants_logs(new.row, new.mapped.record, before, alone=alone)
        if before is None and not deeply:
            return new.mapped
        mapped = self._parse(new.row, before, deeply=deeply)
        if before is not None and not deeply:
            mapped = with_known_payments(mapped, before)
        now = mapped.record
        revived = (
            now is not None
            and before is not None
            and before.state in _DEAD
            and now.state in _ALIVE
            and new.id not in self.around.cancelled
        )
        if revived and self.around.is_cancelled(new.id):
            mapped = self._parse(new.row, before, deeply=deeply)
        return mapped

    def _parse(self, row: Json, before: InvoiceRecord | None, *, deeply: bool) -> Mapped:
        beside = self.around.beside(row, logs=deeply and not has_logs(row))
        return parse_invoice(row, beside, before, self._scope.today)

    def _parse_note(
        self, row: Json, invoice: InvoiceRecord | None, before: InvoiceRecord | None
    ) -> Mapped:
        notes = self.around.credit_notes.get(reduces(row), ())
        return parse_credit_note(
            row,
            before,
            self.around.countries_of(row),
            is_counted=invoice is not None and counted(invoice, notes),
        )

    def _refuse_unseen(
        self, external_id: str, before: InvoiceRecord | None, bad: FieldError
    ) -> None:
        """A document of which nothing came; its number is what the store has."""
        row = {"id": credit_note_id(external_id) or external_id}
        number = {"invoiceNumber": before.number} if before else {}
        self._refuse({**row, **number}, external_id, before, bad)

    def _refuse(
        self, row: Json, external_id: str, before: InvoiceRecord | None, bad: FieldError
    ) -> None:
        number = text(row, "invoiceNumber") or text(row, "creditNoteNumber") or "Beleg"
        problem = error(
            "invoice_unreadable",
            f"{number} ({text(row, 'id')}) {bad.path}",
            f"Das Feld {bad.path} {bad.reason}; bis es lesbar ist, wird der Kunde nicht gemahnt. "
            "Bitte den Beleg in sevDesk prüfen; ist er dort in Ordnung, Mahnwerk aktualisieren.",
        )
        if text(row, "id"):
            debtor = debtor_id(ref(row, "contact")) or (before.debtor if before else "")
            refused = Unread(external_id, debtor, problem)
            # A document can stand on several lists of one pass: it is told of once.
            if external_id not in self.unread or self._refused.get(external_id) != refused:
                self.pile.unread.append(refused)
            self._refused[external_id] = refused
            self.unread.add(external_id)
        else:
            self.pile.problems.append(problem)
