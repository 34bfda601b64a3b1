"""Open items: table row -> model. Read by position: 100,000 rows are read in every run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from core.domain.model import (
    ConnectionId,
    DebtorId,
    ItemFacts,
    ItemId,
    ItemKind,
    ItemState,
    OpenItem,
    Pending,
    Reduction,
)
from core.domain.money import Money
from core.store import tables as t
from core.store.codec import Codec, dumps

_C = t.open_item.c
COLUMNS = (
    _C.id, _C.debtor_id, _C.connection_id, _C.external_id, _C.number, _C.kind, _C.invoice_date,
    _C.due_date, _C.currency, _C.total_minor, _C.outstanding_minor, _C.state, _C.level,
    _C.last_notice_on, _C.cycle, _C.start_level, _C.backlog, _C.direct_debit,
    _C.currency_unclear, _C.pending, _C.delivered_on,
    _C.own, _C.reductions, _C.charged_minor,
)  # fmt: skip
_OWN = Codec(ItemFacts)
_KINDS = {kind.value: kind for kind in ItemKind}
_STATES = {state.value: state for state in ItemState}
_PENDING = {pending.value: pending for pending in Pending}


def item_of(row: Sequence[Any]) -> OpenItem:
    """An item from :data:`COLUMNS`."""
    (
        id_, debtor, connection, external_id, number, kind, invoice_date, due_date, currency,
        total_minor, outstanding_minor, state, level, last_notice_on, cycle, start_level, backlog,
        direct_debit, currency_unclear, pending, delivered_on, own, reductions,
        charged_minor,
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
        delivered_on,
        None if own == "{}" else _OWN.loads(own),
        () if reductions == "[]" else _reductions_in(reductions),
        charged_minor,
    )


def _reductions_in(text: str) -> tuple[Reduction, ...]:
    return tuple(Reduction(date.fromisoformat(on), minor) for on, minor in json.loads(text))


def reductions_out(reductions: Sequence[Reduction]) -> str:
    """Changes of a claim as they are stored."""
    return dumps([(r.on.isoformat(), r.minor) for r in reductions]) if reductions else "[]"


def own_out(own: ItemFacts) -> str:
    """What a person said of an item as it is stored."""
    return _OWN.dumps(own)
