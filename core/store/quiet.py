"""Debtors with nothing to decide: every claim is certain and not due yet.

Most items of most books are not due on most days. Their verdict needs four columns, not an
account: a run over 100,000 items of which 1 % are late costs a fraction of a full one.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

import sqlalchemy as sa

from core.domain.model import CreditorId, DebtorId, HoldKind, ItemKind, ItemState, Role
from core.ports import QuietItem
from core.store import tables as t
from core.store.base import Repo
from core.store.links import Links

_I, _D, _C, _H = t.open_item.c, t.debtor.c, t.connection.c, t.hold.c
# A claim that is certain; everything else is for `decide` to look at.
_CERTAIN_STATES = (ItemState.OPEN.value, ItemState.PARTLY_PAID.value)
_CLAIM_KINDS = (ItemKind.INVOICE.value, ItemKind.OTHER.value)


class Quiet(Repo):
    """Both answers partition the open items; ask for them in one transaction. Who is linked is
    never quiet: what one of them owes decides what is said to all.
    """

    def __init__(self, connection: sa.Connection, links: Links) -> None:
        super().__init__(connection)
        self._links = links

    def restless(self, creditor: CreditorId, on: date, lead_days: int | None = 0) -> list[DebtorId]:
        """Debtors with an open item that `decide` must look at on that day, ascending; of linked
        ones the head.

        ``lead_days``: so many days before its due date an item can get a note already; None: look
        at everybody.
        """
        found = self._db.execute(self._restless(creditor, on, lead_days).order_by("debtor_id"))
        ids = [DebtorId(row[0]) for row in found]
        heads = self._links.heads(creditor)
        return sorted({heads.get(id_, id_) for id_ in ids}) if heads else ids

    def items(self, creditor: CreditorId, on: date, lead_days: int | None = 0) -> list[QuietItem]:
        """All open items of the other debtors, by debtor and id."""
        if lead_days is None:
            return []
        restless = self._restless(creditor, on, lead_days).subquery()
        query = (
            sa.select(
                _I.id.label("item"),
                _I.connection_id.label("connection"),
                _I.number,
                _I.external_id,
                _I.level,
                _I.due_date,
            )
            .where(
                _I.creditor_id == creditor,
                _I.outstanding_minor != 0,
                _I.debtor_id.not_in(sa.select(restless.c.debtor_id)),
            )
            .order_by(_I.debtor_id, _I.id)
        )
        # Rows answer to the same names and positions; making tuples of them costs as much again.
        return cast("list[QuietItem]", self._db.execute(query).all())

    def _restless(self, creditor: CreditorId, on: date, lead_days: int | None) -> sa.Select[int]:
        restless: sa.ColumnElement[bool] = sa.true()
        if lead_days is not None:
            restless = self._late_or_doubtful(creditor, on, lead_days)
        return (
            sa.select(_I.debtor_id.label("debtor_id"))
            .where(_I.creditor_id == creditor, _I.outstanding_minor != 0, restless)
            .distinct()
        )

    def _late_or_doubtful(
        self, creditor: CreditorId, on: date, lead_days: int
    ) -> sa.ColumnElement[bool]:
        # Without notes before due the due day itself is quiet: it is not late.
        first_quiet = on + timedelta(days=lead_days + 1) if lead_days else on
        leading = sa.select(_C.id).where(_C.creditor_id == creditor, _C.role == Role.LEADING.value)
        planned = sa.select(_H.debtor_id).where(
            _H.creditor_id == creditor,
            _H.kind == HoldKind.INSTALMENT_PLAN.value,
            _H.released_on.is_(None),
        )
        linked = [_I.debtor_id.in_(self._links.grouped(creditor))]
        return sa.or_(
            *(linked if self._links.heads(creditor) else ()),
            _I.outstanding_minor < 0,
            _I.due_date.is_(None),
            _I.due_date < first_quiet,
            _I.state.not_in(_CERTAIN_STATES),
            _I.kind.not_in(_CLAIM_KINDS),
            _I.currency_unclear,
            _I.connection_id.not_in(leading),
            # Which procedure applies decides when the first level comes.
            _I.debtor_id.in_(
                sa.select(_D.id).where(
                    _D.creditor_id == creditor, _D.overrides.contains('"procedure"')
                )
            ),
            # An instalment, and its note, may come before the due date of the invoice.
            _I.debtor_id.in_(planned),
        )
