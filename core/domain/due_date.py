"""When an invoice is due: the first rule that gives a day not before the invoice (datev.md §2.7).

What is known of the item itself goes first (its posting, its payment term, its line on an OPOS
list), then what is agreed with the debtor, then the connection's default.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.domain.ledger_types import LedgerRules
from core.domain.records import DebtorRecord, PaymentTerm


@dataclass(frozen=True, slots=True)
class DueFacts:
    """What one item says about its due date.

    ``start`` is the day from which terms count; ``not_before`` the invoice date, None when it is
    not known (an opening balance is dated the first day of the year, not when it was invoiced).
    """

    start: date | None
    not_before: date | None
    explicit: date | None = None
    explicit_rule: str = ""
    term: int | None = None
    opos: date | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """The due date, the rule that gave it, and the rules whose day lay before the invoice."""

    on: date | None
    rule: str
    rejected: tuple[tuple[str, date], ...] = ()


def term_due(term: PaymentTerm, start: date) -> date | None:
    """Due date of a payment term for an invoice of ``start``; None when the term says nothing.

    A term by periods takes the first period whose invoice-day limit is not passed; a due day
    that its month does not have is the last of the month (day 31 = month end, datev.md §3.1).
    """
    for period in sorted(term.periods, key=lambda p: p.until_day):
        if start.day <= period.until_day:
            return _month_day(start, period.due_month, period.due_day)
    if term.periods or term.due_days is None:
        return None
    return start + timedelta(days=term.due_days)


def find_due(facts: DueFacts, master: DebtorRecord | None, rules: LedgerRules) -> Due:
    """The due date by the first rule whose day is not before the invoice.

    Rules: column_117 or belegfeld_2 (or whatever the reader names), term, opos, debtor_term,
    debtor_days, default; ``unknown`` when there is no day to count from.
    """
    rejected: list[tuple[str, date]] = []
    for rule, day in _candidates(facts, master, rules):
        if facts.not_before is None or day >= facts.not_before:
            return Due(day, rule, tuple(rejected))
        rejected.append((rule, day))
    return Due(None, "unknown", tuple(rejected))


def _candidates(
    facts: DueFacts, master: DebtorRecord | None, rules: LedgerRules
) -> Iterator[tuple[str, date]]:
    if facts.explicit is not None:
        yield facts.explicit_rule or "posting", facts.explicit
    yield from _by_term("term", facts.term, facts.start, rules)
    if facts.opos is not None:
        yield "opos", facts.opos
    if facts.start is None:
        return
    if master is not None:
        yield from _by_term("debtor_term", master.term, facts.start, rules)
        if master.due_days:  # an export writes 0 where nothing was agreed
            yield "debtor_days", facts.start + timedelta(days=master.due_days)
    yield "default", facts.start + timedelta(days=rules.default_due_days)


def _by_term(
    rule: str, number: int | None, start: date | None, rules: LedgerRules
) -> Iterator[tuple[str, date]]:
    term = rules.terms.get(number) if number is not None else None
    day = term_due(term, start) if term is not None and start is not None else None
    if day is not None:
        yield rule, day


def _month_day(start: date, months: int, day: int) -> date:
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(max(day, 1), monthrange(year, month + 1)[1]))
