"""What the platform's own dunnings moved, moved again when test mode ends.

Test mode reached nobody, so its levels and contacts are taken back. Dunnings that a person made on
the platform are none of them: the debtor got those.
"""

from __future__ import annotations

from datetime import date

from core.domain.model import CreditorId, ItemId
from core.ports import Tx
from core.services.platform_notice_words import CONFIRMED, DISMISSED, FOREIGN


def restore_platform_contacts(tx: Tx, creditor: CreditorId, on: date) -> None:
    """Contact clocks, and the levels that were confirmed, as they would be without test mode.

    A level counts for the first cycle of an item only: which one a later cycle had, nobody knows.
    """
    rows = tx.platform_notices.rows(creditor, states=(FOREIGN, CONFIRMED, DISMISSED))
    items = tx.items.many(creditor, [row.item for row in rows if row.item is not None])
    reached: dict[ItemId, tuple[int, date]] = {}
    for row in rows:
        day = row.sent_on or row.on
        item = items.get(row.item) if row.item is not None else None
        if item is None or day is None:
            continue
        day = min(day, on)
        tx.notices.record_contact(creditor, item.debtor, day, None)
        if row.state == CONFIRMED and row.level and item.cycle == 1:
            level, last = reached.get(item.id, (item.level, item.last_notice_on or day))
            reached[item.id] = (max(level, row.level), max(last, day))
    for id_, (level, last) in reached.items():
        if level > items[id_].level:
            tx.items.record_level(creditor, {id_: level}, last)
