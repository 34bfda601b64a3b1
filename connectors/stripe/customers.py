"""Customers of Stripe -> debtors, and the money that waits on their accounts (§3). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connectors._debtors import one_time_id, usable_email
from connectors._values import FieldError, Json, child, required, text
from connectors.stripe.addresses import address_of, frozen_address
from connectors.stripe.tax_ids import evidence, of_customer, of_invoice
from connectors.stripe.values import money, ref
from core.domain.model import Address, DebtorType
from core.domain.money import Money, is_currency_code
from core.domain.platform_records import BankLine
from core.domain.records import DebtorRecord

_NAMELESS = "Unbekannt"
_HOME = "de"
CASH, CREDIT = "cash", "credit"
_CASH_TEXT = "Geld auf dem Kundenkonto in Stripe, keiner Rechnung zugeordnet"
_CREDIT_TEXT = "Guthaben des Kunden in Stripe, mit keiner Rechnung verrechnet"


def is_deleted(row: Json) -> bool:
    """Whether a customer is gone; his invoices survive (§3)."""
    return row.get("deleted") is True


def parse_customer(row: Json, *, number_key: str = "") -> DebtorRecord:
    """The debtor that a customer is, with his current e-mail address.

    Args:
        row: the customer, with ``tax_ids`` where they are expanded.
        number_key: key of the metadata that holds his account number; "" = none.

    Raises:
        FieldError: it has no id, or is deleted.

    """
    id_ = required(row, "id")
    if is_deleted(row):
        raise FieldError("deleted", "ist gesetzt")
    email = text(row, "email")
    usable = email if usable_email(email) else ""
    # What is null here may stand on an invoice: see ``completed``.
    name = text(row, "name")
    told = evidence(name, of_customer(row))
    return DebtorRecord(
        external_id=id_,
        account_label=text(child(row, "metadata"), number_key) if number_key else "",
        name=name or usable or _NAMELESS,
        address=address_of(child(row, "address"), name) or Address(name=name),
        email=usable,
        phone=text(row, "phone"),
        language=_language(row),
        type=told.type,
        type_evidence=told.text,
        vat_id=told.vat_id,
    )


def unusable_email(row: Json) -> str:
    """The e-mail address of a customer that cannot be one; "" when it can, or there is none."""
    email = text(row, "email")
    return "" if usable_email(email) else email


def debtor_of_invoice(row: Json) -> DebtorRecord:
    """Who owes an invoice, from the invoice alone: its customer is null or deleted.

    A deleted customer keeps his id, so that his cases go on.
    """
    address = frozen_address(row) or Address()
    email = text(row, "customer_email")
    usable = email if usable_email(email) else ""
    told = evidence(address.name, of_invoice(row))
    return DebtorRecord(
        external_id=ref(row, "customer") or one_time_id(text(row, "id"), address),
        account_label="",
        name=address.name or usable or _NAMELESS,
        address=address,
        email=usable,
        phone=text(row, "customer_phone"),
        language=_HOME,
        type=told.type,
        type_evidence=told.text,
        vat_id=told.vat_id,
    )


def completed(debtor: DebtorRecord, invoice: Json) -> DebtorRecord:
    """``debtor`` with what he lacks as it stood on one of his invoices when that was finalised."""
    frozen = debtor_of_invoice(invoice)
    named = debtor.name not in (debtor.email, _NAMELESS)
    name = debtor.name if named or frozen.name == _NAMELESS else frozen.name
    # Without a name on it there is no letter: nobody is called by his e-mail address on one.
    own = replace(debtor.address, name=debtor.address.name or frozen.address.name)
    known = debtor.type is not DebtorType.UNKNOWN or debtor.type_evidence
    return replace(
        debtor,
        name=name,
        address=frozen.address if frozen.address.is_postal and not own.is_postal else own,
        email=debtor.email or frozen.email,
        phone=debtor.phone or frozen.phone,
        type=debtor.type if known else frozen.type,
        type_evidence=debtor.type_evidence if known else frozen.type_evidence,
        vat_id=debtor.vat_id or ("" if known else frozen.vat_id),
    )


def balances(row: Json) -> tuple[BankLine, ...]:
    """Money of a customer that is applied to no invoice: cash balance and credit, by currency.

    Raises:
        FieldError: an amount cannot be read.

    """
    if is_deleted(row):
        return ()
    id_, name = required(row, "id"), text(row, "name")
    cash = dict(_cash(row))
    lines = [(CASH, code, each, _CASH_TEXT) for code, each in sorted(cash.items())]
    lines += [(CREDIT, code, each, _CREDIT_TEXT) for code, each in sorted(_credit(row).items())]
    return tuple(
        BankLine(f"{kind}:{id_}:{code.lower()}", None, each, name, "", words, id_)
        for kind, code, each, words in lines
        if each.amount > 0
    )


def _cash(row: Json) -> Iterator[tuple[str, Money]]:
    """Bank transfers that came in (§3). The fields of ``cash_balance`` are UNVERIFIED: the reference
    names no more than its expansion.
    """
    yield from _by_currency(
        child(child(row, "cash_balance"), "available"), "cash_balance.available"
    )


def _credit(row: Json) -> dict[str, Money]:
    """``balance`` is negative for a credit, ``invoice_credit_balance`` positive (§3); of one currency
    they say the same.
    """
    path = "invoice_credit_balance"
    found = dict(_by_currency(child(row, path), path))
    code = text(row, "currency").upper()
    if row.get("balance") not in (None, 0):
        if not is_currency_code(code):
            raise FieldError("currency", "fehlt")
        own = -money(row["balance"], code, "balance", signed=True)
        found[code] = max(found.get(code, own), own)
    return found


def _by_currency(values: Json, path: str) -> Iterator[tuple[str, Money]]:
    for name, found in values.items():
        code = str(name).upper()
        if not is_currency_code(code):
            raise FieldError(path, f"„{code[:10]}“ ist kein Währungscode")
        if found is not None:
            yield code, money(found, code, f"{path}.{name}", signed=True)


def _language(row: Json) -> str:
    """The first language that he prefers and there are letters in; English for all others."""
    found = row.get("preferred_locales")
    spoken = [str(each).lower()[:2] for each in found] if isinstance(found, list) else []
    return next((each for each in spoken if each in (_HOME, "en")), "en" if spoken else _HOME)
