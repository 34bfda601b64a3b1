"""A notice of ours as a dunning of lexoffice: what ``POST /v1/dunnings`` is sent. Pure.

https://developers.lexware.io/docs/#dunnings-endpoint, read as a digest on 2026-11-22 (§2.7, §4.1,
§4.4). lexoffice copies nothing from the invoice but its name: lines, taxes and delivery are sent
again. It knows neither level, fee nor what was paid; they are title, lines and words here. That a
charge is no turnover (0 % tax) is tax law: UNVERIFIED as a matter of the API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from connectors._values import BERLIN, readable_day
from connectors.lexoffice.dunning_lines import (
    CURRENCY,
    MAX_NAME,
    MAX_TEXT,
    amount,
    charge_line,
    clip,
    invoice_lines,
    text_line,
)
from connectors.lexoffice.refusal import refused
from core.domain.money import Money
from core.domain.platform_records import NoticeToWrite
from core.errors import NotSupported

MAX_TITLE = 25
MAX_LINES = 300
_MARKER = re.compile(
    r"^[ \t]*(Mahnwerk [0-9A-Za-z_.:-]{1,60}/[0-9A-Za-z_.:-]{1,60})[ \t]*\r?$", re.MULTILINE
)
# Words that nothing may end with when a title is cut.
_DANGLING = {"zu", "zur", "zum", "mit", "und", "der", "die", "das", "vom", "von", "vor", "für", "des",
             "in", "im", "to", "for", "with", "and", "the", "of", "on", "before", "rechnung",
             "invoice"}  # fmt: skip
_SIGNS = str.maketrans(",.", ".,")
# Rates whose relevant day does not matter today; others need the day of delivery (§2.2).
_CURRENT_RATES = {Decimal(0), Decimal(7), Decimal(19)}


class _Words(NamedTuple):
    """What the dunning says, for the creditor's people who see it in lexoffice."""

    sent: str
    concerns: str
    due: str
    open: str
    pay_until: str
    paid: str
    paid_text: str
    deducted: str


_DE = _Words(
    "Diese Mahnung hat Mahnwerk mit Datum vom {on} bereits versandt; hier nicht noch einmal senden.",
    "Sie betrifft die Rechnung {number} vom {day}{due}.",
    ", fällig am {due}",
    "Offen sind {open}.",
    "Zahlbar bis {deadline}",
    "Bereits gezahlt",
    "{paid} gezahlt oder gutgeschrieben; offen {open}",
    "Abzüglich Abschlagsrechnungen",
)
_EN = _Words(
    "Mahnwerk has already sent this notice, dated {on}; do not send it again from here.",
    "It concerns invoice {number} of {day}{due}.",
    ", due on {due}",
    "The open amount is {open}.",
    "Payable by {deadline}",
    "Already paid",
    "{paid} paid or credited; open {open}",
    "Less down payment invoices",
)


def build_dunning(invoice: Mapping[str, Any], notice: NoticeToWrite) -> dict[str, Any]:
    """The body of ``POST /v1/dunnings`` for the invoice as lexoffice has it now.

    Raises:
        NotSupported: an amount is not in EUR, the only currency of lexoffice.
        MalformedResponse: the invoice's amounts cannot be read.
        ValueError: the marker does not have the form that :func:`marker_of` finds.
    """
    _check_currency(notice)
    if marker_of(notice.marker) != notice.marker:
        raise ValueError(f"marker {notice.marker!r}")
    english = notice.language.lower().startswith("en")
    beside = [charge_line(label, demanded, invoice, english) for label, demanded in notice.charges]
    beside += _paid_lines(invoice, notice, english)
    lines = invoice_lines(invoice, MAX_LINES - len(beside), english)
    return {
        "archived": False,
        "language": "en" if english else "de",
        "voucherDate": midnight(notice.on),
        "address": _address(invoice.get("address") or {}),
        "lineItems": [*lines, *beside],
        "totalPrice": {"currency": CURRENCY},
        "taxConditions": _present(
            invoice.get("taxConditions") or {}, ("taxType", "taxSubType", "taxTypeNote")
        ),
        "shippingConditions": _shipping(invoice, lines),
        "title": short_title(notice.title),
        "introduction": clip(_introduction(invoice, notice, english), MAX_TEXT),
        "remark": _remark(notice, english),
    }


def marker_of(remark: str) -> str:
    """Our marker in the remark of a dunning, such as "Mahnwerk 17/42"; "" when it has none.

    It stands alone on a line; people may write before and after it.
    """
    found = _MARKER.findall(remark)
    return found[-1] if found else ""


