"""What a notice says, put in words once: letter, mail text and mail HTML print the same view."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.model import NoticeKind, NoticeLine
from core.domain.pay_ways import split
from core.letters import apology, charge_lines, formats, lines, statement, wording
from core.letters import texts as text_blocks
from core.letters.charge_lines import Information
from core.letters.clean import clean
from core.letters.online import Online, online_of
from core.letters.payment import Payment, notice_reference, payment_of
from core.letters.statement import Statement
from core.letters.texts import Paragraph, Texts, fill
from core.ports import LetterContext

COLUMNS = ("number", "invoice_date", "due_date", "original", "paid", "open", "level")
# Of an instalment: the column of its share of each item, and those that would mislead.
_PLAN_HEAD = {"open": "share", "due_date": "", "paid": "", "level": ""}


@dataclass(frozen=True, slots=True)
class Table:
    """The dunned items, credits below them, demanded charges, and the total as label and amount.

    ``notes`` are what stands below the number of each of ``rows``; empty when no row has any.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    credits: tuple[tuple[str, ...], ...]
    charges: tuple[tuple[str, str], ...]
    total: tuple[str, str]
    notes: tuple[tuple[str, ...], ...] = ()


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
    information: Information | None = None
    statement: Statement | None = None
    online: Online | None = None  # items that are paid at their platform
    own_account: bool = True  # whether the creditor's account may stand anywhere


def is_test(context: LetterContext) -> bool:
    """Test mode of the call, or a creditor who is not live yet: neither may ever look real."""
    return context.test_mode or not context.creditor.live


def view_of(context: LetterContext) -> NoticeView:
    """The notice in the debtor's language.

    Raises:
        ConfigError: the text block does not exist.

    """
    texts = text_blocks.load(formats.language_of(context.debtor.language))
    if context.notice.kind is NoticeKind.APOLOGY:
        return _apology(context, texts)
    profile = context.creditor.profile
    parts = split(context.notice, context.pay_ways)
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
        information=charge_lines.information(context.notice, texts),
        statement=statement.statement_of(context, texts),
        online=online_of(context, texts),
        own_account=not parts.online or parts.names_own_account,
    )


def _apology(context: LetterContext, texts: Texts) -> NoticeView:
    """Takes another letter back: no table, no account, nothing to pay."""
    profile = context.creditor.profile
    closing = (texts.get("common", "closing"), profile.name, profile.contact)
    return NoticeView(
        language=texts.language,
        title=texts.block(context.text)["title"],
        customer=wording.customer(context, texts),
        salutation=wording.salutation(context, texts),
        before=apology.paragraphs(context, texts),
        table=Table((), (), (), (), ("", "")),
        after=(),
        payment=Payment("", (), "", ""),
        closing=tuple(clean(part) for part in closing if part),
        sender=clean(profile.name),
        debtor=clean(context.debtor.name or context.debtor.address.name),
        date=formats.day(context.notice.issue_date, texts.language),
        reference=notice_reference(context.notice.id),
        test=is_test(context),
        own_account=False,
    )


def _table(context: LetterContext, texts: Texts) -> Table:
    notice = context.notice
    labels = wording.level_labels(context, texts)
    claims = lines.claims(notice)
    head = {key: key for key in COLUMNS}
    plan = notice.kind is NoticeKind.PLAN
    if plan:
        head.update(_PLAN_HEAD)
    notes = [_notes(line, context, texts) for line in claims]
    return Table(
        head=tuple(texts.get("table", key) if key else "" for key in head.values()),
        rows=tuple(_row(line, texts, "" if plan else labels[line.level], plan) for line in claims),
        credits=tuple(_row(line, texts, "", plan) for line in lines.credit_lines(notice)),
        charges=charge_lines.rows(charge_lines.demanded(notice), texts),
        total=(texts.get("table", "total"), formats.money(notice.total, texts.language)),
        notes=tuple(notes) if any(notes) else (),
    )


def _row(line: NoticeLine, texts: Texts, level: str, plan: bool) -> tuple[str, ...]:
    language = texts.language
    due = line.due_date if lines.is_claim(line) and not plan else None
    return (
        lines.number(line, texts),
        formats.short_day(line.invoice_date, language),
        formats.short_day(due, language),
        formats.money(line.total, language),
        # What an instalment leaves open was not paid.
        "" if plan else formats.money(lines.paid(line), language),
        formats.money(line.outstanding, language),
        level,
    )


def _notes(line: NoticeLine, context: LetterContext, texts: Texts) -> tuple[str, ...]:
    """Since when an item is in default, where the text may say so, and what of it is disputed."""
    notes = []
    since = line.default_since
    said = texts.block(context.text).get("in_default", "")
    # Only of an item that this letter (or an earlier one) reminds of, not of a friendly note.
    if since and said and line.counts_as_mahnung and since <= context.notice.issue_date:
        notes.append(fill(said, {"day": formats.short_day(since, texts.language)}))
    contested = lines.disputed(line)
    if contested is not None:
        amount = formats.money(contested, texts.language)
        notes.append(texts.fill("table", "disputed", amount=amount))
    return tuple(notes)
