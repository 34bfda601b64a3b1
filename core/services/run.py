"""The dunning run (Mahnlauf): a verdict for every open item, and proposals that wait for a person.

A run sends nothing. It works in chunks of debtors, each in its own short transaction, so that
others are never kept waiting; what it wrote becomes visible when its state flips to ``ready``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from core.domain.decision import Decision, Verdict
from core.domain.model import (
    Account,
    ConnectionId,
    Creditor,
    CreditorId,
    DebtorId,
)
from core.domain.procedure import DunningProcedure
from core.domain.reasons import Reason
from core.domain.seen import seen_account
from core.errors import RuleError, UsageError
from core.ports import NoticeDraft, Tx
from core.services.agreements import settle_agreements
from core.services.app import App
from core.services.charges import settle_after_payment
from core.services.charges_follow import follow_claims
from core.services.judge import CHUNK, VERDICTS, Books, Judge
from core.services.lease import Lease
from core.services.limitation import note_limitation
from core.services.look_ahead import look_ahead
from core.services.lookup import creditor_of
from core.services.owner import this_task
from core.services.run_inputs import RunRecorder
from core.services.run_report import RunReport, named_rows, quiet_rows

RENEW_AFTER = timedelta(seconds=60)
Judged = tuple[Account, DunningProcedure, Decision]


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
        UsageError: a day in the future without dry run and outside test mode, or another run of
            this creditor is under way.
    """
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
        names = {c.id: c.name for c in tx.connections.all(creditor)}
    if on > app.clock.today(who.profile.zone) and who.live and not dry_run:
        raise UsageError(
            f"{on:%d.%m.%Y} liegt in der Zukunft. Ein Blick voraus geht mit --dry-run.",
            en=f"{on} lies in the future. To look ahead use --dry-run.",
        )
    if dry_run:
        today = app.clock.today(who.profile.zone)
        books = Books.open(app, Judge.for_creditor(app, who), on)
        return look_ahead(books, names, min(today, on))
    lease = Lease(app, creditor, "run", this_task(), ("Mahnlauf", "run"))
    with lease.held():
        return _Run(app, who, on, names, collect, lease).play()


def _drafts(judged: Iterable[Judged]) -> Iterator[NoticeDraft]:
    for account, procedure, decision in judged:
        for plan in decision.notices:
            yield NoticeDraft(account.debtor.id, procedure.name, procedure.version, plan)


