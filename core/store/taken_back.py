"""Taking a sent notice back: its apology, and what it had written about items and debtor."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from core.domain.model import (
    Automation,
    Charge,
    CreditorId,
    DebtorId,
    ItemId,
    NoticeId,
    NoticeKind,
    NoticeState,
)
from core.ports import ApologyDraft
from core.store import charges as charge_rows
from core.store import contacts
from core.store import tables as t
from core.store.base import Repo
from core.store.links import Links
from core.store.notice_rows import channels_out


class TakenBack(Repo):
    def __init__(self, connection: sa.Connection, links: Links) -> None:
        super().__init__(connection)
        self._links = links

    def add_apology(self, creditor: CreditorId, draft: ApologyDraft) -> NoticeId:
        """It belongs to the run of the notice that it takes back, and names it in ``scope``."""
        id_, old = self._ids(creditor, "notice")[0], draft.taken_back
        self._db.execute(
            sa.insert(t.notice),
            {
                "creditor_id": creditor,
                "id": id_,
                "run_id": old.run,
                "debtor_id": old.debtor,
                "kind": NoticeKind.APOLOGY.value,
                "currency": old.currency,
                "procedure": old.procedure,
                "procedure_version": old.procedure_version,
                "level": 0,
                "state": NoticeState.PROPOSED.value,
                "scope": str(old.id),
                "living": True,
                "automation": Automation.PROPOSE.value,
                "issue_date": draft.on,
                "total_minor": 0,
                "channels": channels_out(draft.channels),
            },
        )
        claims = [line for line in old.lines if line.level > 0]
        lines = [
            {
                "creditor_id": creditor,
                "notice_id": id_,
                "open_item_id": line.item,
                "position": position,
                "level": 0,
                "cycle": line.cycle,
                "living": False,
                "number": line.number,
                "kind": line.kind.value,
                "invoice_date": line.invoice_date,
                "due_date": line.due_date,
                "total_minor": line.total.minor,
                "outstanding_minor": 0,
            }
            for position, line in enumerate(claims)
        ]
        self._db.execute(sa.insert(t.notice_item), lines)
        return NoticeId(id_)

    def apologies(self, creditor: CreditorId, notice: NoticeId) -> list[NoticeId]:
        n = t.notice.c
        query = sa.select(n.id).where(
            n.creditor_id == creditor,
            n.kind == NoticeKind.APOLOGY.value,
            n.scope == str(notice),
        )
        return [NoticeId(id_) for id_ in self._db.execute(query.order_by(n.id)).scalars()]

    def set_level(self, creditor: CreditorId, item: ItemId, level: int, on: date | None) -> None:
        i = t.open_item.c
        self._db.execute(
            sa.update(t.open_item)
            .where(i.creditor_id == creditor, i.id == item)
            .values(level=level, last_notice_on=on)
        )

    def set_contact(
        self,
        creditor: CreditorId,
        debtor: DebtorId,
        taken: tuple[date | None, date | None],
        left: tuple[date | None, date | None],
    ) -> None:
        d = t.debtor.c
        own = self._links.among_group(creditor, d.id, debtor)
        contacts.take_back(self._db, sa.and_(d.creditor_id == creditor, own), taken, left)

    def record_word(self, creditor: CreditorId, debtor: DebtorId, on: date) -> None:
        contacts.note_word(self._db, creditor, debtor, on)

    def set_charge(
        self, creditor: CreditorId, charge: int, notice: NoticeId, to: Charge, on: date
    ) -> None:
        c = t.charge.c
        self._db.execute(
            sa.update(t.charge)
            .where(c.creditor_id == creditor, c.id == charge, c.state == charge_rows.OPEN)
            .values(
                amount_minor=to.amount.minor,
                notice_id=notice,
                basis=to.basis,
                since=to.until or on,
            )
        )
