"""Our notices in sevDesk ("mirror"), so that its users see the reminder beside the invoice.

https://api.sevdesk.de/, createInvoiceReminder, read as a digest on 2026-11-22 (§3). sevDesk writes
level, deadline and text by its own settings; a charge is never given (§1.7). There is no idempotency
key: what hangs on the invoice is read before and whenever an answer is missing, and nothing is made
on suspicion. Whether the call keeps the reminder or only shows it is UNVERIFIED: with an id it is
kept, without one it is saved. A draft would invite somebody to send it once more, so it is marked as
printed; nothing is sent. Each step after the first may fail without harm: the reminder is there.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from connectors._values import FieldError, Json, text
from connectors.sevdesk.kinds import CLAIMS, OPEN_STATUSES, REMINDER, credit_note_id
from connectors.sevdesk.lists import EMBED, Lists
from connectors.sevdesk.look import reminders_of
from connectors.sevdesk.markers import as_notice, is_marker, marker_of, shows_tags
from connectors.sevdesk.meaning import named
from connectors.sevdesk.records import EURO
from connectors.sevdesk.reminders import is_reminder, is_sent, reminds
from connectors.sevdesk.values import amount
from core.domain.platform_records import NoticeToWrite, PlatformNotice
from core.errors import (
    AnswerUnknown,
    ConnectorError,
    MalformedResponse,
    NotFound,
    NotSupported,
    Rejected,
)

log = logging.getLogger("mahnwerk.sevdesk")
# What of a reminder that was only shown is given to saveInvoice; never reminderCharge (§1.7).
_SAVED = (
    "contact", "contactPerson", "invoiceDate", "header", "headText", "footText", "timeToPay",
    "discount", "discountTime", "address", "addressName", "addressName2", "addressParentName",
    "addressParentName2", "addressStreet", "addressZip", "addressCity", "addressCountry",
    "addressGender", "dunningLevel", "reminderDebit", "reminderTotal", "reminderDeadline",
    "currency", "showNet", "taxRate", "taxText", "taxType", "taxRule", "smallSettlement",
)  # fmt: skip


def write(lists: Lists, notice: NoticeToWrite) -> PlatformNotice:
    """Makes the reminder of a notice that was sent; returns the one that is there already.

    Raises:
        NotSupported: no invoice, or not in EUR.
        Rejected: the invoice is a draft, paid, cancelled or gone, a reminder of it is in the making,
            or sevDesk refused.
        AnswerUnknown: it may have been made; see :func:`find`.
        ConnectorError: nothing was made.
        ValueError: the marker does not have the form that :func:`find` finds.

    """
    if not is_marker(notice.marker):
        raise ValueError(f"marker {notice.marker!r}")
    invoice = _invoice(lists, notice.invoice)
    there = reminders_of(lists, invoice)
    written = _marked(lists, there, notice.invoice, notice.marker)
    # An older one is of another installation, whose numbers begin at 1 as ours do.
    if written is not None and (written.on is None or written.on >= notice.on):
        return written
    _check_open(invoice)
    _check_alone(invoice, there, notice)
    try:
        made = _make(lists, notice)
    except (AnswerUnknown, MalformedResponse) as unclear:
        made = _settled(lists, invoice, there, unclear)
    return _complete(lists, made, notice)


def find(lists: Lists, invoice: str, marker: str) -> PlatformNotice | None:
    """Our reminder with that marker, when it hangs on the invoice; also a draft.

    Raises:
        NotSupported: no invoice.
        Rejected: the invoice is gone.

    """
    return _marked(lists, reminders_of(lists, _invoice(lists, invoice)), invoice, marker)


def _invoice(lists: Lists, invoice: str) -> Json:
    if credit_note_id(invoice):
        raise _not_supported()
    try:
        row = lists.client.invoice(invoice, embed="contact")
    except NotFound as error:
        raise named(
            Rejected(
                "Die Rechnung gibt es in sevDesk nicht mehr; die Mahnung erscheint dort nicht. "
                "Abgleichen mit: mahnwerk sync",
                en="sevDesk does not have the invoice any more; the notice does not appear there. "
                "Catch up by: mahnwerk sync",
            ),
            error,
        ) from None
    if text(row, "invoiceType") not in CLAIMS:
        raise _not_supported()
    return row


def _check_open(invoice: Json) -> None:
    """Whether sevDesk's own rule for the next reminder holds (§3)."""
    if (text(invoice, "currency") or EURO) != EURO:
        raise _not_supported()
    try:
        whole, paid = amount(invoice, "sumGross", EURO), amount(invoice, "paidAmount", EURO)
    except FieldError:
        whole = paid = None
    is_open = whole is not None and whole.amount > (paid.amount if paid else 0)
    if text(invoice, "status") in OPEN_STATUSES and is_open:
        return
    number = text(invoice, "invoiceNumber")
    raise named(
        Rejected(
            f"Die Rechnung {number} ist in sevDesk nicht mehr offen; die Mahnung wurde dort nicht "
            "eingetragen. Abgleichen mit: mahnwerk sync",
            en=f"Invoice {number} is not open at sevDesk any more; the notice was not entered there. "
            "Catch up by: mahnwerk sync",
        )
    )


