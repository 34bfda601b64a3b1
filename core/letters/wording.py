"""The sentences of a notice: which ones are said, and what is filled into them."""

from __future__ import annotations

from collections.abc import Mapping

from core.domain.model import NoticeLine
from core.domain.pay_ways import split
from core.letters import charge_lines, lines, statement
from core.letters.clean import clean
from core.letters.formats import day, money
from core.letters.payment import day_to_pay, notice_reference
from core.letters.texts import Paragraph, Run, Texts, fill, paragraph
from core.ports import LetterContext

_BOLD = frozenset({"total", "deadline"})
NAMED_ITEMS = 5  # more than that are named by their mark in the table
_NO_VAT = frozenset({"de", "at"})  # laws for which that is known
_ENDS = (",", "!", ":", ".")


def salutation(context: LetterContext, texts: Texts) -> str:
    """The debtor's own salutation, or a neutral one."""
    own = clean(context.debtor.salutation)
    if not own:
        return texts.get("common", "salutation")
    return own if own.endswith(_ENDS) else f"{own},"


def customer(context: LetterContext, texts: Texts) -> str:
    """The customer number, or our own mark when the debtor has none.

    What a platform calls him (``cus_…``) is no number: he has never seen it.
    """
    number = clean(context.debtor.label)
    if number:
        return f"{texts.get('common', 'customer')} {number}"
    return f"{texts.get('common', 'our_reference')} {notice_reference(context.notice.id)}"


def level_labels(context: LetterContext, texts: Texts) -> dict[int, str]:
    """Label of every level on the notice; the highest is the one the text block stands for.

    A level whose text block is not told is named by its number, never by a guess.
    """
    blocks = {**context.level_texts, context.notice.level: context.text}
    labels = {}
    for level in {line.level for line in lines.claims(context.notice)}:
        if level in blocks:
            labels[level] = texts.block(blocks[level])["level"]
        else:
            labels[level] = texts.fill("table", "level_number", number=level)
    return labels


def before_table(context: LetterContext, texts: Texts) -> tuple[Paragraph, ...]:
    block, notice = texts.block(context.text), context.notice
    to_pay = day_to_pay(context, texts)
    parts = split(notice, context.pay_ways)
    values = {
        "total": money(parts.payable if parts.online else notice.total, texts.language),
        "deadline": day(to_pay, texts.language),
    }
    demand = block["demand" if to_pay else "demand_open"]
    if parts.online:
        key = context.text if to_pay else f"{context.text}_open"
        demand = texts.sections["pay_demand"].get(key, demand)
    intro = block["intro"]
    if salutation(context, texts).endswith(("!", ".")):
        intro = intro[:1].upper() + intro[1:]
    return (paragraph(intro, {}, _BOLD), paragraph(demand, values, _BOLD))


def after_table(context: LetterContext, texts: Texts) -> tuple[Paragraph, ...]:
    """Notes on the table, the consequence where one is announced, and the ways to object."""
    block, notice = texts.block(context.text), context.notice
    said = []
    if len({line.level for line in lines.claims(notice)}) > 1:
        said.append(texts.get("common", "mixed"))
    if lines.credit_lines(notice):
        said.append(texts.get("common", "credits"))
    if any(lines.disputed(line) for line in notice.lines):
        said.append(texts.get("common", "disputed"))
    if notice.charges:
        said.append(_on_charges(context, texts))
    said.append(_consequence(context, texts))
    meanwhile = block.get("paid_meanwhile", texts.get("common", "paid_meanwhile"))
    if split(notice, context.pay_ways).online:
        meanwhile = texts.sections["pay_demand"].get(f"{context.text}_paid", meanwhile)
    said.append(meanwhile)
    questions = block.get("questions", texts.get("common", "questions"))
    said.append(fill(questions, {"contact": contact(context, texts)}))
    # Filled already: a foreign value with braces must not be read as a placeholder again.
    return tuple((Run(text),) for text in said if text)


def _on_charges(context: LetterContext, texts: Texts) -> str:
    """That charges hold no VAT, what was set off, and where the interest is explained."""
    notes = []
    # Damages and interest for late payment are no consideration: not taxable (law.md §7).
    if charge_lines.demanded(context.notice) and statement.law_of(context) in _NO_VAT:
        notes.append(texts.get("charge_lines", "vat"))
    if charge_lines.is_set_off(context.notice):
        notes.append(texts.get("charge_lines", "set_off"))
    if statement.has_statement(context):
        notes.append(texts.get("statement", "where"))
    return " ".join(notes)


def contact(context: LetterContext, texts: Texts) -> str:
    """Person, phone and e-mail for questions and objections, at least the creditor's name."""
    profile = context.creditor.profile
    phone = f"{texts.get('common', 'phone')} {profile.phone}" if profile.phone else ""
    mail = profile.reply_to or profile.email
    parts = [clean(part) for part in (profile.contact, phone, mail)]
    return ", ".join(part for part in parts if part) or clean(profile.name)


def _consequence(context: LetterContext, texts: Texts) -> str:
    """What comes next, said only by a block that announces something, and only at the last
    level before the hand-over, and with a day: an announcement must be true.
    """
    template = texts.block(context.text).get("consequence", "")
    if not template or not context.final_level or context.notice.deadline is None:
        return ""
    top = [line for line in lines.claims(context.notice) if line.level == context.notice.level]
    return fill(template, {"numbers": _named(top, level_labels(context, texts), texts, context)})


def _named(
    top: list[NoticeLine], labels: Mapping[int, str], texts: Texts, context: LetterContext
) -> str:
    block = texts.block(context.text)
    numbers = [clean(line.number) for line in top]
    if len(numbers) > NAMED_ITEMS or not all(numbers):
        return fill(block["consequence_many"], {"level": labels[context.notice.level]})
    key = "consequence_one" if len(numbers) == 1 else "consequence_few"
    return fill(block[key], {"numbers": ", ".join(numbers)})
