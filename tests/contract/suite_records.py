"""Contract: what a record looks like, and what becomes of one that cannot be read."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from connector_suite import manifest_of
from mirror import STREAMS, Mirror
from scenario import Scenario

from core.domain.model import ItemState
from core.domain.money import Money, is_currency_code, minor_digits
from core.domain.platform_records import InvoiceRecord, PaymentKind, PlatformNotice, Unread
from core.domain.records import DebtorRecord
from core.errors import Problem
from core.store.codec import Codec, dumps

# Around both changes of the clock and the turn of a year, where a day read in UTC is another one.
DAYS = (
    (date(2025, 10, 25), date(2025, 10, 26)),
    (date(2025, 12, 31), date(2026, 1, 1)),
    (date(2026, 2, 28), date(2026, 3, 29)),
    (date(2026, 2, 1), date(2026, 3, 30)),
)
AMOUNTS = ("0.01", "0.10", "99.99", "1190.00", "123456.78", "20.50")


def money_in(value: object) -> Iterator[Money]:
    """Every amount inside a record, however deep."""
    if isinstance(value, Money):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from money_in(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from money_in(getattr(value, field.name))


def days_in(record: InvoiceRecord) -> list[object]:
    days = [record.invoice_date, record.due_date, record.delivered_on, record.settled_on]
    return [day for day in (*days, *(part.on for part in record.payments)) if day is not None]


class Records:
    @pytest.fixture
    def book(self, scenario: Scenario) -> Mirror:
        return small_book(scenario)

    def test_every_resource_of_the_manifest_yields_a_record(
        self, scenario: Scenario, book: Mirror
    ) -> None:
        found: dict[str, object] = {
            "invoices": book.invoice,
            "debtors": book.debtor,
            "payments": [each for each in book.invoice.values() if each.payments],
            "platform_notices": book.notice,
        }
        declared = set(manifest_of(scenario.folder)["sync"])
        assert declared >= {"invoices", "debtors"}
        assert [each for each in declared if not found[each]] == []

    def test_records_are_our_own_frozen_types(self, book: Mirror) -> None:
        kinds = {
            InvoiceRecord: book.invoice.values(),
            DebtorRecord: book.debtor.values(),
            PlatformNotice: book.notice.values(),
        }
        assert book.invoice
        assert book.debtor
        for kind, records in kinds.items():
            assert {type(each) for each in records} <= {kind}
        for record in book.invoice.values():
            assert type(record.payments) is tuple
            with pytest.raises(dataclasses.FrozenInstanceError):
                record.number = "other"  # type: ignore[misc]

    def test_records_survive_being_stored(self, book: Mirror) -> None:
        """The store keeps them as JSON; what comes back must be what was read."""
        for kind, records in (
            (InvoiceRecord, book.invoice),
            (DebtorRecord, book.debtor),
            (PlatformNotice, book.notice),
        ):
            codec = Codec(kind)
            stored = [json.loads(dumps(codec.encode(each))) for each in records.values()]
            assert [codec.decode(each) for each in stored] == list(records.values())
        assert book.invoice

    def test_ids_are_there_and_unique(self, scenario: Scenario, book: Mirror) -> None:
        fresh = Mirror()
        batches = fresh.sync(scenario.connector(), scenario.scope)
        ids = [each.external_id for batch in batches for each in batch.invoices]
        assert len(ids) >= 3
        assert "" not in ids
        assert sorted(ids) == sorted(set(ids)) == sorted(book.invoice)
        assert all(book.debtor)
        assert len({each.number for each in book.invoice.values()}) == len(book.invoice)

    def test_every_debtor_that_is_named_is_there(self, book: Mirror) -> None:
        named = {each.debtor for each in book.invoice.values()}
        assert len(named) >= 3
        assert named <= set(book.debtor)
        assert all(book.debtor[each].name for each in named)

    def test_money_is_decimal_with_its_currency(self, book: Mirror) -> None:
        amounts = [each for record in book.invoice.values() for each in money_in(record)]
        assert len(amounts) >= 2 * len(book.invoice) >= 6
        for money in amounts:
            assert type(money) is Money
            assert type(money.amount) is Decimal
            assert money.amount.is_finite()
            assert is_currency_code(money.currency)
            exponent = money.amount.normalize().as_tuple().exponent
            assert isinstance(exponent, int)
            assert -exponent <= minor_digits(money.currency)

    def test_amounts_are_those_of_the_invoice(self, scenario: Scenario) -> None:
        wanted = {scenario.add_invoice(gross): Decimal(gross) for gross in AMOUNTS}
        mirror = scenario.synced()
        assert {each: mirror.invoice[each].total.amount for each in wanted} == wanted
        assert {each: mirror.invoice[each].outstanding.amount for each in wanted} == wanted
        assert {each.state for each in mirror.invoice.values()} == {ItemState.OPEN}

    def test_days_are_plain_dates(self, book: Mirror) -> None:
        days = [day for record in book.invoice.values() for day in days_in(record)]
        assert len(days) >= 2 * len(book.invoice)
        assert {type(day) for day in days} == {date}

    def test_days_are_those_of_the_invoice(self, scenario: Scenario) -> None:
        wanted = {scenario.add_invoice("119.00", on=on, due=due): (on, due) for on, due in DAYS}
        found = scenario.synced().invoice
        assert {each: (found[each].invoice_date, found[each].due_date) for each in wanted} == wanted

    def test_payments_are_positive_and_end_with_what_is_open(
        self, scenario: Scenario, book: Mirror
    ) -> None:
        scenario.clock.advance(hours=1)
        book.sync(scenario.connector(), scenario.scope, (*STREAMS, "payments"))
        paid = [each for each in book.invoice.values() if each.payments]
        assert len(paid) >= 2
        for record in paid:
            assert record.payments_read
            assert all(part.amount.amount > 0 for part in record.payments)
            assert all(type(part.kind) is PaymentKind for part in record.payments)
            moved = sum(part.amount.amount for part in record.payments)
            assert record.total.amount - moved == record.outstanding.amount

    def test_an_unknown_status_is_unknown_and_reported(self, scenario: Scenario) -> None:
        odd, plain = scenario.add_invoice("119.00"), scenario.add_invoice("238.00")
        mirror = scenario.synced()
        scenario.clock.advance(minutes=5)
        scenario.estrange(odd)
        mirror.problems.clear()
        mirror.sync(scenario.connector(), scenario.scope)
        assert mirror.invoice[odd].state is ItemState.UNKNOWN
        assert mirror.invoice[plain].state is ItemState.OPEN
        assert_said(mirror.problems)

    def test_a_broken_record_is_reported_and_its_neighbours_survive(
        self, scenario: Scenario
    ) -> None:
        ids = [scenario.add_invoice(f"{100 + n}.00") for n in range(3)]
        scenario.spoil(ids[1])
        mirror = scenario.synced()
        assert sorted(mirror.invoice) == sorted([ids[0], ids[2]])
        assert sorted(mirror.unreadable) == [ids[1]]
        assert type(mirror.unreadable[ids[1]]) is Unread
        assert_said([mirror.unreadable[ids[1]].problem])

    def test_a_record_that_breaks_later_is_reported_until_it_is_mended(
        self, scenario: Scenario
    ) -> None:
        first, second = scenario.add_invoice("100.00"), scenario.add_invoice("101.00")
        mirror = scenario.synced()
        scenario.clock.advance(minutes=5)
        scenario.spoil(first)
        mirror.sync(scenario.connector(), scenario.scope)
        assert sorted(mirror.unreadable) == [first]
        assert second in mirror.invoice
        scenario.clock.advance(minutes=5)
        scenario.mend(first)
        mirror.sync(scenario.connector(), scenario.scope)
        assert mirror.unreadable == {}
        assert sorted(mirror.invoice) == sorted([first, second])


def small_book(scenario: Scenario) -> Mirror:
    """Open, partly paid, paid and dunned; read, with the payments of the open ones."""
    scenario.add_invoice(
        "119.00", debtor=scenario.add_debtor("Muster Bau GmbH", "bau@muster.example")
    )
    part, paid, dunned = (scenario.add_invoice(gross) for gross in ("238.00", "50.00", "77.77"))
    scenario.pay(part, Decimal("100.00"))
    scenario.pay(paid)
    scenario.dun(dunned, "Zahlungserinnerung")
    return scenario.synced()


def assert_said(problems: list[Problem]) -> None:
    """There is a problem, and an operator can act on it: where, what, and a whole sentence."""
    assert problems
    for each in problems:
        assert type(each) is Problem
        assert each.code
        assert each.where
        assert each.message.endswith(".")
