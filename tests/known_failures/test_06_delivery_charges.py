"""Known failures 4 and 6 in the sub-ledger: a charge is kept when its letter was posted, not
before, not twice, and not when no letter left (Tryton, Invoice Ninja #11380).

Guards: charges are kept in the transaction that writes the level, after the post or the mail
server has taken the notice (``deliver_record.record_sent``), a charge that is asked for again is
no second one (``store.charges.keep``), interest replaces its own earlier figure
(``store.charges._replaced``), a letter is posted once (``posted._refusal``), and a notice with a fee
leaves by post only (``deliver_recipient.fee_forbids``).
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from delivery_desk import MONDAY, TUESDAY

from core.domain.model import NoticeState
from core.errors import NotPrintable
from core.services.charges import settle_by_hand
from core.services.proposals import reject


@pytest.fixture
def office(charging_office):
    return charging_office


def kept(office):
    """The sub-ledger: (kind, amount, state) of each charge."""
    with office.app.store.read() as tx:
        rows = tx.charges.rows(office.id)
    return [(row.charge.kind, row.charge.amount.plain(), row.state) for row in rows]


INTEREST = ("default_interest", "3.44", "open")  # 20 days of 6.27 %
FEE = ("dunning_fee", "2.50", "open")


def test_nothing_is_kept_before_the_letter_was_posted(office):
    [notice] = office.propose_and_approve()
    assert office.notice(notice).total.plain() == "1005.94"
    assert kept(office) == []
    assert [o.outcome for o in office.send().outcomes] == ["printed"]
    assert kept(office) == []
    office.posted(notice)
    assert kept(office) == [INTEREST, FEE]


def test_posted_twice_and_sent_again_it_is_one_fee(office):
    [notice] = office.propose_and_approve()
    office.send()
    for _ in range(3):
        office.posted(notice)
        office.send()
        office.run()
    assert kept(office) == [INTEREST, FEE]


def test_runs_and_refreshed_proposals_leave_no_charge(office):
    for day in (MONDAY, MONDAY, TUESDAY):
        office.day(day)
        office.run()
    assert kept(office) == []


def test_a_rejected_notice_leaves_no_charge(office):
    [notice] = office.run().proposals
    reject(office.app, office.id, [notice], reason="Kulanz", until=None, by="erika", on=MONDAY)
    office.send()
    assert office.state(notice) is NoticeState.REJECTED
    assert kept(office) == []


def test_a_letter_that_is_withdrawn_leaves_no_charge(office):
    [notice] = office.propose_and_approve()
    office.send()
    office.hold("10001", "RE-1")
    office.day(TUESDAY)
    assert [o.outcome for o in office.send().outcomes] == ["withdrawn"]
    assert office.state(notice) is NoticeState.WITHDRAWN
    assert kept(office) == []


def test_a_letter_that_cannot_be_printed_leaves_no_charge(office):
    [notice] = office.propose_and_approve()
    office.composed.outbox.parent.mkdir(parents=True, exist_ok=True)
    office.composed.outbox.write_text("no folder can be made here")
    assert [o.outcome for o in office.send().outcomes] == ["failed"]
    assert office.state(notice) is NoticeState.APPROVED
    assert kept(office) == []


def test_with_a_fee_it_does_not_leave_by_mail(office):
    """Approved as a letter with a fee; it cannot be printed, and a mail carries no fee."""
    office.debtor("10001", email="kunde@beispiel.example")
    [notice] = office.propose_and_approve()
    assert office.notice(notice).total.plain() == "1005.94"

    class Outbox:
        def __getattr__(self, name):
            return getattr(office.app.letters, name)

        def put(self, creditor, name, pdf, before):
            raise NotPrintable("kaputt", en="broken")

    assert [o.outcome for o in office.send(replace(office.app, letters=Outbox())).outcomes] == [
        "failed"
    ]
    assert office.mailbox.count() == 0
    assert office.state(notice) is NoticeState.HELD
    assert kept(office) == []


def test_the_second_letter_asks_for_the_first_fee_again_and_keeps_it_once(office):
    [first] = office.propose_and_approve()
    office.send()
    office.posted(first)
    later = MONDAY + timedelta(days=28)
    office.day(later)
    [second] = office.propose_and_approve()
    fees = [c for c in office.notice(second).charges if c.kind == "dunning_fee"]
    assert [(c.amount.plain(), c.earlier is None) for c in fees] == [
        ("2.50", True),
        ("2.50", False),
    ]
    assert [o.outcome for o in office.send().outcomes] == ["printed"]
    assert [o.outcome for o in office.posted(second)] == ["sent"]
    # Interest of 48 days in place of that of 20, and two letters with a fee each.
    assert kept(office) == [("default_interest", "8.25", "open"), FEE, FEE]


def test_the_lump_sum_of_a_claim_is_kept_once_in_two_letters(office):
    with office.app.store.write() as tx:
        overrides = {"type": "business", "terms": "date"}
        tx.debtors.save_overrides(office.id, office.debtors["10001"], overrides)
    for day in (MONDAY, MONDAY + timedelta(days=28)):
        office.day(day)
        [notice] = office.propose_and_approve()
        lump = [c for c in office.notice(notice).charges if c.kind == "lump_sum"]
        assert [c.amount.plain() for c in lump] == ["40.00"]
        office.send()
        office.posted(notice)
        office.run()
    kinds = [kind for kind, _, _ in kept(office)]
    assert sorted(kinds) == ["default_interest", "lump_sum"]


def test_a_letter_that_brings_default_about_keeps_nothing(office):
    with office.app.store.write() as tx:
        overrides = {"type": "consumer", "terms": "no"}
        tx.debtors.save_overrides(office.id, office.debtors["10001"], overrides)
    [notice] = office.propose_and_approve()
    office.send()
    office.posted(notice)
    assert office.item("RE-1").level == 1
    assert kept(office) == []


@pytest.mark.parametrize("state", ["paid", "waived"])
def test_a_lump_sum_that_was_settled_never_comes_back(office, state):
    with office.app.store.write() as tx:
        overrides = {"type": "business", "terms": "date"}
        tx.debtors.save_overrides(office.id, office.debtors["10001"], overrides)
    [first] = office.propose_and_approve()
    office.send()
    office.posted(first)
    with office.app.store.read() as tx:
        [lump] = [r.charge.id for r in tx.charges.rows(office.id) if r.charge.kind == "lump_sum"]
    settle_by_hand(office.app, office.id, [lump], state, reason="Kulanz", by="erika", on=MONDAY)
    office.day(MONDAY + timedelta(days=28))
    [second] = office.run().proposals
    assert "lump_sum" not in {c.kind for c in office.notice(second).charges}
