"""What a notice says, put in words once: letter, mail text and mail HTML print the same view."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.model import Charge, ItemKind, NoticeLine
from core.letters import formats, wording
from core.letters import texts as text_blocks
from core.letters.clean import clean
from core.letters.payment import Payment, notice_reference, payment_of
from core.letters.texts import Paragraph, Texts
from core.ports import LetterContext

COLUMNS = ("number", "invoice_date", "due_date", "original", "paid", "open", "level")
_NUMBER_ALONE = {ItemKind.INVOICE}  # every other kind says what it is


@dataclass(frozen=True, slots=True)
class Table:
    """The dunned items, credits below them, charges, and the total as label and amount."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    credits: tuple[tuple[str, ...], ...]
    charges: tuple[tuple[str, str], ...]
    total: tuple[str, str]


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Everything a reader sees, formatted and cleaned; paragraphs are runs, bold or not."""

    language: str
    title: str
    customer: str
    salutation: str
    before: tuple[Paragraph, ...]
    table: Table
    after: tuple[Paragraph, ...]
    payment: Payment
    closing: tuple[str, ...]
    sender: str
    debtor: str
    date: str
    reference: str
    test: bool


def is_test(context: LetterContext) -> bool:
    """Test mode of the call, or a creditor who is not live yet: neither may ever look real."""
    return context.test_mode or not context.creditor.live


def view_of(context: LetterContext) -> NoticeView:
    """The notice in the debtor's language.

    Raises:
        ConfigError: the text block does not exist.

    """
    texts = text_blocks.load(formats.language_of(context.debtor.language))
    profile = context.creditor.profile
    closing = (texts.get("common", "closing"), profile.name, profile.contact)
    return NoticeView(
        language=texts.language,
        title=texts.block(context.text)["title"],
        customer=wording.customer(context, texts),
        salutation=wording.salutation(context, texts),
        before=wording.before_table(context, texts),
        table=_table(context, texts),
        after=wording.after_table(context, texts),
        payment=payment_of(context, texts),
        closing=tuple(clean(part) for part in closing if part),
        sender=clean(profile.name),
        debtor=clean(context.debtor.name or context.debtor.address.name),
        date=formats.day(context.notice.issue_date, texts.language),
        reference=notice_reference(context.notice.id),
        test=is_test(context),
    )


def _table(context: LetterContext, texts: Texts) -> Table:
    notice = context.notice
    labels = wording.level_labels(context, texts)
    claims = [line for line in notice.lines if line.level > 0]
    credits_ = [line for line in notice.lines if line.level <= 0]
    return Table(
        head=tuple(texts.get("table", key) for key in COLUMNS),
        rows=tuple(_row(line, texts, labels[line.level]) for line in claims),
        credits=tuple(_row(line, texts, "") for line in credits_),
        charges=tuple(_charge(charge, texts) for charge in notice.charges),
        total=(texts.get("table", "total"), formats.money(notice.total, texts.language)),
    )


def _row(line: NoticeLine, texts: Texts, level: str) -> tuple[str, ...]:
    paid = line.total - line.outstanding
    return (
        _number(line, texts),
        formats.short_day(line.invoice_date, texts.language),
        formats.short_day(line.due_date, texts.language) if line.level > 0 else "",
        formats.money(line.total, texts.language),
        formats.money(paid, texts.language),
        formats.money(line.outstanding, texts.language),
        level,
    )


def _number(line: NoticeLine, texts: Texts) -> str:
    number = clean(line.number)
    if line.kind in _NUMBER_ALONE:
        return number or texts.get("table", "no_number")
    return f"{texts.label('kinds', line.kind)} {number}".strip()


def _charge(charge: Charge, texts: Texts) -> tuple[str, str]:
    label = texts.label("charges", charge.kind)
    basis = clean(charge.basis)
    return (
        f"{label} ({basis})" if basis else label,
        formats.money(charge.amount, texts.language),
    )
