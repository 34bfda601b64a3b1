"""Holds that the books themselves ask for, in words of a bookkeeper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from core.domain.ledger_parts import Group, rows_of
from core.domain.ledger_types import LedgerHold
from core.domain.model import HoldKind
from core.domain.records import DebtorRecord, Posting


def find_holds(
    groups: Iterable[Group],
    postings: Sequence[Posting],
    master: DebtorRecord | None,
    double_keys: frozenset[str],
) -> Iterator[LedgerHold]:
    """Holds of open items first, then those of the whole debtor."""
    for group in groups:
        if group.claim and group.left > 0:
            yield from _block(group)
    if master is not None:
        yield from _master_holds(master)
    if double_keys:
        yield from _doubles(postings, double_keys)


def _block(group: Group) -> Iterator[LedgerHold]:
    """Postensperre: without an end it holds until it is taken away in the books."""
    blocked = [p for p in group.postings if p.blocked or p.blocked_until is not None]
    if not blocked:
        return
    ends = [p.blocked_until for p in blocked if p.blocked_until is not None]
    until = max(ends) if len(ends) == len(blocked) else None
    yield LedgerHold(
        key=f"block:{group.external_id}",
        kind=HoldKind.PLATFORM_BLOCK,
        item=group.external_id,
        reason=f"Postensperre in der Buchung{_until(until)} ({rows_of(blocked)})",
        until_on=until,
    )


def _master_holds(master: DebtorRecord) -> Iterator[LedgerHold]:
    if master.no_dunning:
        yield LedgerHold(
            "debtor:no_dunning",
            HoldKind.PLATFORM_BLOCK,
            None,
            "Debitorenstamm: keine Mahnung (Mahnkennzeichen 9)",
        )
    if master.blocked_until is not None:
        yield LedgerHold(
            "debtor:blocked_until",
            HoldKind.PLATFORM_BLOCK,
            None,
            f"Debitorenstamm: Mahnsperre{_until(master.blocked_until)}",
            master.blocked_until,
        )
    if master.insolvent:
        yield LedgerHold(
            "debtor:insolvent",
            HoldKind.INSOLVENCY,
            None,
            "Debitorenstamm: als insolvent gekennzeichnet",
        )


def _doubles(postings: Sequence[Posting], double_keys: frozenset[str]) -> Iterator[LedgerHold]:
    """Equal rows of overlapping batches are both kept: two equal payments are legal."""
    found: dict[str, list[Posting]] = {}
    for posting in sorted(postings, key=lambda p: (p.file, p.row, p.external_id)):
        if posting.content_key in double_keys and not posting.has_guid:
            found.setdefault(posting.content_key, []).append(posting)
    for content_key, rows in sorted(found.items()):
        yield LedgerHold(
            # One more equal row is a new question, also to somebody who released the hold.
            f"double:{content_key}:{len(rows)}",
            HoldKind.POSSIBLE_DOUBLE_IMPORT,
            None,
            f"Gleiche Buchung in mehreren Stapeln, vielleicht doppelt eingelesen: "
            f"{rows[0].base_effect.plain()} {rows[0].base_effect.currency} vom "
            f"{rows[0].booked_on:%d.%m.%Y} ({rows_of(rows)}). Beide Zeilen zählen.",
        )


def _until(day: date | None) -> str:
    return f" bis {day:%d.%m.%Y}" if day is not None else ""
