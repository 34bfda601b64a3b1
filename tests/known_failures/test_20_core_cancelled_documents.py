"""Known failure 20: cancelled or draft documents are dunned (OCA #110).

Guard: only what is certainly open is a claim; cancelled, written off, settled and unknown are
not, nor are charges that others booked and requests for a down payment
(``dunning_item._no_claim``, ``dunning_account.is_claim_kind``).
"""

from __future__ import annotations

import pytest
from core_account import account, after_due, dunned, invoice, on, verdict

from core.domain.model import ItemKind, ItemState
from core.domain.reasons import Reason

LATE = after_due(30)


@pytest.mark.parametrize("state", ItemState)
def test_only_open_states_are_dunned(state: ItemState) -> None:
    decision = on(LATE, account(invoice(1, state=state), invoice(2)))
    open_ = state in (ItemState.OPEN, ItemState.PARTLY_PAID)
    assert dunned(decision) == ({1: 1, 2: 1} if open_ else {2: 1})


def test_an_unknown_state_is_reported_as_that() -> None:
    found = verdict(on(LATE, account(invoice(state=ItemState.UNKNOWN))))
    assert found.reason is Reason.STATE_UNKNOWN


@pytest.mark.parametrize("kind", ItemKind)
def test_only_invoices_other_debits_and_charges_that_are_left_are_dunned(kind: ItemKind) -> None:
    decision = on(LATE, account(invoice(1, kind=kind)))
    claims = (ItemKind.INVOICE, ItemKind.OTHER, ItemKind.CHARGE_RESIDUAL)
    assert bool(dunned(decision)) == (kind in claims)