def short_title(title: str, limit: int = MAX_TITLE) -> str:
    """``title`` in at most ``limit`` characters, whole words as far as possible.

    An adjective in the middle goes first ("Letzte außergerichtliche Mahnung" → "Letzte Mahnung"),
    since the noun says what it is; then words at the end.
    """
    words = clip(title, 10 * limit).split()
    whole = " ".join(words)
    if len(whole) <= limit:
        return whole
    without = (
        " ".join(words[:at] + words[at + 1 :])
        for at in range(1, len(words) - 1)
        if words[at][0].islower() and words[at].lower() not in _DANGLING
    )
    fitting = [shorter for shorter in without if len(shorter) <= limit]
    if fitting:
        return max(fitting, key=len)
    while words and (len(" ".join(words)) > limit or words[-1].lower() in _DANGLING):
        words.pop()
    return " ".join(words).rstrip(",;:–-") or clip(whole, limit)


def midnight(day: date) -> str:
    """The begin of a Berlin day exactly as lexoffice wants it (§1.5): 2026-02-03T00:00:00.000+01:00."""
    start = datetime(day.year, day.month, day.day, tzinfo=BERLIN)
    return start.isoformat(timespec="milliseconds")


def _check_currency(notice: NoticeToWrite) -> None:
    demanded = (notice.outstanding, *(charge for _, charge in notice.charges))
    if any(each.currency != CURRENCY for each in demanded):
        raise refused(
            NotSupported(
                "lexoffice kennt nur EUR; die Mahnung erscheint dort nicht. Sie liegt bei Mahnwerk.",
                en="lexoffice knows EUR only; the notice does not appear there. Mahnwerk keeps it.",
            )
        )


def _address(given: Mapping[str, Any]) -> dict[str, Any]:
    """The invoice's own: with its contact or, as the invoice, without one (§4.2)."""
    fields = ("supplement", "street", "zip", "city", "countryCode")
    if given.get("contactId"):
        return _present(given, ("contactId", *fields))
    return _present(given, ("name", *fields))


def _shipping(invoice: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Always sent: lexoffice's own sample leaves it out, its collection of requests does not."""
    given = invoice.get("shippingConditions") or {}
    shipping = _present(given, ("shippingType", "shippingDate", "shippingEndDate"))
    rates = {line["unitPrice"]["taxRatePercentage"] for line in lines if "unitPrice" in line}
    if shipping.get("shippingType") and shipping.get("shippingDate"):
        return shipping
    if rates <= _CURRENT_RATES:
        return {"shippingType": "none"}
    # A rate of another time (16 % in 2020) holds on the day of the invoice, not on ours.
    return {"shippingType": "service", "shippingDate": invoice.get("voucherDate")}


def _paid_lines(
    invoice: Mapping[str, Any], notice: NoticeToWrite, english: bool
) -> list[dict[str, Any]]:
    """What was paid, and taken off a closing invoice, in words: lexoffice has no field for it."""
    words = _EN if english else _DE
    gross = amount(invoice.get("totalPrice") or {}, "totalGrossAmount")
    claimed = gross
    found = []
    if invoice.get("closingInvoice") and invoice.get("claimedGrossAmount") is not None:
        claimed = amount(invoice, "claimedGrossAmount")
        deducted = _money(Money(gross - claimed, CURRENCY), english)
        found.append(text_line(words.deducted, deducted))
    paid = Money(claimed, CURRENCY) - notice.outstanding
    if paid.amount > 0:
        said = words.paid_text.format(
            paid=_money(paid, english), open=_money(notice.outstanding, english)
        )
        found.append(text_line(words.paid, said))
    return found


def _introduction(invoice: Mapping[str, Any], notice: NoticeToWrite, english: bool) -> str:
    words = _EN if english else _DE
    issued, due = readable_day(invoice, "voucherDate"), readable_day(invoice, "dueDate")
    concerns = words.concerns.format(
        number=clip(str(invoice.get("voucherNumber") or "–"), MAX_NAME),
        day=_day(issued, english) if issued else "–",
        due=words.due.format(due=_day(due, english)) if due else "",
    )
    return "\n".join(
        (
            words.sent.format(on=_day(notice.on, english)),
            concerns,
            words.open.format(open=_money(notice.outstanding, english)),
        )
    )


def _remark(notice: NoticeToWrite, english: bool) -> str:
    words = _EN if english else _DE
    if notice.deadline is None:
        return notice.marker
    return f"{words.pay_until.format(deadline=_day(notice.deadline, english))}\n{notice.marker}"


def _day(day: date, english: bool) -> str:
    return day.isoformat() if english else f"{day:%d.%m.%Y}"


def _money(money: Money, english: bool) -> str:
    text = f"{money.rounded().amount:zf}" if english else f"{money.rounded().amount:z,f}"
    return f"{text if english else text.translate(_SIGNS)} {money.currency}"


def _present(given: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """Those fields that hold something: lexoffice leaves nulls out, and so do we."""
    return {name: given[name] for name in fields if given.get(name) not in (None, "")}
