"""Reads vouchers one by one: document, payments, dunnings and, when new, the contact.

A record that cannot be read becomes an ``Unread``; its neighbours go on. What concerns the whole
account (key, network, limit) is raised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from connectors._debtors import debtor_by_address, one_time_id
from connectors._pile import Pile
from connectors._values import FieldError, text
from connectors.lexoffice.around import Surroundings
from connectors.lexoffice.client import Json, LexofficeClient
from connectors.lexoffice.dunnings import dunned_invoice, parse_dunning
from connectors.lexoffice.kinds import (
    OPEN_STATUSES,
    SETTLED_STATUSES,
    VOIDED,
    VOUCHER_TYPES,
    VoucherType,
)
from connectors.lexoffice.mapping import as_draft, build_record, is_draft, settle, type_of, where
from connectors.lexoffice.movements import read_movements
from connectors.lexoffice.payments import Payments
from connectors.lexoffice.problems import error, warning
from connectors.lexoffice.vouchers import (
    Details,
    UnknownType,
    Voucher,
    parse_document,
    parse_row,
    with_document,
)
from core.domain.model import Address
from core.domain.platform_records import InvoiceRecord, Unread
from core.errors import NotFound
from core.ports import Known

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
            self._unknown(text(values, "id"), unknown)
        except FieldError as bad:
            self._refuse(
                text(values, "id"),
                text(values, "contactId"),
                f"voucherlist {text(values, 'voucherNumber')} {bad.path}",
                bad,
            )
        return None

    def read_open(self, row: Voucher, record: InvoiceRecord | None) -> None:
        """An open row with its document, and its payments where part of it is paid."""
        self._guard(row, record, partial(self._read_open, row, record))

    def read_settled(self, row: Voucher, record: InvoiceRecord | None) -> None:
        """A row that is paid or void; its payments are read when it was open until now."""
        self._guard(row, record, partial(self._read_settled, row, record))

    def put_draft(self, status: str, record: InvoiceRecord | None) -> None:
        """A draft is no claim; one that was final before is taken out of dunning."""
        if record is not None:
            draft = as_draft(record, status)
            # A list has it for days: what is stored as a draft already is nothing new, unless
            # it could not be read in between.
            if draft != record or record.external_id in self._known.unread():
                self._add(draft)

    def read_alone(self, external_id: str, record: InvoiceRecord | None) -> None:
        """One voucher without any list: document and payments."""
        type_ = type_of(record) if record else None
        kinds = (type_,) if type_ else (*_ORDER, VOUCHER_TYPES["salesinvoice"])
        self.pile.reads += 1
        for kind in kinds:
            try:
                self._read_found(external_id, kind, self._document(kind, external_id), record)
            except NotFound:
                continue  # also the answer to a right id at the wrong place (§1.8)
            return
        self.unread.discard(external_id)
        self.pile.gone.append(external_id)

    def read_contact(self, contact: str) -> None:
        """A customer whom an event names; of one who is gone his invoices say who owes."""
        self._around.read_again(self.pile, contact)

    def read_dunning(self, id_: str) -> None:
        """A dunning that an event names, with the invoice that it hangs on.

        That the invoice names it in turn is UNVERIFIED (§2.7): here the dunning says so itself.
        """
        found = self._around.dunning(id_)
        invoice = dunned_invoice(found) if found is not None else ""
        if found is None or not invoice:
            return
        self.read_alone(invoice, self._known.invoices([invoice]).get(invoice))
        listed = {each.external_id for each in self.pile.notices}
        if id_ not in listed | self._known.notices([id_]):
            self.pile.notices.append(parse_dunning(found, invoice))

    def _guard(self, row: Voucher, record: InvoiceRecord | None, read: Callable[[], None]) -> None:
        try:
            read()
        except FieldError as bad:
            debtor = row.contact or (record.debtor if record else "")
            self._refuse(row.id, debtor, f"{where(row)} {bad.path}", bad)
        except UnknownType as unknown:
            self._unknown(row.id, unknown)
        except NotFound:
            self._missing(row)

    def _read_open(self, row: Voucher, record: InvoiceRecord | None) -> None:
        self.pile.reads += 1
        values = self._document(row.type, row.id)
        status = text(values, "voucherStatus")
        if is_draft(status):
            self.put_draft(status, record)
            return
        voucher = with_document(row, parse_document(values, row.type))
        moved = status not in OPEN_STATUSES  # since the list was made
        paid = None
        # What we have may be newer than the list, which may lag behind (§4.4): then payments decide.
        if moved or record is not None or voucher.open is None or voucher.open != voucher.total:
            paid = self._payments(voucher)
            if paid is None and moved:
                voucher = replace(voucher, status=status, open=None)
        self._put(voucher, paid)

    def _read_settled(self, row: Voucher, record: InvoiceRecord | None) -> None:
        if record is None:
            self._put_row(row)
            return
        paid = None
        if record.open and row.status != VOIDED:
            self.pile.reads += 1
            paid = self._payments(row)
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
            status = text(values, "voucherStatus")
            if is_draft(status):
                self.put_draft(status, record)
                return
            voucher = parse_document(values, kind)
            self._put(voucher, self._payments(voucher))
        except UnknownType:
            return  # a purchase: no claim
        except FieldError as bad:
            debtor = text(values, "contactId") or (record.debtor if record else "")
            self._refuse(external_id, debtor, f"{kind.resource} {external_id} {bad.path}", bad)

    def _put(self, voucher: Voucher, paid: Payments | None) -> None:
        """A voucher whose document was read."""
        details = voucher.details or Details()
        address = details.address or Address(name=voucher.contact_name)
        debtor = voucher.contact or one_time_id(voucher.id, address)
        mapped = build_record(voucher, debtor, paid)
        self._add(mapped.record)
        self.pile.problems.extend(mapped.problems)
        if voucher.contact:
            self._around.read_contact(self.pile, debtor, address)
        else:
            self.pile.debtors.append(debtor_by_address(debtor, address, mapped.record.language))
        self._around.read_dunnings(self.pile, voucher.id, details.dunnings)

    def _put_row(self, row: Voucher) -> None:
        """A settled voucher from its row alone: worth no request."""
        address = Address(name=row.contact_name)
        debtor = row.contact or one_time_id(row.id, address)
        mapped = build_record(row, debtor)
        self._add(replace(mapped.record, address=address if address.name else None))
        self.pile.problems.extend(mapped.problems)

    def _add(self, record: InvoiceRecord) -> None:
        self.unread.discard(record.external_id)
        self.pile.heal(record.external_id)
        self.pile.invoices.append(record)

    def _document(self, type_: VoucherType, external_id: str) -> Json:
        match type_.resource:
            case "invoices":
                return self._client.invoice(external_id)
            case "down-payment-invoices":
                return self._client.down_payment_invoice(external_id)
            case "credit-notes":
                return self._client.credit_note(external_id)
        return self._client.voucher(external_id)

    def _payments(self, voucher: Voucher) -> Payments | None:
        return read_movements(
            self._client, voucher.id, voucher.type, voucher.total.currency, where(voucher)
        )

    def _unknown(self, id_: str, unknown: UnknownType) -> None:
        self.pile.problems.append(
            warning(
                "voucher_type_unknown",
                f"Beleg {id_} voucherType",
                f"Die Belegart „{str(unknown)[:40]}“ kennt Mahnwerk nicht; der Beleg wurde "
                "übergangen. Bitte Mahnwerk aktualisieren.",
            )
        )

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
