"""How to pay: account, reference and GiroCode of one notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from core.domain.pay_ways import PaySplit, split
from core.letters import charge_lines, formats, girocode, lines
from core.letters.clean import clean
from core.letters.texts import Texts
from core.ports import LetterContext

DUE_DATE: Final = "due_date"  # a block whose day is the due date of its items
_NAMED_OWN = 6  # of a box beside pay links; more would fill it
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

    The customer number comes last, so that a bank line still finds its debtor. Items that are not
    paid to the creditor's account are not named.
    """
    notice = context.notice
    own = split(notice, context.pay_ways).own
    numbers = [clean(line.number) for line in own if lines.is_claim(line)]
    customer = clean(context.debtor.label)
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
    """The payment box. Without an IBAN it has only reference, amount and deadline; with items that
    are paid elsewhere only what the creditor's account takes, or nothing of that account.
    """
    parts = split(context.notice, context.pay_ways)
    if parts.online and not parts.names_own_account:
        return _elsewhere(parts, context, texts)
    profile = context.creditor.profile
    reference = payment_reference(context)
    name = clean(profile.name)
    asked = parts.own_sum if parts.online else context.notice.total
    code = girocode.payload(name, profile.iban, profile.bic, asked, reference)
    labels = texts.sections["payment"]
    pairs = (
        (texts.get("pay", "for"), _own_items(parts, context, texts) if parts.online else ""),
        (labels["payee"], name),
        (labels["iban"], formats.iban(clean(profile.iban))),
        (labels["bic"], clean(profile.bic)),
        (labels["bank"], clean(profile.bank)),
        (labels["reference"], reference),
        (labels["amount"], formats.money(asked, texts.language)),
        _until(context, texts),
    )
    rows = tuple((label, value) for label, value in pairs if value)
    return Payment(texts.get("payment", "title"), rows, code or "", texts.get("payment", "qr"))


def _elsewhere(parts: PaySplit, context: LetterContext, texts: Texts) -> Payment:
    amount = formats.money(parts.payable, texts.language)
    pairs = ((texts.get("payment", "amount"), amount), _until(context, texts))
    rows = tuple((label, value) for label, value in pairs if value)
    return Payment(texts.get("payment", "title"), rows, "", texts.get("payment", "qr"))


def _until(context: LetterContext, texts: Texts) -> tuple[str, str]:
    label = texts.block(context.text).get("deadline_label", texts.get("payment", "deadline"))
    return label, formats.day(day_to_pay(context, texts), texts.language)


def _own_items(parts: PaySplit, context: LetterContext, texts: Texts) -> str:
    """What the transfer to the creditor's account is for, when other items are paid elsewhere."""
    named = [lines.number(line, texts) for line in parts.own]
    if charge_lines.demanded(context.notice):
        named.append(texts.get("pay", "for_charges"))
    return ", ".join(named) if len(named) <= _NAMED_OWN else texts.get("pay", "for_many")
