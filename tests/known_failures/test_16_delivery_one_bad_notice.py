"""Known failure 16: one bad record stops everybody, or stops in silence (Invoice Ninja #8665).

Guard: every notice is delivered by itself; what breaks becomes its own outcome, with the reason.
"""

from dataclasses import replace
from datetime import date

import pytest

from core.domain.model import NoticeState


class Breaks:
    """A renderer or mail channel that cannot bear one debtor."""

    def __init__(self, real):
        self._real = real

    def letter(self, context):
        if context.debtor.name == "Böse AG":
            raise ZeroDivisionError("kaputt")
        return self._real.letter(context)

    def send(self, creditor, message, before_data):
        if "boese@beispiel.example" in message.recipients:
            raise MemoryError("kaputt")
        return self._real.send(creditor, message, before_data)

    def __getattr__(self, name):
        return getattr(self._real, name)


@pytest.mark.parametrize("part", ["renderer", "mail"])
def test_the_one_in_the_middle_breaks_and_its_neighbours_leave(office, part):
    office.debtor("10002", "Böse AG", email="boese@beispiel.example")
    office.owes("10002", "RE-2", "200.00", date(2026, 2, 10))
    office.debtor("10003", "Gute AG", email="gute@beispiel.example")
    office.owes("10003", "RE-3", "300.00", date(2026, 2, 10))
    first, bad, last = office.propose_and_approve()
    app = replace(office.app, **{part: Breaks(getattr(office.app, part))})
    outcomes = {o.proposal: o for o in office.send(app).outcomes}
    assert [outcomes[n].outcome for n in (first, bad, last)] == ["sent", "failed", "sent"]
    assert "kaputt" in outcomes[bad].reason
    assert office.state(bad) is NoticeState.APPROVED
    # Mended, it leaves, and the others do not leave again.
    assert [o.proposal for o in office.send().outcomes] == [bad]
    assert sorted(office.mailbox.message_ids().values()) == [1, 1, 1]


def test_a_customer_whose_procedure_cannot_be_read_stops_nobody_else(office):
    office.debtor("10002", "Verstellt AG")
    office.owes("10002", "RE-2", "200.00", date(2026, 2, 10))
    office.debtor("10003", "Gute AG", email="gute@beispiel.example")
    office.owes("10003", "RE-3", "300.00", date(2026, 2, 10))
    first, bad, last = office.propose_and_approve()
    with office.app.store.write() as tx:
        tx.debtors.save_overrides(
            office.id, office.debtors["10002"], {"procedure": "gibt-es-nicht"}
        )
    outcomes = {o.proposal: o for o in office.send().outcomes}
    assert [outcomes[n].outcome for n in (first, bad, last)] == ["sent", "failed", "sent"]
    assert "gibt-es-nicht" in outcomes[bad].reason
