"""Reads vouchers one by one: document, payments, dunnings and, when new, the contact.

A record that cannot be read becomes an ``Unread``; its neighbours go on. What concerns the whole
account (key, network, limit) is raised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from connectors.lexoffice.addresses import debtor_by_address, one_time_id
from connectors.lexoffice.around import Surroundings
from connectors.lexoffice.client import Json, LexofficeClient
from connectors.lexoffice.kinds import (
    INVOICE,
    OPEN_STATUSES,
    SETTLED_STATUSES,
    VOIDED,
    VOUCHER_TYPES,
    VoucherType,
)
from connectors.lexoffice.mapping import as_draft, build_record, is_draft, settle, type_of, where
from connectors.lexoffice.payments import Payments, parse_payments
from connectors.lexoffice.pile import Pile
from connectors.lexoffice.problems import error, warning
from connectors.lexoffice.values import FieldError, text
from connectors.lexoffice.vouchers import (
    UnknownType,
    Voucher,
    parse_document,
    parse_row,
    with_document,
)
from core.domain.model import Address
from core.domain.platform_records import InvoiceRecord, Unread
from core.errors import NotFound, Rejected
from core.ports import Known

_ILLEGAL_STATE = 406  # of payments: a draft, or a credit note that is linked (§2.6); no fault
# Which documents an id of unknown kind is tried as; a bookkeeping voucher names its kind itself.
_ORDER = tuple(VOUCHER_TYPES[name] for name in ("invoice", "downpaymentinvoice", "creditnote"))


class VoucherReader:
    """Puts what it reads on its pile."""

    def __init__(self, client: LexofficeClient, known: Known) -> None:
        self._client = client
        self._known = known
        self._around = Surroundings(client, known)
        self.pile = Pile()
        self.unread: set[str] = set()  # ids that could not be read, over all piles

    def add_row(self, values: Json, asked: str) -> Voucher | None:
        """A row of the list; None, with its problem on the pile, when it cannot be read."""
        try:
            return parse_row(values, asked)
        except UnknownType as unknown:
            self.pile.problems.append(
                warning(
                    "voucher_type_unknown",
                    f"voucherlist {text(values, 'id')} voucherType",
                    f"Die Belegart „{str(unknown)[:40]}“ kennt Mahnwerk nicht; der Beleg wurde "
                    "übergangen. Bitte Mahnwerk aktualisieren.",
                )
            )
        except FieldError as bad:
            self._refuse(
                text(values, "id"),
                text(values, "contactId"),
                f"voucherlist {text(values, 'voucherNumber')} {bad.path}",
                bad,
            )
        return None

    def read_open(self, row: Voucher) -> None:
        """An open row with its document, and its payments where part of it is paid."""
        self._guard(row, self._read_open)

    def read_settled(self, row: Voucher, record: InvoiceRecord | None) -> None:
        """A row that is paid or void; its payments are read when it was open until now."""
        self._guard(row, lambda each: self._read_settled(each, record))

    def put_draft(self, row: Voucher, record: InvoiceRecord | None) -> None:
        """A draft is no claim; one that was final before is taken out of dunning."""
        if record is not None:
            self.pile.invoices.append(as_draft(record, row.status))

    def read_alone(self, external_id: str, record: InvoiceRecord | None) -> None:
        """One voucher without any list: document and payments."""
        type_ = type_of(record) if record else None
        kinds = (type_,) if type_ else (*_ORDER, VOUCHER_TYPES["salesinvoice"])
        self.pile.reads += 1
        for kind in kinds:
            try:
                values = self._document(kind, external_id)
            except NotFound:
                continue
            self._read_found(external_id, kind, values, record)
            return
        self.pile.gone.append(external_id)

    def read_payments(self, record: InvoiceRecord) -> InvoiceRecord | None:
        """A settled record with its payments; None when it is not settled any more."""
        type_ = type_of(record) or INVOICE
        try:
            paid = self._payments(record.external_id, type_, record.number)
        except NotFound:
            paid = None
        except FieldError as bad:
            self.pile.problems.append(
                warning(
                    "payments_unreadable",
                    f"{record.number} ({record.external_id}) {bad.path}",
                    f"Das Feld {bad.path} {bad.reason}; die Zahlungen dieses ausgeglichenen Belegs "
                    "fehlen in der Statistik. Bitte den Beleg in lexoffice prüfen.",
                )
            )
            paid = None
        if paid is None:
            return replace(record, payments_read=True)
        if paid.open.amount or paid.status not in SETTLED_STATUSES:
            return None
        self.pile.problems.extend(paid.problems)
        voucher = _voucher_of(record, type_)
        done = settle(record, voucher, paid).record
        return replace(done, mark=record.mark, source_state=record.source_state)

    def _guard(self, row: Voucher, read: Callable[[Voucher], None]) -> None:
        try:
            read(row)
        except FieldError as bad:
            self._refuse(row.id, row.contact, f"{where(row)} {bad.path}", bad)

    def _read_open(self, row: Voucher) -> None:
        self.pile.reads += 1
        try:
            values = self._document(row.type, row.id)
        except NotFound:
            self._missing(row)
            return
        document = parse_document(values, row.type)
        if is_draft(document.status):
            self.put_draft(document, self._known.invoices([row.id]).get(row.id))
            return
        voucher = with_document(row, document)
        moved = document.status not in OPEN_STATUSES  # since the list was made
        if moved or voucher.open is None or voucher.open != voucher.total:
            paid = self._payments(row.id, row.type, where(row))
            if paid is None and moved:
                voucher = replace(voucher, status=document.status, open=None)
            self._put(voucher, paid)
        else:
            self._put(voucher, None)

    def _read_settled(self, row: Voucher, record: InvoiceRecord | None) -> None:
        if record is None:
            self._put_row(row)
            return
        paid = None
        if record.open and row.status != VOIDED:
            self.pile.reads += 1
            paid = self._payments(row.id, row.type, where(row))
            if paid is not None and paid.status not in SETTLED_STATUSES:
                self.read_alone(row.id, record)  # open again since the list was made
                return
        mapped = settle(record, row, paid)
        self._add(mapped.record)
        self.pile.problems.extend(mapped.problems)

    def _read_found(
        self, external_id: str, kind: VoucherType, values: Json, record: InvoiceRecord | None
    ) -> None:
        try:
            voucher = parse_document(values, kind)
            if is_draft(voucher.status):
                self.put_draft(voucher, record)
                return
            self._put(voucher, self._payments(external_id, voucher.type, where(voucher)))
        except UnknownType:
            return  # a purchase: no claim
        except FieldError as bad:
            debtor = record.debtor if record else text(values, "contactId")
            self._refuse(external_id, debtor, f"{kind.resource} {external_id} {bad.path}", bad)

    def _put(self, voucher: Voucher, paid: Payments | None) -> None:
        """A voucher whose document was read."""
        address = voucher.details.address if voucher.details else None
        address = address or Address(name=voucher.contact_name)
        debtor = voucher.contact or one_time_id(voucher.id, address)
        mapped = build_record(voucher, debtor, paid)
        self._add(mapped.record)
        self.pile.problems.extend(mapped.problems)
        if voucher.contact:
            self._around.read_contact(self.pile, debtor, address)
        else:
            self.pile.debtors.append(debtor_by_address(debtor, address, mapped.record.language))
        if voucher.details:
            self._around.read_dunnings(self.pile, voucher.id, voucher.details.dunnings)

    def _put_row(self, row: Voucher) -> None:
        """A settled voucher from its row alone: worth no request."""
        address = Address(name=row.contact_name)
        debtor = row.contact or one_time_id(row.id, address)
        mapped = build_record(row, debtor)
        self._add(replace(mapped.record, address=address if address.name else None))
        self.pile.problems.extend(mapped.problems)

    def _add(self, record: InvoiceRecord) -> None:
        self.unread.discard(record.external_id)
        self.pile.invoices.append(record)

    def _document(self, type_: VoucherType, external_id: str) -> Json:
        read = {
            "invoices": self._client.invoice,
            "down-payment-invoices": self._client.down_payment_invoice,
            "credit-notes": self._client.credit_note,
            "vouchers": self._client.voucher,
        }[type_.resource]
        return read(external_id)

    def _payments(self, external_id: str, type_: VoucherType, name: str) -> Payments | None:
        """None where lexoffice has no payments for the state that a voucher is in."""
        try:
            values = self._client.payments(external_id)
        except Rejected as refused:
            if refused.status == _ILLEGAL_STATE:
                return None
            raise
        try:
            return parse_payments(values, type_, name)
        except FieldError as bad:
            raise FieldError(f"payments.{bad.path}", bad.reason) from None

    def _missing(self, row: Voucher) -> None:
        self.unread.add(row.id)
        problem = error(
            "voucher_missing",
            where(row),
            "lexoffice listet den Beleg als offen, kennt ihn auf Nachfrage aber nicht; bis das "
            "geklärt ist, wird der Kunde nicht gemahnt. Bitte den Beleg in lexoffice prüfen und "
            "später noch einmal abgleichen.",
        )
        self.pile.unread.append(Unread(row.id, row.contact, problem))

    def _refuse(self, id_: str, debtor: str, place: str, bad: FieldError) -> None:
        problem = error(
            "voucher_unreadable",
            " ".join(place.split()),
            f"Das Feld {bad.path} {bad.reason}; bis es lesbar ist, wird der Kunde nicht gemahnt. "
            "Bitte den Beleg in lexoffice prüfen; ist er dort in Ordnung, Mahnwerk aktualisieren.",
        )
        if id_:
            self.unread.add(id_)
            self.pile.unread.append(Unread(id_, debtor, problem))
        else:
            self.pile.problems.append(problem)


def _voucher_of(record: InvoiceRecord, type_: VoucherType) -> Voucher:
    """A stored record as the row that it came from."""
    on = record.invoice_date
    if on is None:  # every row has one
        raise FieldError("voucherDate", "fehlt")
    return Voucher(
        record.external_id, type_, record.source_state, record.number, on, record.due_date, "",
        "", "", record.total,
    )  # fmt: skip
