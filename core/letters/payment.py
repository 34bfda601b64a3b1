"""How to pay: account, reference and GiroCode of one notice."""

from __future__ import annotations

from dataclasses import dataclass

from core.letters import formats, girocode
from core.letters.clean import clean
from core.letters.texts import Texts
from core.ports import LetterContext

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
    numbers = [clean(line.number) for line in notice.lines if line.level > 0]
    customer = clean(context.debtor.number)
    named = ", ".join(number for number in numbers if number)
    if len(numbers) > _NAMED_ITEMS or not all(numbers):
        named = notice_reference(notice.id)
    full = " / ".join(part for part in (named, customer) if part)
    if len(full.encode()) > girocode.MAX_REFERENCE:
        return notice_reference(notice.id)
    return full


def payment_of(context: LetterContext, texts: Texts) -> Payment:
    """The payment box. Without an IBAN it has only reference, amount and deadline."""
    profile, notice = context.creditor.profile, context.notice
    reference = payment_reference(context)
    name = clean(profile.name)
    code = girocode.payload(name, profile.iban, profile.bic, notice.total, reference)
    pairs = (
        ("payee", name),
        ("iban", formats.iban(clean(profile.iban))),
        ("bic", clean(profile.bic)),
        ("bank", clean(profile.bank)),
        ("reference", reference),
        ("amount", formats.money(notice.total, texts.language)),
        ("deadline", formats.day(notice.deadline, texts.language)),
    )
    rows = tuple((texts.get("payment", key), value) for key, value in pairs if value)
    return Payment(texts.get("payment", "title"), rows, code or "", texts.get("payment", "qr"))
