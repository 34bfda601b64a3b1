"""Mahngebühr, Verzugszinsen and Verzugspauschale as lines: what is demanded, what is only shown.

Which charges a notice carries is decided in ``core.domain.charges``; here they get their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.domain.law_text import cited
from core.domain.model import Charge, Notice
from core.domain.money import total
from core.letters import formats
from core.letters.clean import clean
from core.letters.texts import Texts

INTEREST, LUMP_SUM = "default_interest", "lump_sum"
# § 288 Abs. 5 Satz 3 BGB in a basis: the lump sum was set off against reminder fees.
_SET_OFF = re.compile(r"Abs\. 5 Satz (1, )?3\b")


@dataclass(frozen=True, slots=True)
class Information:
    """Charges that are shown and not demanded; ``total`` is empty for a single one."""

    title: str
    text: str
    rows: tuple[tuple[str, str], ...]
    total: tuple[str, str] | None


def demanded(notice: Notice) -> list[Charge]:
    """Charges that are part of the total; one without an amount yet stands in the statement."""
    return [charge for charge in notice.charges if charge.demanded and charge.amount.amount]


def shown(notice: Notice) -> list[Charge]:
    """Charges that are information only; one without an amount yet stands in the statement."""
    return [charge for charge in notice.charges if not charge.demanded and charge.amount.amount]


def rows(charges: Iterable[Charge], texts: Texts) -> tuple[tuple[str, str], ...]:
    """Label and amount of each charge."""
    return tuple(
        (label(charge, texts), formats.money(charge.amount, texts.language)) for charge in charges
    )


def information(notice: Notice, texts: Texts) -> Information | None:
    """The block "Nachrichtlich"; None when everything is demanded or there is nothing."""
    charges = shown(notice)
    if not charges:
        return None
    whole = formats.money(
        total([charge.amount for charge in charges], notice.currency), texts.language
    )
    return Information(
        texts.get("information", "title"),
        texts.get("information", "text"),
        rows(charges, texts),
        (texts.get("information", "total"), whole) if len(charges) > 1 else None,
    )


def label(charge: Charge, texts: Texts) -> str:
    """For example ``Verzugszinsen zu RE-7 bis 22.11.2026 (§ 288 Abs. 2 BGB)``."""
    said = basis(charge.basis, texts.language)
    name = _name(charge, texts)
    return f"{name} ({said})" if said else name


def _name(charge: Charge, texts: Texts) -> str:
    values = {
        "label": texts.label("charges", charge.kind),
        "number": clean(charge.number),
        "day": formats.short_day(charge.since if charge.earlier else charge.until, texts.language),
    }
    parts = ["earlier" if charge.earlier else "new"]
    parts += ["item"] if values["number"] else []
    parts += ["day"] if values["day"] else []
    return texts.fill("charge_lines", "_".join(parts), **values)


def basis(text: str, language: str) -> str:
    """The paragraph or agreement as the reader's language cites it."""
    return cited(clean(text), language)


def is_set_off(notice: Notice) -> bool:
    """True when a demanded lump sum says that it was set off against reminder fees."""
    return any(
        charge.kind == LUMP_SUM and _SET_OFF.search(charge.basis) for charge in demanded(notice)
    )