def _check_alone(invoice: Json, there: Sequence[Json], notice: NoticeToWrite) -> None:
    """No reminder that may be this one, made when an answer was lost, and none in the making."""
    for row in there:
        on = as_notice(row, notice.invoice, "").on
        doubtful = not marker_of(row) and (on is None or on >= notice.on)
        if doubtful or not is_sent(row):
            number = text(invoice, "invoiceNumber")
            raise named(
                Rejected(
                    f"Zur Rechnung {number} gibt es in sevDesk schon eine Mahnung, die diese sein kann "
                    "oder noch ein Entwurf ist; eine zweite trägt Mahnwerk nicht ein. Bitte dort "
                    "nachsehen.",
                    en=f"Invoice {number} has a reminder at sevDesk already that may be this one, or "
                    "is a draft still; Mahnwerk enters no second one. Please look there.",
                )
            )


def _make(lists: Lists, notice: NoticeToWrite) -> Json:
    """The reminder, kept: by the call itself, or by saving what it showed."""
    shown = lists.client.create_reminder(notice.invoice)
    if not text(shown, "id"):
        return lists.client.save_invoice(_to_save(shown, notice.invoice))
    return shown


def _to_save(shown: Json, invoice: str) -> dict[str, Any]:
    kept = {name: _sent(shown[name]) for name in _SAVED if shown.get(name) is not None}
    origin = {"id": int(invoice), "objectName": "Invoice"}
    head = {"id": None, "objectName": "Invoice", "mapAll": True, "invoiceType": REMINDER}
    return {
        "invoice": {**head, **kept, "status": 100, "origin": origin},
        "invoicePosSave": [],
        "invoicePosDelete": None,
        "discountSave": None,
        "discountDelete": None,
    }


def _sent(value: Any) -> Any:
    """References go back as references, whatever came embedded."""
    if isinstance(value, dict) and "objectName" in value:
        return {"id": value.get("id"), "objectName": value["objectName"]}
    return value


def _settled(lists: Lists, invoice: Json, before: Sequence[Json], cause: ConnectorError) -> Json:
    """The reminder that came to be while an answer was lost: the only one that was not there."""
    known = {text(row, "id") for row in before}
    now: list[Json] = []
    with suppress(ConnectorError):
        now = [row for row in reminders_of(lists, invoice) if text(row, "id") not in known]
    if len(now) == 1 and not is_sent(now[0]):
        return now[0]
    unknown = AnswerUnknown(
        "sevDesk hat auf das Eintragen einer Mahnung nicht verständlich geantwortet; ob sie dort "
        "steht, ist offen. Mahnwerk sieht beim nächsten Versand nach.",
        en="sevDesk gave no usable answer when a notice was entered; whether it is there is not "
        "known. Mahnwerk looks again with the next send.",
    )
    raise named(unknown, cause) from None


def _complete(lists: Lists, made: Json, notice: NoticeToWrite) -> PlatformNotice:
    """Marks it as ours and as sent; then it is what every later look will show."""
    id_ = text(made, "id")
    try:
        lists.client.create_tag(notice.marker, id_)
        lists.client.mark_sent(id_)
    except ConnectorError as error:
        log.warning("reminder %s of sevDesk stays a draft or without its tag: %s", id_, error)
    row = made
    with suppress(ConnectorError):
        row = lists.client.invoice(id_, embed=EMBED)
    if not is_reminder(row) or reminds(row) not in ("", notice.invoice):
        row = made
    return as_notice(row, notice.invoice, notice.marker, notice.on)


def _marked(lists: Lists, rows: Sequence[Json], invoice: str, marker: str) -> PlatformNotice | None:
    """The one of the invoice's reminders that bears the marker."""
    for row in rows:
        if marker_of(row) == marker:
            return as_notice(row, invoice, marker)
    if rows and not any(shows_tags(row) for row in rows):
        return _by_tag(lists, rows, invoice, marker)
    return None


def _by_tag(lists: Lists, rows: Sequence[Json], invoice: str, marker: str) -> PlatformNotice | None:
    """Where no row shows its tags: by the list of tags, and the documents that bear this one.

    That the filter works is UNVERIFIED; more than one document is nobody's answer.
    """
    try:
        tags = [row for row in lists.every("Tag") if text(row, "name") == marker]
    except Rejected:
        return None
    if not tags:
        return None
    filters: dict[str, str | int | bool] = {
        "tags[0][id]": text(tags[0], "id"),
        "tags[0][objectName]": "Tag",
        "invoiceType": REMINDER,
    }
    tagged = {text(row, "id") for page in lists.invoices(filters) for row in page.rows}
    found = [row for row in rows if text(row, "id") in tagged]
    return as_notice(found[0], invoice, marker) if len(tagged) == len(found) == 1 else None


def _not_supported() -> NotSupported:
    return named(
        NotSupported(
            "sevDesk nimmt Mahnungen nur zu Rechnungen in Euro an. Die Mahnung liegt bei Mahnwerk.",
            en="sevDesk takes reminders of invoices in euro only. Mahnwerk keeps the notice.",
        )
    )
