"""lexoffice read from the stand-in, told by days and euros: nothing lost, nothing doubled.

What the stand-in does proves nothing about the platform; it follows the reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from lexoffice_desk import Desk, close, open_desk
from reading_desk import TODAY, Memory, NoGate

from connectors.lexoffice import LexofficeConnector
from core.domain.model import Address, DebtorType, ItemKind, ItemState
from core.domain.money import Money
from core.domain.platform_records import Batch, PaymentKind
from core.errors import AuthFailed, MalformedResponse, RateLimited, Unreachable


@pytest.fixture
def desk() -> Iterator[Desk]:
    opened = open_desk()
    yield opened
    close(opened)


@pytest.fixture
def customer(desk: Desk) -> str:
    return desk.sandbox.add_contact(company="Muster Bau GmbH", email="rechnung@muster.example")


def euro(amount: str) -> Money:
    return Money(Decimal(amount).quantize(Decimal("0.01")), "EUR")


def all_of(desk: Desk) -> dict[str, object]:
    return {id_: (each.state, each.outstanding) for id_, each in desk.memory.records.items()}


# The account.


def test_a_key_shows_whose_account_it_opens(desk: Desk) -> None:
    info = desk.connector.check()
    assert info.id == desk.sandbox.organization_id
    assert info.name
    assert desk.connector.requests == 1


def test_an_answer_without_an_organisation_is_not_understood(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.connector._client, "profile", dict)
    with pytest.raises(MalformedResponse, match="organizationId") as raised:
        desk.connector.check()
    assert raised.value.connector == "lexoffice"
    assert "api_base" in raised.value.en


def test_construction_asks_nothing_and_needs_a_key() -> None:
    with pytest.raises(AuthFailed, match="API-Schlüssel"):
        LexofficeConnector({}, {}, NoGate(), None)  # type: ignore[arg-type]


# Onboarding.


def test_everything_open_arrives_with_document_and_payments(desk: Desk, customer: str) -> None:
    box = desk.sandbox
    whole = box.add_invoice(contact=customer, gross="119.00", on=date(2026, 1, 5),
                            skonto=(Decimal(2), 7), shipping=date(2026, 1, 3))  # fmt: skip
    part = box.add_invoice(contact=customer, gross="238.00", on=date(2026, 1, 6))
    box.pay(part, "100.00", on=date(2026, 1, 20))
    box.pay(part, "4.00", on=date(2026, 1, 20), kind="cashDiscount")
    booked = box.add_invoice(contact=customer, gross="60", on=date(2026, 1, 8), kind="salesinvoice")
    debit = box.add_invoice(contact=customer, gross="61", on=date(2026, 1, 9), sepadebit=True)
    credit = box.credit(whole, "19.00", linked=False)
    draft = box.add_invoice(contact=customer, gross="9", on=date(2026, 2, 1), status="draft")
    assert desk.sync() == 1 + 2 + 1 + 5 + 1  # contacts, open, settled, documents, payments

    records = desk.memory.records
    assert set(records) == {whole, part, booked, debit, credit}
    assert draft not in records
    assert records[whole].state is ItemState.OPEN
    assert records[whole].delivered_on == date(2026, 1, 3)
    assert records[whole].due_date == date(2026, 1, 19)
    assert records[whole].facts["skonto"] == "2 % Skonto bis 7 Tage"
    assert (records[part].state, records[part].outstanding) == (ItemState.PARTLY_PAID, euro("134"))
    assert [(p.on, p.amount, p.kind) for p in records[part].payments] == [
        (date(2026, 1, 20), euro("100"), PaymentKind.PAYMENT),
        (date(2026, 1, 20), euro("4"), PaymentKind.DISCOUNT),
    ]
    assert "payments_difference" not in records[part].facts
    assert records[booked].due_rule.startswith("Belegdatum")
    assert records[debit].direct_debit
    assert records[debit].source_state == "sepadebit"
    assert records[credit].kind is ItemKind.CREDIT_NOTE
    assert records[credit].outstanding == euro("-19")
    assert desk.problems == []
    assert desk.memory.bad == {}
    debtor = desk.memory.masters[customer]
    assert (debtor.email, debtor.type) == ("rechnung@muster.example", DebtorType.BUSINESS)


def test_settled_invoices_come_from_their_rows_alone(desk: Desk, customer: str) -> None:
    box = desk.sandbox
    paid = box.add_invoice(contact=customer, gross="50", on=date(2025, 6, 1), status="paid")
    old = box.add_invoice(contact=customer, gross="51", on=date(2020, 6, 1), status="paid")
    gone = box.add_invoice(contact=customer, gross="52", on=date(2025, 7, 1), status="voided")
    assert desk.sync() == 1 + 2 + 1
    assert old not in desk.memory.records
    assert all_of(desk) == {
        paid: (ItemState.SETTLED, euro("0")),
        gone: (ItemState.CANCELLED, euro("0")),
    }
    assert not desk.record(paid).payments_read


def test_an_old_invoice_that_is_open_is_read_whatever_its_day(desk: Desk, customer: str) -> None:
    old = desk.sandbox.add_invoice(contact=customer, gross="51", on=date(2019, 6, 1))
    desk.sync()
    assert desk.record(old).state is ItemState.OPEN


def test_the_requests_of_an_onboarding_are_its_floor() -> None:
    """120 open of 1,000, 15 partly paid, 150 customers: pages, documents and payments."""
    desk = open_desk()
    try:
        desk.sandbox.book(debtors=150, invoices=1000, open=120, partly_paid=15)
        requests = desk.sync()
        floor = 1 + 1 + 4 + 120 + 15  # contacts, open, settled, documents, payments
        assert requests <= floor * 1.05
        assert sum(each.open for each in desk.memory.records.values()) == 120
        assert len(desk.memory.records) == 1000
        progress = [each.progress for each in desk.batches]
        assert all(each is not None and each.total == 1000 for each in progress)
        assert progress[-1] is not None
        assert (progress[-1].done, progress[-1].requests_left) == (1000, 0)
        desk.pass_days()
        assert desk.sync() <= 1 + 2 + 1
    finally:
        close(desk)


@pytest.mark.parametrize("stop", [1, 2, 3, 5])
def test_a_killed_onboarding_reads_on_and_reads_nothing_twice(stop: int) -> None:
    desk = open_desk()
    try:
        desk.sandbox.book(debtors=20, invoices=400, open=80, partly_paid=0)
        desk.read("debtors")
        desk.read("invoices", stop_after=stop)
        kept = dict(desk.memory.records)
        assert len(kept) < 400
        desk.read("invoices")
        assert len(desk.memory.records) == 400
        assert desk.sandbox.count("/v1/invoices/") == 80
        assert all(desk.memory.records[id_] == each for id_, each in kept.items())
    finally:
        close(desk)


def test_a_restart_asks_only_for_what_changed(desk: Desk, customer: str) -> None:
    first = desk.sandbox.add_invoice(contact=customer, gross="50", on=date(2026, 1, 1))
    desk.sync()
    desk.cursors.clear()
    desk.sandbox.add_invoice(contact=customer, gross="51", on=date(2026, 1, 2))
    desk.sync()
    assert desk.sandbox.count(f"/v1/invoices/{first}") == 1
    assert len(desk.memory.records) == 2


# Debtors.


def test_one_time_customers_are_never_merged(desk: Desk) -> None:
    """Two of one name at two addresses, one of them twice, and one without an address."""
    box = desk.sandbox
    ring = {"street": "Ring 3", "zip": "10115", "city": "Musterstadt"}
    allee = {"street": "Allee 9", "zip": "10115", "city": "Musterstadt"}
    name, on = "Erika Muster", date(2026, 1, 7)
    one = box.add_invoice(contact=None, name=name, gross="75", on=on, address=ring)
    again = box.add_invoice(contact=None, name=name, gross="76", on=on, address=ring)
    other = box.add_invoice(contact=None, name=name, gross="77", on=on, address=allee)
    booked = box.add_invoice(contact=None, name=name, gross="78", on=on, kind="salesinvoice")
    desk.sync()
    debtor = {id_: desk.record(id_).debtor for id_ in (one, again, other, booked)}
    assert debtor[one] == debtor[again]
    assert len(set(debtor.values())) == 3
    assert debtor[booked] == f"voucher:{booked}"
    masters = desk.memory.masters
    assert masters[debtor[other]].address == Address(name, (), "Allee 9", "10115", "Musterstadt")
    assert {masters[each].email for each in debtor.values()} == {""}


def test_an_address_that_deviates_stands_on_the_invoice(desk: Desk, customer: str) -> None:
    site = {"street": "Baustelle 1", "zip": "20095", "city": "Beispielstadt"}
    id_ = desk.sandbox.add_invoice(contact=customer, gross="9", on=date(2026, 1, 1), address=site)
    desk.sync()
    address = desk.record(id_).address
    assert address is not None
    assert address.street == "Baustelle 1"
    assert desk.memory.masters[customer].address.street == "Musterweg 1"


def test_a_contact_that_the_list_did_not_have_is_read_once(desk: Desk) -> None:
    desk.read("debtors")
    new = desk.sandbox.add_contact(person=("Ada", "Beispiel"), email="ada@muster.example")
    for gross in ("10", "11"):
        desk.sandbox.add_invoice(contact=new, gross=gross, on=date(2026, 2, 1))
    desk.read("invoices")
    assert desk.memory.masters[new].email == "ada@muster.example"
    assert desk.sandbox.count(f"/v1/contacts/{new}") == 1


def test_a_contact_that_is_gone_is_known_from_its_invoice(desk: Desk) -> None:
    new = desk.sandbox.add_contact(company="Muster Bau GmbH")
    id_ = desk.sandbox.add_invoice(contact=new, gross="10", on=date(2026, 2, 1))
    del desk.sandbox.world.contacts[new]
    desk.sync()
    assert desk.record(id_).debtor == new
    assert desk.memory.masters[new].name


def test_a_contact_that_cannot_be_read_holds_its_debtor_until_it_can(desk: Desk) -> None:
    good = desk.sandbox.add_contact(company="Beispiel AG")
    bad = desk.sandbox.add_contact(company="Muster Bau GmbH")
    desk.sandbox.world.contacts[bad].data["company"]["name"] = ""
    id_ = desk.sandbox.add_invoice(contact=bad, gross="10", on=date(2026, 2, 1))
    desk.sync()
    assert set(desk.memory.masters) == {good}
    unread = desk.memory.bad[bad]
    assert (unread.debtor, unread.problem.code) == (bad, "contact_unreadable")
    assert "vervollständigen" in unread.problem.message
    assert desk.record(id_).debtor == bad
    desk.sandbox.world.contacts[bad].data["company"]["name"] = "Muster Bau GmbH"
    desk.pass_days()
    desk.sync()
    assert desk.memory.bad == {}
    assert bad in desk.memory.masters


# Day by day.


def test_a_quiet_day_costs_its_lists_and_changes_nothing(desk: Desk, customer: str) -> None:
    for day in (1, 2, 3):
        desk.sandbox.add_invoice(contact=customer, gross="50", on=date(2026, 1, day))
    desk.sync()
    before = all_of(desk)
    for _ in range(3):
        desk.pass_days()
        assert desk.sync() == 1 + 2 + 1  # contacts, what is open, what changed
        assert all_of(desk) == before
        assert [len(each.invoices) for each in desk.batches] == [0]


def test_a_second_sync_of_a_day_does_not_ask_for_the_contacts(desk: Desk, customer: str) -> None:
    desk.sandbox.add_invoice(contact=customer, gross="50", on=date(2026, 1, 1))
    desk.sync()
    assert desk.sync() == 2 + 1


def test_a_payment_a_part_a_credit_a_void_and_a_write_off_are_seen_the_next_day(
    desk: Desk, customer: str
) -> None:
    box = desk.sandbox
    ids = [box.add_invoice(contact=customer, gross="100", on=date(2026, 1, n)) for n in range(1, 7)]
    paid, part, credited, voided, written_off, quiet = ids
    desk.sync()
    desk.pass_days()
    box.pay(paid, on=date(2026, 3, 2))
    box.pay(part, "30", on=date(2026, 3, 2))
    note = box.credit(credited, "100")
    box.void(voided)
    box.pay(written_off, kind="irrecoverableReceivable")
    assert desk.sync() <= 4 + 2 * 5
    assert all_of(desk) == {
        paid: (ItemState.SETTLED, euro("0")),
        part: (ItemState.PARTLY_PAID, euro("70")),
        credited: (ItemState.SETTLED, euro("0")),
        voided: (ItemState.CANCELLED, euro("0")),
        written_off: (ItemState.WRITTEN_OFF, euro("0")),
        quiet: (ItemState.OPEN, euro("100")),
        note: (ItemState.SETTLED, euro("0")),
    }
    assert desk.record(paid).settled_on == date(2026, 3, 2)
    assert desk.record(paid).address is not None
    assert [each.kind for each in desk.record(credited).payments] == [PaymentKind.CREDIT]
    assert desk.sandbox.count(f"/v1/invoices/{quiet}") == 1


def test_money_taken_back_opens_the_invoice_again(desk: Desk, customer: str) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1))
    desk.sync()
    desk.sandbox.pay(id_)
    desk.pass_days()
    desk.sync()
    assert not desk.record(id_).open
    desk.sandbox.unpay(id_)
    desk.pass_days()
    desk.sync()
    assert (desk.record(id_).state, desk.record(id_).outstanding) == (ItemState.OPEN, euro("100"))
    assert desk.record(id_).settled_on is None


def test_back_to_draft_deleted_and_final_again(desk: Desk, customer: str) -> None:
    box = desk.sandbox
    edited = box.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1))
    deleted = box.add_invoice(contact=customer, gross="50", on=date(2026, 1, 2))
    desk.sync()
    box.reopen_as_draft(edited)
    box.delete(deleted)
    desk.pass_days()
    assert desk.sync() == 1 + 2 + 1 + 1  # the draft stands in a list; the other is asked for
    assert deleted not in desk.memory.records
    assert desk.record(edited).source_state == "draft"
    assert not desk.record(edited).open
    desk.pass_days()
    assert desk.sync() == 1 + 2 + 1
    box.change(edited, gross="120.00")
    box.finalize(edited)
    desk.pass_days()
    desk.sync()
    assert desk.record(edited).outstanding == euro("120")
    assert desk.problems == []


@pytest.mark.parametrize("bumps", ["yes", "no"])
def test_a_part_payment_is_seen_whether_or_not_it_changes_the_row(
    desk: Desk, customer: str, bumps: str
) -> None:
    """Whether updatedDate changes is UNVERIFIED (§2.1): the open amount tells."""
    desk.sandbox.variant("payment_bumps_updated", bumps)
    id_ = desk.sandbox.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1))
    desk.sync()
    desk.pass_days(30)
    desk.sync()
    desk.sandbox.pay(id_, "30")
    desk.pass_days()
    desk.sync()
    assert desk.record(id_).outstanding == euro("70")
    desk.sandbox.pay(id_)
    desk.pass_days(3)
    desk.sync()
    assert desk.record(id_).state is ItemState.SETTLED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("any_includes_overdue", "no"),
        ("overdue_on_due_day", "yes"),
        ("open_amount", "string"),
        ("archived_default", "active"),
        ("dunning_costs", "within"),
        ("window_error", "500"),
    ],
)
def test_what_nobody_verified_may_be_either_way(
    desk: Desk, customer: str, name: str, value: str
) -> None:
    desk.sandbox.variant(name, value)
    due = desk.sandbox.add_invoice(contact=customer, gross="100", on=date(2026, 2, 16), due=TODAY)
    late = desk.sandbox.add_invoice(contact=customer, gross="80", on=date(2026, 1, 1))
    desk.sandbox.pay(late, "20")
    desk.sandbox.pay(late, "5", kind="dunningCosts")
    desk.sync()
    assert desk.record(due).outstanding == euro("100")
    assert desk.record(late).state is ItemState.PARTLY_PAID
    desk.sandbox.pay(due)
    desk.pass_days()
    desk.sync()
    assert desk.record(due).state is ItemState.SETTLED
    desk.pass_days()
    assert desk.sync() <= 4


def test_what_a_missed_change_left_behind_is_read_alone(desk: Desk, customer: str) -> None:
    """Paid a month ago without any sign of it in the list of changes."""
    id_ = desk.sandbox.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1))
    desk.sync()
    desk.sandbox.variant("payment_bumps_updated", "no")
    desk.sandbox.pay(id_)
    desk.pass_days(30)
    desk.sync()
    assert desk.record(id_).state is ItemState.SETTLED


def test_a_list_that_lags_does_not_bring_old_amounts_back(desk: Desk, customer: str) -> None:
    """The last look sees 70 euros open while the list still says 100."""
    id_ = desk.sandbox.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1))
    desk.sync()
    desk.pass_days()
    desk.sandbox.variant("lag", "3600")
    desk.sandbox.pay(id_, "30")
    desk.look(id_)
    assert desk.record(id_).outstanding == euro("70")
    desk.sync()
    assert desk.record(id_).outstanding == euro("70")
    desk.sandbox.pay(id_)
    desk.look(id_)
    desk.sync()
    assert desk.record(id_).state is ItemState.SETTLED


def test_a_first_reading_from_a_list_that_lags_takes_no_draft(desk: Desk, customer: str) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1))
    desk.pass_days()
    desk.sandbox.variant("lag", "3600")
    desk.sandbox.reopen_as_draft(id_)
    desk.sync()
    assert desk.memory.records == {}
    assert desk.memory.bad == {}


def test_what_is_open_again_while_its_row_says_paid_is_read_alone(
    desk: Desk, customer: str
) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1))
    desk.sync()
    desk.pass_days()
    desk.sandbox.pay(id_)
    desk.pass_days()
    desk.sandbox.variant("lag", "3600")
    desk.sandbox.unpay(id_)
    desk.sync()
    assert desk.record(id_).outstanding == euro("100")
    assert desk.record(id_).state is ItemState.OPEN


def test_what_opens_between_two_lists_is_read_alone(
    desk: Desk, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sync()
    id_ = desk.sandbox.add_invoice(contact=customer, gross="100", on=TODAY, sepadebit=True)
    monkeypatch.setattr("connectors.lexoffice.changes.sweep", lambda *_: {})
    desk.sync()
    assert desk.record(id_).direct_debit


def test_an_old_invoice_that_we_never_had_stays_away_when_it_is_archived(
    desk: Desk, customer: str
) -> None:
    old = desk.sandbox.add_invoice(contact=customer, gross="5", on=date(2019, 1, 1), status="paid")
    new = desk.sandbox.add_invoice(contact=customer, gross="6", on=date(2026, 1, 1), status="paid")
    desk.sync()
    desk.read("payments")
    desk.pass_days()
    for id_ in (old, new):
        desk.sandbox.archive(id_)
    desk.sync()
    assert set(desk.memory.records) == {new}
    assert desk.record(new).facts["archived"] == "ja"
    # Whatever changed: its payments are read again, in the lowest lane.
    assert not desk.record(new).payments_read
    assert desk.read("payments") == 1
    assert desk.record(new).payments


def test_a_purchase_is_no_claim(desk: Desk, customer: str) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="5", on=TODAY, kind="purchaseinvoice")
    assert desk.look(id_) == Batch({})


def test_a_down_payment_and_its_closing_invoice(desk: Desk, customer: str) -> None:
    box = desk.sandbox
    down = box.add_invoice(contact=customer, gross="400", on=date(2026, 1, 1),
                           kind="downpaymentinvoice")  # fmt: skip
    open_down = box.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1),
                                kind="downpaymentinvoice")  # fmt: skip
    box.pay(down)
    closing = box.add_invoice(contact=customer, gross="1000", on=date(2026, 1, 20),
                              closing=(down, open_down))  # fmt: skip
    desk.sync()
    record = desk.record(closing)
    assert (record.outstanding, record.total) == (euro("600"), euro("600"))
    assert record.state is ItemState.OPEN
    assert desk.record(down).state is ItemState.SETTLED
    # The closing invoice claims these 100 euros once more: never both.
    assert desk.record(open_down).state is ItemState.UNKNOWN
    assert [each.code for each in desk.problems] == ["down_payment_closed"]
    box.pay(closing)
    desk.pass_days()
    desk.sync()
    assert desk.record(closing).total == euro("600")
    assert not desk.record(closing).open


# Dunnings of the platform.


def test_a_dunning_made_by_a_person_is_read_once(desk: Desk, customer: str) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1))
    first = desk.sandbox.dun(id_, title="Zahlungserinnerung", on=date(2026, 2, 1))
    desk.sync()
    notice = desk.memory.dunnings[first]
    assert (notice.invoice, notice.title, notice.on) == (
        id_,
        "Zahlungserinnerung",
        date(2026, 2, 1),
    )
    assert notice.marker == ""
    second = desk.sandbox.dun(id_, title="1. Mahnung", on=date(2026, 2, 20))
    desk.look(id_)
    assert set(desk.memory.dunnings) == {first, second}
    assert desk.sandbox.count(f"/v1/dunnings/{first}") == 1


def test_a_dunning_that_was_deleted_is_passed_over(desk: Desk, customer: str) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1))
    gone = desk.sandbox.dun(id_, title="1. Mahnung", on=date(2026, 2, 1))
    desk.sandbox.fault("error503", times=1, path=f"/v1/dunnings/{gone}")
    desk.sync()
    assert set(desk.memory.dunnings) == {gone}
    desk.memory.dunnings.clear()
    desk.sandbox.world.dunnings.clear()
    batch = desk.look(id_)
    assert batch.notices == ()
    assert batch.invoices[0].outstanding == euro("100")


# One invoice alone.


def test_a_last_look_costs_two_requests_and_is_right_at_once(desk: Desk, customer: str) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1))
    desk.sync()
    desk.sandbox.pay(id_, on=TODAY)
    before = desk.connector.requests
    batch = desk.look(id_)
    assert desk.connector.requests - before == 2
    (record,) = batch.invoices
    assert (record.state, record.settled_on) == (ItemState.SETTLED, TODAY)
    assert batch.cursor == {}
    desk.pass_days()
    desk.sync()
    assert desk.sandbox.count(f"/v1/payments/{id_}") == 1  # its row says nothing new


@pytest.mark.parametrize(
    "kind", ["invoice", "downpaymentinvoice", "creditnote", "salesinvoice", "salescreditnote"]
)
def test_every_kind_is_found_whether_or_not_we_know_it(
    desk: Desk, customer: str, kind: str
) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1), kind=kind)
    (alone,) = desk.look(id_).invoices
    assert alone.facts["voucher_type"] == kind
    desk.sync()
    assert desk.record(id_).mark == alone.mark
    assert desk.record(id_).outstanding == alone.outstanding
    before = desk.connector.requests
    assert desk.look(id_).invoices[0].mark == alone.mark
    assert desk.connector.requests - before == 2


def test_what_lexoffice_does_not_have_is_gone(desk: Desk, customer: str) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1))
    desk.sync()
    desk.sandbox.delete(id_)
    assert desk.look(id_) == Batch({}, gone=(id_,))
    assert desk.look("never/was").gone == ("never/was",)


def test_a_look_at_a_draft_takes_it_out_and_at_a_new_draft_does_nothing(
    desk: Desk, customer: str
) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1))
    desk.sync()
    desk.sandbox.reopen_as_draft(id_)
    (record,) = desk.look(id_).invoices
    assert (record.source_state, record.open) == ("draft", False)
    new = desk.sandbox.add_invoice(contact=customer, gross="5", on=TODAY, status="draft")
    assert desk.look(new) == Batch({})


def test_a_linked_credit_note_has_no_payments_and_that_is_no_fault(
    desk: Desk, customer: str
) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="100", on=date(2026, 1, 1))
    note = desk.sandbox.credit(id_, "40")
    (record,) = desk.look(note).invoices
    assert (record.state, record.outstanding, record.total) == (
        ItemState.SETTLED, euro("0"), euro("-40"),
    )  # fmt: skip


# Payment history.


def test_payment_history_is_read_newest_first_until_none_is_left(desk: Desk, customer: str) -> None:
    box = desk.sandbox
    ids = [
        box.add_invoice(contact=customer, gross="10", on=date(2025, 1, 1) + timedelta(days=n),
                        status="paid")
        for n in range(60)
    ]  # fmt: skip
    desk.sync()
    assert desk.read("payments") == 60
    assert [len(each.invoices) for each in desk.batches] == [25, 25, 10]
    asked = [seen.path.rpartition("/")[2] for seen in box.requests if "/payments/" in seen.path]
    assert asked == ids[::-1]
    assert all(desk.record(each).payments_read for each in ids)
    assert desk.record(ids[0]).settled_on == date(2025, 1, 15)
    assert desk.read("payments") == 0
    desk.pass_days()
    assert desk.sync() == 4


def test_payment_history_ends_whatever_becomes_of_an_invoice(desk: Desk, customer: str) -> None:
    box = desk.sandbox
    lost, broken, reopened, fine = (
        box.add_invoice(contact=customer, gross="10", on=date(2025, 1, n), status="paid")
        for n in range(1, 5)
    )
    desk.sync()
    box.delete(lost)
    box.unpay(reopened)
    box.fault("bad_json_shape", times=1, path=f"/v1/payments/{broken}")
    assert desk.read("payments") == 4
    assert desk.record(fine).payments
    assert desk.record(lost).payments_read
    assert desk.record(broken).payments_read
    assert [each.code for each in desk.problems] == ["payments_unreadable"]
    assert not desk.record(reopened).payments_read
    assert not desk.record(reopened).open
    desk.pass_days()
    desk.sync()
    assert desk.record(reopened).outstanding == euro("10")


def test_payment_history_passes_over_what_the_store_has_lost(desk: Desk) -> None:
    class Forgetful(Memory):
        def without_payments(self, limit: int) -> list[str]:
            return ["nowhere"]

    desk.memory = Forgetful()
    assert desk.read("payments") == 0


# Faults.


def test_a_bad_row_is_reported_and_its_neighbours_survive(desk: Desk, customer: str) -> None:
    """The first row of the list loses its id, the second its amount."""
    ids = [
        desk.sandbox.add_invoice(contact=customer, gross="10", on=date(2026, 1, n))
        for n in range(1, 5)
    ]
    desk.sandbox.fault("bad_json_shape", times=1, path="/v1/voucherlist")
    desk.sync()
    assert set(desk.memory.records) == set(ids[2:])
    (unread,) = desk.memory.bad.values()
    assert (unread.external_id, unread.debtor) == (ids[1], customer)
    assert "openAmount" in unread.problem.where
    assert "„abc“ ist kein Betrag" in unread.problem.message
    assert [each.code for each in desk.problems] == ["voucher_unreadable"]
    desk.pass_days()
    desk.sync()
    assert set(desk.memory.records) == set(ids)
    assert desk.memory.bad == {}


def test_a_bad_row_of_a_known_invoice_holds_nobody(desk: Desk, customer: str) -> None:
    """The list spoils its amount; document and payments are right."""
    first, id_ = (
        desk.sandbox.add_invoice(contact=customer, gross="10", on=date(2026, 1, n)) for n in (1, 2)
    )
    desk.sync()
    desk.pass_days()
    desk.sandbox.fault("bad_json_shape", times=1, path="/v1/voucherlist")
    desk.sync()
    assert desk.memory.bad == {}
    assert {desk.record(each).state for each in (first, id_)} == {ItemState.OPEN}
    assert [each.code for each in desk.problems] == ["voucher_unreadable"] * 2


def test_a_bad_document_holds_its_debtor_until_it_can_be_read(desk: Desk, customer: str) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="10", on=date(2026, 1, 1))
    desk.sandbox.fault("bad_json_shape", times=1, path=f"/v1/invoices/{id_}")
    desk.sync()
    assert desk.memory.bad[id_].debtor == customer
    assert desk.memory.bad[id_].problem.where.endswith("totalPrice.totalGrossAmount")
    assert desk.cursors["invoices"]["unread"] == [id_]
    desk.pass_days()
    desk.sync()
    assert desk.record(id_).open
    assert desk.memory.bad == {}
    desk.pass_days()
    desk.sync()
    assert "unread" not in desk.cursors["invoices"]


def test_an_unread_invoice_that_is_deleted_does_not_hold_its_debtor_for_ever(
    desk: Desk, customer: str
) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="10", on=date(2026, 1, 1))
    desk.sandbox.fault("bad_json_shape", times=1, path=f"/v1/invoices/{id_}")
    desk.sync()
    desk.sandbox.delete(id_)
    desk.pass_days()
    desk.sync()
    assert desk.memory.bad == {}


def test_a_bad_look_leaves_the_record_and_reports_it(desk: Desk, customer: str) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="10", on=date(2026, 1, 1))
    desk.sync()
    for path in (f"/v1/invoices/{id_}", f"/v1/payments/{id_}"):
        desk.sandbox.fault("bad_json_shape", times=1, path=path)
        batch = desk.look(id_)
        assert batch.invoices == ()
        assert batch.unread[0].debtor == customer
    assert desk.record(id_).open
    desk.sync()
    assert desk.memory.bad == {}


@pytest.mark.parametrize("kind", ["throttle", "throttle500", "error500", "error503", "reset",
                                  "truncated"])  # fmt: skip
def test_a_passing_fault_is_waited_for(desk: Desk, customer: str, kind: str) -> None:
    id_ = desk.sandbox.add_invoice(contact=customer, gross="10", on=date(2026, 1, 1))
    desk.sandbox.fault(kind, times=2, path="/v1/voucherlist")
    desk.sandbox.fault(kind, times=1, path=f"/v1/invoices/{id_}")
    desk.sync()
    assert desk.record(id_).open
    assert desk.problems == []


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("throttle", RateLimited),
        ("throttle500", RateLimited),
        ("error500", Unreachable),
        ("reset", Unreachable),
        ("unauthorized", AuthFailed),
        ("forbidden_token", AuthFailed),
        ("payment_required", AuthFailed),
        ("html", MalformedResponse),
        ("empty", MalformedResponse),
    ],
)
def test_a_lasting_fault_ends_the_stream_and_loses_nothing(
    desk: Desk, customer: str, kind: str, error: type[Exception]
) -> None:
    """Whatever was read before it is stored, and the next sync brings the rest."""
    ids = [
        desk.sandbox.add_invoice(contact=customer, gross="10", on=date(2026, 1, 1))
        for _ in range(60)
    ]
    desk.read("debtors")
    desk.sandbox.fault(kind, times=0, path=f"/v1/invoices/{ids[40]}")
    with pytest.raises(error) as raised:
        desk.read("invoices")
    assert desk.sandbox.api_key not in str(raised.value)
    assert "lexoffice" in str(raised.value)
    stored = dict(desk.memory.records)
    assert len(stored) in {25, 26}
    desk.sandbox.clear_faults()
    desk.read("invoices")
    assert set(desk.memory.records) == set(ids)
    twice = [id_ for id_ in stored if desk.sandbox.count(f"/v1/invoices/{id_}") > 1]
    assert twice == []


def test_a_missing_right_is_named(desk: Desk) -> None:
    from connectors._http import Answer
    from connectors.lexoffice.meaning import WindowExceeded, explain

    url = f"{desk.sandbox.base_url}/v1/payments/x"
    error = explain(Answer(403, {}, b'{"message":"access_denied"}', url))
    assert isinstance(error, AuthFailed)
    assert "Zahlungen lesen" in str(error)
    assert "read payments" in error.en
    assert explain(Answer(500, {}, b'{"message":null}', url)).__class__ is RateLimited
    assert explain(Answer(500, {}, b"[]", url)) is None
    assert explain(Answer(500, {}, b"not json", url)) is None
    assert explain(Answer(404, {}, b"", url)) is None
    assert explain(Answer(404, {}, b'{"status":404}', url)) is None
    # A page for people is not lexoffice saying that it does not have the invoice any more.
    assert explain(Answer(404, {}, b"<h1>404</h1>", url)).__class__ is MalformedResponse
    beyond = b'{"message":"Maximum search window size exceeded"}'
    assert all(isinstance(explain(Answer(n, {}, beyond, url)), WindowExceeded) for n in (400, 500))
