"""The test letter of the doctor: one invented item, typeset and thrown away."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from core.domain.model import (
    Address,
    Automation,
    ConnectionId,
    Creditor,
    Debtor,
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
from core.ports import LetterContext


def sample_letter(creditor: Creditor, on: date) -> LetterContext:
    amount = Money(Decimal("119.00"), "EUR")
    due = on - timedelta(days=20)
    line = NoticeLine(
        ItemId(1), "RE-1", ItemKind.INVOICE, due - timedelta(days=14), due, amount, amount, 1, 1
    )
    address = Address("Muster GmbH", (), "Musterweg 1", "12345", "Musterstadt")
    notice = Notice(
        id=NoticeId(1),
        run=RunId(1),
        debtor=DebtorId(1),
        kind=NoticeKind.NOTICE,
        currency="EUR",
        procedure=creditor.profile.procedure,
        procedure_version="",
        level=1,
        lines=(line,),
        charges=(),
        total=amount,
        channels=("letter",),
        automation=Automation.PROPOSE,
        issue_date=on,
        deadline=on + timedelta(days=14),
        state=NoticeState.PROPOSED,
    )
    debtor = Debtor(DebtorId(1), ConnectionId(1), "10000", "Muster GmbH", address)
    return LetterContext(creditor, debtor, notice, text="reminder", test_mode=True)
