"""Reminders (MA) that stand in sevDesk, whoever made them (§3). Pure."""

from __future__ import annotations

from typing import NamedTuple

from connectors._values import Json, text
from connectors.sevdesk.kinds import DRAFT, REMINDER
from connectors.sevdesk.problems import warning
from connectors.sevdesk.values import readable, ref, ref_kind, whole
from core.domain.platform_records import PlatformNotice
from core.errors import Problem

_FIRST = "Zahlungserinnerung"


class Reminder(NamedTuple):
    """``notice`` None: no reminder, or one that nobody has got yet."""

    notice: PlatformNotice | None = None
    problems: tuple[Problem, ...] = ()


def is_reminder(row: Json) -> bool:
    return text(row, "invoiceType") == REMINDER


def is_sent(row: Json) -> bool:
    """A draft was not sent: no contact with the debtor. Which status a sent reminder has is
    UNVERIFIED (§9.1, §9.6), so a day of sending is enough.
    """
    status = whole(row, "status") or 0
    return bool(text(row, "sendDate")) or status > int(DRAFT)


def reminds(row: Json) -> str:
    """The id of the invoice that a reminder is about; "" when it names none."""
    kind = ref_kind(row, "origin")
    return ref(row, "origin") if kind in ("", "Invoice") else ""


def parse_reminder(row: Json) -> Reminder:
    """A row of /Invoice with ``invoiceType`` MA, once it was sent."""
    id_ = text(row, "id")
    if not (id_ and is_reminder(row) and is_sent(row)):
        return Reminder()
    invoice = reminds(row)
    if not invoice:
        return Reminder(problems=(_homeless(row),))
    on = readable(row, "invoiceDate") or readable(row, "sendDate") or readable(row, "create")
    return Reminder(PlatformNotice(id_, invoice, on, title_of(row)))


def title_of(row: Json) -> str:
    """What it is by its level: 1 is the payment reminder, from 2 on it is a Mahnung (§2.2).

    The header is free text and often ends with a number of its own ("Mahnung Nr. 3"), which is no
    level; it must do where there is none.
    """
    level = whole(row, "dunningLevel") or 0
    if level == 1:
        return _FIRST
    return f"{level - 1}. Mahnung" if level > 1 else text(row, "header") or _FIRST


def _homeless(row: Json) -> Problem:
    number = text(row, "invoiceNumber") or text(row, "header") or "Mahnung"
    return warning(
        "reminder_without_invoice",
        f"{number[:60]} ({text(row, 'id')}) origin",
        "Zu welcher Rechnung diese Mahnung gehört, sagt sevDesk nicht; sie zählt deshalb bei keiner. "
        "Bitte in sevDesk nachsehen und die gemahnte Rechnung mit mahnwerk hold --until anhalten, "
        "bis die Frist um ist.",
    )
