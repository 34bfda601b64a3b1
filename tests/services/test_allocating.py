"""`allocate` over the books of an office: fees of the sub-ledger, currencies, credits, connections."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from charges_desk import charges_office
from delivery_desk import TUESDAY, WEDNESDAY

from core.domain.ledger import LedgerResult
from core.domain.model import Role
from core.errors import UsageError
from core.services.allocating import Payment, allocate_payment


@pytest.fixture
def office(tmp_path):
    """RE-1 over 1,000 EUR of a consumer, in default since 11 February; a fee of 2.50 is kept."""
    with charges_office(tmp_path) as made:
        made.owing()
        made.notice_id = made.letter().id
        made.day(WEDNESDAY)
        yield made


def shared(office, amount, *invoices, account="10001", on=WEDNESDAY, **how):
    payment = Payment(Decimal(amount), on, invoices, **how)
    return allocate_payment(office.app, office.id, account, payment)


def parts(report):
    """Number -> costs, interest and principal that the payment settles."""
    return {
        claim.number: tuple(
            each.plain() for each in (claim.paid.costs, claim.paid.interest, claim.paid.principal)
        )
        for claim in report.claims
    }


def test_the_fee_comes_first_then_interest_up_to_the_day_before(office):
    """11 February to 3 March: 21 days at 6.27 % are 3.61."""
    assert parts(shared(office, "100")) == {"RE-1": ("2.50", "3.61", "93.89")}
    assert parts(shared(office, "4.00")) == {"RE-1": ("2.50", "1.50", "0.00")}


def test_a_fee_of_the_notice_that_brought_default_about_takes_nothing(office):
    """Nothing had been agreed after all: the letter was a friendly one, there is no default."""
    with office.app.store.write() as tx:
        tx.debtors.save_overrides(office.id, office.debtors["10001"], {"type": "consumer"})
    report = shared(office, "1000")
    assert parts(report) == {"RE-1": ("0.00", "0.00", "1000.00")}
    assert [(c.kind, c.amount.plain()) for c in report.not_owed] == [("dunning_fee", "2.50")]
    assert report.possible_choice == ()


def test_a_payment_before_the_letter_owes_no_fee_for_it(office):
    assert parts(shared(office, "100", on=date(2026, 2, 20)))["RE-1"] == ("0.00", "1.55", "98.45")
    assert parts(shared(office, "100", on=TUESDAY))["RE-1"][0] == "2.50"


def test_a_fee_whose_invoice_is_paid_stands_alone_until_the_next_run(office):
    office.owes("10001", "RE-2", "50.00", date(2026, 3, 2))
    office.paid("10001", "RE-1")
    report = shared(office, "10")
    assert parts(report) == {
        "RE-2": ("0.00", "0.01", "9.99"),
        f"M-{office.notice_id}": ("0.00", "0.00", "0.00"),
    }
    assert report.claims[-1].item is None
    assert report.claims[-1].left.plain() == "2.50"


def test_currencies_never_meet_and_the_payment_names_its_own(office):
    office.owes("10001", "RE-2", "80.00", date(2026, 2, 24), currency="CHF")
    with pytest.raises(UsageError, match="CHF, EUR"):
        shared(office, "100")
    assert list(parts(shared(office, "100", currency="chf"))) == ["RE-2"]
    assert list(parts(shared(office, "100", currency="EUR"))) == ["RE-1"]
    with pytest.raises(UsageError, match="RE-2"):
        shared(office, "100", "RE-2", currency="EUR")


def test_a_credit_is_named_and_not_set_off(office):
    office.owes("10001", "GS-1", "-30.00", date(2026, 2, 24))
    report = shared(office, "1006.11")
    assert report.claims[0].left.plain() == "0.00"
    assert any("Ein Guthaben von 30,00 EUR ist nicht verrechnet." in n for n in report.notes)


def test_the_same_claim_on_an_evidence_connection_is_not_owed_twice(office):
    with office.app.store.write() as tx:
        other = tx.connections.add(office.id, "datev", "berater", Role.EVIDENCE, "1/2", TUESDAY)
        result = office.items["10001"]["RE-1"]
        debtor = office.debtors["10001"]
        tx.ledger.save_ledger(
            office.id, other.id, {debtor: LedgerResult((result,))},
            backlog_before=None, start_level=1, on=TUESDAY,
        )  # fmt: skip
    assert len(shared(office, "100").claims) == 1
    assert list(parts(shared(office, "100", "RE-1"))) == ["RE-1"]


def test_two_open_items_of_one_number_are_told_apart(office):
    office.owes("10001", "RE-2", "80.00", date(2026, 2, 24))
    items = office.items["10001"]
    items["RE-2"] = replace(items["RE-2"], number="RE-1")
    office._save("10001")
    with pytest.raises(UsageError, match="nicht eindeutig"):
        shared(office, "80", "RE-1")
    assert shared(office, "80", "10001/RE-2").claims[0].item.external_id == "10001/RE-2"


def test_nothing_open_no_amount_and_no_cents_of_yen_are_refused(office):
    office.debtor("10002", "Beispiel Zwei AG")
    with pytest.raises(UsageError, match="nichts offen"):
        shared(office, "10", account="10002")
    with pytest.raises(UsageError, match="kein Zahlungsbetrag"):
        shared(office, "0")
    office.owes("10002", "RE-9", "8000", date(2026, 2, 24), currency="JPY")
    with pytest.raises(UsageError, match="kein Zahlungsbetrag"):
        shared(office, "10.50", account="10002")
    assert parts(shared(office, "10", account="10002"))["RE-9"] == ("0", "0", "10")


def test_looking_writes_nothing(office):
    def head():
        with office.app.store.read() as tx:
            return tx.events.head(office.id), office.item("RE-1"), office.kept()

    before = head()
    shared(office, "500", principal_first=True)
    assert head() == before


def test_interest_nobody_asked_for_is_pointed_out_and_can_be_renounced(office):
    (note,) = shared(office, "100").notes
    assert "--without-interest" in note
    report = shared(office, "100", interest=False)
    assert report.notes == ()
    assert parts(report) == {"RE-1": ("2.50", "0.00", "97.50")}
    assert report.claims[0].owed.total.plain() == "1002.50"
