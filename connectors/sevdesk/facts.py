"""What a document says beside amounts and days, as texts for ``explain``. Pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from connectors._values import Json, text
from connectors.sevdesk.kinds import CLAIMS
from connectors.sevdesk.values import readable, ref, ref_kind
from core.domain.money import Money

_SENT = {
    "VPR": "gedruckt",
    "VPDF": "als PDF geladen",
    "VM": "per E-Mail",
    "VP": "per Post",
}


def invoice_facts(row: Json) -> dict[str, str]:
    """Kind, Skonto, how it was sent, references; never empty texts."""
    kind = text(row, "invoiceType")
    facts = {
        "invoice_type": CLAIMS.get(kind, kind),
        "skonto": skonto(row),
        "sent": _sent(row),
        "reference": text(row, "customerInternalNote"),
        "e_invoice": text(row, "einvoiceReference"),
        "sepa_mandate": text(row, "sepaMandateReference"),
        "dunning_level": _level(row),
        "origin": _origin(row),
    }
    return {name: value for name, value in facts.items() if value}


def skonto(row: Json) -> str:
    """Discount for paying early, "" when there is none (``"0"`` on most documents)."""
    percent, days = text(row, "discount"), text(row, "discountTime")
    if "." in percent:
        percent = percent.rstrip("0").rstrip(".")
    if percent in ("", "0") or days in ("", "0"):
        return ""
    return f"{percent.replace('.', ',')} % Skonto bis {days} Tage"


def most_skonto(terms: str, whole: Money) -> Money:
    """What a Skonto as ``skonto`` writes it takes off at most; zero for none."""
    percent = terms.partition(" ")[0].replace(",", ".")
    try:
        share = Decimal(percent) / 100 if percent else Decimal(0)
    except InvalidOperation:
        share = Decimal(0)
    return Money(whole.amount * share, whole.currency).rounded()


def _sent(row: Json) -> str:
    how = _SENT.get(text(row, "sendType"), "")  # unsent: "0", "", null (§1.2)
    on = readable(row, "sendDate")
    return " ".join(each for each in (f"{on:%d.%m.%Y}" if on else "", how) if each)


def _level(row: Json) -> str:
    """Whether an invoice bears it or its reminders only is UNVERIFIED (§9.5): for people only."""
    level = text(row, "dunningLevel")
    return "" if level == "0" else level


def _origin(row: Json) -> str:
    id_ = ref(row, "origin")
    return f"{ref_kind(row, 'origin')} {id_}".strip() if id_ else ""


def credit_facts(row: Json, *, is_counted: bool) -> dict[str, str]:
    """Why it was written, for which invoice, and whether that invoice counts it already."""
    facts = {
        "invoice_type": "Gutschrift",
        "booking_category": text(row, "bookingCategory"),
        "origin": _origin(row),
        "reduces": ref(row, "refSrcInvoice") or text(row, "refSrcInvoice"),
        "counted": "in der Rechnung schon abgezogen" if is_counted else "",
        "reference": text(row, "customerInternalNote"),
    }
    return {name: value for name, value in facts.items() if value}
