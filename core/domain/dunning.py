"""The heart: what to say to one debtor today, and why, for every open item (architecture §4.2-6).

Pure: the day is an argument, and the same account, procedure, day and calendar always give the
same decision. Nothing is silent: every item gets a verdict with a reason.
"""

from __future__ import annotations

from datetime import date

from core.domain.business_days import Calendar
from core.domain.decision import Decision, Verdict
from core.domain.dunning_account import AccountView
from core.domain.dunning_item import examine
from core.domain.dunning_notice import Claim, plan
from core.domain.model import Account, ItemId
from core.domain.procedure import DunningProcedure


def decide(account: Account, procedure: DunningProcedure, on: date, calendar: Calendar) -> Decision:
    """Verdicts for all items of ``account`` (by id) and the notices to propose on that day.

    ``account`` holds every item of the debtor, credits included, and the holds that have ended
    as well as those that are active. Each item gets at most one level per call, whatever time
    has passed. Notices come by currency, letters before hand-over tasks.
    """
    view = AccountView(account, procedure, on, calendar)
    verdicts: dict[ItemId, Verdict] = {}
    claims: list[Claim] = []
    for item in view.items:
        found = examine(item, view)
        if isinstance(found, Verdict):
            verdicts[item.id] = found
        else:
            claims.append((item, found))
    if not claims:
        return Decision(on, tuple(verdicts.values()), ())
    notices, planned = plan(claims, view)
    verdicts |= planned
    ordered = tuple(verdicts[item.id] for item in view.items)
    return Decision(on, ordered, tuple(notices))
