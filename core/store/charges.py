"""The sub-ledger of charges: what notices demanded and a procedure keeps (architecture §4.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.domain.model import (
    Charge,
    CreditorId,
    DebtorId,
    ItemId,
    ItemKind,
    ItemState,
    NoticeId,
    OpenCharge,
)
from core.domain.money import Money
from core.ports import ChargeRow
from core.store import tables as t
from core.store.base import Repo
from core.store.codec import dumps
from core.store.links import Links

_C, _I = t.charge.c, t.open_item.c
OPEN, PAID, WAIVED, RESIDUAL = "open", "paid", "waived", "residual"
WITHDRAWN = "withdrawn"  # its notice was taken back, or never arrived: nobody owed it
COLUMNS = (
    _C.id, _C.kind, _C.open_item_id, _C.notice_id, _C.amount_minor, _C.currency, _C.basis,
    _C.since, _C.state,
)  # fmt: skip


def open_charge_of(row: Sequence[Any]) -> OpenCharge:
    """A charge from :data:`COLUMNS`."""
    id_, kind, item, notice, minor, currency, basis, since, state = row
    return OpenCharge(
        id_,
        kind,
        None if item is None else ItemId(item),
        NoticeId(notice),
        Money.from_minor(minor, currency),
        basis,
        since,
        paid=state != OPEN,
        waived=state == WAIVED,
    )


class Charges(Repo):
    def __init__(self, connection: sa.Connection, links: Links) -> None:
        super().__init__(connection)
        self._links = links

    def keep(
        self,
        creditor: CreditorId,
        debtor: DebtorId,
        notice: NoticeId,
        charges: Sequence[Charge],
        mode: str,
        on: date,
    ) -> None:
        """Keeps the new demanded charges of a notice that left; interest replaces its earlier
        figure, everything else is kept once.
        """
        for charge in charges:
            if not charge.demanded or charge.earlier is not None:
                continue
            if not charge.amount.minor:
                continue  # interest that runs at a rate nobody knows yet
            if charge.item is not None and self._replaced(creditor, charge, notice, on):
                continue
            self._db.execute(
                sa.insert(t.charge),
                {
                    "creditor_id": creditor,
                    "id": self._ids(creditor, "charge")[0],
                    "debtor_id": debtor,
                    "notice_id": notice,
                    "open_item_id": charge.item,
                    "kind": charge.kind,
                    "currency": charge.amount.currency,
                    "amount_minor": charge.amount.minor,
                    "basis": charge.basis,
                    "mode": mode,
                    "since": charge.until or on,
                    "state": OPEN,
                },
            )

    def _replaced(self, creditor: CreditorId, charge: Charge, notice: NoticeId, on: date) -> bool:
        done = self._db.execute(
            sa.update(t.charge)
            .where(
                _C.creditor_id == creditor,
                _C.open_item_id == charge.item,
                _C.kind == charge.kind,
                _C.state == OPEN,
            )
            .values(
                amount_minor=charge.amount.minor,
                notice_id=notice,
                basis=charge.basis,
                since=charge.until or on,
            )
        )
        return bool(done.rowcount)

    def rows(
        self, creditor: CreditorId, debtor: DebtorId | None = None, *, settled: bool = True
    ) -> list[ChargeRow]:
        query = (
            sa.select(
                *COLUMNS, _C.debtor_id, _C.mode, _C.settled_on, _C.settled_by, _I.number,
                _I.outstanding_minor,
                _I.state, _C.residual_id, _I.invoice_date, _I.delivered_on,
            )
            .select_from(
                t.charge.outerjoin(
                    t.open_item,
                    sa.and_(_I.creditor_id == _C.creditor_id, _I.id == _C.open_item_id),
                )
            )
            .where(_C.creditor_id == creditor)
            .order_by(_C.id)
        )  # fmt: skip
        if debtor is not None:
            query = query.where(self._links.among_group(creditor, _C.debtor_id, debtor))
        if not settled:
            query = query.where(_C.state.in_((OPEN, RESIDUAL)))
        return [
            ChargeRow(
                open_charge_of(row[:9]),
                row[8],
                DebtorId(row[9]),
                row[10],
                row[11],
                row[12],
                row[13] or "",
                row[15] or "",
                principal_open=row[14] is not None and row[14] > 0,
                residual=None if row[16] is None else ItemId(row[16]),
                arisen=min(filter(None, row[17:19]), default=None),
            )
            for row in self._db.execute(query).all()
        ]

    def settle(
        self, creditor: CreditorId, charge: int, state: str, on: date | None, by: str
    ) -> bool:
        """Ends an open charge, or one that is chased as a residual; False when there is none."""
        own = sa.and_(_C.creditor_id == creditor, _C.id == charge)
        query = sa.select(_C.residual_id, _C.amount_minor).where(
            own, _C.state.in_((OPEN, RESIDUAL))
        )
        row = self._db.execute(query.with_for_update()).first()
        if row is None:
            return False
        self._db.execute(
            sa.update(t.charge).where(own).values(state=state, settled_on=on, settled_by=by)
        )
        if row[0] is not None:
            self._reduce(creditor, row[0], row[1], on)
        return True

    def move(self, creditor: CreditorId, charge: int, item: ItemId, debtor: DebtorId) -> None:
        own = sa.and_(_C.creditor_id == creditor, _C.id == charge)
        self._db.execute(sa.update(t.charge).where(own).values(open_item_id=item, debtor_id=debtor))

    def reduce(self, creditor: CreditorId, charge: int, minor: int) -> None:
        own = sa.and_(_C.creditor_id == creditor, _C.id == charge, _C.state == OPEN)
        self._db.execute(sa.update(t.charge).where(own).values(amount_minor=minor))

    def _reduce(self, creditor: CreditorId, item: int, minor: int, on: date | None) -> None:
        own = sa.and_(_I.creditor_id == creditor, _I.id == item)
        left = self._db.execute(sa.select(_I.outstanding_minor).where(own)).scalar_one() - minor
        settled = {"state": ItemState.SETTLED.value, "settled_on": on}
        values = settled if left <= 0 else {"state": ItemState.PARTLY_PAID.value}
        self._db.execute(
            sa.update(t.open_item).where(own).values(outstanding_minor=max(left, 0), **values)
        )

    def notice_states(self, creditor: CreditorId, notice: NoticeId) -> dict[str, bool]:
        c = t.notice_item.c
        query = (
            sa.select(_I.state, _I.outstanding_minor)
            .join(t.notice_item, sa.and_(c.creditor_id == _I.creditor_id, c.open_item_id == _I.id))
            .where(c.creditor_id == creditor, c.notice_id == notice, c.level > 0)
        )
        found: dict[str, bool] = {}
        for state, outstanding in self._db.execute(query):
            found[state] = found.get(state, False) or outstanding > 0
        return found

    def chase(
        self,
        creditor: CreditorId,
        debtor: DebtorId,
        notice: NoticeId,
        charges: Sequence[int],
        number: str,
        total: Money,
        on: date,
        arisen: date | None = None,
    ) -> ItemId:
        """An item of our own, due at once; no import knows or changes it.

        Of linked debtors it is his whose claim it comes from, and a fee is the head's.
        """
        owner, connection = self._owner(creditor, debtor, charges)
        id_ = self._ids(creditor, "open_item")[0]
        self._db.execute(
            sa.insert(t.open_item),
            {
                "creditor_id": creditor,
                "id": id_,
                "connection_id": connection,
                "debtor_id": owner,
                "kind": ItemKind.CHARGE_RESIDUAL.value,
                "external_id": f"charges:{min(charges)}",
                "number": number,
                "invoice_date": on,
                "due_date": on,
                "delivered_on": arisen,
                "currency": total.currency,
                "total_minor": total.minor,
                "outstanding_minor": total.minor,
                "state": ItemState.OPEN.value,
                "facts": dumps({"notice": str(notice), "due_rule": "residual"}),
            },
        )
        self._db.execute(
            sa.update(t.charge)
            .where(_C.creditor_id == creditor, self._among(_C.id, list(charges)))
            .values(state=RESIDUAL, residual_id=id_)
        )
        return ItemId(id_)

    def _owner(
        self, creditor: CreditorId, debtor: DebtorId, charges: Sequence[int]
    ) -> tuple[int, int]:
        """Debtor and connection of the claim that the charges hang on, else of the debtor."""
        claims = (
            sa.select(_I.debtor_id, _I.connection_id)
            .join(t.charge, sa.and_(_C.creditor_id == _I.creditor_id, _C.open_item_id == _I.id))
            .where(_I.creditor_id == creditor, self._among(_C.id, list(charges)))
            .order_by(_I.id)
        )
        found = self._db.execute(claims).first()
        if found is None:
            d = t.debtor.c
            own = sa.select(d.id, d.connection_id).where(d.creditor_id == creditor, d.id == debtor)
            found = self._db.execute(own).one()
        return found[0], found[1]
