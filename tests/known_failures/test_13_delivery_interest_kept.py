"""Known failure 13: interest is lost after the principal was paid (ERPNext #58220).

Guards: what a posted letter demanded is kept (``deliver_record.record_sent``) and becomes a claim of
its own when the principal is paid (``charges.settle_after_payment``), if the procedure says so
(``ChargesMode``); imports leave that claim alone, and it bears no charges itself (§ 289 BGB).
"""

from datetime import timedelta

import pytest
from delivery_desk import MONDAY, TUESDAY

from core.domain.model import ItemKind

LEFT = [(ItemKind.CHARGE_RESIDUAL, "2.50"), (ItemKind.CHARGE_RESIDUAL, "3.44")]


@pytest.fixture
def office(charging_office):
    """The letter of Monday demanded 3.44 EUR interest and a fee of 2.50 EUR, and was posted."""
    [notice] = charging_office.propose_and_approve()
    charging_office.send()
    charging_office.posted(notice)
    return charging_office


def residuals(office):
    """What is left of charges as claims: (kind of item, outstanding)."""
    with office.app.store.read() as tx:
        items = tx.items.open_items(office.id)
    return [(item.kind, item.outstanding.plain()) for item in items]


def states(office):
    with office.app.store.read() as tx:
        return sorted((row.charge.kind, row.state) for row in tx.charges.rows(office.id))


def test_when_only_the_principal_is_paid_the_charges_are_left_as_a_claim(office):
    office.day(TUESDAY)
    office.paid("10001", "RE-1")
    office.run()
    # Interest belongs to the invoice, the fee to its letter: two claims.
    assert sorted(residuals(office)) == LEFT
    assert states(office) == [("default_interest", "residual"), ("dunning_fee", "residual")]


def test_they_are_dunned_once_and_bear_no_charges(office):
    office.day(TUESDAY)
    office.paid("10001", "RE-1")
    office.run()
    office.day(MONDAY + timedelta(days=42))
    office.run()
    [notice] = office.propose_and_approve()
    found = office.notice(notice)
    assert [line.outstanding.plain() for line in found.lines] == ["2.50", "3.44"]
    assert found.charges == ()
    assert found.total.plain() == "5.94"


def test_a_later_import_leaves_them_alone(office):
    office.day(TUESDAY)
    office.paid("10001", "RE-1")
    office.run()
    office.owes("10001", "RE-2", "80.00", TUESDAY)
    office.run()
    assert sorted(residuals(office)) == [*LEFT, (ItemKind.INVOICE, "80.00")]
    assert states(office) == [("default_interest", "residual"), ("dunning_fee", "residual")]


def test_a_part_that_is_paid_leaves_them_with_the_invoice(office):
    office.day(TUESDAY)
    office.paid("10001", "RE-1", left="400.00")
    office.run()
    assert residuals(office) == [(ItemKind.INVOICE, "400.00")]
    assert states(office) == [("default_interest", "open"), ("dunning_fee", "open")]
