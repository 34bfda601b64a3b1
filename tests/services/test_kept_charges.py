"""The sub-ledger of charges: kept when a notice leaves, demanded again once, and what is left."""

from __future__ import annotations

from datetime import date

import pytest
from charges_desk import asked, charges_office
from delivery_desk import TUESDAY, WEDNESDAY

from core.domain.model import ItemState, NoticeState
from core.errors import UsageError
from core.services.charges import PAID, WAIVED, settle_by_hand
from core.services.creditors import go_live

APRIL = date(2026, 4, 13)  # 62 days of default: 10.65 EUR of a consumer, 17.44 of a business
FEE, INTEREST, LUMP_SUM = "dunning_fee", "default_interest", "lump_sum"


@pytest.fixture
def office(tmp_path):
    with charges_office(tmp_path) as made:
        made.owing()
        yield made


def settle(office, ids, state, reason=""):
    return settle_by_hand(
        office.app, office.id, ids, state, reason=reason, by="erika", on=office.clock.day
    )


def test_a_charge_is_kept_when_its_letter_is_posted_and_not_before(office):
    (notice,) = office.propose_and_approve()
    office.send()
    assert office.state(notice) is NoticeState.PRINTED
    assert office.kept() == []
    office.day(TUESDAY)
    office.posted(notice)
    assert asked(office.notice(notice)) == [(INTEREST, "3.44", False), (FEE, "2.50", False)]
    assert office.kept() == [(1, INTEREST, "3.44", "open"), (2, FEE, "2.50", "open")]
    assert office.notice(notice).total.plain() == "1005.94"


def test_the_next_letter_demands_them_again_and_nothing_twice(office):
    office.letter()
    office.day(APRIL)
    second = office.letter(posted_on=APRIL)
    assert asked(second) == [
        (INTEREST, "10.65", False),
        (FEE, "2.50", False),
        (FEE, "2.50", True),
    ]
    # Interest by its newest figure, the first fee once, and the fee of the second letter.
    assert office.kept() == [
        (1, INTEREST, "10.65", "open"),
        (2, FEE, "2.50", "open"),
        (3, FEE, "2.50", "open"),
    ]


def test_a_mail_carries_no_fee_and_keeps_none(tmp_path):
    with charges_office(tmp_path, channels='["email", "letter"]') as office:
        office.owing(email="kunde@beispiel.example")
        (notice,) = office.propose_and_approve()
        assert [o.outcome for o in office.send().outcomes] == ["sent"]
        assert asked(office.notice(notice)) == [(INTEREST, "3.44", False)]
        assert office.kept() == [(1, INTEREST, "3.44", "open")]


def test_a_letter_in_place_of_a_mail_adds_no_fee(tmp_path):
    with charges_office(tmp_path, channels='["email", "letter"]') as office:
        office.owing(email="kunde@beispiel.example")
        (notice,) = office.propose_and_approve()
        office.mailbox.behaviour.refuse["kunde@beispiel.example"] = "550 unknown"
        assert [o.outcome for o in office.send().outcomes] == ["printed"]
        office.posted(notice)
        assert asked(office.notice(notice)) == [(INTEREST, "3.44", False)]
        assert office.kept() == [(1, INTEREST, "3.44", "open")]


def test_a_business_owes_the_lump_sum_once_and_no_fee_beside_it(tmp_path):
    with charges_office(tmp_path) as office:
        office.owing(type_="business")
        assert asked(office.letter()) == [(INTEREST, "5.63", False), (LUMP_SUM, "40.00", False)]
        office.day(APRIL)
        second = office.letter(posted_on=APRIL)
        assert asked(second) == [(INTEREST, "17.44", False), (LUMP_SUM, "40.00", True)]
        assert office.kept() == [(1, INTEREST, "17.44", "open"), (2, LUMP_SUM, "40.00", "open")]


def test_what_was_waived_is_not_asked_for_again(tmp_path):
    with charges_office(tmp_path) as office:
        office.owing(type_="business")
        office.letter()
        waived = settle(office, [1, 2], WAIVED, "Kulanz")
        assert waived is not None
        assert waived.plain() == "45.63"
        office.day(APRIL)
        (proposal,) = office.run().proposals
        # Interest from 3 March on, 42 days; no lump sum; a fee instead, which nothing takes away.
        assert asked(office.notice(proposal)) == [(INTEREST, "11.82", False), (FEE, "5.00", False)]


def test_what_was_paid_is_set_off_and_interest_runs_on_from_the_day_after(office):
    office.letter()
    settle(office, [1, 2], PAID)
    assert office.kept() == []
    office.day(APRIL)
    (proposal,) = office.run().proposals
    assert asked(office.notice(proposal)) == [(INTEREST, "7.21", False), (FEE, "2.50", False)]


# --- when the principal is paid --------------------------------------------------------------------


