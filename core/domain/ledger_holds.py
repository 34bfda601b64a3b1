"""Holds and reports that the books themselves ask for, in words of a bookkeeper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from core.domain.ledger_parts import Books, Group, is_carried_sum
from core.domain.ledger_types import LedgerHold
from core.domain.model import HoldKind
from core.domain.records import DebtorRecord, Posting
from core.errors import Problem, Severity


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
        reason=f"Postensperre in der Buchung{_until(until)} ({_rows(blocked)})",
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
            f"double:{content_key}",
            HoldKind.POSSIBLE_DOUBLE_IMPORT,
            None,
            f"Gleiche Buchung in mehreren Stapeln, vielleicht doppelt eingelesen: "
            f"{rows[0].base_effect.plain()} {rows[0].base_effect.currency} vom "
            f"{rows[0].booked_on:%d.%m.%Y} ({_rows(rows)}). Beide Zeilen zählen.",
        )


def find_problems(label: str, books: Books) -> Iterator[Problem]:
    """What was passed over or could not be placed, once per number."""
    if books.rival_lists and books.as_of is not None:
        yield Problem(
            "opos_lists_same_day",
            Severity.WARNING,
            ", ".join(books.rival_lists),
            f"{label}: mehrere OPOS-Listen zum {books.as_of:%d.%m.%Y}; nur "
            f"{books.rival_lists[-1]} zählt. Bitte je Stichtag eine Liste einlesen.",
        )
    for number, rows, open_sum in books.absent:
        name = f"Posten {number}" if number else "Buchungen ohne Belegfeld 1"
        yield Problem(
            "absent_from_opos",
            Severity.INFO,
            _rows(rows),
            f"{label}: {name} mit {open_sum:.2f} fehlt in der OPOS-Liste zum "
            f"{books.as_of:%d.%m.%Y} und gilt als ausgeglichen. Ist das falsch, bitte eine "
            f"vollständige Liste aller offenen Posten einlesen.",
        )
    if books.lost_openings:
        yield Problem(
            "opening_row_ignored",
            Severity.WARNING,
            _rows(books.lost_openings),
            f"{label}: Eröffnungswerte übergangen, weil das Vorjahr oder eine OPOS-Liste geladen "
            f"ist, dort aber nichts zu ihrer Nummer steht. Bitte das Vorjahr vollständig oder "
            f"eine OPOS-Liste einlesen.",
        )
    yield from _loose_ends(label, books.groups)


def _loose_ends(label: str, groups: Iterable[Group]) -> Iterator[Problem]:
    for group in groups:
        if group.left <= 0:
            continue
        if is_carried_sum(group):
            yield Problem(
                "opening_without_number",
                Severity.WARNING,
                _rows(group.postings),
                f"{label}: Eröffnungswert über {group.left:.2f} {group.currency} ohne Belegfeld 1 "
                f"wird nicht gemahnt. Bitte das Vorjahr oder eine OPOS-Liste einlesen.",
            )
        if not group.claim:
            yield Problem(
                "refund_not_placed",
                Severity.WARNING,
                _rows(group.postings),
                f"{label}: Rückzahlung oder Rücklastschrift {group.number} über {group.left:.2f} "
                f"{group.currency} gehört zu keiner bekannten Rechnung und wird nicht gemahnt. "
                f"Bitte die Rechnungsnummer in Belegfeld 1 nachtragen.",
            )


def _until(day: date | None) -> str:
    return f" bis {day:%d.%m.%Y}" if day is not None else ""


def _rows(postings: Sequence[Posting]) -> str:
    """Where the postings stand; at most five, so that a report stays readable."""
    named = [f"{p.file}:{p.row}" for p in postings[:5]]
    rest = len(postings) - len(named)
    return ", ".join(named) + (f" und {rest} weitere" if rest > 0 else "")
