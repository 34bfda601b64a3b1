"""A dry run: what would be proposed on a day, with nothing stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from core.domain.decision import Decision
from core.domain.forecast import on_day
from core.domain.model import Account, ConnectionId
from core.domain.reasons import Reason
from core.services.judge import Books
from core.services.run_report import PlannedFor, RunReport, named_rows, quiet_rows


def look_ahead(books: Books, names: Mapping[ConnectionId, str], today: date) -> RunReport:
    """What would be proposed on the day of ``books``.

    On a day to come that is what is due if nobody pays, the books are kept up to date, and what is
    proposed from ``today`` on leaves on its day.
    """
    report = RunReport(None, books.on)

    def decided(account: Account, day: date) -> Decision:
        return books.judge.decide(account, day)[1]

    for items, verdicts in books.quiet_verdicts():
        report.counts[Reason.NOT_DUE.value] += len(items)
        report.verdicts += quiet_rows(items, verdicts, names)
    for chunk in books.accounts():
        for now in chunk:
            account = on_day(now, decided, today, books.on) if today < books.on else now
            procedure, decision = books.judge.decide(account, books.on)
            report.counts.update(v.reason.value for v in decision.verdicts)
            report.verdicts += named_rows(account, decision, names)
            report.planned += (
                PlannedFor(account.debtor.name, procedure.name, plan) for plan in decision.notices
            )
    return report
