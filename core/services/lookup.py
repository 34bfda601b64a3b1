"""Finding what a user named: an invoice, a debtor, a notice. Ambiguity is never resolved silently."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.model import Creditor, CreditorId, Debtor, Match, Notice, NoticeId, OpenItem
from core.errors import ConfigError, UsageError
from core.ports import Tx


def creditor_of(tx: Tx, creditor: CreditorId) -> Creditor:
    """The creditor.

    Raises:
        ConfigError: there is no such creditor.
    """
    found = tx.creditors.get(creditor)
    if found is None:
        raise ConfigError(
            f"Kein Mandant „{creditor}“. Anlegen mit: mahnwerk init --creditor …",
            en=f"No creditor {creditor}. Set it up with: mahnwerk init --creditor …",
        )
    return found


def item_named(tx: Tx, creditor: CreditorId, text: str) -> OpenItem:
    """The one item with that number, external id or ``connection:external_id``.

    An open item wins over settled ones of the same number; of one claim on several connections it
    is the one that leads.

    Raises:
        UsageError: none, or several; the message lists the candidates.
    """
    found = tx.items.find(creditor, text)
    open_ones = [item for item in found if item.outstanding.amount != 0]
    candidates = open_ones or found
    if len(candidates) > 1:
        candidates = _leading(tx, creditor, candidates)
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise UsageError(
            f"Keine Rechnung „{text}“ gefunden. Vorhandene zeigt: mahnwerk open-items",
            en=f"No invoice {text} found. See: mahnwerk open-items",
        )
    names = {c.id: c.name for c in tx.connections.all(creditor)}
    listed = ", ".join(
        f"{names[item.connection]}:{item.external_id} ({item.outstanding})" for item in candidates
    )
    raise UsageError(
        f"„{text}“ ist nicht eindeutig; gemeint sein kann: {listed}",
        en=f"{text} is ambiguous; candidates: {listed}",
    )


def _leading(tx: Tx, creditor: CreditorId, items: Sequence[OpenItem]) -> list[OpenItem]:
    """Those of which no other among them leads."""
    ids = {item.id for item in items}
    seconds = {
        item
        for item, twins in tx.twins.of(creditor, items).items()
        if any(twin.match is Match.SAME and twin.leads and twin.id in ids for twin in twins)
    }
    return [item for item in items if item.id not in seconds]


def debtor_named(tx: Tx, creditor: CreditorId, text: str) -> Debtor:
    """The one debtor with that id, account, name or ``connection:account``.

    Linked debtors of that name are one: then it is their head.

    Raises:
        UsageError: none, or several; the message lists the candidates.
    """
    found = tx.debtors.find(creditor, text)
    heads = tx.links.heads(creditor) if len(found) > 1 else {}
    group = {heads.get(each.id, each.id) for each in found}
    head = tx.debtors.get(creditor, group.pop()) if heads and len(group) == 1 else None
    return head or debtor_itself(tx, creditor, text)


def debtor_itself(tx: Tx, creditor: CreditorId, text: str) -> Debtor:
    """As :func:`debtor_named`, but a name that several linked debtors have is ambiguous.

    Raises:
        UsageError: none, or several; the message lists the candidates.
    """
    found = debtors_like(tx, creditor, text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(
            f"Kein Kunde „{text}“ gefunden. Vorhandene zeigt: mahnwerk debtors",
            en=f"No debtor {text} found. See: mahnwerk debtors",
        )
    names = {c.id: c.name for c in tx.connections.all(creditor)}
    listed = ", ".join(f"{d.id} ({names[d.connection]}:{d.number} {d.name})" for d in found)
    raise UsageError(
        f"„{text}“ ist nicht eindeutig; gemeint sein kann: {listed}",
        en=f"{text} is ambiguous; candidates: {listed}",
    )


def debtors_like(tx: Tx, creditor: CreditorId, text: str) -> list[Debtor]:
    """Everybody with that id, account, name or ``connection:account``."""
    return tx.debtors.find(creditor, text) or _on_connection(tx, creditor, text)


def _on_connection(tx: Tx, creditor: CreditorId, text: str) -> list[Debtor]:
    name, _, account = text.partition(":")
    connection = tx.connections.by_name(creditor, name) if account else None
    if connection is None:
        return []
    found = [d for d in tx.debtors.find(creditor, account) if d.connection == connection.id]
    # Not his number here, which any text of digits may be as well.
    return [d for d in found if account in (d.external_id, d.label, d.name)]


def notice_named(tx: Tx, creditor: CreditorId, notice: int) -> Notice:
    """The notice with that id.

    Raises:
        UsageError: there is none.
    """
    found = tx.notices.get(creditor, NoticeId(notice))
    if found is None:
        raise UsageError(
            f"Keine Mahnung mit der Nummer {notice}. Siehe: mahnwerk proposals",
            en=f"No notice with the number {notice}. See: mahnwerk proposals",
        )
    return found
