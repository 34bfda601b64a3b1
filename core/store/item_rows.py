"""Open items: table row -> model. Read by position: 100,000 rows are read in every run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.domain.model import ConnectionId, DebtorId, ItemId, ItemKind, ItemState, OpenItem, Pending
from core.domain.money import Money
from core.store import tables as t

_C = t.open_item.c
COLUMNS = (
    _C.id, _C.debtor_id, _C.connection_id, _C.external_id, _C.number, _C.kind, _C.invoice_date,
    _C.due_date, _C.currency, _C.total_minor, _C.outstanding_minor, _C.state, _C.level,
    _C.last_notice_on, _C.cycle, _C.start_level, _C.backlog, _C.direct_debit,
    _C.currency_unclear, _C.pending,
)  # fmt: skip
_KINDS = {kind.value: kind for kind in ItemKind}
_STATES = {state.value: state for state in ItemState}
_PENDING = {pending.value: pending for pending in Pending}


def item_of(row: Sequence[Any]) -> OpenItem:
    """An item from :data:`COLUMNS`."""
    (
        id_, debtor, connection, external_id, number, kind, invoice_date, due_date, currency,
        total_minor, outstanding_minor, state, level, last_notice_on, cycle, start_level, backlog,
        direct_debit, currency_unclear, pending,
    ) = row  # fmt: skip
    total = Money.from_minor(total_minor, currency)
    same = total_minor == outstanding_minor  # mostly; saves a Decimal for each item
    return OpenItem(
        ItemId(id_),
        DebtorId(debtor),
        ConnectionId(connection),
        external_id,
        number,
        _KINDS[kind],
        invoice_date,
        due_date,
        total,
        total if same else Money.from_minor(outstanding_minor, currency),
        _STATES[state],
        level,
        last_notice_on,
        cycle,
        start_level,
        backlog,
        direct_debit,
        currency_unclear,
        _PENDING[pending],
    )
