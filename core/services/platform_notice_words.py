"""Dunnings of a platform: their states, and how `explain` tells of those that people made there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.domain.model import CreditorId, ItemId
from core.domain.reasons import is_english
from core.ports import PlatformNoticeRow, Tx
from core.services.wording import day

# States of a dunning that a person made: nobody said whether it was sent; sent; not sent.
FOREIGN, CONFIRMED, DISMISSED = "foreign", "confirmed", "dismissed"
# States of one of ours: intended and not answered for; there; given up.
WRITING, WRITTEN, FAILED = "writing", "written", "failed"


def still_open(
    tx: Tx, creditor: CreditorId, rows: Sequence[PlatformNoticeRow]
) -> list[PlatformNoticeRow]:
    """Those whose invoice is open or not read: about the others nobody needs to be asked."""
    items = tx.items.many(creditor, [row.item for row in rows if row.item is not None])
    settled = {id_ for id_, item in items.items() if item.outstanding.amount == 0}
    return [row for row in rows if row.item not in settled]


def waiting_of(tx: Tx, creditor: CreditorId, item: ItemId) -> list[PlatformNoticeRow]:
    """Dunnings of the platform on that invoice of which nobody said whether they were sent."""
    rows = tx.platform_notices.rows(creditor, states=(FOREIGN,))
    return [row for row in rows if row.item == item]


def answered_sentences(
    tx: Tx, creditor: CreditorId, item: ItemId, language: str
) -> tuple[str, ...]:
    """One sentence for each dunning of the platform on that invoice that somebody answered for.

    Without it nobody could tell where the level of an invoice comes from that we never dunned.
    """
    rows = tx.platform_notices.rows(creditor, states=(CONFIRMED, DISMISSED))
    return tuple(_answered(row, language) for row in rows if row.item == item)


def _answered(row: PlatformNoticeRow, language: str) -> str:
    on, english = row.sent_on or row.on, is_english(language)
    if row.state == DISMISSED and english:
        return f"“{row.title}” of the platform was not sent, as a person said: no level."
    if row.state == DISMISSED:
        return f"„{row.title}“ der Plattform wurde laut Auskunft nicht verschickt: keine Stufe."
    if english:
        level = f"Level {row.level}: " if row.level else ""  # settled before: no level
        when = f" on {day(on, language)}" if on else ""
        return f"{level}“{row.title}” was sent from the platform{when} (confirmed)."
    level = f"Stufe {row.level}: " if row.level else ""
    when = f" am {day(on, language)}" if on else ""
    return f"{level}„{row.title}“ wurde{when} über die Plattform verschickt (bestätigt)."


def waiting_facts(rows: Sequence[PlatformNoticeRow]) -> Mapping[str, str]:
    """``platform_notices``: their ids, separated by commas; nothing when there is none."""
    return {"platform_notices": ",".join(str(row.id) for row in rows)} if rows else {}


def waiting_sentences(rows: Sequence[PlatformNoticeRow], language: str) -> tuple[str, ...]:
    """One sentence for each, with how to answer."""
    return tuple(_sentence(row, language) for row in rows)


def _sentence(row: PlatformNoticeRow, language: str) -> str:
    command = f"mahnwerk platform-notices confirm {row.id}"
    if is_english(language):
        when = f" of {day(row.on, language)}" if row.on else ""
        return (
            f"On the platform there is “{row.title}”{when}; whether it was sent is not confirmed "
            f"yet: {command} or dismiss {row.id}."
        )
    when = f" vom {day(row.on, language)}" if row.on else ""
    return (
        f"Auf der Plattform steht „{row.title}“{when}; ob sie verschickt wurde, ist noch nicht "
        f"bestätigt: {command} oder dismiss {row.id}."
    )
