"""The heart: what to say to one debtor today, and why, for every open item (architecture §4.2-6).

Pure: the day is an argument, and the same account, procedure, day and calendar always give the
same decision. Nothing is silent: every item gets a verdict with a reason.
"""

from __future__ import annotations

from datetime import date

from core.domain.business_days import Calendar
from core.domain.claim_law import Law
from core.domain.decision import Decision, PlannedNotice, Verdict
from core.domain.dunning_account import AccountView
from core.domain.dunning_item import examine
from core.domain.dunning_notice import plan
from core.domain.dunning_plan import reminders, with_broken_word
from core.domain.dunning_worth import Claim
from core.domain.model import Account, ItemId
from core.domain.procedure import DunningProcedure


def decide(
    account: Account,
    procedure: DunningProcedure,
    on: date,
    calendar: Calendar,
    law: Law | None = None,
) -> Decision:
    """Verdicts for all items of ``account`` (by id) and the notices to propose on that day.

    ``account`` holds every item of the debtor, credits included, and the holds that have ended
    as well as those that are active. Each item gets at most one level per call, whatever time
    has passed. Notices come by currency, letters before hand-over tasks. ``law`` adds default and
    charges; without it nothing is said of either.
    """
    view = AccountView(account, procedure, on, calendar, law)
    verdicts: dict[ItemId, Verdict] = {}
    claims: list[Claim] = []
    for item in view.items:
        found = examine(item, view)
        if isinstance(found, Verdict):
            verdicts[item.id] = found
        else:
            claims.append((item, found))
    notices: list[PlannedNotice] = []
    if claims:
        notices, planned = plan(claims, view)
        verdicts |= planned
    ordered = tuple(verdicts[item.id] for item in view.items)
    if view.agreements:
        ordered = tuple(with_broken_word(verdict, view) for verdict in ordered)
        notices += reminders(view)
    return Decision(on, ordered, tuple(notices))
