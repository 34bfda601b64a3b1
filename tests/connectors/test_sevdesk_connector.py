"""The connector of sevDesk: the account, customers, the last look, and when it stops asking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from reading_desk import NoGate
from sevdesk_desk import TOKEN, Desk, opened

from connectors.sevdesk.connector import SevdeskConnector
from connectors.sevdesk.position import Position, read_position
from core.domain.model import ItemKind, ItemState
from core.errors import AuthFailed, MalformedResponse, NotSupported


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened() as made:
        yield made


# The account.


def test_the_account_is_named_by_its_tenant(desk: Desk) -> None:
    account = desk.connector.check()
    assert account.id == "9"
    assert account.facts["bookkeeping_system"] == "2.0"
    assert desk.connector.requests == 2


def test_without_users_any_record_names_it() -> None:
    with opened(sev_user="404", bookkeeping="1.0") as desk:
        assert (desk.connector.check().id, desk.connector.requests) == ("9", 3)
        desk.sandbox.world.accounts.clear()
        desk.customer()
        assert desk.connector.check().id == "9"
        desk.sandbox.world.contacts.clear()
        with pytest.raises(MalformedResponse) as caught:
            desk.connector.check()
        assert caught.value.connector == "sevdesk"


def test_undocumented_lists_may_be_refused_in_any_words(desk: Desk) -> None:
    """SevUser, SevClient and StaticCountry work without being documented (§4)."""
    contact = desk.customer("Muster Wien GmbH", country="at", zip="1010", city="Wien")
    invoice = desk.invoice(contact=contact, time_to_pay=None)
    for resource in ("/SevUser", "/SevClient", "/StaticCountry"):
        desk.sandbox.fault("error_in_200", times=0, path=resource)
    assert desk.connector.check().id == "9"
    desk.sync()
    assert desk.state(invoice) == (ItemState.OPEN, "119.00")
    assert "customer_country_unknown" in desk.codes()


def test_without_a_token_nothing_is_built(desk: Desk) -> None:
    with pytest.raises(AuthFailed) as caught:
        SevdeskConnector({}, {}, NoGate(), desk.watch)
    assert "mahnwerk connect sevdesk" in str(caught.value)


def test_it_has_no_webhooks(desk: Desk) -> None:
    for call in (
        desk.connector.subscriptions,
        lambda: desk.connector.subscribe("https://mahnwerk.example"),
        lambda: desk.connector.unsubscribe("1"),
    ):
        with pytest.raises(NotSupported):
            call()
    assert desk.connector.requests == 0


def test_a_blocked_token_is_not_hammered(desk: Desk) -> None:
    """Repeated errors can block a token (§1): a connector that was refused thrice asks no more."""
    desk.invoice()
    desk.sync()
    desk.sandbox.fault("blocked")
    for _ in range(6):
        with pytest.raises(AuthFailed):
            desk.read("invoices")
    assert [each.status for each in desk.sandbox.requests].count(403) == 3
    assert len(desk.memory.records) == 1
    desk.sandbox.clear_faults()
    desk.connector = desk.build()
    desk.sync()


def test_a_token_that_is_made_anew_ends_the_pass_and_loses_nothing() -> None:
    with opened(limit=10) as desk:
        contact = desk.customer()
        ids = [desk.invoice(contact=contact) for _ in range(30)]
        desk.read("invoices", stop_after=2)
        desk.sandbox.fault("token_rotated")
        with pytest.raises(AuthFailed):
            desk.read("invoices")
        assert len(desk.memory.records) == 20
        desk.sandbox.clear_faults()
        desk.read("invoices")
        assert sorted(desk.memory.records) == sorted(ids)


def test_cursors_are_what_they_were() -> None:
    full = Position(
        changed="2026-03-02T09:00:00Z",
        compared_on=date(2026, 3, 2),
        rows=7,
        cancelled=frozenset({"1"}),
        ignored=frozenset({"Invoice updateAfter"}),
        unread=frozenset({"2"}),
    )
    assert read_position(full.cursor()) == full
    assert read_position({}) == Position()
    assert Position().cursor() == {}


# Customers.


def test_customers_are_read_once_a_day_and_when_they_change(desk: Desk) -> None:
    first = desk.customer(email="alt@muster.example")
    desk.customer("Beispiel AG", email="info@beispiel.example")
    assert desk.read("debtors") == 4
    desk.watch.minutes += 15
    assert desk.read("debtors") == 1
    desk.sandbox.change_contact(first, email="neu@muster.example")
    assert desk.read("debtors") == 1 + 3
    assert desk.memory.masters[f"Contact:{first}"].email == "neu@muster.example"
    desk.watch.minutes += 15
    assert desk.read("debtors") == 1  # the overlap shows it once more, and it is known
    desk.pass_days()
    assert desk.read("debtors") == 4


def test_an_address_that_moves_no_contact_comes_with_the_next_day() -> None:
    with opened(address_bumps_contact="no") as desk:
        contact = desk.customer()
        desk.sync()
        desk.sandbox.change_contact(contact, city="Neustadt")
        desk.sync()
        desk.pass_days()
        desk.sync()
        assert desk.memory.masters[f"Contact:{contact}"].address.city == "Neustadt"


def test_contacts_that_cannot_be_asked_for_changes_are_left_to_the_next_day() -> None:
    with opened(contact_update_after="ignored") as desk:
        desk.customer()
        desk.sync()
        desk.customer("Beispiel AG")
        desk.sync()
        late = desk.customer("Spät & Muster GmbH")
        desk.sync()
        assert desk.codes() == ["filter_ignored"]
        assert desk.read("debtors") == 0
        desk.pass_days()
        desk.sync()
        assert desk.memory.masters[f"Contact:{late}"].name == "Spät & Muster GmbH"


def test_many_changed_contacts_are_joined_from_lists(desk: Desk) -> None:
    desk.customer()
    desk.sync()
    ids = [desk.customer(f"Beispiel {n} GmbH", email=f"{n}@beispiel.example") for n in range(9)]
    assert desk.read("debtors") == 1 + 3
    assert {desk.memory.masters[f"Contact:{each}"].email for each in ids} == {
        f"{n}@beispiel.example" for n in range(9)
    }


@pytest.mark.parametrize("embeds", ["shown", "absent"])
@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_person_is_reached_at_his_organisation(embeds: str, order: str) -> None:
    with opened(limit=1, embeds=embeds, list_order=order) as desk:
        parent = desk.customer("Muster Bau GmbH", email="bau@muster.example")
        person = desk.sandbox.add_contact(first="Eva", last="Beispiel", parent=parent, street="")
        desk.sync()
        found = desk.memory.masters[f"Contact:{person}"]
        assert (found.name, found.email) == ("Eva Beispiel", "bau@muster.example")
        assert found.address.street == "Musterweg 1"


def test_a_person_whose_organisation_is_gone_is_read_all_the_same() -> None:
    with opened(embeds="absent") as desk:
        parent = desk.customer()
        person = desk.sandbox.add_contact(first="Eva", last="Beispiel", parent=parent)
        desk.sandbox.delete_contact(parent)
        desk.sync()
        assert desk.memory.masters[f"Contact:{person}"].name == "Eva Beispiel"
        desk.memory.masters.clear()
        invoice = desk.invoice(contact=person)
        desk.look(invoice)
        assert desk.memory.masters[f"Contact:{person}"].name == "Eva Beispiel"


def test_suppliers_are_no_customers_unless_they_owe(desk: Desk) -> None:
    supplier = desk.customer("Lieferant Muster AG")
    desk.sandbox.world.contacts[supplier].category = 2
    desk.sync()
    assert desk.memory.masters == {}
    desk.invoice(contact=supplier)
    desk.sync()
    assert list(desk.memory.masters) == [f"Contact:{supplier}"]
    desk.sandbox.rename_contact(supplier, company="Lieferant Neu AG")
    desk.pass_days()
    desk.sync()
    assert desk.memory.masters[f"Contact:{supplier}"].name == "Lieferant Neu AG"


def test_a_foreign_country_is_looked_up_once(desk: Desk) -> None:
    contact = desk.customer("Muster Wien GmbH", country="at", zip="1010", city="Wien")
    invoice = desk.invoice(contact=contact)
    desk.sync()
    assert desk.memory.masters[f"Contact:{contact}"].address.country == "AT"
    assert desk.asked("/StaticCountry") == 1  # the invoice embeds its code
    desk.memory.masters.clear()
    desk.look(invoice)
    assert desk.memory.masters[f"Contact:{contact}"].address.country == "AT"


def test_a_contact_that_was_deleted_is_known_by_the_invoice(desk: Desk) -> None:
    contact = desk.customer("Muster Bau GmbH")
    open_one, settled = desk.invoice(contact=contact), desk.invoice(contact=contact)
    desk.sandbox.pay(settled)
    desk.sandbox.delete_contact(contact)
    desk.sync()
    found = desk.memory.masters[f"Contact:{contact}"]
    assert (found.name, found.address.city, found.email) == ("Muster Bau GmbH", "Musterstadt", "")
    assert desk.codes() == ["customer_missing"]
    assert desk.state(open_one) == (ItemState.OPEN, "119.00")


def test_settled_invoices_of_the_history_cost_no_request_for_their_contact() -> None:
    for embeds in ("shown", "absent"):
        with opened(embeds=embeds) as desk:
            ids = [desk.invoice(contact=desk.customer(f"Muster {n} GmbH")) for n in range(4)]
            for each in ids:
                desk.sandbox.pay(each)
            assert desk.read("invoices") == 5
            assert sorted(e.name for e in desk.memory.masters.values()) == [
                f"Muster {n} GmbH" for n in range(4)
            ]


def test_a_contact_that_cannot_be_read_is_never_written_to(desk: Desk) -> None:
    contact = desk.customer()
    desk.sandbox.alter_contact(contact, name=None)
    desk.invoice(contact=contact)
    desk.sync()
    assert {key: each.debtor for key, each in desk.memory.bad.items()} == {
        f"Contact:{contact}": f"Contact:{contact}"
    }
    desk.memory.bad.clear()
    new = desk.customer("Muster Neu GmbH")
    desk.sandbox.alter_contact(new, name=None)
    desk.look(desk.invoice(contact=new))
    assert list(desk.memory.bad) == [f"Contact:{new}"]
    desk.sandbox.alter_contact(new, name="Muster Neu GmbH")
    desk.sandbox.alter_contact(contact, id=None, name=None)
    desk.pass_days()
    desk.sync()
    assert desk.memory.bad == {}
    assert "customer_unreadable" in desk.codes()


def test_an_invoice_without_contact_has_a_debtor_of_its_own(desk: Desk) -> None:
    bare = desk.invoice(contact=None)
    named = desk.invoice(contact=None)
    desk.sandbox.alter(named, addressName="Muster Laufkunde", addressCity="Berlin")
    desk.sync()
    debtors = desk.memory.masters
    assert debtors[desk.record(bare).debtor].name == "Unbekannt"
    assert debtors[desk.record(named).debtor].name == "Muster Laufkunde"


# The last look.


def test_a_last_look_costs_a_few_requests_while_open_and_one_afterwards(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sync()
    costs = []
    for happens in (None, desk.sandbox.dun, desk.sandbox.pay):
        if happens is not None:
            happens(invoice)
        before = desk.connector.requests
        desk.look(invoice)
        costs.append(desk.connector.requests - before)
    assert costs == [4, 3, 1]  # without a reminder its last one is asked for, too


def test_a_last_look_sees_a_credit_note_of_today(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sync()
    note = f"CreditNote:{desk.sandbox.credit(invoice, '30.00')}"
    batch = desk.look(invoice)
    assert {each.external_id for each in batch.invoices} == {invoice, note}
    assert desk.record(note).outstanding.amount == Decimal("-30.00")
    assert desk.record(note).kind is ItemKind.CREDIT_NOTE
    looked = desk.look(note)
    assert [each.external_id for each in looked.invoices] == [note]
    desk.sandbox.delete(note.removeprefix("CreditNote:"))
    assert desk.look(note).gone == (note,)


def test_a_credit_note_that_is_gone_is_noticed_by_the_sync(desk: Desk) -> None:
    invoice = desk.invoice()
    note = desk.sandbox.credit(invoice, "30.00")
    desk.sync()
    assert sorted(desk.memory.records) == sorted([invoice, f"CreditNote:{note}"])
    desk.sandbox.delete(note)
    desk.sync()
    assert sorted(desk.memory.records) == [invoice]


@pytest.mark.parametrize("not_found", ["404", "400"])
def test_an_invoice_that_is_gone_is_gone(not_found: str) -> None:
    with opened(not_found=not_found) as desk:
        invoice = desk.invoice()
        desk.sync()
        desk.sandbox.delete(invoice)
        assert desk.look(invoice).gone == (invoice,)


def test_an_invoice_that_breaks_is_unread_until_it_is_mended(desk: Desk) -> None:
    invoice, note = desk.invoice(), desk.invoice()
    desk.sandbox.credit(note, "10.00")
    for wire in ({"sumGross": "abc"}, {"invoiceDate": None}, {"currency": "XX1"}):
        desk.sandbox.alter(invoice, **wire)
        desk.look(invoice)
        assert list(desk.memory.bad) == [invoice]
        desk.sandbox.alter(invoice)
        desk.sync()
        assert desk.memory.bad == {}
    desk.sandbox.alter(invoice, id="absent")
    desk.sync()
    assert "invoice_unreadable" in desk.codes()
    assert desk.memory.bad == {}


def test_what_sevdesk_refuses_to_show_keeps_no_other_record() -> None:
    """A 400 on one id (§1.6); more than two of them in a row would stop the connector."""
    with opened(invoice_update_after="honoured", bank_match_bumps_update="no") as desk:
        refused, paid = desk.invoice(), desk.invoice("50.00")
        desk.sync()
        for each in (refused, paid):
            desk.sandbox.pay(each, "20.00")
        desk.watch.minutes += 60
        desk.invoice("10.00")
        desk.sync()
        desk.watch.minutes += 60
        desk.sandbox.fault("error_in_200", times=0, path=f"/Invoice/{refused}")
        desk.sync()
        assert list(desk.memory.bad) == [refused]
        assert desk.state(paid) == (ItemState.PARTLY_PAID, "30.00")
        desk.sandbox.clear_faults()
        desk.sync()
        assert desk.memory.bad == {}
        assert desk.state(refused) == (ItemState.PARTLY_PAID, "99.00")


def test_a_customer_whom_sevdesk_refuses_to_show_is_unread(desk: Desk) -> None:
    desk.sync()
    contact = desk.customer()
    desk.sandbox.fault("error_in_200", path=f"/Contact/{contact}")
    desk.look(desk.invoice(contact=contact))
    assert list(desk.memory.bad) == [f"Contact:{contact}"]


def test_a_credit_note_that_breaks_is_unread(desk: Desk) -> None:
    id_ = desk.sandbox.credit(desk.invoice(), "10.00")
    desk.sandbox.world.credit_notes[id_].wire = {"sumGross": "abc"}
    desk.sync()
    assert list(desk.memory.bad) == [f"CreditNote:{id_}"]
    desk.look(f"CreditNote:{id_}")
    assert list(desk.memory.bad) == [f"CreditNote:{id_}"]
    desk.sandbox.world.credit_notes[id_].wire = {}
    desk.sync()
    assert desk.memory.bad == {}


def test_what_is_older_than_the_scope_stays_outside_unless_it_is_open(desk: Desk) -> None:
    long_ago = date(2020, 3, 2)
    settled, open_one = desk.invoice(on=long_ago), desk.invoice(on=long_ago)
    desk.sandbox.pay(settled)
    desk.sync()
    assert sorted(desk.memory.records) == [open_one]
    desk.sandbox.pay(open_one)
    desk.sync()
    assert desk.state(open_one) == (ItemState.SETTLED, "0.00")


def test_another_id_is_no_invoice(desk: Desk) -> None:
    """A reminder or a cancellation has an id of /Invoice, too, and is no claim."""
    invoice = desk.invoice()
    reminder = desk.sandbox.dun(invoice)
    assert desk.look(reminder).invoices == ()
    assert desk.build(TOKEN).fetch_invoice(desk.sandbox.cancel(invoice), desk.memory).invoices == ()
