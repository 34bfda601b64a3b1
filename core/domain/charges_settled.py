"""What of a kept charge is owed when its principal is paid, by what is known then.

Money may have come before default, or the debtor may turn out to be a consumer: then the charge
was never owed, and nothing of it may be chased.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from core.domain.agreement import outstanding_at
from core.domain.charges import FEE, INTEREST, carries_lump, fee_owed
from core.domain.claim_law import LawView, settled_until
from core.domain.model import Account, OpenCharge, OpenItem
from core.domain.money import Money

_DAY = timedelta(days=1)


def owed_of_paid(
    charge: OpenCharge, claims: Sequence[OpenItem], account: Account, view: LawView
) -> Money:
    """What is owed of ``charge``, at most its amount.

    ``claims`` are the one it belongs to, or those of its notice; ``view`` looks at the account on
    the day the charge was demanded for.
    """
    late = [item for item in claims if _was_late(item, view)]
    zero = Money.zero(charge.amount.currency)
    if not late:
        return zero
    if charge.kind == FEE:
        return fee_owed(charge.amount, late, view)
    (item,) = late
    if charge.kind != INTEREST:
        return charge.amount if carries_lump(item, view) else zero
    if not item.reductions or item.due_date is None:
        return charge.amount  # nobody knows when the money came
    accrued = view.interest(item, (), settled_until(account, item.id))
    return charge.amount if accrued is None else min(charge.amount, accrued.total)


def _was_late(item: OpenItem, view: LawView) -> bool:
    """In default on the day, and not paid before that began; by day, as far as it is known.

    An invoice that was paid twice is money of the debtor in the books, without a due date: what
    the notice said of it stands.
    """
    if item.due_date is None:
        return True
    since = view.default(item).since
    if since is None or since > view.on:
        return False
    if not item.reductions:
        return True
    open_ = outstanding_at([item], since - _DAY, item.outstanding.currency)
    return open_.minor > 0
