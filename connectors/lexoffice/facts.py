"""What a document says beside amounts and days, as texts for ``explain``. Pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from connectors._values import Json, child, children, flag, text

_PROFILES = {"XRechnung": "XRechnung", "EN16931": "ZUGFeRD (EN 16931)"}


def document_facts(values: Json) -> dict[str, str]:
    """Terms, Skonto, electronic profile and the other documents of its chain; never empty texts."""
    terms = child(values, "paymentConditions")
    profile = text(values, "electronicDocumentProfile")
    facts = {
        "payment_term": text(terms, "paymentTermLabel"),
        "skonto": _discount(child(terms, "paymentDiscountConditions")),
        "e_invoice": _PROFILES.get(profile, "" if profile == "NONE" else profile),
        "buyer_reference": text(child(values, "xRechnung"), "buyerReference"),
        "closing_invoice": _closing(values),
        "closed_by": text(values, "closingInvoiceId"),
        "related": _related(values),
    }
    return {name: value for name, value in facts.items() if value}


def _discount(conditions: Json) -> str:
    percent, days = text(conditions, "discountPercentage"), text(conditions, "discountRange")
    if not percent or not days:
        return ""
    if "." in percent:
        percent = percent.rstrip("0").rstrip(".").replace(".", ",")
    return f"{percent} % Skonto bis {days} Tage"


def _closing(values: Json) -> str:
    if not flag(values, "closingInvoice"):
        return ""
    deductions = [
        f"{text(each, 'voucherNumber')} ({_euros(text(each, 'receivedGrossAmount'))})"
        for each in children(values, "downPaymentDeductions")
    ]
    return f"abzüglich {', '.join(deductions)}" if deductions else "ohne Abschläge"


def _euros(amount: str) -> str:
    """``595.0`` as people write it; trailing zeros vary in the answers (§1.5)."""
    try:
        return f"{Decimal(amount):.2f} €".replace(".", ",")
    except InvalidOperation:
        return amount


def _related(values: Json) -> str:
    return ", ".join(
        f"{text(each, 'voucherType')} {text(each, 'voucherNumber') or text(each, 'id')}"
        for each in children(values, "relatedVouchers")
    )
