"""The lines of a dunning: those of the invoice again, and what is demanded beside them. Pure.

https://developers.lexware.io/docs/#dunnings-endpoint, read as a digest on 2026-11-22 (§2.2, §2.7,
§4.1). Articles are sent as ``custom`` lines: a dunning must not depend on an article that was
deleted meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.lexoffice.refusal import refused
from core.domain.money import Money
from core.errors import MalformedResponse

CURRENCY = "EUR"  # the only one (§1.5)
MAX_NAME = 255
MAX_TEXT = 2000  # description of a line, introduction, remark
_GROSS = "gross"


def invoice_lines(invoice: Mapping[str, Any], room: int, english: bool) -> list[dict[str, Any]]:
    """The invoice's lines, at most ``room``; else, or with a discount on the whole invoice, one
    for each rate of tax.

    A discount on the whole must not be sent again: it would also lower the charges.

    Raises:
        MalformedResponse: neither can be made of what the invoice says.
    """
    given = invoice.get("lineItems") or []
    if given and len(given) <= room and not _discounted(invoice):
        lines = [_line(each, _is_gross(invoice)) for each in given if isinstance(each, Mapping)]
        complete = [line for line in lines if line is not None]
        if len(complete) == len(given) and any("unitPrice" in line for line in complete):
            return complete
    return _lines_by_rate(invoice, english)


def charge_line(
    label: str, demanded: Money, invoice: Mapping[str, Any], english: bool
) -> dict[str, Any]:
    """A charge beside the invoice: damages, without tax."""
    unit = "piece" if english else "Stück"
    return _custom(label, demanded.rounded().amount, Decimal(0), _is_gross(invoice), unit)


def text_line(name: str, description: str) -> dict[str, Any]:
    """A line of words; it counts nothing."""
    line = {"type": "text", "name": clip(name, MAX_NAME)}
    return {**line, "description": clip(description, MAX_TEXT)} if description else line


def amount(given: Mapping[str, Any], name: str) -> Decimal:
    """A number, which lexoffice also sends as text (§1.5).

    Raises:
        MalformedResponse: it is missing or no number.
    """
    value = given.get(name)
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if isinstance(value, bool) or not found.is_finite():
        raise _unreadable(name)
    return found


def clip(text: str, limit: int) -> str:
    """``text`` without control characters, in at most ``limit``; "…" shows that it was cut."""
    signs = (each if each.isprintable() or each == "\n" else each.isspace() * " " for each in text)
    plain = "".join(signs).strip()
    return plain if len(plain) <= limit else plain[: limit - 1].rstrip() + "…"


def _is_gross(invoice: Mapping[str, Any]) -> bool:
    """Gross invoices want gross prices, all others net ones (§4.1)."""
    return (invoice.get("taxConditions") or {}).get("taxType") == _GROSS


def _discounted(invoice: Mapping[str, Any]) -> bool:
    total = invoice.get("totalPrice") or {}
    names = ("totalDiscountAbsolute", "totalDiscountPercentage")
    return any(amount(total, name) for name in names if total.get(name) is not None)


def _line(given: Mapping[str, Any], gross: bool) -> dict[str, Any] | None:
    """One line of the invoice; None when it cannot be sent again as it is."""
    name = clip(str(given.get("name") or "–"), MAX_NAME)
    description = clip(str(given.get("description") or ""), MAX_TEXT)
    if given.get("type") == "text":
        return text_line(name, description)
    price = given.get("unitPrice")
    field = "grossAmount" if gross else "netAmount"
    if not isinstance(price, Mapping) or price.get(field) is None:
        return None
    line = _custom(
        name,
        amount(price, field),
        amount(price, "taxRatePercentage"),
        gross,
        clip(str(given.get("unitName") or ""), MAX_NAME),
        amount(given, "quantity"),
    )
    if description:
        line["description"] = description
    if given.get("discountPercentage") is not None:
        line["discountPercentage"] = amount(given, "discountPercentage")
    return line


def _custom(
    name: str, price: Decimal, rate: Decimal, gross: bool, unit: str, quantity: Decimal = Decimal(1)
) -> dict[str, Any]:
    line: dict[str, Any] = {"type": "custom", "name": clip(name, MAX_NAME), "quantity": quantity}
    if unit:
        line["unitName"] = unit
    field = "grossAmount" if gross else "netAmount"
    line["unitPrice"] = {"currency": CURRENCY, field: price, "taxRatePercentage": rate}
    return line


def _lines_by_rate(invoice: Mapping[str, Any], english: bool) -> list[dict[str, Any]]:
    """One line for each rate, from the sums that lexoffice computed."""
    gross = _is_gross(invoice)
    sums: dict[Decimal, Decimal] = {}
    for each in invoice.get("taxAmounts") or []:
        rate = amount(each, "taxRatePercentage")
        tax = amount(each, "taxAmount") if gross else Decimal(0)
        sums[rate] = sums.get(rate, Decimal(0)) + amount(each, "netAmount") + tax
    total = amount(
        invoice.get("totalPrice") or {}, "totalGrossAmount" if gross else "totalNetAmount"
    )
    if not sums and _is_free(invoice):
        sums = {Decimal(0): total}
    if not sums or sum(sums.values()) != total:
        # Whether a discount on the whole lowers these sums is UNVERIFIED; wrong ones are not sent.
        raise _unreadable("taxAmounts")
    number = str(invoice.get("voucherNumber") or "–")
    unit = "lump sum" if english else "Pauschale"
    said = "Invoice {} ({} % VAT)" if english else "Rechnung {} ({} % USt.)"
    return [
        _custom(said.format(number, f"{rate.normalize():f}"), price, rate, gross, unit)
        for rate, price in sorted(sums.items(), reverse=True)
    ]


def _is_free(invoice: Mapping[str, Any]) -> bool:
    return (invoice.get("taxConditions") or {}).get("taxType") not in ("net", _GROSS, None)


def _unreadable(name: str) -> MalformedResponse:
    return refused(
        MalformedResponse(
            f"Die Rechnung lässt sich bei lexoffice nicht vollständig lesen ({name}); die Mahnung "
            "erscheint dort nicht. Die Rechnung in lexoffice öffnen und prüfen.",
            en=f"The invoice cannot be read completely at lexoffice ({name}); the notice does not "
            "appear there. Open the invoice in lexoffice and check it.",
        )
    )
