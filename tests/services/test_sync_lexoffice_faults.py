"""Every way in which our stand-in of lexoffice can fail, while an office syncs: a clear sentence,
the right exit code, nothing lost and nothing doubled. Nobody waits in real time.
"""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from creditor_desk import desk, office

from config.platforms import PLATFORMS
from connectors.lexoffice.connector import LexofficeConnector
from core.domain.model import Role
from core.ports import Platforms
from core.services.gate import OpenGate
from core.services.onboard import onboard
from core.services.sync import sync
from sandbox.lexoffice import FAULT_KINDS, LexofficeSandbox

FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)
# Exit code when it lasts, and when it happens once.
ENDS = {
    "throttle": (75, 0),
    "throttle500": (75, 0),
    "error500": (69, 0),
    "error503": (69, 0),
    "unauthorized": (77, 77),
    "forbidden_token": (77, 77),
    "payment_required": (77, 77),
    "timeout": (69, 69),
    "slow_drip": (69, 69),
    "html": (70, 70),
    "truncated": (69, 0),
    "reset": (69, 0),
    "late_success": (69, 0),
    "bad_json_shape": (65, 0),
    "empty": (70, 70),
}
SLOW = {"timeout", "slow_drip"}


class Connected:
    """An office on the stand-in: two late invoices, one of them partly paid."""

    def __init__(self, folder, sandbox):
        self.sandbox, self.on, self.patience = sandbox, FRIDAY, 30.0
        self.composed = desk(folder)
        platforms = Platforms(PLATFORMS, connect=self._connect)
        self.app = replace(self.composed.app, platforms=platforms)
        self.id = office(self.composed).id
        with self.app.store.write() as tx:
            tx.connections.add(self.id, "lexoffice", "lexoffice", Role.LEADING, "", FRIDAY)

    def _connect(self, _creditor, _connection, _lane):
        return LexofficeConnector(
            {"api_base": self.sandbox.base_url},
            {"api_key": self.sandbox.api_key},
            OpenGate(sleep=lambda _seconds: None),
            self.app.clock,
            self.patience,
            sleep=lambda _seconds: None,
        )

    def sync(self):
        (found,) = sync(self.app, self.id, on=self.on).connections
        return found

    def books(self):
        """(number, outstanding, payments) of every item, open or not, by number."""
        with self.app.store.read() as tx:
            items = [tx.items.find(self.id, number) for number in ("RE-1", "RE-2", "RE-3")]
            return [
                (i.number, i.outstanding.plain(), len(tx.items.payments(self.id, i.id)))
                for found in items
                for i in found
            ]


@pytest.fixture
def books(tmp_path):
    noon = datetime(2026, 11, 20, 11, tzinfo=UTC)
    with LexofficeSandbox(limiter=False, now=lambda: noon) as sandbox:
        sandbox.start()
        adler = sandbox.add_contact(company="Adler Muster GmbH", email="rechnung@adler.example")
        sandbox.re1 = sandbox.add_invoice(
            contact=adler, gross="1190.00", on=date(2026, 10, 1), number="RE-1"
        )
        sandbox.re2 = sandbox.add_invoice(
            contact=adler, gross="238.00", on=date(2026, 10, 5), number="RE-2"
        )
        sandbox.pay(sandbox.re2, "38.00", on=date(2026, 11, 2))
        made = Connected(tmp_path, sandbox)
        try:
            yield made
        finally:
            made.composed.close()


BEFORE = [("RE-1", "1190.00", 0), ("RE-2", "200.00", 1)]
AFTER = [("RE-1", "0.00", 1), ("RE-2", "200.00", 1), ("RE-3", "11.90", 0)]


def change(books):
    """One invoice is paid and another one is new."""
    books.on = SATURDAY
    books.sandbox.pay(books.sandbox.re1, on=FRIDAY)
    contact = books.sandbox.add_contact(company="Biber Muster OHG", email="buch@biber.example")
    books.sandbox.add_invoice(contact=contact, gross="11.90", on=FRIDAY, number="RE-3")


def test_every_switch_is_tried():
    assert set(ENDS) == set(FAULT_KINDS)


@pytest.mark.parametrize("kind", FAULT_KINDS)
def test_a_failure_that_lasts_ends_the_sync_and_loses_nothing(books, kind):
    assert onboard(books.app, books.id, on=FRIDAY).exit_code == 0
    assert books.books() == BEFORE
    change(books)
    books.patience = 0.3 if kind in SLOW else 30.0
    books.sandbox.fault(kind, times=100, seconds=1.0)
    found = books.sync()
    assert found.exit_code == ENDS[kind][0], found.error
    if found.error is not None:
        assert books.sandbox.api_key not in str(found.error)
        assert len(str(found.error)) > 30
        assert books.books() == BEFORE
    books.sandbox.clear_faults()
    books.patience = 30.0
    assert books.sync().exit_code == 0
    assert books.books() == AFTER
    assert books.sync().records == {"invoices": 0, "payments": 0, "debtors": 0}


@pytest.mark.parametrize("kind", sorted(set(FAULT_KINDS) - SLOW))  # a slow try takes all patience
def test_a_failure_that_happens_once_costs_at_most_one_more_sync(books, kind):
    onboard(books.app, books.id, on=FRIDAY)
    change(books)
    books.sandbox.fault(kind, times=1)
    assert books.sync().exit_code == ENDS[kind][1]
    if ENDS[kind][1]:
        assert books.sync().exit_code == 0
    assert books.books() == AFTER


@pytest.mark.parametrize("kind", sorted(set(FAULT_KINDS) - SLOW))
def test_a_failure_in_the_first_reading_costs_at_most_one_more_call(books, kind):
    books.sandbox.fault(kind, times=100, path="/v1/voucherlist")
    assert onboard(books.app, books.id, on=FRIDAY).exit_code == ENDS[kind][0]
    books.sandbox.clear_faults()
    assert onboard(books.app, books.id, on=FRIDAY).exit_code == 0
    assert books.books() == BEFORE
