"""What an event names is read alone: an invoice, a customer with his money, a dunning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import lexoffice_desk
import pytest
import stripe_desk

from core.domain.platform_records import Batch, EventKind
from core.errors import NotSupported

ON = date(2026, 1, 12)


@pytest.fixture
def lexoffice() -> Iterator[lexoffice_desk.Desk]:
    opened = lexoffice_desk.open_desk()
    yield opened
    lexoffice_desk.close(opened)


@pytest.fixture
def stripe() -> Iterator[stripe_desk.Desk]:
    with stripe_desk.opened() as made:
        yield made


def named(desk, kind: EventKind, id_: str) -> Batch:
    batch = desk.connector.fetch_named(kind, id_, desk.memory)
    desk.put(batch)
    return batch


@pytest.mark.parametrize("kind", [EventKind.INVOICE, EventKind.PAYMENT, EventKind.CREDIT_NOTE])
def test_whatever_an_event_says_of_an_invoice_it_is_read_as_one(lexoffice, stripe, kind) -> None:
    who = lexoffice.sandbox.add_contact(company="Muster Bau GmbH")
    at_lexoffice = lexoffice.sandbox.add_invoice(contact=who, gross="119.00", on=ON)
    at_stripe = stripe.invoice()
    assert [each.external_id for each in named(lexoffice, kind, at_lexoffice).invoices] == [
        at_lexoffice
    ]
    assert [each.external_id for each in named(stripe, kind, at_stripe).invoices] == [at_stripe]


def test_a_new_address_of_a_contact_is_known_at_once(lexoffice) -> None:
    """The list of contacts is read once a day only."""
    who = lexoffice.sandbox.add_contact(company="Muster Bau GmbH", email="alt@muster.example")
    lexoffice.sync()
    lexoffice.sandbox.change_contact(who, emailAddresses={"business": ["neu@muster.example"]})
    [debtor] = named(lexoffice, EventKind.DEBTOR, who).debtors
    assert (debtor.external_id, debtor.email) == (who, "neu@muster.example")


def test_a_contact_that_is_gone_leaves_what_is_known(lexoffice) -> None:
    assert named(lexoffice, EventKind.DEBTOR, "0c1d0000-0000-4000-8000-000000000001").debtors == ()


@pytest.mark.parametrize("listed", ["yes", "no"])
def test_a_dunning_of_a_person_is_found_by_itself(lexoffice, listed) -> None:
    """Also where the invoice does not name it; twice it is read once."""
    lexoffice.sandbox.variant("ui_dunnings_related", listed)
    who = lexoffice.sandbox.add_contact(company="Muster Bau GmbH")
    invoice = lexoffice.sandbox.add_invoice(contact=who, gross="119.00", on=ON)
    lexoffice.sync()
    dunning = lexoffice.sandbox.dun(invoice, title="1. Mahnung", on=date(2026, 2, 27))
    [notice] = named(lexoffice, EventKind.PLATFORM_NOTICE, dunning).notices
    assert (notice.external_id, notice.invoice) == (dunning, invoice)
    assert named(lexoffice, EventKind.PLATFORM_NOTICE, dunning).notices == ()


def test_a_dunning_that_was_deleted_since_is_none(lexoffice) -> None:
    gone = named(lexoffice, EventKind.PLATFORM_NOTICE, "0c1d0000-0000-4000-8000-000000000002")
    assert (gone.notices, gone.invoices, gone.gone) == ((), (), ())


def test_money_that_came_to_the_account_of_a_customer_is_seen_at_once(stripe) -> None:
    who = stripe.customer()
    stripe.invoice("119.00", who)
    stripe.sync()
    stripe.sandbox.cash(who, "60.00")
    batch = named(stripe, EventKind.DEBTOR, who)
    assert batch.bank_lines_of == frozenset({who})
    assert [str(each.amount.amount) for each in stripe.lines.values()] == ["60.00"]


def test_of_a_deleted_customer_his_invoices_say_who_owes(stripe) -> None:
    who = stripe.customer()
    stripe.sandbox.delete_customer(who)
    assert named(stripe, EventKind.DEBTOR, who).debtors == ()


def test_stripe_has_no_dunnings(stripe) -> None:
    with pytest.raises(NotSupported):
        named(stripe, EventKind.PLATFORM_NOTICE, "x")
