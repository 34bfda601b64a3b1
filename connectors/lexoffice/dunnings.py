"""Our notices on lexoffice, so that its users see them beside the invoice.

https://developers.lexware.io/docs/#dunnings-endpoint, read as a digest on 2026-11-22 (§2.7, §4.4).
A dunning can be made and read, never changed, deleted or listed by the API, and there is no
idempotency key: it is looked for before it is written and whenever an answer is missing, and it is
never written a second time on suspicion. Which states of an invoice accept a dunning is UNVERIFIED;
only open ones are tried. That ``relatedVouchers`` names dunnings, and by which word, is UNVERIFIED.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from connectors._values import readable_day
from connectors.lexoffice.dunning_body import build_dunning, marker_of, short_title
from connectors.lexoffice.refusal import refused
from core.domain.platform_records import NoticeToWrite, PlatformNotice
from core.errors import (
    AnswerUnknown,
    ConnectorError,
    MalformedResponse,
    NotFound,
    NotSupported,
    RateLimited,
    Rejected,
)

__all__ = ["find", "marker_of", "parse_dunning", "related_dunnings", "write"]

_THROTTLED = 429  # the only answer that says that a write was not executed (§1.4)
# What else hangs on an invoice (§2.1). A word that is not here may stand for dunnings.
_OTHER_VOUCHERS = {
    "invoice", "downpaymentinvoice", "creditnote", "quotation", "orderconfirmation", "deliverynote",
    "salesinvoice", "salescreditnote", "purchaseinvoice", "purchasecreditnote",
}  # fmt: skip


class Client(Protocol):
    """What is needed of ``LexofficeClient``."""

    def invoice(self, invoice_id: str) -> dict[str, Any]: ...
    def down_payment_invoice(self, invoice_id: str) -> dict[str, Any]: ...
    def credit_note(self, credit_note_id: str) -> dict[str, Any]: ...
    def voucher(self, voucher_id: str) -> dict[str, Any]: ...
    def dunning(self, dunning_id: str) -> dict[str, Any]: ...
    def create_dunning(self, invoice_id: str, body: Mapping[str, Any]) -> dict[str, Any]: ...


def write(client: Client, notice: NoticeToWrite) -> PlatformNotice:
    """Makes the dunning of a notice that was sent; returns the one that is there already.

    Raises:
        NotSupported: no invoice or down payment invoice, or not in EUR.
        Rejected: the invoice is a draft, paid, cancelled or gone, or lexoffice refused.
        AnswerUnknown: it may have been made and cannot be found yet; see :func:`find`.
        ConnectorError: nothing was made.
    """
    invoice = _invoice(client, notice.invoice)
    written = _marked(client, invoice, notice.invoice, notice.marker)
    # Of another day it is of another installation, whose numbers begin at 1 as ours do.
    if written is not None and written.on == notice.on:
        return written
    _check_open(invoice)
    body = build_dunning(invoice, notice)
    try:
        made = client.create_dunning(notice.invoice, body)
    except (AnswerUnknown, MalformedResponse, RateLimited) as error:
        if isinstance(error, RateLimited) and error.status in (None, _THROTTLED):
            raise
        return _settled(client, notice, error)
    identity = made.get("id")
    if not isinstance(identity, str) or not identity:
        return _settled(client, notice, MalformedResponse())
    title = short_title(notice.title)
    return PlatformNotice(identity, notice.invoice, notice.on, title, notice.marker)


def find(client: Client, invoice: str, marker: str) -> PlatformNotice | None:
    """Our dunning with that marker, when it hangs on the invoice; also one just written.

    Raises:
        NotSupported: no invoice or down payment invoice.
        Rejected: the invoice is gone.
    """
    return _marked(client, _invoice(client, invoice), invoice, marker)


def related_dunnings(document: Mapping[str, Any]) -> list[str]:
    """Ids of what hangs on an invoice and is, or may be, a dunning; each once."""
    related = document.get("relatedVouchers") or []
    found = (each for each in related if isinstance(each, Mapping) and _may_be_dunning(each))
    return list(dict.fromkeys(str(each["id"]) for each in found))


def dunned_invoice(dunning: Mapping[str, Any]) -> str:
    """Id of the invoice that a dunning hangs on; "" when it names none."""
    related = dunning.get("relatedVouchers") or []
    found = (each for each in related if isinstance(each, Mapping))
    return next(
        (str(each["id"]) for each in found if each.get("id") and not _may_be_dunning(each)), ""
    )


def parse_dunning(raw: Mapping[str, Any], invoice: str) -> PlatformNotice:
    """A dunning as lexoffice has it: made there by hand, or ours by its marker.

    Raises:
        MalformedResponse: it has no id.
    """
    identity = raw.get("id")
    if not isinstance(identity, str) or not identity:
        raise refused(
            MalformedResponse(
                "Eine Mahnung in lexoffice hat keine Kennung. Später noch einmal abrufen.",
                en="A dunning at lexoffice has no id. Read it again later.",
            )
        )
    title, remark = str(raw.get("title") or ""), str(raw.get("remark") or "")
    return PlatformNotice(
        identity, invoice, readable_day(raw, "voucherDate"), title, marker_of(remark)
    )


def _may_be_dunning(related: Mapping[str, Any]) -> bool:
    kind = str(related.get("voucherType") or "").lower().replace("-", "").replace("_", "")
    return bool(related.get("id")) and kind not in _OTHER_VOUCHERS


def _invoice(client: Client, invoice: str) -> dict[str, Any]:
    for read in (client.invoice, client.down_payment_invoice):
        try:
            return read(invoice)
        except NotFound:
            continue  # also the answer to a right id at the wrong endpoint (§1.8)
    if any(_has(read, invoice) for read in (client.voucher, client.credit_note)):
        raise refused(
            NotSupported(
                "lexoffice nimmt Mahnungen nur zu Rechnungen und Abschlagsrechnungen an, nicht zu "
                "Buchungsbelegen und Rechnungskorrekturen. Die Mahnung liegt bei Mahnwerk.",
                en="lexoffice takes dunnings of invoices and down payment invoices only, not of "
                "bookkeeping vouchers and credit notes. Mahnwerk keeps the notice.",
            )
        )
    raise refused(
        Rejected(
            "Die Rechnung gibt es in lexoffice nicht mehr; die Mahnung erscheint dort nicht. "
            "Abgleichen mit: mahnwerk sync",
            en="lexoffice does not have the invoice any more; the notice does not appear there. "
            "Catch up by: mahnwerk sync",
        )
    )


def _has(read: Callable[[str], dict[str, Any]], identity: str) -> bool:
    try:
        read(identity)
    except NotFound:
        return False
    return True


def _check_open(invoice: Mapping[str, Any]) -> None:
    state = str(invoice.get("voucherStatus") or "")
    if state in ("open", "overdue"):  # overdue: never here by the documentation, and harmless
        return
    german, english = {
        "draft": ("ein Entwurf", "a draft"),
        "paid": ("bezahlt", "paid"),
        "voided": ("storniert", "cancelled"),
    }.get(state, (f"im unbekannten Status „{state}“", f"in the unknown state {state!r}"))
    number = str(invoice.get("voucherNumber") or "")
    raise refused(
        Rejected(
            f"Die Rechnung {number} ist in lexoffice {german}; die Mahnung wurde dort nicht "
            "eingetragen. Abgleichen mit: mahnwerk sync",
            en=f"Invoice {number} is {english} at lexoffice; the notice was not entered there. "
            "Catch up by: mahnwerk sync",
        )
    )


def _marked(
    client: Client, document: Mapping[str, Any], invoice: str, marker: str
) -> PlatformNotice | None:
    """The one of the invoice's dunnings that bears the marker."""
    return next(
        (each for each in _dunnings(client, document, invoice) if each.marker == marker), None
    )


def _dunnings(
    client: Client, document: Mapping[str, Any], invoice: str
) -> Iterator[PlatformNotice]:
    for identity in reversed(related_dunnings(document)):  # the newest is the likeliest
        try:
            yield parse_dunning(client.dunning(identity), invoice)
        except NotFound:
            continue  # deleted meanwhile, or no dunning after all


def _settled(client: Client, notice: NoticeToWrite, cause: ConnectorError) -> PlatformNotice:
    """Looks once whether a write without a usable answer happened; never writes again."""
    try:
        found = find(client, notice.invoice, notice.marker)
    except ConnectorError:
        found = None
    if found is not None and found.on == notice.on:
        return found
    unknown = AnswerUnknown(
        "lexoffice hat auf das Eintragen einer Mahnung nicht verständlich geantwortet; ob sie dort "
        "steht, ist offen. Mahnwerk sieht beim nächsten Abgleich nach.",
        en="lexoffice gave no usable answer when a notice was entered; whether it is there is "
        "not known. Mahnwerk looks again at the next sync.",
    )
    raise refused(unknown, cause) from None
