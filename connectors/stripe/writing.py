"""Our notices on Stripe's invoices, as metadata ("write-back"): seen by people and by their programs.

https://docs.stripe.com/api/invoices/update, read as a digest on 2026-11-22 (§1 Idempotency, §2). A
notice is an entry of a list, so writing it again changes nothing. The key of the request is made of
what is written: Stripe replays the first answer to the same, and never takes it for something else.
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from connectors._values import Json, text
from connectors.stripe.client import Pairs, StripeClient, path_of
from connectors.stripe.markers import Entry, as_notice, entries, is_marker, metadata
from core.domain.platform_records import NoticeToWrite, PlatformNotice
from core.errors import NotFound, Rejected, Unreachable

_OPEN = ("open", "uncollectible")  # what may still be paid (§2)


def write(client: StripeClient, notice: NoticeToWrite, *, pause: bool) -> PlatformNotice:
    """Enters a notice that was sent; returns the one that is there already.

    ``pause``: Stripe's own automation is switched off for this invoice (``auto_advance``), and with it
    retries and reconciliation (§0.10).

    Raises:
        Rejected: the invoice is not open any more or gone, or Stripe refused.
        ConnectorError: nothing is known to be written; writing it again does no harm.
        ValueError: the marker does not have the form that :func:`find` finds.

    """
    if not is_marker(notice.marker):
        raise ValueError(f"marker {notice.marker!r}")
    row = _invoice(client, notice.invoice)
    there = _entry(row, notice.marker)
    # An older one is of another installation, whose numbers begin at 1 as ours do.
    written = there is not None and there.on >= notice.on
    if there is not None and written and not (pause and row.get("auto_advance") is True):
        return as_notice(there, notice.invoice)
    _check_open(row)
    fields = [] if written else metadata(row, notice)
    if pause:
        fields.append(("auto_advance", "false"))
    answer = _post(client, notice, fields)
    entry = _entry(answer, notice.marker) or Entry(notice.on, notice.level, notice.marker)
    return as_notice(entry, notice.invoice)


def _post(client: StripeClient, notice: NoticeToWrite, fields: Pairs) -> Json:
    """Writes, and looks when the answer is a failure: it may have been written all the same.

    Stripe replays a failure to the same key for a day (§1 Idempotency), also when it is well again:
    then another key finds out, which does no harm.
    """
    path = path_of("invoices", notice.invoice)
    for more in ("", "-again"):
        try:
            return client.post(path, fields, _key(notice, fields) + more)
        except Unreachable as error:
            failed = error
            if error.status != HTTPStatus.INTERNAL_SERVER_ERROR:
                break
            row = _invoice(client, notice.invoice)
            if _entry(row, notice.marker) is not None:
                return row
    raise failed


def find(client: StripeClient, invoice: str, marker: str) -> PlatformNotice | None:
    """Our notice with that marker, when it stands on the invoice.

    Raises:
        Rejected: the invoice is gone.

    """
    entry = _entry(_invoice(client, invoice), marker)
    return None if entry is None else as_notice(entry, invoice)


def _invoice(client: StripeClient, id_: str) -> Json:
    try:
        return client.get(path_of("invoices", id_))
    except NotFound as gone:
        error = Rejected(
            "Die Rechnung gibt es in Stripe nicht mehr; die Mahnung erscheint dort nicht. Abgleichen "
            "mit: mahnwerk sync",
            en="Stripe does not have the invoice any more; the notice does not appear there. Catch up "
            "by: mahnwerk sync",
        )
        error.connector, error.status, error.request_id = "stripe", gone.status, gone.request_id
        raise error from None


def _check_open(row: Json) -> None:
    if text(row, "status") in _OPEN:
        return
    number = text(row, "number")
    error = Rejected(
        f"Die Rechnung {number} ist in Stripe nicht mehr offen; die Mahnung wurde dort nicht "
        "eingetragen. Abgleichen mit: mahnwerk sync",
        en=f"Invoice {number} is not open at Stripe any more; the notice was not entered there. Catch "
        "up by: mahnwerk sync",
    )
    error.connector = "stripe"
    raise error


def _entry(row: Json, marker: str) -> Entry | None:
    return next((each for each in entries(row) if each.marker == marker), None)


def _key(notice: NoticeToWrite, fields: Pairs) -> str:
    """At most 255 characters (§1); the same for the same, and for nothing else."""
    said = "\n".join(
        [notice.invoice, notice.marker, *(f"{name}={value}" for name, value in fields)]
    )
    return f"mahnwerk-{hashlib.sha256(said.encode()).hexdigest()}"
