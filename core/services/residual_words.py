"""What an item of left-over charges is made of, and from which notice: sentences for `explain`."""

from __future__ import annotations

from collections.abc import Mapping

from core.domain.model import CreditorId, ItemKind, OpenItem
from core.domain.reasons import is_english
from core.ports import ChargeRow, Tx
from core.services.wording import amount, charge_title, day

_STATES: Mapping[str, tuple[str, str]] = {
    "residual": ("offen", "owed"),
    "paid": ("bezahlt", "paid"),
    "waived": ("erlassen", "waived"),
    "withdrawn": ("zurückgenommen", "withdrawn"),
}


def residual_sentences(
    tx: Tx, creditor: CreditorId, item: OpenItem, language: str
) -> tuple[str, ...]:
    """What the item is, then a line for each charge; nothing for an item of another kind."""
    if item.kind is not ItemKind.CHARGE_RESIDUAL:
        return ()
    english = is_english(language)
    rows = [row for row in tx.charges.rows(creditor, item.debtor) if row.residual == item.id]
    head = (
        "Charges that were still owed when the principal was paid; they bear no interest (§ 289 "
        "BGB). To settle them: mahnwerk charges paid|waive ID."
        if english
        else "Nebenforderungen, die offen waren, als die Hauptforderung bezahlt war; sie tragen "
        "keine Zinsen (§ 289 BGB). Erledigen: mahnwerk charges paid|waive NR."
    )
    return (head, *(_sentence(tx, creditor, row, language) for row in rows))


def _sentence(tx: Tx, creditor: CreditorId, row: ChargeRow, language: str) -> str:
    english, charge = is_english(language), row.charge
    kind, state = charge_title(charge.kind, language), _STATES[row.state][english]
    notice = tx.notices.get(creditor, charge.notice)
    left = notice.sent_on if notice is not None else None
    on = day(left or charge.since, language)
    shown = amount(charge.amount, language)
    if english:
        on_invoice = f" on {row.number}" if row.number else ""
        return (
            f"{charge.id}: {kind}{on_invoice}, {shown}, demanded with notice {charge.notice} of "
            f"{on}: {state} [{charge.basis}]"
        )
    on_invoice = f" zu {row.number}" if row.number else ""
    return (
        f"{charge.id}: {kind}{on_invoice}, {shown}, gefordert mit Mahnung {charge.notice} vom "
        f"{on}: {state} [{charge.basis}]"
    )
