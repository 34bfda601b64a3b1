"""Notices: table rows <-> model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from core.domain.charges import INTEREST
from core.domain.model import (
    Automation,
    Charge,
    DebtorId,
    ItemId,
    ItemKind,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeLine,
    NoticeState,
    RunId,
)
from core.domain.money import Money
from core.store import tables as t
from core.store.codec import Codec, dumps

_N, _L = t.notice.c, t.notice_item.c
COLUMNS = (
    _N.id, _N.run_id, _N.debtor_id, _N.kind, _N.currency, _N.procedure, _N.procedure_version,
    _N.level, _N.charges, _N.total_minor, _N.channels, _N.automation, _N.issue_date, _N.deadline,
    _N.state, _N.reason, _N.approved_hash, _N.approved_by, _N.approved_on, _N.printed_on,
    _N.sent_on, _N.channel, _N.document, _N.scope,
)  # fmt: skip
LINE_COLUMNS = (
    _L.notice_id, _L.open_item_id, _L.number, _L.kind, _L.invoice_date, _L.due_date,
    _L.total_minor, _L.outstanding_minor, _L.level, _L.cycle, _L.default_since, _L.default_rule,
    _L.counts_as_mahnung, _L.disputed_minor,
)  # fmt: skip
_CHARGE = Codec(Charge)
_KINDS = {kind.value: kind for kind in ItemKind}


@lru_cache(maxsize=256)
def channels_out(channels: tuple[str, ...]) -> str:
    return dumps(list(channels))


@lru_cache(maxsize=256)
def _channels_in(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def charges_out(charges: Sequence[Charge]) -> str:
    return dumps([_CHARGE.encode(charge) for charge in charges]) if charges else "[]"


def charges_in(text: str) -> tuple[Charge, ...]:
    return () if text == "[]" else tuple(_CHARGE.decode(data) for data in json.loads(text))


def fixed_charges(charges: Sequence[Charge]) -> tuple[object, ...]:
    """What does not grow from day to day: of interest only that there is some, and on what."""
    return tuple(
        (c.kind, c.item, c.demanded, c.earlier, c.basis)
        if c.kind == INTEREST
        else (c.kind, c.item, c.demanded, c.earlier, c.basis, c.amount.minor)
        for c in charges
    )


def line_of(row: Sequence[Any], currency: str) -> NoticeLine:
    """A line from :data:`LINE_COLUMNS`."""
    (
        _, item, number, kind, invoice_date, due_date, total, outstanding, level, cycle,
        default_since, default_rule, counts, disputed,
    ) = row  # fmt: skip
    return NoticeLine(
        ItemId(item),
        number,
        _KINDS[kind],
        invoice_date,
        due_date,
        Money.from_minor(total, currency),
        Money.from_minor(outstanding, currency),
        level,
        cycle,
        default_since,
        default_rule,
        counts,
        None if disputed is None else Money.from_minor(disputed, currency),
    )


def notice_of(row: Sequence[Any], lines: Sequence[Sequence[Any]]) -> Notice:
    """A notice from :data:`COLUMNS` and its rows of :data:`LINE_COLUMNS` in order."""
    (
        id_, run, debtor, kind, currency, procedure, version, level, charges, total, channels,
        automation, issue_date, deadline, state, reason, approved_hash, approved_by, approved_on,
        printed_on, sent_on, channel, document, scope,
    ) = row  # fmt: skip
    return Notice(
        id=NoticeId(id_),
        run=RunId(run),
        debtor=DebtorId(debtor),
        kind=NoticeKind(kind),
        currency=currency,
        procedure=procedure,
        procedure_version=version,
        level=level,
        lines=tuple(line_of(line, currency) for line in lines),
        charges=charges_in(charges),
        total=Money.from_minor(total, currency),
        channels=_channels_in(channels),
        automation=Automation(automation),
        issue_date=issue_date,
        deadline=deadline,
        state=NoticeState(state),
        reason=reason,
        approved_hash=approved_hash,
        approved_by=approved_by,
        approved_on=approved_on,
        printed_on=printed_on,
        sent_on=sent_on,
        channel=channel,
        document=document,
        scope=scope,
    )