class _Run:
    """One run under way: judges, stores verdicts and proposals in chunks, then flips its state."""

    def __init__(
        self,
        app: App,
        creditor: Creditor,
        on: date,
        names: Mapping[ConnectionId, str],
        collect: bool,
        lease: Lease,
    ) -> None:
        self._lease = lease
        self._app, self._names, self._collect = app, names, collect
        self._creditor = creditor.id
        self._record = RunRecorder(app, creditor)
        self._judge = Judge.for_creditor(self._record.app, self._record.creditor)
        self._versions: dict[str, str] = {}
        self._waiting: list[Verdict] = []  # verdicts not stored yet
        self._stored = 0  # chunks of verdicts and of what they rest on stored
        self._renewed = app.clock.now()
        with app.store.write() as tx:
            follow_claims(app, tx, self._creditor, on)
            settle_after_payment(app, tx, self._creditor, on)
            self._id = tx.runs.start(self._creditor, on, {}, app.clock.now())
            self._living = tx.notices.living_debtors(self._creditor)
        self._report = RunReport(self._id, on)

    def play(self) -> RunReport:
        books = Books.open(self._app, self._judge, self._report.on)
        for items, verdicts in books.quiet_verdicts():
            self._report.counts[Reason.NOT_DUE.value] += len(items)
            self._record.quiet(items, verdicts)
            self._store_verdicts(verdicts)
            if self._collect:
                self._report.verdicts += quiet_rows(items, verdicts, self._names)
        for chunk in books.accounts():
            self._judge_chunk(chunk)
            self._living -= {account.debtor.id for account in chunk}
            self._renew()
        self._finish()
        return self._report

    def _renew(self) -> None:
        now = self._app.clock.now()
        if now - self._renewed > RENEW_AFTER:
            self._lease.renew()
            self._renewed = now

    def _judge_chunk(self, chunk: Sequence[Account]) -> None:
        judged = self._judged(chunk)
        touched = {each.debtor for each in _drafts(judged)}
        touched |= {account.debtor.id for account in chunk} & self._living
        if touched:
            judged = self._propose(touched, judged)
        for account, procedure, decision in judged:
            self._versions[procedure.name] = procedure.version
            self._record.judged(account, procedure, decision)
            self._keep(decision.verdicts)
            if self._collect:
                self._report.verdicts += named_rows(account, decision, self._names)
        accounts = [account for account, _, _ in judged]
        judge, on = self._judge, self._report.on
        settle_agreements(self._app, judge.creditor, accounts, on, judge.calendar)

    def _judged(self, chunk: Sequence[Account]) -> list[Judged]:
        on, seen = self._report.on, map(seen_account, chunk)
        return [(account, *self._judge.decide(account, on)) for account in seen]

    def _propose(self, debtors: set[DebtorId], judged: list[Judged]) -> list[Judged]:
        """Stores what was judged, and returns it.

        A notice that left since the accounts were read stands in the way of the same one proposed
        again: then they are read and judged once more where nothing can come in between.
        """
        try:
            with self._app.store.write() as tx:
                self._replace(tx, debtors, judged)
        except RuleError:
            ids = [account.debtor.id for account, _, _ in judged]
            with self._app.store.write() as tx:
                judged = self._judged(tx.items.accounts_of(self._creditor, ids))
                self._replace(tx, debtors, judged)
        return judged

    def _replace(self, tx: Tx, debtors: set[DebtorId], judged: Iterable[Judged]) -> None:
        drafts = [draft for draft in _drafts(judged) if draft.debtor in debtors]
        self._report.proposals += tx.notices.replace_proposals(
            self._creditor, self._id, self._report.on, sorted(debtors), drafts
        )

    def _keep(self, verdicts: Sequence[Verdict]) -> None:
        self._report.counts.update(v.reason.value for v in verdicts)
        self._waiting += verdicts
        if len(self._waiting) >= VERDICTS:
            self._store_verdicts(self._waiting)
            self._waiting = []

    def _store_verdicts(self, verdicts: Sequence[Verdict]) -> None:
        inputs = self._record.chunk()
        with self._app.store.write() as tx:
            tx.runs.add_verdicts(self._creditor, self._id, self._stored, verdicts)
            tx.run_inputs.add_chunk(self._creditor, self._id, self._stored + 1, inputs)
        self._stored += 1

    def _finish(self) -> None:
        """Withdraws proposals of debtors with nothing late any more; makes the run visible."""
        if self._waiting:
            self._store_verdicts(self._waiting)
        living = sorted(self._living)
        for start in range(0, len(living), CHUNK):
            self._propose(set(living[start : start + CHUNK]), [])
        counts = dict(sorted(self._report.counts.items()))
        payload = {
            "on": self._report.on.isoformat(),
            "counts": counts,
            "procedures": self._versions,
            "proposals": len(self._report.proposals),
            "decisions_sha256": self._record.sha256,
        }
        settings = self._record.settings(self._report.on)
        with self._app.store.write() as tx:
            now = self._app.clock.now()
            note_limitation(self._app, tx, self._judge.creditor, self._report.on)
            head = tx.events.append(self._creditor, "run", {"run": self._id}, payload, now)
            tx.run_inputs.add_settings(self._creditor, self._id, settings)
            tx.runs.finish(
                self._creditor, self._id, "ready", counts, head, now, self._record.sha256
            )
        self._report.head, self._report.decisions_sha256 = head, self._record.sha256
