"""`mahnwerk replay`: decides a run again from what it recorded, and compares.

Neither today's books nor today's procedures, calendars or rates are looked at, and nothing is
written. Equal is what has the same checksum: every verdict, notice, line, charge and deadline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.domain.decision import Decision, Verdict
from core.domain.decision_document import DocumentHash, Entry
from core.domain.model import Account, CreditorId, RunId
from core.domain.procedure import DunningProcedure
from core.domain.reasons import Reason
from core.errors import UsageError
from core.ports import InputChunk, Outcome, QuietItem, RunRecord, Tx
from core.services.app import App
from core.services.judge import Judge
from core.services.run_inputs import (
    RecordedRules,
    account_document,
    code_version,
    outcome_of,
    quiet_document,
    recorded_rules,
)
from core.services.wording import reason_sentence


@dataclass(frozen=True, slots=True)
class Difference:
    """The first account that comes out differently; ``what`` are sentences."""

    debtor: str  # the account as the creditor knows it; "" = claims that were not due, or all
    what: tuple[str, ...]


@dataclass(slots=True)
class ReplayReport:
    """``sha256`` is the checksum of the decisions made now, ``recorded_sha256`` the run's own.

    ``decisions`` is the document of decisions (``core.domain.decision_document``): its canonical
    form has that checksum.
    """

    run: RunId
    on: date
    made_with: str  # version of Mahnwerk that made the run
    recorded_sha256: str
    sha256: str = ""
    accounts: int = 0
    items: int = 0
    notices: int = 0
    decisions: list[Entry] = field(default_factory=list)
    difference: Difference | None = None

    @property
    def identical(self) -> bool:
        return self.difference is None


@dataclass(frozen=True, slots=True)
class Decided:
    """One account, or one chunk of quiet items (``account`` None), decided again."""

    entry: Entry
    outcome: Outcome  # of now
    recorded: Outcome
    account: Account | None = None
    procedure: DunningProcedure | None = None
    decision: Decision | None = None
    quiet: Sequence[tuple[QuietItem, Verdict]] = ()


def recorded_run(tx: Tx, creditor: CreditorId, run: int) -> tuple[RunRecord, Mapping[str, object]]:
    """A run that can be replayed, and its settings.

    Raises:
        UsageError: there is no such run, it was broken off, or it is older than its records.
    """
    record = tx.runs.get(creditor, RunId(run))
    if record is None:
        raise UsageError(
            f"Den Mahnlauf {run} gibt es nicht.", en=f"There is no run with the number {run}."
        )
    if record.state != "ready":
        raise UsageError(
            f"Der Mahnlauf {run} wurde nicht fertig und hat nichts entschieden. "
            "Neu starten: mahnwerk run",
            en=f"The run {run} was not finished and decided nothing. Start again: mahnwerk run",
        )
    settings = tx.run_inputs.settings(creditor, record.id)
    if settings is None:
        raise UsageError(
            f"Der Mahnlauf {run} stammt aus einer früheren Version des Programms, die nicht "
            "festhielt, woraus ein Lauf entscheidet. Nachspielen lassen sich erst die Läufe seither.",
            en=f"The run {run} was made with an earlier version of the program, which did not keep "
            "what a run decides from. Only the runs since then can be replayed.",
        )
    return record, settings


def replay(app: App, creditor: CreditorId, run: int, *, collect: bool = True) -> ReplayReport:
    """Decides the run again from its own records. ``collect`` keeps the decisions in the report.

    Raises:
        UsageError: there is no such run, or nothing was recorded.
        RuleError: the record cannot be read.
    """
    with app.store.read() as tx:
        record, settings = recorded_run(tx, creditor, run)
        rules = recorded_rules(app, creditor, settings)
        report = ReplayReport(record.id, record.on, rules.version, record.decisions_sha256)
        document = DocumentHash()
        for decided in decide_again(tx, creditor, record.id, rules, document):
            _count(report, decided)
            if collect:
                report.decisions.append(decided.entry)
            if report.difference is None and decided.outcome != decided.recorded:
                report.difference = _difference(tx, app, creditor, record, decided)
    report.sha256 = document.hexdigest()
    if report.difference is None:
        report.difference = _whole(app, report, record)
    return report


def decide_again(
    tx: Tx, creditor: CreditorId, run: RunId, rules: RecordedRules, document: DocumentHash
) -> Iterator[Decided]:
    """Everything that the run decided, in its order, decided again by the recorded rules."""
    judge = Judge.for_creditor(rules.app, rules.creditor)
    for chunk in tx.run_inputs.chunks(creditor, run):
        if chunk.quiet:
            yield _quiet(judge, chunk, document)
            continue
        for account, recorded in zip(chunk.accounts, chunk.outcomes, strict=True):
            procedure, decision = judge.decide(account, rules.on)
            entry = account_document(account, procedure, decision)
            outcome = outcome_of(document, entry, decision.notices)
            yield Decided(entry, outcome, recorded, account, procedure, decision)


def _quiet(judge: Judge, chunk: InputChunk, document: DocumentHash) -> Decided:
    verdicts = judge.quiet(chunk.quiet)
    entry = quiet_document(chunk.quiet, verdicts)
    pairs = list(zip(chunk.quiet, verdicts, strict=True))
    return Decided(entry, outcome_of(document, entry), chunk.outcomes[0], quiet=pairs)


def _count(report: ReplayReport, decided: Decided) -> None:
    report.items += len(decided.entry["verdicts"])
    if decided.decision is not None:
        report.accounts += 1
        report.notices += len(decided.decision.notices)


def _difference(
    tx: Tx, app: App, creditor: CreditorId, record: RunRecord, decided: Decided
) -> Difference:
    """What is different about the first account that is."""
    account = decided.account
    what = [
        *_verdicts(tx, app, creditor, record, decided.entry),
        *_notices(app, decided.recorded.notices, decided.outcome.notices),
    ]
    if not what:
        what.append(
            app.say(
                "Posten, Nebenforderungen oder Fristen der Mahnung weichen ab.",
                "Lines, charges or deadlines of the notice differ.",
            )
        )
    return Difference(account.debtor.number if account else "", tuple(what))


def _verdicts(
    tx: Tx, app: App, creditor: CreditorId, record: RunRecord, entry: Entry
) -> Iterator[str]:
    now = {verdict["item"]: verdict for verdict in entry["verdicts"]}
    for then in tx.runs.verdicts(creditor, record.id):
        found = now.pop(then["item"], None)
        if found is not None and any(then[key] != found[key] for key in then):
            yield app.say(
                f"{found['number']}: damals „{_sentence(then, 'de')}“, "
                f"jetzt „{_sentence(found, 'de')}“",
                f"{found['number']}: then “{_sentence(then, 'en')}”, "
                f"now “{_sentence(found, 'en')}”",
            )
    for found in now.values():
        yield app.say(
            f"{found['number']}: der Lauf hat keinen Befund dazu gespeichert.",
            f"{found['number']}: the run stored no verdict on it.",
        )


def _sentence(verdict: Mapping[str, object], language: str) -> str:
    reason, facts = str(verdict["reason"]), verdict["facts"]
    if reason not in tuple(Reason):
        return reason  # of another version
    return reason_sentence(Reason(reason), facts if isinstance(facts, dict) else {}, language)


def _notices(
    app: App, then: Sequence[tuple[str, ...]], now: Sequence[tuple[str, ...]]
) -> Iterator[str]:
    if then != now:
        yield app.say(
            f"Mahnungen: damals {_listed(then, 'keine')}; jetzt {_listed(now, 'keine')}",
            f"Notices: then {_listed(then, 'none')}; now {_listed(now, 'none')}",
        )


def _listed(notices: Sequence[tuple[str, ...]], none: str) -> str:
    return ", ".join(" ".join(filter(None, notice)) for notice in notices) or none


def _whole(app: App, report: ReplayReport, record: RunRecord) -> Difference | None:
    """What no single account shows: a part is missing, or the run's own checksum was changed."""
    counted = sum(record.counts.values())
    if counted != report.items:
        return Difference(
            "",
            (
                app.say(
                    f"Der Lauf hat {counted} Posten geprüft, aufgezeichnet sind {report.items}.",
                    f"The run looked at {counted} items; {report.items} are recorded.",
                ),
            ),
        )
    if report.sha256 != report.recorded_sha256:
        return Difference(
            "",
            (
                app.say(
                    "Alle Konten stimmen überein, die gespeicherte Prüfsumme des Laufs aber nicht.",
                    "All accounts agree, but the stored checksum of the run does not.",
                ),
            ),
        )
    return None


def other_version(report: ReplayReport) -> str:
    """The version that made the run when it is not the one that replays it, else empty."""
    return report.made_with if report.made_with != code_version() else ""
