"""How to pay: account, reference and GiroCode of one notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from core.letters import formats, girocode, lines
from core.letters.clean import clean
from core.letters.texts import Texts
from core.ports import LetterContext

DUE_DATE: Final = "due_date"  # a block whose day is the due date of its items
_NAMED_ITEMS = 3  # nobody types more invoice numbers; fewer also keep the code easy to scan


@dataclass(frozen=True, slots=True)
class Payment:
    """``rows`` are label and value; ``code`` is the text of the GiroCode, empty without one."""

    title: str
    rows: tuple[tuple[str, str], ...]
    code: str
    caption: str


def notice_reference(notice_id: int) -> str:
    """Our own mark of a notice, as printed and as found on bank statements."""
    return f"M-{notice_id}"


def payment_reference(context: LetterContext) -> str:
    """What the transfer should say: the invoice numbers, or our mark when they are too many.

    The customer number comes last, so that a bank line still finds its debtor.
    """
    notice = context.notice
    numbers = [clean(line.number) for line in lines.claims(notice)]
    customer = clean(context.debtor.number)
    named = ", ".join(number for number in numbers if number)
    if len(numbers) > _NAMED_ITEMS or not all(numbers):
        named = notice_reference(notice.id)
    full = " / ".join(part for part in (named, customer) if part)
    if len(full.encode()) > girocode.MAX_REFERENCE:
        return notice_reference(notice.id)
    return full


def day_to_pay(context: LetterContext, texts: Texts) -> date | None:
    """The day that the letter names: its deadline, or before the due date that day itself.

    None when there is no deadline, or the items are due on different days.
    """
    if texts.block(context.text).get("deadline") != DUE_DATE:
        return context.notice.deadline
    days = {line.due_date for line in lines.claims(context.notice)}
    return days.pop() if len(days) == 1 else None


def payment_of(context: LetterContext, texts: Texts) -> Payment:
    """The payment box. Without an IBAN it has only reference, amount and deadline."""
    profile, notice = context.creditor.profile, context.notice
    reference = payment_reference(context)
    name = clean(profile.name)
    code = girocode.payload(name, profile.iban, profile.bic, notice.total, reference)
    labels = texts.sections["payment"]
    until = texts.block(context.text).get("deadline_label", labels["deadline"])
    pairs = (
        (labels["payee"], name),
        (labels["iban"], formats.iban(clean(profile.iban))),
        (labels["bic"], clean(profile.bic)),
        (labels["bank"], clean(profile.bank)),
        (labels["reference"], reference),
        (labels["amount"], formats.money(notice.total, texts.language)),
        (until, formats.day(day_to_pay(context, texts), texts.language)),
    )
    rows = tuple((label, value) for label, value in pairs if value)
    return Payment(texts.get("payment", "title"), rows, code or "", texts.get("payment", "qr"))
