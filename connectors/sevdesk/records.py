"""What invoices and credit notes have in common on their way to records. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from connectors._values import Json, text
from connectors.sevdesk.kinds import DRAFT_STATUSES
from core.domain.model import ItemState
from core.domain.money import Money
from core.domain.platform_records import InvoiceRecord
from core.errors import Problem

EURO = "EUR"
PAID = "paid"  # fact: paidAmount


class Mapped(NamedTuple):
    """``record`` None: the document is no claim, or not final yet."""

    record: InvoiceRecord | None
    problems: tuple[Problem, ...] = ()


def is_draft(row: Json) -> bool:
    return text(row, "status") in DRAFT_STATUSES


def as_draft(known: InvoiceRecord, status: str) -> InvoiceRecord:
    """A document that was taken back to draft: not dunned, not lost, read anew once it is final.

    Its mark matches nothing, so that the next list which has it final makes it be taken.
    """
    return replace(
        known,
        outstanding=Money.zero(known.total.currency),
        state=ItemState.CANCELLED,
        source_state=status,
        mark=f"draft {status}",
        direct_debit=False,
        settled_on=None,
        payments=(),
        payments_read=True,
    )
