"""Reading the books for a run and judging them: what `decide` is given, in chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.assignment import AssignmentRule, AssignmentRules, procedure_for
from core.domain.business_days import Calendar
from core.domain.decision import Action, Decision, Verdict
from core.domain.dunning import decide
from core.domain.dunning_account import first_wait_days
from core.domain.dunning_item import not_due
from core.domain.model import Account, Creditor, DebtorId
from core.domain.procedure import DunningProcedure
from core.domain.reasons import Reason
from core.errors import ConfigError
from core.ports import QuietItem
from core.services.app import App
from core.services.law_book import LawBook

CHUNK = 100  # debtors judged and stored at a time: about 35 ms of writing
VERDICTS = 500  # verdicts stored at a time: packing more of them keeps a webhook waiting


@dataclass(frozen=True, slots=True)
class Judge:
    """Everything `decide` needs beside the account, fixed for one run."""

    creditor: Creditor
    calendar: Calendar
    procedure: Callable[[str], DunningProcedure]
    law: LawBook
    rules: AssignmentRules

    @classmethod
    def for_creditor(cls, app: App, creditor: Creditor) -> Judge:
        profile = creditor.profile
        calendar, law = app.calendar(profile.land), LawBook.of(app, profile)
        return cls(creditor, calendar, app.procedure, law, AssignmentRules.of(profile))

    def procedure_of(self, account: Account) -> DunningProcedure:
        """The account's procedure, see ``core.domain.assignment``."""
        return self.procedure(procedure_for(account, self.rules).name)

    @property
    def default_procedure(self) -> DunningProcedure:
        return self.procedure(self.creditor.profile.procedure)

    def decide(self, account: Account, on: date) -> tuple[DunningProcedure, Decision]:
        """The decision under the procedure that the account gets."""
        assigned = procedure_for(account, self.rules)
        try:
            procedure = self.procedure(assigned.name)
        except ConfigError:
            if assigned.rule is AssignmentRule.CREDITOR:
                raise
            return self.default_procedure, _unusable(account, assigned.name, on)
        law = self.law.for_debtor(account.debtor)
        return procedure, decide(account, procedure, on, self.calendar, law)

    def lead_days(self) -> int | None:
        """Days before its due date from which on an item must be looked at; None: whatever its
        due date is, because which procedure applies makes a difference to its first day.
        """
        try:
            waits = {first_wait_days(self.procedure(name)) for name in self.rules.names}
        except ConfigError:
            return None
        return max(0, -min(waits)) if len(waits) == 1 else None

    def quiet(self, items: Sequence[QuietItem]) -> list[Verdict]:
        """What `decide` would say of quiet items; a replay of the run asks the same again."""
        wait = first_wait_days(self.default_procedure)
        # Unpacked by position: this line runs for nearly every item of most books.
        return [not_due(id_, level, due, wait) for id_, _, _, _, level, due in items]


def _unusable(account: Account, procedure: str, on: date) -> Decision:
    """Nothing is said to a debtor whose procedure is gone; the others are not stopped."""
    facts = {"procedure": procedure}
    reason = Reason.PROCEDURE_UNUSABLE
    items = sorted(account.items, key=lambda item: item.id)
    return Decision(
        on, tuple(Verdict(i.id, Action.SKIP, reason, i.level, None, facts) for i in items), ()
    )


@dataclass(frozen=True, slots=True)
class Books:
    """All open items of a creditor on one day: the quiet ones, and debtors to be looked at."""

    app: App
    judge: Judge
    on: date
    quiet: Sequence[QuietItem]
    restless: Sequence[DebtorId]

    @classmethod
    def open(cls, app: App, judge: Judge, on: date) -> Books:
        creditor, lead = judge.creditor.id, judge.lead_days()
        with app.store.read() as tx:  # one state: together they are all open items
            quiet = tx.items.quiet_items(creditor, on, lead)
            return cls(app, judge, on, quiet, tx.items.restless_debtors(creditor, on, lead))

    def quiet_verdicts(self) -> Iterator[tuple[Sequence[QuietItem], list[Verdict]]]:
        """What `decide` would say of the quiet items, in chunks, without building accounts."""
        for start in range(0, len(self.quiet), VERDICTS):
            part = self.quiet[start : start + VERDICTS]
            yield part, self.judge.quiet(part)

    def accounts(self) -> Iterator[list[Account]]:
        """The other debtors in chunks, each read in its own transaction: a run may take long."""
        creditor = self.judge.creditor.id
        for start in range(0, len(self.restless), CHUNK):
            with self.app.store.read() as tx:
                chunk = tx.items.accounts_of(creditor, self.restless[start : start + CHUNK])
            yield chunk
