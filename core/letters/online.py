"""Items that are paid at their platform: link, its QR code, the platform's account, GiroCode."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from core.domain.model import ItemKind, NoticeLine
from core.domain.pay_ways import PayWay, split
from core.letters import formats, girocode, lines
from core.letters.clean import clean
from core.letters.payment import notice_reference
from core.letters.texts import Texts
from core.letters.wording import contact
from core.ports import LetterContext

_SHOWN = 58  # signs of a link that are printed; the code and the click carry all of it
# A telephone reads modules of 0.36 mm from paper: a code grows with its link, to 57 mm at the most.
_MODULE_MM, _LEAST_MM = 0.36, 26
_LONG = 331  # bytes from which a lower error correction keeps the modules readable
_ANY_BANK: Final = "GiroCode"


@dataclass(frozen=True, slots=True)
class PayItem:
    """One item. ``link`` is whole and unbroken, ``shown`` its readable beginning.

    ``rows`` are label and value of a transfer to the platform's account, ``code`` its GiroCode.
    """

    title: str
    link: str
    shown: str
    button: str
    scan: str
    rows: tuple[tuple[str, str], ...]
    code: str
    caption: str
    note: str


@dataclass(frozen=True, slots=True)
class Online:
    title: str
    intro: str
    items: tuple[PayItem, ...]
    notes: tuple[str, ...]


def online_of(context: LetterContext, texts: Texts) -> Online | None:
    """What is said of the pay ways; None when every item is paid to the creditor's account only."""
    ways = context.pay_ways
    parts = split(context.notice, ways)
    # Beside items that only their platform takes, the creditor's account is the one way of all
    # others: two ways for some of them would blur which sum goes where.
    shown = parts.online or lines.claims(context.notice)
    found = [(line, ways[line.item]) for line in shown if line.item in ways]
    if not found:
        return None
    notes = []
    if any(way.account for _, way in found):
        notes.append(texts.get("pay", "exact"))
    if parts.apart.amount:
        apart = formats.money(parts.apart, texts.language)
        notes.append(texts.fill("pay", "charges", amount=apart))
    return Online(
        texts.get("pay", "title"),
        _intro([way for _, way in found], texts),
        tuple(_item(line, way, context, texts) for line, way in found),
        tuple(notes),
    )


def pictures(online: Online | None) -> list[dict[str, object]]:
    """What a letter draws for each item: the untouched link, and its codes with their sizes."""
    if online is None:
        return []
    return [
        {
            "link": item.link,
            "qr": girocode.svg(item.link, _error(item.link)) if item.link else "",
            "side": _side(item.link) if item.link else 0,
            "giro": girocode.svg(item.code) if item.code else "",
        }
        for item in online.items
    ]


def _intro(ways: list[PayWay], texts: Texts) -> str:
    """One sentence that is true of every way below it."""
    linked, accounts = any(way.link for way in ways), any(way.account for way in ways)
    if all(way.own_account for way in ways):
        key = "own"
    elif linked and accounts:
        key = "either"
    else:
        key = "account" if accounts else "link"
    return texts.get("pay", f"{key}_{'one' if len(ways) == 1 else 'many'}")


def _item(line: NoticeLine, way: PayWay, context: LetterContext, texts: Texts) -> PayItem:
    named = lines.number(line, texts)
    if line.kind is ItemKind.INVOICE and clean(line.number):
        named = texts.fill("pay", "invoice", number=named)
    amount = formats.money(line.outstanding, texts.language)
    rows, code = _transfer(line, way, context, texts)
    return PayItem(
        title=texts.fill("pay", "item", number=named, amount=amount),
        link=way.link,
        shown=_shown(way.link),
        button=texts.fill("pay", "button", item=_in_a_sentence(named, texts)),
        scan=texts.get("pay", "scan"),
        rows=rows,
        code=code,
        caption=_ANY_BANK,
        note=_note(way, context, texts),
    )


def _in_a_sentence(named: str, texts: Texts) -> str:
    """``Pay invoice R-1``: only German keeps its capitals there."""
    if texts.language == formats.GERMAN:
        return named
    return named[:1].lower() + named[1:]


def _transfer(
    line: NoticeLine, way: PayWay, context: LetterContext, texts: Texts
) -> tuple[tuple[tuple[str, str], ...], str]:
    """Rows and GiroCode of a transfer to the platform's account, which finds the invoice by its
    number.
    """
    if way.account is None:
        return (), ""
    holder, iban, bic, bank = (clean(part) for part in way.account)
    reference = clean(line.number) or notice_reference(context.notice.id)
    labels = texts.sections["payment"]
    pairs = (
        (labels["payee"], holder),
        (labels["iban"], formats.iban(iban)),
        (labels["bic"], bic),
        (labels["bank"], bank),
        (labels["reference"], reference),
        (labels["amount"], formats.money(line.outstanding, texts.language)),
    )
    code = girocode.payload(holder, iban, bic, line.outstanding, reference)
    return tuple((label, value) for label, value in pairs if value), code or ""


def _note(way: PayWay, context: LetterContext, texts: Texts) -> str:
    if way.whole is None or not way.link:
        return ""
    whole = formats.money(way.whole, texts.language)
    return texts.fill("pay", "whole", amount=whole, contact=contact(context, texts))


def _shown(link: str) -> str:
    """``invoice.example/i/acct_1/live_ab…``: where it leads, short enough for a line."""
    plain = link.partition("://")[2]
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"


def _error(link: str) -> str:
    return "m" if len(link) <= _LONG else "l"


def _side(link: str) -> int:
    """Width of the code in mm, so that its modules can be read."""
    modules = girocode.modules(link, _error(link))
    return max(_LEAST_MM, math.ceil(modules * _MODULE_MM))
