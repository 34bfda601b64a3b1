"""Kinds and states of lexoffice vouchers -> ours."""

from __future__ import annotations

from typing import NamedTuple

from core.domain.model import ItemKind
from core.domain.platform_records import PaymentKind


class VoucherType(NamedTuple):
    """One kind of voucher that claims or credits something."""

    name: str  # as voucherlist and payments write it
    resource: str  # part of the path of its document (§2.0)
    link: str  # part of the path in the web application (§2.10)
    kind: ItemKind
    credit: bool = False  # lexoffice writes its amounts positive; here they are negative

    @property
    def bookkeeping(self) -> bool:
        """Entered or uploaded, not written with lexoffice: it has neither address nor terms."""
        return self.resource == "vouchers"


# voucherType -> ours. A down payment invoice is an invoice: it falls due and is dunned (§2.4).
VOUCHER_TYPES = {
    each.name: each
    for each in (
        VoucherType("invoice", "invoices", "invoices", ItemKind.INVOICE),
        VoucherType("downpaymentinvoice", "down-payment-invoices", "invoices", ItemKind.INVOICE),
        VoucherType("creditnote", "credit-notes", "credit-notes", ItemKind.CREDIT_NOTE, True),
        VoucherType("salesinvoice", "vouchers", "vouchers", ItemKind.INVOICE),
        VoucherType("salescreditnote", "vouchers", "vouchers", ItemKind.CREDIT_NOTE, True),
    )
}
INVOICE = VOUCHER_TYPES["invoice"]

# voucherStatus. "overdue" is computed, exists in lists only, and is what was asked for (§0.5).
OPEN = "open"
OVERDUE = "overdue"
DIRECT_DEBIT = frozenset({"sepadebit", "transferred"})  # money is on its way
OPEN_STATUSES = DIRECT_DEBIT | {OPEN}
SETTLED_STATUSES = ("paid", "paidoff", "voided")
VOIDED = "voided"
# Not final: no claim. A voucher that was uploaded is unchecked or blank until somebody books it.
DRAFT_STATUSES = frozenset({"draft", "unchecked", "blank"})

# paymentItemType -> ours (§2.6)
PAYMENT_KINDS = {
    "partPaymentFinancialTransaction": PaymentKind.PAYMENT,
    "partPaymentCashBox": PaymentKind.PAYMENT,
    "manualPayment": PaymentKind.PAYMENT,
    "partPaymentCreditNote": PaymentKind.CREDIT,
    "cashDiscount": PaymentKind.DISCOUNT,
    "dunningCosts": PaymentKind.CHARGE,
    "irrecoverableReceivable": PaymentKind.WRITE_OFF,
    "currencyConversion": PaymentKind.CURRENCY,
}
# The words of the web application, for people who read the movements.
PAYMENT_TEXTS = {
    "partPaymentFinancialTransaction": "Bankzahlung",
    "partPaymentCashBox": "Barzahlung",
    "manualPayment": "Zahlung (von Hand erfasst)",
    "partPaymentCreditNote": "Rechnungskorrektur",
    "cashDiscount": "Skonto",
    "dunningCosts": "Mahnkosten",
    "irrecoverableReceivable": "Ausbuchung",
    "currencyConversion": "Kursdifferenz",
}


def link(type_: VoucherType, external_id: str) -> str:
    """Address of a voucher in the web application (§2.10)."""
    return f"https://app.lexware.de/permalink/{type_.link}/view/{external_id}"
