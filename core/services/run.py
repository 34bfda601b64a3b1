"""The dunning run (Mahnlauf): a verdict for every open item, and proposals that wait for a person.

A run sends nothing. It works in chunks of debtors, each in its own short transaction, so that
others are never kept waiting; what it wrote becomes visible when its state flips to ``ready``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from uuid import uuid4

from core.domain.business_days import Calendar
from core.domain.decision import Decision, PlannedNotice, Verdict
from core.domain.dunning import decide
from core.domain.model import (
    Account,
    ConnectionId,
    Creditor,
    CreditorId,
    DebtorId,
    NoticeId,
    RunId,
)
from core.domain.procedure import DunningProcedure
from core.errors import IllegalTransition, UsageError
from core.ports import NoticeDraft
from core.services.app import App
from core.services.lookup import creditor_of

CHUNK = 400  # debtors per write transaction: about 50 ms
LEASE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """A verdict with the names that a user knows the item by."""

    connection: str
    number: str
    external_id: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class PlannedFor:
    """A notice that a dry run would propose."""

    debtor: str
    procedure: str
    plan: PlannedNotice


@dataclass(slots=True)
class RunReport:
    """``run`` is None for a dry run, which writes nothing and lists ``planned`` instead."""

    run: RunId | None
    on: date
    proposals: list[NoticeId] = field(default_factory=list)
    verdicts: list[ItemVerdict] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    planned: list[PlannedFor] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Judge:
    """Everything `decide` needs beside the account, fixed for one run."""

    creditor: Creditor
    calendar: Calendar
    procedure: Callable[[str], DunningProcedure]

    @classmethod
    def for_creditor(cls, app: App, creditor: Creditor) -> Judge:
        return cls(creditor, app.calendar(creditor.profile.land), app.procedure)

    def procedure_of(self, account: Account) -> DunningProcedure:
        """The debtor's own procedure, else the creditor's default."""
        return self.procedure(account.debtor.procedure or self.creditor.profile.procedure)

    def decide(self, account: Account, on: date) -> tuple[DunningProcedure, Decision]:
        procedure = self.procedure_of(account)
        return procedure, decide(account, procedure, on, self.calendar)


def run(
    app: App,
    creditor: CreditorId,
    *,
    on: date,
    dry_run: bool = False,
    collect: bool = True,
) -> RunReport:
    """Decides for every open item of the creditor what to do on the day, and why.

    A second run on the same day refreshes the same proposals. ``collect`` keeps the verdicts in
    the report; they are stored with the run either way.

    Raises:
        UsageError: a day in the future without dry run and outside test mode, or another run is
            under way.
    """
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
        names = {c.id: c.name for c in tx.connections.all(creditor)}
    if on > app.clock.today(who.profile.zone) and who.live and not dry_run:
        raise UsageError(
            f"{on:%d.%m.%Y} liegt in der Zukunft. Ein Blick voraus geht mit --dry-run.",
            en=f"{on} lies in the future. To look ahead use --dry-run.",
        )
    judge = Judge.for_creditor(app, who)
    report = RunReport(None, on)
    if dry_run:
        for chunk in _accounts(app, creditor, on):
            for account in chunk:
                procedure, decision = judge.decide(account, on)
                _report(report, account, decision, names, collect=True)
                report.planned.extend(
                    PlannedFor(account.debtor.name, procedure.name, plan)
                    for plan in decision.notices
                )
        return report
    with _lease(app, creditor):
        _run_and_store(app, judge, report, names, collect)
    return report


def _run_and_store(
    app: App, judge: Judge, report: RunReport, names: dict[ConnectionId, str], collect: bool
) -> None:
    creditor = judge.creditor.id
    versions: dict[str, str] = {}
    with app.store.write() as tx:
        report.run = tx.runs.start(creditor, report.on, versions, app.clock.now())
        living = tx.notices.living_debtors(creditor)
    run_id = report.run
    seen: set[DebtorId] = set()
    for seq, chunk in enumerate(_accounts(app, creditor, report.on)):
        drafts: list[NoticeDraft] = []
        verdicts: list[Verdict] = []
        for account in chunk:
            procedure, decision = judge.decide(account, report.on)
            versions[procedure.name] = procedure.version
            verdicts.extend(decision.verdicts)
            drafts.extend(
                NoticeDraft(account.debtor.id, procedure.name, procedure.version, plan)
                for plan in decision.notices
            )
            _report(report, account, decision, names, collect)
        debtors = {a.debtor.id for a in chunk}
        seen |= debtors
        touched = sorted({d.debtor for d in drafts} | (debtors & living))
        with app.store.write() as tx:
            tx.runs.add_verdicts(creditor, run_id, seq, verdicts)
            report.proposals += tx.notices.replace_proposals(
                creditor, run_id, report.on, touched, drafts
            )
    _finish(app, creditor, report, sorted(living - seen), versions)


def _finish(
    app: App,
    creditor: CreditorId,
    report: RunReport,
    settled: list[DebtorId],
    versions: dict[str, str],
) -> None:
    """Withdraws proposals of debtors who owe nothing any more, and makes the run visible."""
    assert report.run is not None  # noqa: S101 - a stored run has an id
    counts = dict(sorted(report.counts.items()))
    with app.store.write() as tx:
        tx.notices.replace_proposals(creditor, report.run, report.on, settled, [])
        head = tx.events.append(
            creditor,
            "run",
            {"run": report.run},
            {
                "on": report.on.isoformat(),
                "counts": counts,
                "procedures": versions,
                "proposals": len(report.proposals),
            },
            app.clock.now(),
        )
        tx.runs.finish(creditor, report.run, "ready", counts, head, app.clock.now())


def _accounts(app: App, creditor: CreditorId, on: date) -> Iterator[list[Account]]:
    """Accounts in chunks, each read in its own transaction: a run may take minutes."""
    after: DebtorId | None = None
    while True:
        with app.store.read() as tx:
            chunk = list(islice(tx.items.accounts(creditor, on, after, CHUNK), CHUNK))
        if not chunk:
            return
        after = chunk[-1].debtor.id
        yield chunk


def _report(
    report: RunReport,
    account: Account,
    decision: Decision,
    names: dict[ConnectionId, str],
    collect: bool,
) -> None:
    report.counts.update(v.reason.value for v in decision.verdicts)
    if collect:
        items = {item.id: item for item in account.items}
        for verdict in decision.verdicts:
            item = items[verdict.item]
            report.verdicts.append(
                ItemVerdict(names[item.connection], item.number, item.external_id, verdict)
            )


@contextmanager
def _lease(app: App, creditor: CreditorId) -> Iterator[None]:
    """One run at a time per creditor; a lease of a process that died ends by itself."""
    owner = uuid4().hex
    with app.store.write() as tx:
        if not tx.leases.take(creditor, "run", owner, app.clock.now(), LEASE_SECONDS):
            raise IllegalTransition(
                "Ein Mahnlauf dieses Mandanten läuft gerade; bitte warten.",
                en="A run of this creditor is under way; please wait.",
            )
    try:
        yield
    finally:
        with app.store.write() as tx:
            tx.leases.release(creditor, "run", owner)
