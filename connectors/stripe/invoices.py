"""Invoices of Stripe -> invoice records, with the doubts about them (§2). Pure."""

from __future__ import annotations

from typing import NamedTuple

from connectors._values import Json
from connectors.stripe.beside import Beside
from core.domain.platform_records import InvoiceRecord
from core.errors import Problem


class Parsed(NamedTuple):
    """``record`` None: a draft, which is no claim (any more)."""

    record: InvoiceRecord | None
    problems: tuple[Problem, ...] = ()


def parse_invoice(row: Json, beside: Beside) -> Parsed:
    """The record of an invoice as lists and single reads have it.

    Raises:
        FieldError: a field that is needed is missing or unreadable.

    """
    raise NotImplementedError
