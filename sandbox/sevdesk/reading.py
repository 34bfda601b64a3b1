"""Invoices as they are read: the list with its filters, one, its document (§2.3, §2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.common.clock import midnight
from sandbox.common.replies import Call, Reply
from sandbox.sevdesk import embeds, lists, sending
from sandbox.sevdesk.answers import pdf_answer
from sandbox.sevdesk.model import DRAFT, DUE, PAID, PARTLY, Invoice
from sandbox.sevdesk.replies import objects
from sandbox.sevdesk.wire import plain, seconds_of

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World


def list_invoices(world: World, call: Call) -> Reply:
    """``GET /Invoice``; what is no filter is ignored without a word (§1.5)."""
    keep = [
        *_visible(world, call.query),
        *_by_state(world, call.query),
        *_by_reference(world, call),
        *_by_day(world, call.query),
    ]
    rows = lists.kept(world.invoices.values(), keep)
    embed = embeds.wanted(world, call)
    order = call.query.get("orderByInvoiceNumber", "")
    if order in {"ASC", "DESC"}:
        rows.sort(key=lambda each: (each.number or "", int(each.id)), reverse=order == "DESC")
    return lists.page(
        world, call, rows, lambda part: embeds.invoices(world, part, embed), order=order
    )


def _visible(world: World, query: Mapping[str, str]) -> list[lists.Keep]:
    """Which types a list shows: reminders and templates may need flags (§2.3, §9.4)."""
    variants, wanted = world.variants, query.get("invoiceType", "")
    show_all = query.get("showAll") == "true"
    reminders = variants["ma_listed"] == "shown" or query.get("showMa") == "all"
    reminders |= show_all and variants["show_all"] == "everything"
    reminders |= wanted == "MA" and variants["ma_by_type"] == "listed"
    templates = variants["wkr_listed"] == "shown" or query.get("showWkr") == "all"
    templates |= show_all or wanted == "WKR"
    hidden = {kind for kind, shown in (("MA", reminders), ("WKR", templates)) if not shown}
    keep: list[lists.Keep] = [lambda each: each.kind not in hidden] if hidden else []
    return [*keep, lambda each: each.kind == wanted] if wanted else keep


def _by_state(world: World, query: Mapping[str, str]) -> list[lists.Keep]:
    keep: list[lists.Keep] = []
    status, mode = query.get("status", ""), world.variants["status_750_filter"]
    if status == str(PARTLY) and mode != "honoured":
        keep += [lambda _: False] if mode == "empty" else []
    elif status.isdigit():
        keep.append(lambda each: each.status == int(status))
    if query.get("partiallyPaid") == "true":
        keep.append(lambda each: _partly(world, each))
    if query.get("delinquent") == "true":
        keep.append(lambda each: embeds.is_late(world, each))
    if query.get("notdelinquent") == "true":
        keep.append(lambda each: each.status in DUE and not embeds.is_late(world, each))
    if query.get("onlyDunned") == "true":
        keep.append(lambda each: bool(world.family(each, "MA")))
    if query.get("canceled") == "true" and world.variants["canceled_filter"] == "honoured":
        keep.append(lambda each: each.cancelled)
    return keep


def _partly(world: World, each: Invoice) -> bool:
    if world.variants["partially_paid_filter"] == "by_status":
        return each.status == PARTLY
    return each.status in DUE and 0 < each.paid < each.gross


def _by_reference(world: World, call: Call) -> list[lists.Keep]:
    keep: list[lists.Keep] = []
    query = call.query
    contact, origin = (
        lists.nested(world, call, "contact", "Contact"),
        lists.nested(world, call, "origin", "Invoice"),
    )
    if contact is not None:
        keep.append(lambda each: each.contact == contact)
    if origin is not None and world.variants["origin_filter"] == "honoured":
        keep.append(lambda each: each.origin == (origin, "Invoice"))
    tag = lists.nested(world, call, "tags[0]", "Tag")
    if tag is not None:
        keep.append(lambda each: tag in each.tags)
    number = query.get("invoiceNumber")
    if number is not None and world.variants["number_filter"] == "exact":
        keep.append(lambda each: each.number == number)
    elif number is not None:
        keep.append(lambda each: number in (each.number or ""))
    # The working name; the documented customerIntenalNote is ignored (§2.3).
    note = query.get("customerInternalNote")
    if note is not None:
        keep.append(lambda each: each.note == note)
    either = query.get("headerOrNumber")
    if either is not None:
        keep.append(lambda each: either in each.header or either in (each.number or ""))
    return keep


def _by_day(world: World, query: Mapping[str, str]) -> list[lists.Keep]:
    honoured = world.variants["invoice_update_after"] == "honoured"
    keep = lists.changed(query, update=honoured)
    start, end = seconds_of(query, "startDate"), seconds_of(query, "endDate")
    if start is not None:
        keep.append(lambda each: midnight(each.on).timestamp() >= start)
    if end is not None:
        keep.append(lambda each: midnight(each.on).timestamp() <= end)
    return keep


def get_invoice(world: World, call: Call, id_: str) -> Reply:
    """``GET /Invoice/{id}``: a list of one (§1.1)."""
    embed = embeds.wanted(world, call)
    return objects(embeds.invoices(world, [world.invoice(id_)], embed))


def is_partially_paid(world: World, _call: Call, id_: str) -> Reply:
    """``GET /Invoice/{id}/getIsPartiallyPaid``: true also for old part payments."""
    each = world.invoice(id_)
    return objects(each.status not in {DRAFT, PAID} and 0 < each.paid < each.gross)


def get_pdf(world: World, call: Call, id_: str) -> Reply:
    """``GET /Invoice/{id}/getPdf``.

    Without ``preventSendBy=true`` a draft becomes a document that is sent (§2.4): reading writes.
    """
    each = world.invoice(id_)
    if call.query.get("preventSendBy") not in {"true", "1"} and each.status == DRAFT:
        sending.send(world, each, "VPDF")
    lines = [world.company, each.header, each.number or "", *_facts(each)]
    return pdf_answer(world, each.number, lines)


def _facts(each: Invoice) -> list[str]:
    name = each.address[0] if each.address else ""
    total = f"{plain(each.gross)} {each.currency}"
    due = f"zahlbar bis {each.due:%d.%m.%Y}" if each.due else ""
    return [name, f"vom {each.on:%d.%m.%Y}", total, due]
