"""Customers of Stripe -> debtors, and the money that waits on their accounts (§3). Pure."""

from __future__ import annotations

from connectors._values import Json
from core.domain.platform_records import BankLine
from core.domain.records import DebtorRecord


def is_deleted(row: Json) -> bool:
    """Whether a customer is gone; his invoices survive (§3)."""
    return row.get("deleted") is True


def parse_customer(row: Json, *, number_key: str = "") -> DebtorRecord:
    """The debtor that a customer is, with his current e-mail address.

    Args:
        row: the customer, with ``tax_ids`` where they are expanded.
        number_key: key of the metadata that holds his account number; "" = none.

    Raises:
        FieldError: it has no id.

    """
    raise NotImplementedError


def debtor_of_invoice(row: Json) -> DebtorRecord:
    """Who owes an invoice, from the invoice alone: its customer is null or deleted."""
    raise NotImplementedError


def completed(debtor: DebtorRecord, invoice: Json) -> DebtorRecord:
    """``debtor`` with what he lacks as it stood on one of his invoices when that was finalised."""
    raise NotImplementedError


def balances(row: Json) -> tuple[BankLine, ...]:
    """Money of a customer that is applied to no invoice: cash balance and credit, by currency."""
    raise NotImplementedError
