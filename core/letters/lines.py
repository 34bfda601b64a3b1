"""What a line of a notice is: a claim or a credit, and how much of it was paid."""

from __future__ import annotations

from core.domain.model import ItemKind, Notice, NoticeLine
from core.domain.money import Money
from core.letters.clean import clean
from core.letters.texts import Texts

_NUMBER_ALONE = {ItemKind.INVOICE}  # every other kind says what it is


def is_claim(line: NoticeLine) -> bool:
    """True for what is owed, False for a credit. The level does not tell: a note before an
    instalment has claims without a level.
    """
    return line.outstanding.amount >= 0


def claims(notice: Notice) -> list[NoticeLine]:
    return [line for line in notice.lines if is_claim(line)]


def credit_lines(notice: Notice) -> list[NoticeLine]:
    """Gutschriften and unapplied money: what is deducted."""
    return [line for line in notice.lines if not is_claim(line)]


def paid(line: NoticeLine) -> Money:
    """What was paid on the line; a part in dispute is neither paid nor demanded."""
    gone = line.total - line.outstanding
    contested = disputed(line)
    return gone if contested is None else gone - contested


def disputed(line: NoticeLine) -> Money | None:
    """The part in dispute; None when there is none."""
    contested = line.disputed
    return contested if contested is not None and contested.amount else None


def number(line: NoticeLine, texts: Texts) -> str:
    """The number as the table names it, with the kind where it is no invoice."""
    named = clean(line.number)
    if line.kind in _NUMBER_ALONE:
        return named or texts.get("table", "no_number")
    if line.kind is ItemKind.CHARGE_RESIDUAL:
        if not named:
            return texts.get("kinds", "charge_residual_alone")
        return f"{texts.get('kinds', 'charge_residual')} {named}"
    return f"{texts.label('kinds', line.kind)} {named}".strip()