def test_what_is_left_becomes_an_open_item_that_no_import_knows(tmp_path, store):
    with charges_office(tmp_path, store=store) as office:
        office.owing()
        first = office.letter()
        office.paid("10001", "RE-1")
        office.day(WEDNESDAY)
        office.run()
        # Interest belongs to the invoice, the fee to its notice.
        assert office.residuals() == {"RE-1": "3.44", f"M-{first.id}": "2.50"}
        assert [state for *_, state in office.kept()] == ["residual", "residual"]
        assert office.run().proposals == []
        assert office.residuals() == {"RE-1": "3.44", f"M-{first.id}": "2.50"}
        # The next import lists neither; they stay, and so does what is said of them.
        office.owes("10001", "RE-2", "50.00", date(2026, 4, 1))
        assert office.residuals() == {"RE-1": "3.44", f"M-{first.id}": "2.50"}
        # Dunned like any other, ten days after it fell due; without charges of its own.
        office.day(date(2026, 3, 25))
        (proposal,) = office.run().proposals
        notice = office.notice(proposal)
        assert [(line.number, line.level) for line in notice.lines] == [
            (f"M-{first.id}", 1),
            ("RE-1", 1),
        ]
        assert (notice.charges, notice.total.plain()) == ((), "5.94")
        assert office.audit_is_fine()


def test_paying_and_waiving_by_hand_settles_the_residual_item(tmp_path, store):
    with charges_office(tmp_path, store=store) as office:
        office.owing(type_="business")
        office.letter()
        office.paid("10001", "RE-1")
        office.run()
        assert office.residuals() == {"RE-1": "45.63"}
        settle(office, [1], PAID)
        assert office.residuals() == {"RE-1": "40.00"}
        assert office.item_of("charge_residual").state is ItemState.PARTLY_PAID
        settle(office, [2], WAIVED, "Kulanz")
        assert office.residuals() == {}
        assert office.item_of("charge_residual").state is ItemState.SETTLED
        assert office.kept() == []
        assert office.kept(settled=True) == [
            (1, INTEREST, "5.63", "paid"),
            (2, LUMP_SUM, "40.00", "waived"),
        ]
        assert office.audit_is_fine()


def test_a_lump_sum_that_became_a_residual_is_not_demanded_of_the_reopened_invoice(tmp_path):
    """The direct debit is returned: RE-1 is open again, its 40 euro stand in the residual item."""
    with charges_office(tmp_path) as office:
        office.owing(type_="business")
        invoice = office.items["10001"]["RE-1"]
        office.letter()
        office.paid("10001", "RE-1")
        office.run()
        office.items["10001"]["RE-1"] = invoice
        office._save("10001")
        office.day(date(2026, 3, 30))
        (proposal,) = office.run().proposals
        notice = office.notice(proposal)
        assert [(line.kind, line.outstanding.plain()) for line in notice.lines] == [
            ("invoice", "1000.00"),
            ("charge_residual", "45.63"),
        ]
        # Interest up to 2 March stands in the residual item too: 28 days are left.
        assert asked(notice) == [(INTEREST, "7.88", False)]


def test_a_fee_waits_until_every_claim_of_its_notice_is_paid(office):
    office.owes("10001", "RE-2", "500.00", date(2026, 2, 10))
    first = office.letter()
    office.paid("10001", "RE-1")
    office.run()
    assert office.residuals() == {"RE-1": "3.44"}
    office.paid("10001", "RE-2")
    office.run()
    assert office.residuals() == {"RE-1": "3.44", "RE-2": "1.72", f"M-{first.id}": "2.50"}


def test_a_charge_that_ends_with_the_principal(tmp_path):
    with charges_office(tmp_path, "waive_when_principal_paid") as office:
        office.owing()
        office.letter()
        assert [kind for _, kind, _, _ in office.kept()] == [INTEREST, FEE]
        office.paid("10001", "RE-1", left="0.01")
        office.run()
        assert len(office.kept()) == 2
        office.paid("10001", "RE-1")
        office.run()
        assert (office.kept(), office.residuals()) == ([], {})
        assert {state for *_, state in office.kept(settled=True)} == {"waived"}


def test_an_informational_charge_is_printed_and_forgotten(tmp_path):
    with charges_office(tmp_path, "informational") as office:
        office.owing()
        assert asked(office.letter()) == [(INTEREST, "3.44", False), (FEE, "2.50", False)]
        assert office.kept(settled=True) == []
        office.paid("10001", "RE-1")
        office.run()
        assert office.residuals() == {}


@pytest.mark.parametrize("state", [ItemState.CANCELLED, ItemState.WRITTEN_OFF])
def test_for_a_claim_that_was_given_up_nobody_owes_charges(office, state):
    office.letter()
    office.ended("10001", "RE-1", state)
    office.run()
    assert (office.kept(), office.residuals()) == ([], {})
    assert {each for *_, each in office.kept(settled=True)} == {"waived"}


def test_going_live_forgets_the_charges_of_test_mode(tmp_path, store):
    with charges_office(tmp_path, live=False, store=store) as office:
        office.owing()
        office.letter()
        office.paid("10001", "RE-1")
        office.run()
        assert len(office.residuals()) == 2
        go_live(office.app, office.id, by="erika")
        assert (office.kept(settled=True), office.residuals()) == ([], {})


# --- by hand ---------------------------------------------------------------------------------------


def test_what_cannot_be_settled_is_refused_and_nothing_is_half_done(office):
    office.letter()
    with pytest.raises(UsageError, match="9"):
        settle(office, [1, 9], PAID)
    assert [state for *_, state in office.kept()] == ["open", "open"]
    with pytest.raises(UsageError, match="--reason"):
        settle(office, [1], WAIVED, "  ")
    settle(office, [1], PAID)
    with pytest.raises(UsageError, match="erledigt"):
        settle(office, [1], PAID)
